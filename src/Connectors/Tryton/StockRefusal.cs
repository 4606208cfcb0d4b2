using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Connectors.Tryton;

/// <summary>
/// Finds the line that a refusal is about. Tryton's message names it in words (<c>"5u [ELE-005] Breaker no. 5 @ [PO-77]"</c>), in the
/// user's language; the product's code in brackets is the one thing to go by.
/// </summary>
internal static class StockRefusal
{
    public const string Code = "out_of_stock";

    public static IReadOnlyList<OrderLineRequest> Lines(Failure failure, IEnumerable<OrderLineRequest> lines)
    {
        if (failure is not { Code: TrytonRefusals.UserError, Detail: { } words })
        {
            return [];
        }

        // The order's own reference may stand in brackets too, but behind the product.
        return lines
            .GroupBy(line => line.Sku)
            .Select(same => (Lines: same.ToList(), At: words.IndexOf($"[{same.Key.Value}]", StringComparison.Ordinal)))
            .Where(found => found.At >= 0)
            .OrderBy(found => found.At)
            .Select(found => found.Lines)
            .FirstOrDefault() ?? [];
    }

    public static Problem Problem(Failure failure, string lineId) => new(Code, failure.Detail ?? "", lineId);
}
