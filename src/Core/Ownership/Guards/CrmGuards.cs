using PortalIntegration.Core.Accounts;
using PortalIntegration.Core.Contacts;
using PortalIntegration.Core.Opportunities;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Core.Ownership.Guards;

internal sealed class GuardedAccounts(IAccounts port, Guard guard) : IAccounts
{
    public Task<Outcome<Account>> Get(Scope scope, AccountId account, CancellationToken cancel) =>
        guard.Hold(scope, scope.Covers(account), nameof(Get), account, () =>
            guard.Read(scope, nameof(Get), account.Value, null, token => port.Get(scope, account, token), cancel));

    public async Task<Outcome<Page<Account>>> Search(Scope scope, AccountQuery query, CancellationToken cancel)
    {
        var found = await guard.Read(scope, nameof(Search), Guard.Whose(scope), query, token => port.Search(scope, query, token), cancel);
        return found.Select(page => page with { Items = [.. page.Items.Where(account => scope.Covers(account.Id))] });
    }
}

internal sealed class GuardedTimeline(ITimeline port, Guard guard) : ITimeline
{
    public Task<Outcome<Page<TimelineEntry>>> List(Scope scope, AccountId account, string? cursor, CancellationToken cancel) =>
        guard.Hold(scope, scope.Covers(account), nameof(List), account, () =>
            guard.Read(scope, nameof(List), account.Value, cursor, token => port.List(scope, account, cursor, token), cancel));

    public Task<Outcome<Done>> Put(Scope scope, AccountId account, TimelineEntry entry, CancellationToken cancel) =>
        guard.Hold(scope, scope.Covers(account), nameof(Put), account, () => port.Put(scope, account, entry, cancel));
}

internal sealed class GuardedContacts(IContacts port, Guard guard) : IContacts
{
    public async Task<Outcome<Person>> Get(Scope scope, PersonId person, CancellationToken cancel) =>
        guard.Release(
            scope,
            await guard.Read(scope, nameof(Get), person.Value, null, token => port.Get(scope, person, token), cancel),
            found => Shows(scope, found),
            nameof(Get),
            person);

    public async Task<Outcome<Page<Person>>> Search(Scope scope, PersonQuery query, CancellationToken cancel)
    {
        var found = await guard.Hold(scope, query.Account is not { } account || scope.Covers(account), nameof(Search), query.Account, () =>
            guard.Read(scope, nameof(Search), Guard.Whose(scope), query, token => port.Search(scope, query, token), cancel));
        return found.Select(page => page with { Items = [.. page.Items.Where(person => Shows(scope, person))] });
    }

    private static bool Shows(Scope scope, Person person) =>
        scope.CoversEverything || person.Id.Value == scope.Actor || person.Accounts.Any(scope.Covers);
}

internal sealed class GuardedOpportunities(IOpportunities port, Guard guard) : IOpportunities
{
    public Task<Outcome<Page<Opportunity>>> List(Scope scope, AccountId account, string? cursor, CancellationToken cancel) =>
        guard.Hold(scope, scope.Covers(account), nameof(List), account, () =>
            guard.Read(scope, nameof(List), account.Value, cursor, token => port.List(scope, account, cursor, token), cancel));
}
