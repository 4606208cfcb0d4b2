using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.Features.Checkout;
using PortalIntegration.Sync.Placing;

namespace PortalIntegration.Portal.Features.Orders;

/// <summary>Orders as their owner lists them, and those that have no number yet.</summary>
public sealed class FindOrders(IOwnershipMap map, IPlaceOrders placing)
{
    public const int PageSize = 25;

    /// <param name="customer">Null for every customer in the scope.</param>
    /// <param name="text">Part of an order number or a purchase order number; where there is none, a whole tracking number.</param>
    public async Task<Outcome<Page<OrderSummary>>> List(
        Scope scope, CustomerNumber? customer, string? text, OrderStatus? status, string? cursor, CancellationToken cancel = default)
    {
        var query = new OrderQuery { Customer = customer, Text = PlainText.TypedOrNull(text), Status = status, Cursor = Trimmed(cursor), Limit = PageSize };
        var found = await map.Owner<IOrders>().Search(scope, query, cancel);
        return found.Try(out var page) && page.Items is [] && query is { Text: { } number, Cursor: null } && number.Any(char.IsAsciiDigit)
            ? await map.Owner<IOrders>().Search(scope, query with { Text = null, TrackingNumber = number }, cancel)
            : found;
    }

    public Task<Outcome<Order>> Get(Scope scope, OrderNumber number, CancellationToken cancel = default) =>
        map.Owner<IOrders>().Get(scope, number, cancel);

    /// <summary>What has no number yet: on its way, or waiting for somebody's decision. Each is followed until it is disposed.</summary>
    /// <param name="moved">Called on any thread when one has moved, with what <see cref="OrderOnItsWay.Take"/> takes.</param>
    public async Task<IReadOnlyList<OrderOnItsWay>> OnTheirWay(Scope scope, Action<OrderOnItsWay, Placing> moved, CancellationToken cancel = default)
    {
        var orders = new List<OrderOnItsWay>();
        foreach (var found in (await placing.Recent(scope, cancel)).Where(item => item is { IsFinal: false, Keep: null }))
        {
            var order = new OrderOnItsWay(found.Id, kept: null);
            order.Take(found);
            order.Follow(placing.Watch(scope, found.Id, now => moved(order, now)));
            orders.Add(order);
        }

        // What moved between the reading and the watching was told to nobody.
        foreach (var order in orders)
        {
            if (await placing.Find(scope, order.Id, cancel) is { } now)
            {
                order.Take(now);
            }
        }

        return orders;
    }

    private static string? Trimmed(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
