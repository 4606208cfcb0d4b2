using PortalIntegration.Core;
using PortalIntegration.Core.Accounts;
using PortalIntegration.Core.Contacts;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Changes;

namespace PortalIntegration.Portal.Features.CompanyDetails;

/// <summary>One change of an address or of a contact, as the browser keeps it until its end is known. Exactly one of the two is set.</summary>
public sealed record CompanyChange(Guid Id, AccountId Account, AddressChange? Address, ContactChange? Contact)
{
    /// <summary>What the portal vouches for of it, see <see cref="ChangeSeals"/>; null for nothing.</summary>
    public string? Seal { get; init; }
}

public enum ChangeVerdict
{
    Done,

    /// <summary>The owner understood and does not let it: nothing was done.</summary>
    Refused,

    /// <summary>It says something else than what was seen: nothing was done.</summary>
    Stale,

    /// <summary>There is no such thing any more, or it is not this person's to change: nothing was done.</summary>
    Gone,

    /// <summary>The owner was not reached: nothing was done.</summary>
    NotReached,

    /// <summary>It may have taken effect. The same may be asked for again.</summary>
    Unclear,

    /// <summary>It is done, and the account's timeline does not say so yet: <see cref="ChangeCompany.Tell"/> is to be asked for again.</summary>
    Untold,
}

/// <summary>How a change ended.</summary>
public sealed record Changed(ChangeVerdict Verdict, Failure? Failure = null)
{
    /// <summary>The same change with what is known of it now, for the browser to keep in the place of what it kept; null for nothing new.</summary>
    public CompanyChange? Further { get; init; }
}

/// <summary>
/// Changes a company's addresses and contacts in the system that owns them. The port compares what stands with what is wanted before it writes, and new ones are made
/// under our key: an answer that is lost is asked for again, and nothing is done twice. Who did it, the account's timeline says: a change ends when its note stands, or is refused for good.
/// A note is written of what the portal knows to be done, never of what a browser says was done: what the browser keeps meanwhile is sealed (<see cref="ChangeSeals"/>).
/// </summary>
public sealed partial class ChangeCompany(IOwnershipMap map, IChangeBoard board, ChangeSeals seals, TimeProvider clock, ILogger<ChangeCompany> logger)
{
    /// <summary>While somebody waits. Later tries are the page's.</summary>
    private const int MostTries = 3;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public Task<Outcome<Account>> Account(Scope scope, AccountId account, CancellationToken cancel = default) => map.Owner<IAccounts>().Get(scope, account, cancel);

    /// <summary>The account, where it has this address.</summary>
    public async Task<Outcome<Account>> WithAddress(Scope scope, AccountId account, string address, CancellationToken cancel = default)
    {
        var found = await Account(scope, account, cancel);
        return found.Try(out var standing) && standing.Addresses.All(one => one.Id != address)
            ? Outcome.Failed<Account>(new Failure(Cause.NotFound, found.Provenance!.System, "address", clock.GetUtcNow()))
            : found;
    }

    /// <summary>Everybody of the account, with a role in the portal or without.</summary>
    public Task<Outcome<Page<Person>>> People(Scope scope, AccountId account, string? cursor, CancellationToken cancel = default) =>
        map.Owner<IContacts>().Search(scope, new PersonQuery(Account: account, Cursor: cursor, Limit: 100) { AlsoWithoutRole = true }, cancel);

    /// <summary>One of the account's people. Whoever is not is not found.</summary>
    public async Task<Outcome<Person>> Contact(Scope scope, AccountId account, PersonId person, CancellationToken cancel = default)
    {
        var found = await map.Owner<IContacts>().Get(scope, person, cancel);
        return found.Try(out var standing) && (standing.IsStaff || !standing.Accounts.Contains(account))
            ? Outcome.Failed<Person>(new Failure(Cause.NotFound, found.Provenance!.System, "person", clock.GetUtcNow()))
            : found;
    }

    /// <summary>Whether this person may change this contact: one who acts for somebody else too is not his to change.</summary>
    public static bool MayChange(Scope scope, Person person) => scope.MayManage && person.Accounts.All(scope.Covers);

    /// <summary>As the browser is to keep it before it is sent.</summary>
    internal CompanyChange Composed(Scope scope, CompanyChange change) => seals.Composed(scope, change);

    /// <summary>
    /// Does the change and writes its note, or only what of it is still to be done. What the browser kept and the portal does not vouch for is done and told too,
    /// unless it stands already: then nobody knows who did it, and nothing is told.
    /// </summary>
    /// <param name="by">Who does it, for the account's timeline: the name of the person who is signed in, never one that the browser kept.</param>
    /// <param name="again">It was asked for before, and its end is not known.</param>
    public async Task<Changed> Settle(Scope scope, string by, CompanyChange wanted, bool again, CancellationToken cancel = default)
    {
        var known = seals.Known(scope, wanted);
        if (known is ChangeKnown.Nothing)
        {
            if (await Stands(scope, wanted, again, cancel) is { } ended)
            {
                return ended;
            }

            wanted = wanted with { Id = Guid.NewGuid() }; // a note of its own, whatever stands under the key that came along
        }

        var changed = known is ChangeKnown.Done ? await Tell(scope, by, wanted, cancel) : await Apply(scope, by, wanted, again, cancel);
        return changed.Verdict is ChangeVerdict.Untold && known is not ChangeKnown.Done ? changed with { Further = seals.Done(scope, wanted) } : changed;
    }

    /// <summary>How it ends without anything being done: it stands already, or it is not known whether it does. Null where there is something to do.</summary>
    private async Task<Changed?> Stands(Scope scope, CompanyChange wanted, bool again, CancellationToken cancel)
    {
        bool stands;
        Failure? failure;
        if (wanted.Address is { } address)
        {
            var answer = await Account(scope, wanted.Account, cancel);
            failure = answer.Failure;
            stands = answer.Try(out var account) && address.IsDone(account.Addresses.FirstOrDefault(one => one.Id == address.Id));
        }
        else
        {
            var answer = await map.Owner<IContacts>().Get(scope, wanted.Contact!.Id, cancel);
            failure = answer.Failure is { Cause: Cause.NotFound } && wanted.Contact.Seen is null ? null : answer.Failure;
            stands = answer.Try(out var person) && person.Details == wanted.Contact.Wanted;
        }

        if (failure is not null)
        {
            return new Changed(failure.Cause is Cause.NotFound ? ChangeVerdict.Gone : again ? ChangeVerdict.Unclear : ChangeVerdict.NotReached, failure);
        }

        if (!stands)
        {
            return null;
        }

        Log.NotVouchedFor(logger, wanted.Id, wanted.Account, scope.Actor);
        return new Changed(ChangeVerdict.Done);
    }

    internal async Task<Changed> Apply(Scope scope, string by, CompanyChange wanted, bool again, CancellationToken cancel = default)
    {
        Failure? last = null;
        for (var tries = 0; tries < MostTries; tries++)
        {
            last = wanted.Address is { } address
                ? (await map.Owner<IAccounts>().ChangeAddress(scope, wanted.Account, address, cancel)).Failure
                : (await map.Owner<IContacts>().Change(scope, wanted.Contact!, cancel)).Failure;
            if (last is null)
            {
                board.Tell(Entity.Accounts, wanted.Account.Value);
                return await Tell(scope, by, wanted, cancel);
            }

            if (!last.MayHaveTakenEffect)
            {
                var verdict = last.Cause switch
                {
                    Cause.Stale => ChangeVerdict.Stale,
                    Cause.NotFound => ChangeVerdict.Gone,
                    _ when !last.RetryCanHelp => ChangeVerdict.Refused,
                    _ => again || tries > 0 ? ChangeVerdict.Unclear : ChangeVerdict.NotReached,
                };
                return new Changed(verdict, last);
            }

            await Task.Delay(last.RetryAfter is { } wait && wait < 5 * Pause ? wait : Pause * (tries + 1), clock, cancel);
        }

        return new Changed(ChangeVerdict.Unclear, last);
    }

    /// <summary>
    /// Writes the note of a change that is done, under the change's own key: told twice, it stands there once. A note that is refused for good ends the change all the same,
    /// and is logged: asking for it again would never end.
    /// </summary>
    internal async Task<Changed> Tell(Scope scope, string by, CompanyChange done, CancellationToken cancel = default)
    {
        var title = done switch
        {
            { Address: { Seen: null, Wanted: { } added } } => $"Address added in the portal by {by}: {added.City}",
            { Address: { Wanted: null, Seen: { } removed } } => $"Address removed in the portal by {by}: {removed.City}",
            { Address.Wanted: { } changed } => $"Address changed in the portal by {by}: {changed.City}",
            { Contact: { Seen: null } added } => $"Contact added in the portal by {by}: {added.Wanted.Name}",
            _ => $"Contact changed in the portal by {by}: {done.Contact!.Wanted.Name}",
        };
        var told = await map.Owner<ITimeline>().Put(
            scope, done.Account, new TimelineEntry($"company:{done.Id:N}", clock.GetUtcNow(), TimelineKind.Note, title.Length > 200 ? title[..200] : title), cancel);
        if (told.Failure is not { } failure)
        {
            return new Changed(ChangeVerdict.Done);
        }

        if (failure.RetryCanHelp)
        {
            return new Changed(ChangeVerdict.Untold, failure);
        }

        Log.NotTold(logger, done.Id, done.Account, failure.System, failure.Cause);
        return new Changed(ChangeVerdict.Done);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The change {Change} of the account {Account} is done, and its timeline refuses the note of it: {System} {Cause}.")]
        public static partial void NotTold(ILogger logger, Guid change, AccountId account, string system, Cause cause);

        [LoggerMessage(LogLevel.Warning, "The change {Change} of the account {Account} stands already. What the browser of {Actor} kept of it is not what the portal gave it: no note was written.")]
        public static partial void NotVouchedFor(ILogger logger, Guid change, AccountId account, string actor);
    }
}
