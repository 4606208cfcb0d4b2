using PortalIntegration.Core;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Connectors;

/// <summary>What may be wrong with a line before the system is asked, with the codes of the reference contract.</summary>
internal static class LineProblems
{
    public static Problem UnknownSku(Sku sku, string? line = null) => new("unknown_sku", $"{sku} is not sold.", line);

    /// <param name="unit">What was asked for; null for the product's own, which was taken out of use.</param>
    public static Problem UnitNotSold(Sku sku, string? unit, string? line = null) => new(
        "unit_not_sold", unit is null ? $"The unit of {sku} is not in use." : $"{sku} is not sold by {unit}.", line);

    public static Problem NotDivisible(Sku sku, string unit, string? line = null) => new("quantity_not_multiple", $"{sku} is not sold in fractions of a {unit}.", line);

    public static Problem NoPrice(Sku sku, string? line = null) => new("no_price", $"{sku} has no price.", line);
}
