using System.Text.Json.Serialization;
using PortalIntegration.Connectors.Tryton.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Inventory;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Connectors.Tryton;

/// <summary>
/// Stock by warehouse. A sale ships from one warehouse, the one in the preferences of the portal's user: what that one can promise is
/// what an order can get, the others are shown beside it.
/// </summary>
internal sealed class TrytonInventory(TrytonRpc rpc, TrytonProducts products, TimeProvider clock) : IInventory
{
    public async Task<Outcome<IReadOnlyList<Availability>>> Availability(Scope scope, IReadOnlyList<Sku> skus, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Inventory, "availability", cancel);
        var opening = rpc.Session(call);
        var finding = products.Find(call, skus);
        var listing = rpc.Search<WarehouseRow>(call, "stock.location", Domain.All(Domain.Is("type", "warehouse")), order: [new[] { "id", "ASC" }]);
        await Task.WhenAll(opening, finding, listing);
        var (session, found, warehouses) = (await opening, await finding, await listing);
        if (!session.Try(out var company))
        {
            return session.As<IReadOnlyList<Availability>>();
        }

        if (!found.Try(out var sold) || !warehouses.Try(out var places))
        {
            return found.Succeeded ? warehouses.As<IReadOnlyList<Availability>>() : found.As<IReadOnlyList<Availability>>();
        }

        if (places is [])
        {
            return Outcome.Failed<IReadOnlyList<Availability>>(rpc.Failure(call, Cause.Malformed, "Tryton names no warehouse."));
        }

        var ids = sold.Values.Select(product => product.Id).ToList();
        var expecting = Inbound(call, ids);
        var counting = places.Select(place => Stock(call, ids, place.Id)).ToList();
        await Task.WhenAll([expecting, .. counting]);

        var inbound = await expecting;
        if (!inbound.Try(out var moves))
        {
            return inbound.As<IReadOnlyList<Availability>>();
        }

        var stocks = new Dictionary<long, IReadOnlyDictionary<long, StockRow>>();
        foreach (var (place, count) in places.Zip(counting))
        {
            var stock = await count;
            if (!stock.Try(out var rows))
            {
                return stock.As<IReadOnlyList<Availability>>();
            }

            stocks.Add(place.Id, rows);
        }

        return inbound.Select<IReadOnlyList<Availability>>(_ => [.. sold.Select(product => Of(product.Value))]);

        Availability Of(SoldRow product)
        {
            var selling = company.Warehouse is { } id && stocks.ContainsKey(id) ? id : places[0].Id;
            return new Availability
            {
                Sku = new Sku(product.Code),
                Unit = product.DefaultUom.Symbol,
                AvailableToPromise = Promisable(stocks[selling][product.Id]),
                NextAvailableOn = moves
                    .Where(move => move.Product == product.Id && move.ToLocation.Warehouse == selling)
                    .Min(move => move.PlannedDate),
                Warehouses =
                [
                    .. places.Select(place => new WarehouseStock(
                        place.Code ?? place.Name,
                        place.Name,
                        stocks[place.Id][product.Id].Quantity,
                        Promisable(stocks[place.Id][product.Id]))
                    {
                        Inbound =
                        [
                            .. moves
                                .Where(move => move.Product == product.Id && move.ToLocation.Warehouse == place.Id)
                                .Select(move => new InboundStock(move.InternalQuantity, move.PlannedDate)),
                        ],
                    }),
                ],
            };
        }
    }

    /// <summary>Tryton forecasts less than nothing where more was promised than there is: then nothing can be promised.</summary>
    private static decimal Promisable(StockRow stock) => Math.Max(0, stock.ForecastQuantity);

    private Task<Outcome<IReadOnlyDictionary<long, StockRow>>> Stock(PortCall call, IReadOnlyList<long> products, long warehouse) =>
        rpc.ReadIds<StockRow>(call, "product.product", products, new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["locations"] = new[] { warehouse },
            // Without an end the forecast counts what is still to come.
            ["stock_date_end"] = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime),
        });

    private Task<Outcome<IReadOnlyList<MoveRow>>> Inbound(PortCall call, IReadOnlyList<long> products) =>
        rpc.Search<MoveRow>(
            call,
            "stock.move",
            Domain.All(
                Domain.In("product", products),
                Domain.In("state", new[] { "draft", "assigned" }),
                Domain.In("from_location.type", new[] { "supplier", "production" })),
            order: [new[] { "planned_date", "ASC" }, new[] { "id", "ASC" }]);

    private sealed record WarehouseRow : IdentifiedRow
    {
        public required string? Code { get; init; }

        public required string Name { get; init; }
    }

    private sealed record StockRow : IdentifiedRow
    {
        public required decimal Quantity { get; init; }

        public required decimal ForecastQuantity { get; init; }
    }

    private sealed record MoveRow : IdentifiedRow
    {
        public required long Product { get; init; }

        public required decimal InternalQuantity { get; init; }

        public required DateOnly? PlannedDate { get; init; }

        [JsonPropertyName("to_location.")]
        public required LocationRow ToLocation { get; init; }
    }

    private sealed record LocationRow(long? Warehouse);
}
