using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Placing;

namespace PortalIntegration.Portal.Features.Orders;

/// <summary>Orders as their owner lists them, and those that have no number yet.</summary>
public sealed class FindOrders(IOwnershipMap map, IPlaceOrders placing)
{
    public const int PageSize = 25;

    /// <param name="customer">Null for every customer in the scope.</param>
    public Task<Outcome<Page<OrderSummary>>> List(
        Scope scope, CustomerNumber? customer, string? text, OrderStatus? status, string? cursor, CancellationToken cancel = default) =>
        map.Owner<IOrders>().Search(
            scope,
            new OrderQuery { Customer = customer, Text = Trimmed(text), Status = status, Cursor = Trimmed(cursor), Limit = PageSize },
            cancel);

    public Task<Outcome<Order>> Get(Scope scope, OrderNumber number, CancellationToken cancel = default) =>
        map.Owner<IOrders>().Get(scope, number, cancel);

    /// <summary>What has no number yet: on its way, or waiting for somebody's decision.</summary>
    public async Task<IReadOnlyList<Placing>> OnTheirWay(Scope scope, CancellationToken cancel = default) =>
        [.. (await placing.Recent(scope, cancel)).Where(item => !item.IsFinal)];

    private static string? Trimmed(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
