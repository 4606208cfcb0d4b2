using PortalIntegration.Sandbox.Erp.Catalogue;
using PortalIntegration.Sandbox.Erp.Orders;

namespace PortalIntegration.Sandbox.Erp.Stock;

/// <summary>Goods come in, or are counted. To be called under the ERP's lock.</summary>
internal sealed class StockDesk(ErpState state, OrderDesk orders)
{
    /// <summary>Adds goods and gives them to orders that wait.</summary>
    public void Receive(Item item, int warehouse, decimal quantity, DateTimeOffset at)
    {
        item.Stock.Add(warehouse, quantity);
        orders.Distribute(item, at);
        state.Publish("stock.changed", "stock", item.Key);
    }

    /// <summary>Sets what is free for new orders; what orders have reserved stays.</summary>
    public void SetFree(Item item, int warehouse, decimal free)
    {
        item.Stock.Add(warehouse, free - item.Stock.Free(warehouse));
        state.Publish("stock.changed", "stock", item.Key);
    }
}
