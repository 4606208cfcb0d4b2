using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Portal.Features.OrderPad;

/// <summary>
/// What a customer ordered before, to be ordered again: read from the orders of their owner at the moment it is asked for, some at a time, and kept nowhere.
/// No list of orders carries lines in every system, so that each order is read by itself.
/// </summary>
public sealed class FindOrderedBefore(IOwnershipMap map)
{
    /// <summary>How many orders one press of a button reads.</summary>
    public const int OrdersAtATime = 12;

    private const int AtOnce = 4;

    private IOrders Owner => map.Owner<IOrders>();

    /// <summary>The orders to choose one of, newest first.</summary>
    public Task<Outcome<Page<OrderSummary>>> Orders(Scope scope, CustomerNumber customer, string? text, CancellationToken cancel = default) =>
        Owner.Search(scope, new OrderQuery { Customer = customer, Text = PlainText.TypedOrNull(text), Limit = 25 }, cancel);

    public Task<Outcome<Order>> Order(Scope scope, OrderNumber number, CancellationToken cancel = default) => Owner.Get(scope, number, cancel);

    /// <summary>The lines of the next orders, newest first. An order that cannot be read leaves the others as they are and is counted.</summary>
    /// <param name="cursor"><see cref="OrderedBefore.Next"/> of the part before; null for the newest.</param>
    public async Task<Outcome<OrderedBefore>> Lines(Scope scope, CustomerNumber customer, string? cursor, CancellationToken cancel = default)
    {
        var found = await Owner.Search(scope, new OrderQuery { Customer = customer, Cursor = cursor, Limit = OrdersAtATime }, cancel);
        if (!found.Try(out var page))
        {
            return found.As<OrderedBefore>();
        }

        using var room = new SemaphoreSlim(AtOnce);
        var orders = await Task.WhenAll(page.Items.Where(order => order.Status is not OrderStatus.Cancelled).Select(async order =>
        {
            await room.WaitAsync(cancel);
            try
            {
                return await Owner.Get(scope, order.Number, cancel);
            }
            finally
            {
                room.Release();
            }
        }));
        return found.Select(_ => new OrderedBefore(
            [.. orders.SelectMany(answer => answer.Try(out var order) ? Of(order) : [])],
            page.Items.Count,
            orders.Count(answer => !answer.Succeeded),
            page.Items.Count == 0 ? null : page.Items[^1].OrderedAt,
            page.Next));
    }

    /// <summary>Each product once, as it was ordered last.</summary>
    public static IReadOnlyList<LineOrderedBefore> LastOfEach(IEnumerable<LineOrderedBefore> lines) =>
        [.. lines.OrderByDescending(line => line.OrderedAt).DistinctBy(line => line.Sku)];

    /// <summary>Whether the line has all the words, in its SKU, its name or its order's number.</summary>
    public static bool Has(LineOrderedBefore line, string? words) =>
        (words ?? string.Empty).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).All(word =>
            line.Sku.Value.Contains(word, StringComparison.CurrentCultureIgnoreCase)
            || line.Description?.Contains(word, StringComparison.CurrentCultureIgnoreCase) is true
            || line.Order.Value.Contains(word, StringComparison.CurrentCultureIgnoreCase));

    /// <summary>The lines that the order was meant to have: what was cancelled whole is none.</summary>
    public static IReadOnlyList<LineOrderedBefore> Of(Order order) => order.Number is not { } number
        ? []
        : [
            .. order.Lines.Where(line => line.Ordered > 0 && line.Cancelled < line.Ordered)
                .Select(line => new LineOrderedBefore(number, line.LineNumber, order.OrderedAt, line.Sku, line.Description, line.Ordered, line.Unit)),
        ];
}

/// <param name="LineNumber">Of the order's line.</param>
/// <param name="Quantity">As it was ordered, in <paramref name="Unit"/>; more than 0.</param>
public sealed record LineOrderedBefore(
    OrderNumber Order, string LineNumber, DateTimeOffset OrderedAt, Sku Sku, string? Description, decimal Quantity, string Unit);

/// <param name="Orders">How many orders were looked at.</param>
/// <param name="Unread">How many of them their owner did not answer about.</param>
/// <param name="Since">When the oldest of them was ordered; null without any.</param>
/// <param name="Next">For older ones; null when there are none.</param>
public sealed record OrderedBefore(IReadOnlyList<LineOrderedBefore> Lines, int Orders, int Unread, DateTimeOffset? Since, string? Next);
