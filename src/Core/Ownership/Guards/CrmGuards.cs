using PortalIntegration.Core.Accounts;
using PortalIntegration.Core.Contacts;
using PortalIntegration.Core.Opportunities;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.SalesProducts;
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

    public Task<Outcome<Account>> Update(Scope scope, AccountId account, AccountChange change, string? version, CancellationToken cancel) =>
        guard.Own(scope, nameof(Update), account, () => port.Update(scope, account, change, version, cancel));

    public async Task<Outcome<Account>> ChangeAddress(Scope scope, AccountId account, AddressChange change, CancellationToken cancel) =>
        guard.Release(
            scope,
            await guard.Hold(scope, scope.Covers(account) && scope.MayManage, nameof(ChangeAddress), account, () => port.ChangeAddress(scope, account, change, cancel)),
            changed => changed.Id == account,
            nameof(ChangeAddress),
            account);

    public Task<Outcome<Changes>> ChangedSince(Scope scope, string? cursor, CancellationToken cancel) =>
        guard.Own(scope, nameof(ChangedSince), null, () => port.ChangedSince(scope, cursor, cancel));
}

internal sealed class GuardedTimeline(ITimeline port, Guard guard) : ITimeline
{
    public Task<Outcome<Page<TimelineEntry>>> List(Scope scope, AccountId account, string? cursor, CancellationToken cancel) =>
        guard.Hold(scope, scope.Covers(account), nameof(List), account, () =>
            guard.Read(scope, nameof(List), account.Value, cursor, token => port.List(scope, account, cursor, token), cancel));

    public Task<Outcome<IReadOnlyList<TimelineEntry>>> About(Scope scope, AccountId account, OrderNumber order, CancellationToken cancel) =>
        guard.Hold(scope, scope.Covers(account), nameof(About), account, () =>
            guard.Ask(scope, nameof(About), () => port.About(scope, account, order, cancel)));

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

    /// <summary>An id alone does not say whose the contact is: its owner is asked before anything is written. One who acts for somebody else too is not ours to change.</summary>
    public async Task<Outcome<Person>> Change(Scope scope, ContactChange change, CancellationToken cancel)
    {
        if (!scope.Covers(change.Account) || !scope.MayManage)
        {
            return guard.Refuse<Person>(scope, nameof(Change), change.Id);
        }

        var asked = await port.Get(scope, change.Id, cancel);
        var standing = guard.Release(scope, asked, person => IsOurs(scope, change.Account, person), nameof(Change), change.Id);
        var isNew = change.Seen is null && asked.Failure?.Cause is Cause.NotFound;
        return isNew || standing.Succeeded
            ? guard.Release(scope, await port.Change(scope, change, cancel), person => IsOurs(scope, change.Account, person), nameof(Change), change.Id)
            : standing.Failure is { MayHaveTakenEffect: true } unknown
                ? Outcome.Failed<Person>(unknown with { Cause = Cause.Unavailable }) // Nothing was written yet.
                : standing;
    }

    private static bool IsOurs(Scope scope, AccountId account, Person person) =>
        !person.IsStaff && person.Accounts.Contains(account) && person.Accounts.All(scope.Covers);

    private static bool Shows(Scope scope, Person person) =>
        scope.CoversEverything || person.Id.Value == scope.Actor || person.Accounts.Any(scope.Covers);
}

internal sealed class GuardedOpportunities(IOpportunities port, Guard guard) : IOpportunities
{
    public Task<Outcome<Page<Opportunity>>> List(Scope scope, AccountId account, string? cursor, CancellationToken cancel) =>
        guard.Hold(scope, scope.Covers(account), nameof(List), account, () =>
            guard.Read(scope, nameof(List), account.Value, cursor, token => port.List(scope, account, cursor, token), cancel));

    public async Task<Outcome<Opportunity>> Get(Scope scope, string opportunity, CancellationToken cancel) =>
        guard.Release(
            scope,
            await guard.Read(scope, nameof(Get), Guard.Whose(scope), opportunity, token => port.Get(scope, opportunity, token), cancel),
            found => scope.Covers(found.Account),
            nameof(Get),
            opportunity);

    public Task<Outcome<Page<Opportunity>>> Won(Scope scope, string? cursor, CancellationToken cancel) =>
        guard.Own(scope, nameof(Won), null, () => port.Won(scope, cursor, cancel));

    public Task<Outcome<Opportunity>> SetOrder(Scope scope, string opportunity, OrderNumber order, string? version, CancellationToken cancel) =>
        guard.Own(scope, nameof(SetOrder), opportunity, () => port.SetOrder(scope, opportunity, order, version, cancel));

    public Task<Outcome<Changes>> ChangedSince(Scope scope, string? cursor, CancellationToken cancel) =>
        guard.Own(scope, nameof(ChangedSince), null, () => port.ChangedSince(scope, cursor, cancel));
}

internal sealed class GuardedSalesProducts(ISalesProducts port, Guard guard) : ISalesProducts
{
    public Task<Outcome<IReadOnlyList<SalesProduct>>> Get(Scope scope, IReadOnlyList<Sku> skus, CancellationToken cancel) =>
        guard.Own(scope, nameof(Get), null, () => port.Get(scope, skus, cancel));

    public Task<Outcome<SalesProduct>> Put(Scope scope, SalesProduct product, string? version, CancellationToken cancel) =>
        guard.Own(scope, nameof(Put), product.Sku, () => port.Put(scope, product, version, cancel));
}
