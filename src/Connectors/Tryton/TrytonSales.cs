using PortalIntegration.Connectors.Tryton.Wire;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Connectors.Tryton;

/// <summary>Reads sales whole, with what was shipped of them.</summary>
internal static class TrytonSales
{
    public static async Task<Outcome<IReadOnlyList<Order>>> Read(TrytonRpc rpc, PortCall call, object?[] domain)
    {
        var session = await rpc.Session(call);
        if (!session.Try(out var us))
        {
            return session.As<IReadOnlyList<Order>>();
        }

        var found = await rpc.Search<SaleRow>(call, "sale.sale", domain, order: [new[] { "id", "ASC" }], limit: 10);
        if (!found.Try(out var sales))
        {
            return found.As<IReadOnlyList<Order>>();
        }

        if (sales is [])
        {
            return found.Select<IReadOnlyList<Order>>(_ => []);
        }

        var moved = await rpc.Search<MoveRow>(
            call,
            "stock.move",
            Domain.All(Domain.In("sale", sales.Select(sale => sale.Id)), Domain.IsNot("state", "cancelled")),
            order: [new[] { "id", "ASC" }]);
        return rpc.Map<IReadOnlyList<MoveRow>, IReadOnlyList<Order>>(call, moved, moves => [.. sales.Select(sale => sale.ToOrder([.. moves.Where(move => move.Sale == sale.Id)], us.User))]);
    }
}
