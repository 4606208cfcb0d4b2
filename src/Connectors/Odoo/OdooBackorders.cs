using System.Globalization;
using PortalIntegration.Connectors.Odoo.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Connectors.Odoo;

/// <summary>
/// What waits for goods, as Odoo forecasts it: lines of confirmed orders with a delivery that is neither reserved nor covered by what is in stock. Odoo forecasts by delivery; the promise of the
/// line is the same that the order tells.
/// </summary>
internal sealed class OdooBackorders(OdooRpc rpc, OdooPartners partners)
{
    private const int PageSize = 100;

    private static readonly string[] Unreserved = ["waiting", "confirmed", "partially_available"];

    public async Task<Outcome<Page<Backorder>>> Of(PortCall call, CustomerNumber customer, string? cursor)
    {
        if (!int.TryParse(cursor ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
        {
            return Outcome.Failed<Page<Backorder>>(rpc.Failure(call, Cause.Rejected, "The cursor is not one of ours."));
        }

        var moving = await rpc.Search<WaitingRow>(call, "stock.move", Domain.All(
            Domain.Is("picking_type_id.code", "outgoing"),
            Domain.In("state", Unreserved),
            Domain.In("sale_line_id.order_id.state", new[] { "sale", "done" }),
            Domain.Is($"sale_line_id.order_id.{OdooPartners.CustomerNumber}", customer.Value)));
        if (!moving.Try(out var moves))
        {
            return moving.As<Page<Backorder>>();
        }

        var waiting = moves.Where(move => move.Waits).Select(move => move.SaleLineId!.Id).ToHashSet();
        var lined = await rpc.ReadIds<BackorderLineRow>(call, "sale.order.line", waiting);
        if (!lined.Try(out var read))
        {
            return lined.As<Page<Backorder>>();
        }

        var lines = read.Values.Where(line => line.QtyToDeliver > 0).ToList();
        var ordering = rpc.ReadIds<OrderRow>(call, "sale.order", lines.Select(line => line.OrderId.Id));
        var coding = rpc.ReadIds<OdooSales.CodeRow>(call, "product.product", lines.Select(line => line.ProductId.Id));
        await Task.WhenAll(ordering, coding);
        var (orders, codes) = (await ordering, await coding);
        if (!orders.Succeeded || !codes.Succeeded)
        {
            return Outcome.Failed<Page<Backorder>>((orders.Failure ?? codes.Failure)!);
        }

        var naming = await partners.Customers(call, orders.Value.Values.Select(order => order.PartnerId.Id));
        return rpc.Map(call, naming, customers =>
        {
            // What was taken out of the customer's hands meanwhile is not his.
            var all = lines
                .Where(line => customers.GetValueOrDefault(orders.Value[line.OrderId.Id].PartnerId.Id)?.Ref == customer.Value)
                .Select(line => Told(line, orders.Value[line.OrderId.Id], codes.Value[line.ProductId.Id], customer))
                .OrderBy(line => line.PromisedOn ?? DateOnly.MaxValue)
                .ThenBy(line => line.OrderedAt)
                .ThenBy(line => line.LineNumber, StringComparer.Ordinal)
                .ToList();
            return new Page<Backorder>(
                [.. all.Skip(offset).Take(PageSize)],
                all.Count > offset + PageSize ? (offset + PageSize).ToString(CultureInfo.InvariantCulture) : null);
        });
    }

    private static Backorder Told(BackorderLineRow line, OrderRow order, OdooSales.CodeRow product, CustomerNumber customer) => new()
    {
        Order = new OrderNumber(order.Name),
        Customer = customer,
        PoNumber = order.ClientOrderRef,
        OrderedAt = order.DateOrder,
        LineNumber = line.LineNumber,
        Sku = new Sku(product.DefaultCode ?? ""),
        Description = product.Name,
        Unit = line.ProductUom.Name,
        Ordered = line.ProductUomQty,
        Shipped = line.QtyDelivered,
        Open = line.QtyToDeliver,
        RequestedOn = order.CommitmentDate is { } day ? DateOnly.FromDateTime(day.UtcDateTime) : null,
        PromisedOn = line.PromisedOn,
    };

    private sealed record WaitingRow : OdooRow
    {
        public required Ref? SaleLineId { get; init; }

        /// <summary>In the product's own unit.</summary>
        public required decimal ProductQty { get; init; }

        /// <summary>What of it is reserved, in stock for it, or expected.</summary>
        public required decimal ForecastAvailability { get; init; }

        /// <summary>When the last of it is expected; null where all of it is in stock, or nothing is expected.</summary>
        public required DateTimeOffset? ForecastExpectedDate { get; init; }

        [System.Text.Json.Serialization.JsonIgnore]
        public bool Waits => SaleLineId is not null && (ForecastExpectedDate is not null || ForecastAvailability < ProductQty);
    }

    private sealed record BackorderLineRow : SaleLineRow;

    private sealed record OrderRow : OdooRow
    {
        public required string Name { get; init; }

        public required string? ClientOrderRef { get; init; }

        public required DateTimeOffset DateOrder { get; init; }

        public required DateTimeOffset? CommitmentDate { get; init; }

        public required Ref PartnerId { get; init; }
    }
}
