using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using PortalIntegration.Core;
using PortalIntegration.Core.Accounts;
using PortalIntegration.Core.Contacts;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Portal.Components;
using PortalIntegration.Portal.SignIn;

namespace PortalIntegration.Portal.Features.CompanyDetails;

/// <summary>
/// Changes one address or one contact, or adds one. What is typed lives in the browser; what is sent is kept there, with its keys, before the owner is asked and until the
/// end is known. When somebody else was quicker, what he changed is shown and what was typed stays.
/// </summary>
public sealed partial class EditIsland : IAsyncDisposable
{
    private static readonly TimeSpan UntilNextCheck = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _closing = new();
    private KeptForm? _kept;
    private ElementReference _root;
    private PortalSession? _session;
    private Account? _account;
    private AccountAddress? _address;
    private Person? _person;
    private Provenance? _source;
    private Failure? _failure;
    private CompanyChange? _sent;
    private Changed? _changed;
    private IReadOnlyList<(string Field, string? Before, string? Now)> _differences = [];
    private string? _problem;
    private bool _loaded;
    private bool _busy;
    private bool _drawn;
    private bool _removed;
    private bool _finished;

    [Inject]
    public required IJSRuntime Js { get; init; }

    [Inject]
    public required CurrentSession Current { get; init; }

    [Inject]
    public required ChangeCompany Company { get; init; }

    [Inject]
    public required IOwnershipMap Map { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    /// <summary>True for an address, false for a contact.</summary>
    [Parameter, EditorRequired]
    public required bool Address { get; set; }

    /// <summary>Null to add one.</summary>
    [Parameter]
    public string? Id { get; set; }

    private bool IsNew => string.IsNullOrEmpty(Id);

    private bool MayTry => !_busy && _sent is null;

    private bool MayChange => _session is { } session && session.Scope.MayManage && (_person is null || ChangeCompany.MayChange(session.Scope, _person));

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        if (_kept is not null)
        {
            await _kept.DisposeAsync();
        }

        _closing.Dispose();
    }

    protected override async Task OnInitializedAsync() => await Load();

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!_loaded || !MayChange)
        {
            return;
        }

        if (_kept is null)
        {
            _kept = new KeptForm(Js);
            if (await _kept.Open(_root, $"company/{(Address ? "address" : "contact")}/{Id}") && await _kept.State() is { Sent: { } sent } && Read(sent) is { } begun)
            {
                _sent = begun;
                await Settle(again: true);
            }
        }
        else if (_drawn)
        {
            _drawn = false;
            await _kept.Fill();
        }
    }

    private static CompanyChange? Read(string sent)
    {
        try
        {
            return JsonSerializer.Deserialize<CompanyChange>(sent) is { } read && (read.Address is null) != (read.Contact is null) ? read : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task Load()
    {
        var session = await Current.Get(_closing.Token);
        if (!session.Try(out var signedIn) || signedIn.Acting is not { } acting)
        {
            _failure = session.Failure;
            return;
        }

        _session = signedIn;
        if (Address || IsNew)
        {
            var answer = await Company.Account(signedIn.ActingScope, acting.Account, _closing.Token);
            _failure = answer.Failure;
            if (answer.Try(out var account))
            {
                (_account, _source) = (account, answer.Provenance);
                _address = Address && !IsNew ? account.Addresses.FirstOrDefault(address => address.Id == Id) : null;
                (_loaded, _drawn) = (true, true);
            }
        }
        else
        {
            var answer = await Company.Contact(signedIn.Scope, acting.Account, new PersonId(Id!), _closing.Token);
            _failure = answer.Failure;
            if (answer.Try(out var person))
            {
                (_person, _source, _loaded, _drawn) = (person, answer.Provenance, true, true);
            }
        }
    }

    private async Task Save()
    {
        if (await Typed() is not { } typed || _session is not { Acting: { } acting } session)
        {
            return;
        }

        var name = Given(typed, "name");
        if (!Address)
        {
            var email = Given(typed, "email");
            _problem = name is null ? Words["Problem.Name"].Value : email is not null && !LooksLikeMail(email) ? Words["Problem.Email"].Value : null;
            var details = _problem is null ? new ContactDetails(name!, email, Given(typed, "phone")) : null;
            if (details is not null && details == _person?.Details)
            {
                _problem = Words["Problem.Nothing"];
            }

            if (_problem is null)
            {
                await Send(new CompanyChange(
                    Guid.NewGuid(), acting.Account, session.Name, null,
                    new ContactChange { Id = new PersonId(Id is { Length: > 0 } id ? id : NewKey()), Account = acting.Account, Seen = _person?.Details, Wanted = details! }));
            }

            return;
        }

        var (line, city, country) = (Given(typed, "line1"), Given(typed, "city"), Given(typed, "country")?.ToUpperInvariant());
        _problem = name is null || line is null || city is null ? Words["Problem.Address"].Value
            : country is not [>= 'A' and <= 'Z', >= 'A' and <= 'Z'] ? Words["Problem.Country"].Value
            : null;
        if (_problem is not null)
        {
            return;
        }

        var key = IsNew ? NewKey() : Id!;
        var wanted = new AccountAddress(
            key,
            _address?.Kind ?? (typed.GetValueOrDefault("kind") == nameof(AddressKind.Billing) ? AddressKind.Billing : AddressKind.Shipping),
            Given(typed, "line2") is { } second ? [line!, second] : [line!],
            Given(typed, "postal"),
            city,
            country)
        {
            Name = name,
            Region = Given(typed, "region"),
            IsDefault = typed.GetValueOrDefault("default") == "on",
            ErpAddress = _address?.ErpAddress,
        };
        var change = new AddressChange { Id = key, Seen = _address, Wanted = wanted };
        if (_address is not null && change.IsDone(_address))
        {
            _problem = Words["Problem.Nothing"];
            return;
        }

        await Send(new CompanyChange(Guid.NewGuid(), acting.Account, session.Name, change, null));
    }

    private async Task Remove()
    {
        if (await Typed() is not null && _session is { Acting: { } acting } session && _address is { } address)
        {
            await Send(new CompanyChange(Guid.NewGuid(), acting.Account, session.Name, new AddressChange { Id = address.Id, Seen = address }, null));
        }
    }

    /// <summary>Null when the browser does not answer, or something is on its way.</summary>
    private async Task<IReadOnlyDictionary<string, string>?> Typed()
    {
        if (!MayTry || _kept is null)
        {
            return null;
        }

        (_problem, _changed) = (null, null);
        if (await _kept.State() is not { } state)
        {
            _problem = Words["Problem.NotKept"];
            return null;
        }

        if (state.Sent is { } sent && Read(sent) is { } begun)
        {
            // Another window has sent something meanwhile: its end first.
            _sent = begun;
            _problem = Words["Problem.OtherTab"];
            await Settle(again: true);
            return null;
        }

        return state.Fields;
    }

    private async Task Send(CompanyChange wanted)
    {
        if (!MayTry || !await _kept!.Send(JsonSerializer.Serialize(wanted)))
        {
            _problem = Words["Problem.NotKept"];
            return;
        }

        _sent = wanted;
        await Settle(again: false);
    }

    private async Task Settle(bool again)
    {
        if (_busy || _sent is not { } wanted)
        {
            return;
        }

        _busy = true;
        StateHasChanged();
        try
        {
            var session = await Current.Get(_closing.Token);
            _changed = session.Try(out var signedIn)
                ? await Company.Apply(signedIn.Scope, wanted, again, _closing.Token)
                : new Changed(again ? ChangeVerdict.Unclear : ChangeVerdict.NotReached, session.Failure);
            switch (_changed.Verdict)
            {
                case ChangeVerdict.Unclear:
                    _ = CheckLater();
                    break;
                case ChangeVerdict.Done:
                    _sent = null;
                    _removed = wanted.Address is { Wanted: null };
                    _finished = IsNew || _removed;
                    await _kept!.Done();
                    if (!_finished)
                    {
                        await Load();
                    }

                    break;
                default:
                    _sent = null;
                    await _kept!.Unsend();
                    await Load();
                    _differences = Differences(wanted);
                    break;
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // The page was left: the browser keeps what was sent, and the next page asks again.
            return;
        }
        finally
        {
            _busy = false;
        }

        StateHasChanged();
        await _kept!.Focus("[data-said]");
    }

    private async Task CheckLater()
    {
        try
        {
            await Task.Delay(UntilNextCheck, Clock, _closing.Token);
            await InvokeAsync(() => Settle(again: true));
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // The page was left.
        }
    }

    /// <summary>What somebody else changed since it was seen.</summary>
    private List<(string Field, string? Before, string? Now)> Differences(CompanyChange wanted)
    {
        var pairs = (wanted.Address?.Seen, _address) is ({ } seen, { } now)
            ? Fields(seen).Zip(Fields(now), (before, after) => (before.Name, before.Value, after.Value))
            : (wanted.Contact?.Seen, _person?.Details) is ({ } was, { } person)
                ? [("Person", was.Name, person.Name), ("Email", was.Email, person.Email), ("Phone", was.Phone, person.Phone)]
                : Enumerable.Empty<(string, string?, string?)>();
        return [.. pairs.Where(pair => (pair.Item2 ?? "") != (pair.Item3 ?? ""))];

        static IEnumerable<(string Name, string? Value)> Fields(AccountAddress address) =>
        [
            ("Name", address.Name), ("Line1", address.Lines.ElementAtOrDefault(0)), ("Line2", address.Lines.ElementAtOrDefault(1)), ("PostalCode", address.PostalCode),
            ("City", address.City), ("Region", address.Region), ("Country", address.Country),
        ];
    }

    private string Or(string? value) => string.IsNullOrEmpty(value) ? Words["Empty"].Value : value;

    private static string? Given(IReadOnlyDictionary<string, string> typed, string name) => typed.GetValueOrDefault(name)?.Trim() is { Length: > 0 } text ? text : null;

    private static string NewKey() => $"P-{Guid.NewGuid():N}";

    private static bool LooksLikeMail(string text) =>
        System.Net.Mail.MailAddress.TryCreate(text, out var address) && address.Address == text;

    private static string Refusal(Failure? failure) =>
        failure?.Problems is [_, ..] problems ? string.Join(" ", problems.Select(problem => problem.Message).Distinct())
        : failure?.Detail ?? "";
}
