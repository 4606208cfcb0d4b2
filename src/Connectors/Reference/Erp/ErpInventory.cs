using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Reference.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Inventory;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Connectors.Reference.Erp;

internal sealed class ErpInventory(SystemPipeline pipeline, Func<Call, IErpApi> api) : IInventory
{
    private const string UnknownSku = "unknown_sku";

    private static readonly Operation _query = Operation.Read("availabilityQuery", "Inventory");

    public Task<Outcome<IReadOnlyList<Availability>>> Availability(Scope scope, IReadOnlyList<Sku> skus, CancellationToken cancel = default) =>
        Batches.Ask(pipeline, skus, Ask.LargestBatch, batch => pipeline.Send(
            scope,
            _query,
            (call, token) => api(call).AvailabilityQuery(new AvailabilityQueryWire([.. batch.Select(sku => sku.Value)]), token),
            answer => Map(answer, batch),
            answer => answer.AsOf,
            cancel: cancel));

    private static IReadOnlyList<Availability> Map(AvailabilityWire answer, IReadOnlyList<Sku> skus)
    {
        Strict.Count(answer.Items.Count, skus.Count, "items");
        for (var i = 0; i < skus.Count; i++)
        {
            Strict.Same(answer.Items[i]?.Sku ?? "", skus[i].Value, $"items[{i}].sku");
        }

        return [.. Strict.Each(answer.Items, "items", (stock, at) => stock.Problem?.Code == UnknownSku ? null : Map(stock, at)).OfType<Availability>()];
    }

    private static Availability Map(StockWire stock, string at) => new()
    {
        Sku = new Sku(stock.Sku),
        Unit = Strict.Filled(stock.Unit ?? "", $"{at}.unit"),
        AvailableToPromise = Strict.NotNegative(stock.AvailableToPromise, $"{at}.availableToPromise"),
        NextAvailableOn = stock.NextAvailableOn,
        Warehouses = Strict.Each(stock.Warehouses, $"{at}.warehouses", (warehouse, warehouseAt) => new WarehouseStock(
            Strict.Filled(warehouse.Code, $"{warehouseAt}.code"),
            Strict.Filled(warehouse.Name, $"{warehouseAt}.name"),
            Strict.NotNegative(warehouse.OnHand, $"{warehouseAt}.onHand"),
            Strict.NotNegative(warehouse.AvailableToPromise, $"{warehouseAt}.availableToPromise"))
        {
            Inbound = Strict.Each(warehouse.Inbound, $"{warehouseAt}.inbound", (inbound, inboundAt) =>
                new InboundStock(Strict.Positive(inbound.Quantity, $"{inboundAt}.quantity"), inbound.ExpectedOn)),
        }),
    };
}
