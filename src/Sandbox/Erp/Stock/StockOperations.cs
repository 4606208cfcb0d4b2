using PortalIntegration.Sandbox.Erp.Catalogue;
using PortalIntegration.Sandbox.Erp.Pricing;
using PortalIntegration.Sandbox.Http;

namespace PortalIntegration.Sandbox.Erp.Stock;

/// <summary>Availability on the wire.</summary>
internal sealed class StockOperations(ErpState state)
{
    public IEnumerable<Operation> All => [Operation.Post("availabilityQuery", "/availability/query", Query)];

    private Answer Query(Call call)
    {
        var query = call.Read<AvailabilityQuery>();
        if (query.Skus.Count is 0 or > 500)
        {
            throw Refusal.BadRequest("skus has 1 to 500 entries");
        }

        lock (state.Gate)
        {
            return Answer.Ok(new AvailabilityBody(
                state.Now,
                query.Skus.Select(sku => state.Items.Find(sku) is { } item
                    ? Body(item)
                    : new StockBody(sku, null, 0, null, [], new LineProblem("unknown_sku", $"There is no article {sku}."))).ToList()));
        }
    }

    private static StockBody Body(Item item)
    {
        var stock = item.Stock;
        var warehouses = StockLevel.Warehouses.Select((w, i) => new WarehouseBody(
            w.Code,
            w.Name,
            stock.OnHand(i),
            stock.Free(i),
            stock.Inbound.Where(x => x.Warehouse == i).OrderBy(x => x.ExpectedOn).Select(x => new InboundBody(x.Quantity, x.ExpectedOn)).ToList())).ToList();
        DateOnly? next = stock.Inbound.Count == 0 ? null : stock.Inbound.Min(x => x.ExpectedOn);
        return new StockBody(item.Key, item.Product.BaseUnit, stock.FreeTotal, next, warehouses, null);
    }

    private sealed record AvailabilityQuery
    {
        public required IReadOnlyList<string> Skus { get; init; }
    }

    private sealed record InboundBody(decimal Quantity, DateOnly ExpectedOn);

    private sealed record WarehouseBody(string Code, string Name, decimal OnHand, decimal AvailableToPromise, IReadOnlyList<InboundBody> Inbound);

    private sealed record StockBody(
        string Sku,
        string? Unit,
        decimal AvailableToPromise,
        DateOnly? NextAvailableOn,
        IReadOnlyList<WarehouseBody> Warehouses,
        LineProblem? Problem);

    private sealed record AvailabilityBody(DateTimeOffset AsOf, IReadOnlyList<StockBody> Items);
}
