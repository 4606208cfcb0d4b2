using PortalIntegration.Connectors.Odoo.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Inventory;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Connectors.Odoo;

/// <summary>
/// Stock by warehouse. An order ships from one warehouse, the one that Odoo proposes to the portal's user: what is free to use there is what an
/// order can get, the others are shown beside it.
/// </summary>
internal sealed class OdooInventory(OdooRpc rpc, OdooProducts products) : IInventory
{
    public async Task<Outcome<IReadOnlyList<Availability>>> Availability(Scope scope, IReadOnlyList<Sku> skus, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Inventory, "availability", cancel);
        var finding = products.Find(call, skus);
        var listing = rpc.Search<WarehouseRow>(call, "stock.warehouse", Domain.Everything, "sequence, id");
        var proposing = rpc.Read<ProposedRow>(
            call, "sale.order", "default_get", ids: null, new(StringComparer.Ordinal) { ["fields_list"] = new[] { "warehouse_id" } });
        await Task.WhenAll(finding, listing, proposing);
        var (found, warehouses, proposed) = (await finding, await listing, await proposing);
        if (!found.Try(out var sold) || !warehouses.Try(out var places) || !proposed.Try(out var selling))
        {
            return !found.Succeeded ? found.As<IReadOnlyList<Availability>>()
                : !warehouses.Succeeded ? warehouses.As<IReadOnlyList<Availability>>()
                : proposed.As<IReadOnlyList<Availability>>();
        }

        if (places.All(place => place.Id != selling.WarehouseId))
        {
            return Outcome.Failed<IReadOnlyList<Availability>>(rpc.Failure(call, Cause.Malformed, "The warehouse that orders ship from is not among the warehouses."));
        }

        var ids = sold.Values.Select(product => product.Id).ToList();
        var counted = await Task.WhenAll(places.Select(place => Count(call, place, ids)));
        if (Array.Find(counted, count => !count.Succeeded) is { } failed)
        {
            return failed.As<IReadOnlyList<Availability>>();
        }

        var stocks = counted.Select(count => count.Value).ToList();
        var own = stocks.Single(stock => stock.Warehouse.Id == selling.WarehouseId);
        return found.Select<IReadOnlyList<Availability>>(_ =>
        [
            .. sold.Values.Select(product => new Availability
            {
                Sku = new Sku(product.DefaultCode),
                Unit = product.UomId.Name,
                AvailableToPromise = Promisable(own.OnHand[product.Id]),
                NextAvailableOn = own.Inbound[product.Id].Min(move => (DateOnly?)Day(move)),
                Warehouses =
                [
                    .. stocks.Select(stock => new WarehouseStock(
                        stock.Warehouse.Code, stock.Warehouse.Name, OnHand(stock.OnHand[product.Id]), Promisable(stock.OnHand[product.Id]))
                    {
                        Inbound = [.. stock.Inbound[product.Id].Select(move => new InboundStock(move.ProductQty, Day(move)))],
                    }),
                ],
            }),
        ]);
    }

    /// <summary>Less than nothing is free where more was taken than was counted in.</summary>
    private static decimal Promisable(StockRow stock) => Math.Max(0, stock.FreeQty);

    /// <summary>Odoo counts below nothing where more left than was counted in: then nobody knows what is there.</summary>
    private static decimal? OnHand(StockRow stock) => stock.QtyAvailable < 0 ? null : stock.QtyAvailable;

    private static DateOnly Day(MoveRow move) => DateOnly.FromDateTime(move.Date.UtcDateTime);

    private async Task<Outcome<Stock>> Count(PortCall call, WarehouseRow warehouse, IReadOnlyList<long> products)
    {
        var reading = rpc.ReadIds<StockRow>(call, "product.product", products, new Dictionary<string, object?>(StringComparer.Ordinal) { ["warehouse"] = warehouse.Id });
        var expecting = rpc.Search<MoveRow>(
            call,
            "stock.move",
            Domain.All(
                Domain.In("product_id", products),
                Domain.In("state", new[] { "waiting", "confirmed", "partially_available", "assigned" }),
                Domain.In("location_id.usage", new[] { "supplier", "production" }),
                Domain.ChildOf("location_dest_id", warehouse.ViewLocationId.Id)),
            "date, id");
        await Task.WhenAll(reading, expecting);
        var (read, expected) = (await reading, await expecting);
        return !expected.Try(out var moves) ? expected.As<Stock>()
            : read.Select(rows => new Stock(warehouse, rows, moves.Where(move => move.ProductQty > 0).ToLookup(move => move.ProductId.Id)));
    }

    private sealed record Stock(WarehouseRow Warehouse, IReadOnlyDictionary<long, StockRow> OnHand, ILookup<long, MoveRow> Inbound);

    private sealed record ProposedRow
    {
        public required long WarehouseId { get; init; }
    }

    private sealed record WarehouseRow : OdooRow
    {
        public required string Code { get; init; }

        public required string Name { get; init; }

        public required Ref ViewLocationId { get; init; }
    }

    private sealed record StockRow : OdooRow
    {
        public required decimal QtyAvailable { get; init; }

        /// <summary>On hand and not reserved for anybody.</summary>
        public required decimal FreeQty { get; init; }
    }

    private sealed record MoveRow : OdooRow
    {
        public required Ref ProductId { get; init; }

        /// <summary>In the product's own unit.</summary>
        public required decimal ProductQty { get; init; }

        public required DateTimeOffset Date { get; init; }
    }
}
