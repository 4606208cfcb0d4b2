using Microsoft.AspNetCore.Components;
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
public sealed partial class EditIsland
{
    private PortalSession? _session;
    private Account? _account;
    private AccountAddress? _address;
    private Person? _person;
    private Provenance? _source;
    private Failure? _failure;
    private Changed? _changed;
    private IReadOnlyList<(string Field, string? Before, string? Now)> _differences = [];
    private bool _loaded;
    private bool _removed;
    private bool _finished;

    /// <summary>What is to be changed does not stand any more. What was last seen of it stays in the fields, and may be added as a new one, under a key of its own.</summary>
    private bool _gone;

    [Inject]
    public required ChangeCompany Company { get; init; }

    [Inject]
    public required IOwnershipMap Map { get; init; }

    /// <summary>True for an address, false for a contact.</summary>
    [Parameter, EditorRequired]
    public required bool Address { get; set; }

    /// <summary>Null to add one.</summary>
    [Parameter]
    public string? Id { get; set; }

    private bool IsNew => string.IsNullOrEmpty(Id);

    private bool MayChange => _session is { } session && session.Scope.MayManage && (_person is null || ChangeCompany.MayChange(session.Scope, _person));

    protected override string DraftName => $"company/{(Address ? "address" : "contact")}/{Id}";

    protected override bool HasFields => _loaded && MayChange;

    protected override string NotKept => Words["Problem.NotKept"];

    protected override string OtherTab => Words["Problem.OtherTab"];

    protected override bool IsOurs(CompanyChange sent) => (sent.Address is null) != (sent.Contact is null);

    protected override void Begin() => _changed = null;

    protected override async Task Load()
    {
        var session = await Current.Get(Closing);
        if (!session.Try(out var signedIn) || signedIn.Acting is not { } acting)
        {
            _failure = session.Failure;
            return;
        }

        _session = signedIn;
        if (Address || IsNew)
        {
            var answer = await Company.Account(signedIn.ActingScope, acting.Account, Closing);
            _failure = answer.Failure;
            if (answer.Try(out var account))
            {
                (_account, _source) = (account, answer.Provenance);
                if (Address && !IsNew)
                {
                    var standing = account.Addresses.FirstOrDefault(address => address.Id == Id);
                    (_address, _gone) = (standing ?? _address, standing is null);
                }

                _loaded = true;
                Draw();
            }
        }
        else
        {
            var answer = await Company.Contact(signedIn.Scope, acting.Account, new PersonId(Id!), Closing);
            _failure = answer.Failure;
            _gone = _loaded && answer.Failure is { Cause: Cause.NotFound };
            if (answer.Try(out var person))
            {
                (_person, _source, _loaded) = (person, answer.Provenance, true);
                Draw();
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
            Problem = name is null ? Words["Problem.Name"].Value : email is not null && !LooksLikeMail(email) ? Words["Problem.Email"].Value : null;
            var details = Problem is null ? new ContactDetails(name!, email, Given(typed, "phone")) : null;
            if (details is not null && details == seenPerson)
            {
                Problem = Words["Problem.Nothing"];
            }

            if (Problem is null)
            {
                await Send(Company.Composed(_session.Scope, new CompanyChange(
                    Guid.NewGuid(), acting.Account, null,
                    new ContactChange { Id = new PersonId(asNew ? NewKey() : Id!), Account = acting.Account, Seen = seenPerson, Wanted = details! })));
            }

            return;
        }

        var (line, city, country) = (Given(typed, "line1"), Given(typed, "city"), Given(typed, "country")?.ToUpperInvariant());
        Problem = name is null || line is null || city is null ? Words["Problem.Address"].Value
            : country is not [>= 'A' and <= 'Z', >= 'A' and <= 'Z'] ? Words["Problem.Country"].Value
            : null;
        if (Problem is not null)
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
            Problem = Words["Problem.Nothing"];
            return;
        }

        await Send(Company.Composed(_session.Scope, new CompanyChange(Guid.NewGuid(), acting.Account, change, null)));
    }

    private async Task Remove()
    {
        if (!_gone && await Typed() is not null && _session is { Acting: { } acting } && _address is { } address)
        {
            await Send(Company.Composed(_session.Scope, new CompanyChange(Guid.NewGuid(), acting.Account, new AddressChange { Id = address.Id, Seen = address }, null)));
        }
    }

    protected override async Task<SentEnd> Ask(CompanyChange wanted, bool again)
    {
        var session = await Current.Get(Closing);
        _changed = session.Try(out var signedIn)
            ? await Company.Settle(signedIn.Scope, signedIn.Name, wanted, again, Closing)
            : new Changed(again ? ChangeVerdict.Unclear : ChangeVerdict.NotReached, session.Failure);
        if (_changed.Further is { } further)
        {
            // Only its note is still to be written, whatever has become of it since, and whoever loads the page again.
            await Further(further);
        }

        return _changed.Verdict switch
        {
            ChangeVerdict.Unclear or ChangeVerdict.Untold => SentEnd.Open,
            ChangeVerdict.Done => SentEnd.Done,
            _ => SentEnd.Undone,
        };
    }

    protected override async Task WhenDone(CompanyChange wanted)
    {
        _removed = wanted.Address is { Wanted: null };
        _finished = _removed || wanted.Address is { Seen: null } || wanted.Contact is { Seen: null };
        if (!_finished)
        {
            await Load();
            _finished = _gone;
        }
    }

    protected override async Task WhenUndone(CompanyChange wanted)
    {
        await Load();
        _changed = _gone ? _changed! with { Verdict = ChangeVerdict.Gone } : _changed;
        _differences = Differences(wanted);
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
