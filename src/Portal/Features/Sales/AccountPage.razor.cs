using Microsoft.AspNetCore.Components;
using PortalIntegration.Core;
using PortalIntegration.Core.Accounts;
using PortalIntegration.Core.Contacts;
using PortalIntegration.Core.Credit;
using PortalIntegration.Core.Invoices;
using PortalIntegration.Core.Opportunities;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Quotations;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.Components;
using PortalIntegration.Portal.Features.Quotes;
using PortalIntegration.Portal.SignIn;

namespace PortalIntegration.Portal.Features.Sales;

/// <summary>An account whole, for the rep in whose care it is: what the CRM and the ERP say of it, each part from its owner and by itself.</summary>
public sealed partial class AccountPage
{
    /// <summary>How much of a list is shown here; all of it has pages of its own.</summary>
    private const int Shown = 10;

    private Task<Outcome<Account>>? _account;
    private Provenance? _accountSource;
    private Task<Outcome<Page<OrderSummary>>>? _orders;
    private Task<Outcome<Page<Backorder>>>? _backorders;
    private Task<Outcome<Page<Quotation>>>? _quotes;
    private Task<Outcome<Page<Invoice>>>? _invoices;
    private Task<Outcome<CreditStanding>>? _credit;
    private Task<Outcome<Page<Opportunity>>>? _opportunities;
    private Task<Outcome<Page<TimelineEntry>>>? _timeline;
    private Task<Outcome<Page<Person>>>? _people;
    private bool _missing;
    private string? _title;
    private Failure? _notSaved;
    private string? _noteMistake;

    [Inject]
    public required CurrentSession Current { get; init; }

    [Inject]
    public required IOwnershipMap Map { get; init; }

    [Inject]
    public required HandleQuotes Quotes { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    [Inject]
    public required FirstAnswer First { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    [CascadingParameter]
    public HttpContext? Context { get; set; }

    [Parameter]
    public required string Id { get; set; }

    /// <summary>The list of which all is shown, one of <see cref="AccountLists"/>; null for the first of each.</summary>
    [SupplyParameterFromQuery(Name = "all")]
    public string? All { get; set; }

    /// <summary>Where that list goes on.</summary>
    [SupplyParameterFromQuery(Name = "page")]
    public string? From { get; set; }

    [SupplyParameterFromForm(FormName = "note")]
    public NoteForm? Note { get; set; }

    private AccountId Code => new(PortalUrls.Unescape(Id));

    /// <summary>How many are shown of how many there are, where that is not all; the total is null where nobody said it. A page that has a next one is never the whole.</summary>
    public static (int Shown, int? Total)? Cut<T>(Page<T> page, int most = Shown) => page.Items.Count <= most && page.Next is null
        ? null
        : (Math.Min(page.Items.Count, most), page.Total ?? (page.Next is null ? page.Items.Count : null));

    protected override async Task OnInitializedAsync()
    {
        Note ??= new NoteForm { Key = Guid.NewGuid().ToString("N") };
        _account = Account();
        _orders = ForCustomer((scope, customer) => Map.Owner<IOrders>().Search(scope, new OrderQuery { Customer = customer, Limit = Shown }));
        if (Map.Lacking(Feature.Backorders) is null)
        {
            _backorders = ForCustomer((scope, customer) => Map.Owner<IOrders>().Backorders(scope, customer));
        }

        if (Quotes.CanKeep)
        {
            _quotes = ForCustomer((scope, customer) => Quotes.List(scope, customer, QuotationKind.Quote, null, null));
        }

        _invoices = ForCustomer((scope, customer) => Map.Owner<IInvoices>().List(scope, customer));
        _credit = ForCustomer((scope, customer) => Map.Owner<ICredit>().Get(scope, customer));
        _opportunities = Current.InScope(session => Map.Owner<IOpportunities>().List(session.Scope, Code, CursorOf(AccountLists.Opportunities)));
        _timeline = Current.InScope(session => Map.Owner<ITimeline>().List(session.Scope, Code, CursorOf(AccountLists.Timeline)));
        _people = Current.InScope(session => Map.Owner<IContacts>().Search(session.Scope, new PersonQuery(Account: Code, Limit: Shown)));
        await First.Wait(_account, Context);
        var known = _account.IsCompletedSuccessfully ? await _account : null;
        _missing = known?.Failure?.Cause is Cause.NotFound;
        _title = known is { Succeeded: true } ? known.Value.Name : null;
    }

    private int Most(string list) => All == list ? int.MaxValue : Shown;

    private string? CursorOf(string list) => All == list ? From : null;

    /// <summary>All of a list; where that is shown already, what follows.</summary>
    private string Rest(string list, string? next) => PortalUrls.SalesAccount(Code, list, All == list ? next : null);

    private ListEnd End(string list) => All == list && From is not null ? ListEnd.Older : ListEnd.Newest;

    private string RestWords(string list) => Words[All == list ? "Cut.ShowOlder" : "Cut.ShowAll"];

    private async Task<Outcome<Account>> Account()
    {
        var answer = await Current.InScope(session => Map.Owner<IAccounts>().Get(session.Scope, Code));
        _accountSource = answer.Provenance;
        return answer;
    }

    /// <summary>What the ERP is asked about hangs on the link that the CRM holds.</summary>
    private Task<Outcome<T>> ForCustomer<T>(Func<Scope, CustomerNumber, Task<Outcome<T>>> ask) => Current.InScope(session =>
    {
        var account = session.Scope.Accounts.FirstOrDefault(candidate => candidate.Account == Code);
        return account?.Customer is { } customer
            ? ask(session.Scope, customer)
            : Task.FromResult(Outcome.Failed<T>(new Failure(account is null ? Cause.NotFound : Cause.Rejected, Map.OwnerOf(Entity.Accounts) ?? "crm", "scope", Clock.GetUtcNow())
            {
                Code = account is null ? null : CurrentSession.NotLinked,
            }));
    });

    /// <summary>The form's own key names the entry: sent twice, it is written once.</summary>
    private async Task SaveNote()
    {
        _noteMistake = Note!.Text?.Trim() switch
        {
            null or "" => Words["Note.Empty"].Value,
            { Length: > NoteForm.Longest } => Words["Note.TooLong", NoteForm.Longest].Value,
            _ => null,
        };
        if (_noteMistake is not null)
        {
            return;
        }

        var saved = await Current.InScope(session => Map.Owner<ITimeline>().Put(
            session.Scope,
            Code,
            new TimelineEntry($"note:{Note.KeyOrNew()}", Clock.GetUtcNow(), TimelineKind.Note, Words["Note.By", session.Name], Note.Text!.Trim())));
        if (saved.Succeeded)
        {
            Navigation.NavigateTo(PortalUrls.SalesAccount(Code));
        }

        _notSaved = saved.Failure;
    }

    public sealed class NoteForm
    {
        public const int Longest = 2000;

        public string? Key { get; set; }

        public string? Text { get; set; }

        /// <summary>Never what a stranger typed into the form.</summary>
        public string KeyOrNew() => Guid.TryParseExact(Key, "N", out var key) ? key.ToString("N") : Guid.NewGuid().ToString("N");
    }
}

/// <summary>What the lists of an account's page that have no page of their own are called in its address.</summary>
public static class AccountLists
{
    public const string Opportunities = "opportunities";
    public const string Timeline = "timeline";
}

/// <summary>Which part of a list is shown.</summary>
public enum ListEnd
{
    Newest,
    Older,

    /// <summary>What is due first stands on top.</summary>
    Earliest,
}
