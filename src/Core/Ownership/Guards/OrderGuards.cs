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

    public async Task<Outcome<OrderAllowance>> Allowed(Scope scope, OrderNumber number, CancellationToken cancel) =>
        guard.Release(scope, await guard.Ask(scope, nameof(Allowed), () => port.Allowed(scope, number, cancel)), allowed => scope.Covers(allowed.Customer), nameof(Allowed), number);

    public Task<Outcome<Order>> Change(Scope scope, OrderChange change, CancellationToken cancel) =>
        WriteTo(scope, change.Order, nameof(Change), () => port.Change(scope, change, cancel), cancel);

    public Task<Outcome<Order>> Cancel(Scope scope, OrderCancellation cancellation, CancellationToken cancel) =>
        WriteTo(scope, cancellation.Order, nameof(Cancel), () => port.Cancel(scope, cancellation, cancel), cancel);

    /// <summary>A number alone does not say whose the order is: its owner is asked before anything is written.</summary>
    private async Task<Outcome<Order>> WriteTo(Scope scope, OrderNumber number, string operation, Func<Task<Outcome<Order>>> write, CancellationToken cancel)
    {
        if (!Guard.MayOrder(scope))
        {
            return guard.Refuse<Order>(scope, operation, number);
        }

        var standing = guard.Release(scope, await port.Get(scope, number, cancel), order => scope.Covers(order.Customer), operation, number);
        return standing.Succeeded
            ? guard.Release(scope, await write(), order => scope.Covers(order.Customer), operation, number)
            : standing.Failure!.Cause is Cause.NotFound ? standing
            : Outcome.Failed<Order>(AsNotDone(standing.Failure));
    }

    /// <summary>Nothing was written yet: whatever kept the question from an answer left no effect.</summary>
    private static Failure AsNotDone(Failure failure) => failure.MayHaveTakenEffect ? failure with { Cause = Cause.Unavailable } : failure;

    public async Task<Outcome<Page<Backorder>>> Backorders(Scope scope, CustomerNumber customer, string? cursor, CancellationToken cancel)
    {
        var found = await guard.Hold(scope, scope.Covers(customer), nameof(Backorders), customer, () =>
            guard.Read(scope, nameof(Backorders), customer.Value, cursor, token => port.Backorders(scope, customer, cursor, token), cancel));
        return found.Select(page => page with { Items = [.. page.Items.Where(line => line.Customer == customer)] });
    }

    public Task<Outcome<IReadOnlyList<OrderActivity>>> Activity(Scope scope, IReadOnlyList<CustomerNumber> customers, CancellationToken cancel) =>
        guard.Many(scope, customers, nameof(Activity), token => port.Activity(scope, customers, token), activity => activity.Customer, cancel);

    public Task<Outcome<Changes>> ChangedSince(Scope scope, string? cursor, CancellationToken cancel) =>
        guard.Hold(scope, scope.CoversEverything, nameof(ChangedSince), null, () => port.ChangedSince(scope, cursor, cancel));
}

internal sealed class GuardedQuoting(IQuoting port, Guard guard) : IQuoting
{
    public QuotingCapabilities Quoting => port.Quoting;

    public Task<Outcome<Quote>> Quote(Scope scope, QuoteRequest request, CancellationToken cancel) =>
        guard.Hold(scope, scope.Covers(request.Customer) && Guard.MayOrder(scope), nameof(Quote), request.Customer, () =>
            guard.Ask(scope, nameof(Quote), () => port.Quote(scope, request, cancel)));

    public Task<Outcome<IReadOnlyList<DeliveryMethod>>> DeliveryMethods(Scope scope, CustomerNumber customer, CancellationToken cancel) =>
        guard.Hold(scope, scope.Covers(customer), nameof(DeliveryMethods), customer, () =>
            guard.Read(scope, nameof(DeliveryMethods), customer.Value, null, token => port.DeliveryMethods(scope, customer, token), cancel));

    public Task<Outcome<int>> SweepDrafts(Scope scope, DateTimeOffset before, CancellationToken cancel) =>
        guard.Hold(scope, scope.CoversEverything, nameof(SweepDrafts), null, () => port.SweepDrafts(scope, before, cancel));
}
