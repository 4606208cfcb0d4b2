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

    /// <summary>What is to be changed does not stand any more. What was last seen of it stays in the fields, and may be added as a new one, under a key of its own.</summary>
    private bool _gone;

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
                if (Address && !IsNew)
                {
                    var standing = account.Addresses.FirstOrDefault(address => address.Id == Id);
                    (_address, _gone) = (standing ?? _address, standing is null);
                }

                (_loaded, _drawn) = (true, true);
            }
        }
        else
        {
            var answer = await Company.Contact(signedIn.Scope, acting.Account, new PersonId(Id!), _closing.Token);
            _failure = answer.Failure;
            _gone = _loaded && answer.Failure is { Cause: Cause.NotFound };
            if (answer.Try(out var person))
            {
                (_person, _source, _loaded, _drawn) = (person, answer.Provenance, true, true);
            }
        }
    }

    /// <summary>What is gone is never written under its old key: it would come back of another kind and without its link.</summary>
    private async Task Save()
    {
        if (_gone)
        {
            _changed = new Changed(ChangeVerdict.Gone);
            return;
        }

        await Compose(asNew: IsNew);
    }

    private Task AddAsNew() => Compose(asNew: true);

    private async Task Compose(bool asNew)
    {
        if (await Typed() is not { } typed || _session is not { Acting: { } acting })
        {
            return;
        }

        var seen = asNew ? null : _address;
        var seenPerson = asNew ? null : _person?.Details;
        if (!asNew && seen is null && seenPerson is null)
        {
            _changed = new Changed(ChangeVerdict.Gone);
            return;
        }

        var name = Given(typed, "name");
        if (!Address)
        {
            var email = Given(typed, "email");
            _problem = name is null ? Words["Problem.Name"].Value : email is not null && !LooksLikeMail(email) ? Words["Problem.Email"].Value : null;
            var details = _problem is null ? new ContactDetails(name!, email, Given(typed, "phone")) : null;
            if (details is not null && details == seenPerson)
            {
                _problem = Words["Problem.Nothing"];
            }

            if (_problem is null)
            {
                await Send(new CompanyChange(
                    Guid.NewGuid(), acting.Account, null,
                    new ContactChange { Id = new PersonId(asNew ? NewKey() : Id!), Account = acting.Account, Seen = seenPerson, Wanted = details! }));
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

        var key = asNew ? NewKey() : Id!;
        var wanted = new AccountAddress(
            key,
            seen?.Kind ?? (typed.GetValueOrDefault("kind") == nameof(AddressKind.Billing) ? AddressKind.Billing : AddressKind.Shipping),
            Given(typed, "line2") is { } second ? [line!, second] : [line!],
            Given(typed, "postal"),
            city,
            country)
        {
            Name = name,
            Region = Given(typed, "region"),
            IsDefault = typed.GetValueOrDefault("default") == "on",
            ErpAddress = seen?.ErpAddress,
        };
        var change = new AddressChange { Id = key, Seen = seen, Wanted = wanted };
        if (seen is not null && change.IsDone(seen))
        {
            _problem = Words["Problem.Nothing"];
            return;
        }

        await Send(new CompanyChange(Guid.NewGuid(), acting.Account, change, null));
    }

    private async Task Remove()
    {
        if (!_gone && await Typed() is not null && _session is { Acting: { } acting } && _address is { } address)
        {
            await Send(new CompanyChange(Guid.NewGuid(), acting.Account, new AddressChange { Id = address.Id, Seen = address }, null));
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

        // Known to be done: only its note is still to be written, whatever has become of it since.
        var untold = _changed is { Verdict: ChangeVerdict.Untold };
        _busy = true;
        StateHasChanged();
        try
        {
            var session = await Current.Get(_closing.Token);
            _changed = session.Try(out var signedIn)
                ? untold ? await Company.Tell(signedIn.Scope, signedIn.Name, wanted, _closing.Token) : await Company.Apply(signedIn.Scope, signedIn.Name, wanted, again, _closing.Token)
                : new Changed(untold ? ChangeVerdict.Untold : again ? ChangeVerdict.Unclear : ChangeVerdict.NotReached, session.Failure);
            switch (_changed.Verdict)
            {
                case ChangeVerdict.Unclear:
                case ChangeVerdict.Untold:
                    _ = CheckLater();
                    break;
                case ChangeVerdict.Done:
                    _sent = null;
                    _removed = wanted.Address is { Wanted: null };
                    _finished = _removed || wanted.Address is { Seen: null } || wanted.Contact is { Seen: null };
                    await _kept!.Done();
                    if (!_finished)
                    {
                        await Load();
                        _finished = _gone;
                    }

                    break;
                default:
                    _sent = null;
                    await _kept!.Unsend();
                    await Load();
                    _changed = _gone ? _changed with { Verdict = ChangeVerdict.Gone } : _changed;
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
