using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.Extensions.Options;
using PortalIntegration.Core;
using PortalIntegration.Core.Accounts;
using PortalIntegration.Core.Contacts;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.SignIn.Providers;

namespace PortalIntegration.Portal.SignIn;

/// <summary>
/// Says what a signed-in person may do, as the CRM says it. The CRM is asked at most once per <see cref="SignInOptions.Confirm"/> and
/// person; while it does not answer, what it said last stays valid for <see cref="SignInOptions.Grace"/>: from memory, or after a
/// restart from the cookie. Only a clear "no" of the CRM ends it sooner.
/// </summary>
public sealed partial class ScopeSessions(IOwnershipMap map, TimeProvider clock, IOptions<SignInOptions> options, ILogger<ScopeSessions> logger)
{
    /// <summary>A rep with more accounts than 50 pages hold is served with the first of them.</summary>
    private const int MostPages = 50;
    private const int PageSize = 200;
    private const int PatienceForMissing = 3;

    private static readonly Scope Asking = Scope.ForPortal("sign-in", Lane.Interactive);

    private readonly ConcurrentDictionary<Who, Entry> _known = new();

    private string Crm => map.OwnerOf(Entity.Contacts) ?? "crm";

    /// <summary>The whole scope of a signed-in person.</summary>
    public async Task<Outcome<Scope>> ScopeFor(ClaimsPrincipal user, CancellationToken cancel = default) =>
        (await SessionFor(user, cancel)).Select(session => session.Scope);

    /// <summary>The scope, and the account that the person acts for.</summary>
    /// <returns>
    /// <see cref="Cause.NotFound"/> for somebody who is not signed in or has no access to the portal any more; another failure while the CRM
    /// does not answer and nothing within the grace is known.
    /// </returns>
    public async Task<Outcome<PortalSession>> SessionFor(ClaimsPrincipal user, CancellationToken cancel = default)
    {
        if (Who.Is(user) is not { } person)
        {
            return Outcome.Failed<PortalSession>(new Failure(Cause.NotFound, Crm, "scope", clock.GetUtcNow()));
        }

        if (person.As is AdmittedAs.Admin)
        {
            return SessionTicket.Scope(user) is { Role: Role.Admin } admin
                ? Outcome.Success(Session(admin, null), new Provenance(admin.System, clock.GetUtcNow()))
                : Outcome.Failed<PortalSession>(new Failure(Cause.NotFound, Crm, "scope", clock.GetUtcNow()) { Code = CurrentSession.NoAccess });
        }

        var confirmed = await Confirmed(person, SessionTicket.Scope(user), cancel);
        if (confirmed is { Succeeded: false, Failure: { Cause: Cause.NotFound } refused })
        {
            return Outcome.Failed<PortalSession>(refused with { Code = CurrentSession.NoAccess });
        }

        return confirmed.Select(scope => Session(scope, SessionTicket.Acting(user)));
    }

    /// <summary>
    /// What was confirmed last, however long ago, without asking anybody: for the words of a frame and the keys of drafts, never for data.
    /// Null for nobody, and once the CRM has said no.
    /// </summary>
    public PortalSession? LastConfirmed(ClaimsPrincipal user) =>
        Who.Is(user) is { } person && LastOf(person, SessionTicket.Scope(user)) is { } scope
            ? Session(scope, SessionTicket.Acting(user))
            : null;

    /// <summary>Whether the CRM has said no, as far as it was asked; asks nobody.</summary>
    internal bool Refused(ClaimsPrincipal user) =>
        Who.Is(user) is { } person && _known.GetValueOrDefault(person)?.Refused is { } refused && !(SessionTicket.Scope(user)?.ConfirmedAt > refused);

    /// <summary>Asks the CRM now, whatever is known.</summary>
    /// <param name="admission">By a provider: the person must still have this e-mail address and be what the provider may let in. Null for who was picked.</param>
    internal Task<Outcome<ConfirmedScope>> Ask(PersonId id, Admission? admission = null)
    {
        var person = Who.Is(id, admission);
        var entry = _known.GetOrAdd(person, static _ => new Entry());
        lock (entry)
        {
            return entry.Asking ??= AskAndKeep(person, entry);
        }
    }

    /// <summary>The same, unless somebody else asked between looking at what is known and now.</summary>
    private Task<Outcome<ConfirmedScope>> Ask(Who person, ConfirmedScope? known)
    {
        var entry = _known.GetOrAdd(person, static _ => new Entry());
        lock (entry)
        {
            if (entry.Asking is null && entry.Last is { } last && last != known && clock.GetUtcNow() - last.ConfirmedAt < options.Value.Confirm)
            {
                return Task.FromResult(Outcome.Success(last, new Provenance(last.System, last.ConfirmedAt, Freshness.Snapshot)));
            }

            return entry.Asking ??= AskAndKeep(person, entry);
        }
    }

    /// <summary>Newer than the cookie's, and worth a new cookie; null when the cookie's is good enough.</summary>
    internal ConfirmedScope? NewerThan(ClaimsPrincipal user)
    {
        var inTicket = SessionTicket.Scope(user);
        var known = Who.Is(user) is not { } person ? null : _known.TryGetValue(person, out var entry) ? entry.Last : null;
        var worthwhile = known is not null
            && (inTicket is null || known.ConfirmedAt - inTicket.ConfirmedAt > TimeSpan.FromMinutes(2)
                || (known.ConfirmedAt > inTicket.ConfirmedAt && inTicket.LeftOut == 0 && !known.SaysTheSameAs(inTicket)));
        return worthwhile ? known : null;
    }

    private static PortalSession Session(ConfirmedScope scope, AccountId? acting)
    {
        var account = scope.Accounts.FirstOrDefault(candidate => candidate.Account == acting);
        return new PortalSession
        {
            Person = scope.Person,
            Name = scope.Name,
            Role = scope.Role,
            Scope = scope.ToScope(),
            LeftOut = scope.LeftOut,
            Acting = account ?? (scope.Role is not Role.Rep && scope.Accounts.Count == 1 ? scope.Accounts[0] : null),
        };
    }

    private async Task<Outcome<ConfirmedScope>> Confirmed(Who person, ConfirmedScope? inTicket, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var known = Newest(person, inTicket);
        if (known is not null && now - known.ConfirmedAt < options.Value.Confirm && _known.TryGetValue(person, out var entry) && entry.Last == known)
        {
            return Outcome.Success(known, new Provenance(known.System, known.ConfirmedAt, Freshness.Snapshot));
        }

        var asking = Ask(person, known);
        if (known is null)
        {
            return await asking.WaitAsync(cancel);
        }

        // A scope within its grace is at hand: nobody waits for a CRM that hangs. The question goes on, and the next page has its answer.
        // With accounts missing it is waited for longer: theirs would be "not found".
        var patience = known.LeftOut > 0 ? PatienceForMissing * options.Value.Patience : options.Value.Patience;
        if (await Task.WhenAny(asking, Task.Delay(patience, clock, cancel)) == asking)
        {
            var answer = await asking;
            if (answer.Succeeded || answer.Failure!.Cause is Cause.NotFound)
            {
                return answer;
            }

            return LastKnown(known, answer.Failure);
        }

        cancel.ThrowIfCancellationRequested();
        return LastKnown(known, new Failure(Cause.TimedOut, Crm, "scope", clock.GetUtcNow()));
    }

    private static Outcome<ConfirmedScope> LastKnown(ConfirmedScope known, Failure failure) =>
        Outcome.LastKnown(known, new Provenance(known.System, known.ConfirmedAt), failure);

    /// <summary>Within the grace.</summary>
    private ConfirmedScope? Newest(Who person, ConfirmedScope? inTicket) =>
        LastOf(person, inTicket) is { } last && clock.GetUtcNow() - last.ConfirmedAt <= options.Value.Grace ? last : null;

    /// <summary>From memory or the cookie, whichever is newer; null when the CRM has said no since.</summary>
    private ConfirmedScope? LastOf(Who person, ConfirmedScope? inTicket)
    {
        var entry = _known.GetValueOrDefault(person);
        var inMemory = entry?.Last;
        if (inTicket is not null && entry?.Refused >= inTicket.ConfirmedAt)
        {
            inTicket = null;
        }

        return inMemory is null || inTicket?.ConfirmedAt > inMemory.ConfirmedAt ? inTicket : inMemory;
    }

    private async Task<Outcome<ConfirmedScope>> AskAndKeep(Who person, Entry entry)
    {
        await Task.Yield(); // The caller holds the lock.
        try
        {
            var answer = await AskCrm(person);
            if (answer.Try(out var scope))
            {
                entry.Last = scope;
                entry.Refused = null;
                Forget();
            }
            else if (answer.Failure!.Cause is Cause.NotFound)
            {
                entry.Last = null;
                entry.Refused = clock.GetUtcNow();
                Log.Refused(logger, person.Person.Value);
            }
            else
            {
                Log.NotConfirmed(logger, person.Person.Value, answer.Failure.System, answer.Failure.Cause);
            }

            return answer;
        }
        finally
        {
            lock (entry)
            {
                entry.Asking = null;
            }
        }
    }

    private async Task<Outcome<ConfirmedScope>> AskCrm(Who who)
    {
        var id = who.Person;
        var found = await map.Owner<IContacts>().Get(Asking, id);
        if (!found.Try(out var person))
        {
            return found.As<ConfirmedScope>();
        }

        if (found.Failure is { } stale)
        {
            // A last known answer confirms nothing.
            return Outcome.Failed<ConfirmedScope>(stale);
        }

        if (person.Role is not { } role || !who.Fits(person))
        {
            return Outcome.Failed<ConfirmedScope>(new Failure(Cause.NotFound, found.Provenance!.System, "scope", clock.GetUtcNow()));
        }

        role = who.As is AdmittedAs.Rep ? Role.Rep : role;
        var accounts = role switch
        {
            Role.Admin => Outcome.Success<IReadOnlyList<ScopedAccount>>([], found.Provenance!),
            Role.Rep => await AccountsInCareOf(id),
            _ => await AccountsOf(person, found.Provenance!),
        };
        return accounts.Failure is { } behind
            ? Outcome.Failed<ConfirmedScope>(behind)
            : accounts.Select(list => new ConfirmedScope(id, person.Name, role, list, found.Provenance!.System, clock.GetUtcNow(), person.OrderLimit));
    }

    private async Task<Outcome<IReadOnlyList<ScopedAccount>>> AccountsOf(Person person, Provenance provenance)
    {
        var accounts = map.Owner<IAccounts>();
        List<ScopedAccount> found = [];
        foreach (var answer in await Task.WhenAll(person.Accounts.Select(account => accounts.Get(Asking, account))))
        {
            if (answer.Failure is { Cause: not Cause.NotFound } failure)
            {
                return Outcome.Failed<IReadOnlyList<ScopedAccount>>(failure);
            }

            if (answer.Try(out var account))
            {
                found.Add(Scoped(account));
            }
        }

        return Outcome.Success<IReadOnlyList<ScopedAccount>>(InOrder(found), provenance);
    }

    private async Task<Outcome<IReadOnlyList<ScopedAccount>>> AccountsInCareOf(PersonId rep)
    {
        List<ScopedAccount> found = [];
        string? cursor = null;
        for (var page = 0; page < MostPages; page++)
        {
            var answer = await map.Owner<IAccounts>().Search(Asking, new AccountQuery(Owner: rep, Cursor: cursor, Limit: PageSize));
            if (answer.Failure is not null || !answer.Try(out var accounts))
            {
                return Outcome.Failed<IReadOnlyList<ScopedAccount>>(answer.Failure!);
            }

            // The owner is checked again here: what a rep may touch does not hang on a filter of the CRM's alone.
            found.AddRange(accounts.Items.Where(account => account.Owner == rep).Select(Scoped));
            if (accounts.Next is null)
            {
                return Outcome.Success<IReadOnlyList<ScopedAccount>>(InOrder(found), answer.Provenance!);
            }

            cursor = accounts.Next;
        }

        Log.TooManyAccounts(logger, rep.Value, found.Count);
        return Outcome.Success<IReadOnlyList<ScopedAccount>>(InOrder(found), new Provenance(Crm, clock.GetUtcNow()));
    }

    private static ScopedAccount Scoped(Account account) => new(account.Id, account.Customer, account.Name);

    private static List<ScopedAccount> InOrder(List<ScopedAccount> accounts) =>
        [.. accounts.DistinctBy(account => account.Account).OrderBy(account => account.Name, StringComparer.CurrentCultureIgnoreCase)];

    /// <summary>Keeps memory from growing with everybody who was ever here.</summary>
    private void Forget()
    {
        if (_known.Count < 1_000)
        {
            return;
        }

        var limit = clock.GetUtcNow() - options.Value.Grace - TimeSpan.FromMinutes(1);
        foreach (var (person, entry) in _known)
        {
            if ((entry.Last?.ConfirmedAt ?? entry.Refused ?? DateTimeOffset.MinValue) < limit && entry.Asking is null)
            {
                _known.TryRemove(person, out _);
            }
        }
    }

    /// <summary>A person, and what he came in as: what is known of the one says nothing of the other.</summary>
    private readonly record struct Who(PersonId Person, AdmittedAs? As, string? Email)
    {
        public static Who? Is(ClaimsPrincipal user) => SessionTicket.Person(user) is { } person ? Is(person, SessionTicket.Admission(user)) : null;

        public static Who Is(PersonId person, Admission? admission) => new(person, admission?.As, admission?.Email.ToUpperInvariant());

        /// <summary>The address that the provider verified is still his, and he is one of those whom the provider may let in.</summary>
        public bool Fits(Person person) => As is null
            || (string.Equals(person.Email?.Trim(), Email, StringComparison.OrdinalIgnoreCase)
                && (As is AdmittedAs.Customer ? !person.IsStaff && person.Role is not (Role.Rep or Role.Admin) : person.IsStaff));
    }

    private sealed class Entry
    {
        public volatile ConfirmedScope? Last;

        public Task<Outcome<ConfirmedScope>>? Asking { get; set; }

        /// <summary>When the CRM said that the person has no access.</summary>
        public DateTimeOffset? Refused { get; set; }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The CRM gives {Person} no access to the portal.")]
        public static partial void Refused(ILogger logger, string person);

        [LoggerMessage(LogLevel.Warning, "The scope of {Person} was not confirmed: {System} {Cause}.")]
        public static partial void NotConfirmed(ILogger logger, string person, string system, Cause cause);

        [LoggerMessage(LogLevel.Warning, "{Person} has more accounts than can be read; {Count} are served.")]
        public static partial void TooManyAccounts(ILogger logger, string person, int count);
    }
}
