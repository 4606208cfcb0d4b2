using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Core.Ownership.Guards;

internal sealed class GuardedOrders(IOrders port, Guard guard) : IOrders
{
    public PlacingCapabilities Placing => port.Placing;

    public Task<Outcome<Order>> Create(Scope scope, NewOrder order, DateTimeOffset deadline, CancellationToken cancel) =>
        guard.Hold(scope, scope.Covers(order.Request.Customer) && Guard.MayOrder(scope), nameof(Create), order.Request.Customer, () =>
            port.Create(scope, order, deadline, cancel));

    // Never answered from memory and never shared: what it finds decides whether a second create may go out.
    public async Task<Outcome<Order?>> FindByReference(Scope scope, CustomerNumber customer, SubmissionId submission, CancellationToken cancel) =>
        guard.Release(
            scope,
            await guard.Hold(scope, scope.Covers(customer), nameof(FindByReference), customer, () => port.FindByReference(scope, customer, submission, cancel)),
            order => order is null || order.Customer == customer,
            nameof(FindByReference),
            submission);

    public async Task<Outcome<Order>> Get(Scope scope, OrderNumber number, CancellationToken cancel) =>
        guard.Release(
            scope,
            await guard.Read(scope, nameof(Get), Guard.Whose(scope), number, token => port.Get(scope, number, token), cancel),
            order => scope.Covers(order.Customer),
            nameof(Get),
            number);

    public async Task<Outcome<Page<OrderSummary>>> Search(Scope scope, OrderQuery query, CancellationToken cancel)
    {
        var found = await guard.Hold(scope, query.Customer is not { } customer || scope.Covers(customer), nameof(Search), query.Customer, () =>
            guard.Read(scope, nameof(Search), Guard.Whose(scope), query, token => port.Search(scope, query, token), cancel));
        return found.Select(page => page with { Items = [.. page.Items.Where(order => scope.Covers(order.Customer))] });
    }

    public async Task<Outcome<Page<Backorder>>> Backorders(Scope scope, CustomerNumber customer, string? cursor, CancellationToken cancel)
    {
        var found = await guard.Hold(scope, scope.Covers(customer), nameof(Backorders), customer, () =>
            guard.Read(scope, nameof(Backorders), customer.Value, cursor, token => port.Backorders(scope, customer, cursor, token), cancel));
        return found.Select(page => page with { Items = [.. page.Items.Where(line => line.Customer == customer)] });
    }

    public Task<Outcome<Changes>> ChangedSince(Scope scope, string? cursor, CancellationToken cancel) =>
        guard.Hold(scope, scope.CoversEverything, nameof(ChangedSince), null, () => port.ChangedSince(scope, cursor, cancel));
}

internal sealed class GuardedQuoting(IQuoting port, Guard guard) : IQuoting
{
    public QuotingCapabilities Quoting => port.Quoting;

    public Task<Outcome<Quote>> Quote(Scope scope, QuoteRequest request, CancellationToken cancel) =>
        guard.Hold(scope, scope.Covers(request.Customer) && Guard.MayOrder(scope), nameof(Quote), request.Customer, () =>
            port.Quote(scope, request, cancel));

    public Task<Outcome<IReadOnlyList<DeliveryMethod>>> DeliveryMethods(Scope scope, CustomerNumber customer, CancellationToken cancel) =>
        guard.Hold(scope, scope.Covers(customer), nameof(DeliveryMethods), customer, () =>
            guard.Read(scope, nameof(DeliveryMethods), customer.Value, null, token => port.DeliveryMethods(scope, customer, token), cancel));

    public Task<Outcome<int>> SweepDrafts(Scope scope, DateTimeOffset before, CancellationToken cancel) =>
        guard.Hold(scope, scope.CoversEverything, nameof(SweepDrafts), null, () => port.SweepDrafts(scope, before, cancel));
}
