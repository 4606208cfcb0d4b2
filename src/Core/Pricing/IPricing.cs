using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Core.Pricing;

/// <summary>A customer's prices. The owner calculates; nobody else does.</summary>
public interface IPricing
{
    /// <summary>Prices for many lines in one call, in the order asked.</summary>
    /// <param name="lines">1 to 500.</param>
    Task<Outcome<IReadOnlyList<Price>>> Prices(Scope scope, CustomerNumber customer, IReadOnlyList<PriceLine> lines, CancellationToken cancel = default);
}

/// <param name="Quantity">In <paramref name="Unit"/>; more than 0.</param>
/// <param name="Unit">Null for the product's sales unit.</param>
public sealed record PriceLine(Sku Sku, decimal Quantity, string? Unit = null);

public sealed record Price
{
    public required Sku Sku { get; init; }

    /// <summary>What the price was asked for.</summary>
    public required Quantity Quantity { get; init; }

    /// <summary>For <see cref="PricePer"/> of <see cref="PriceUnit"/>; null when <see cref="Problem"/> says why there is none.</summary>
    public Money? UnitPrice { get; init; }

    /// <summary>The unit that the price is for.</summary>
    public string? PriceUnit { get; init; }

    /// <summary>How many of <see cref="PriceUnit"/> every price in this record is for: 1, or 100 for small parts. More than 0.</summary>
    public decimal PricePer { get; init; } = 1;

    public Money? ListPrice { get; init; }

    /// <summary>Why it is this price: list, tier or contract; null where the system does not tell.</summary>
    public PriceSource? Source { get; init; }

    /// <summary>Prices from larger quantities on; empty where the system states none.</summary>
    public IReadOnlyList<PriceTier> Tiers { get; init; } = [];

    /// <summary>The amount for the whole quantity as the owner states it; null where it states none: it is never multiplied here.</summary>
    public Money? ExtendedAmount { get; init; }

    /// <summary>Last day of this price; null where the owner names none.</summary>
    public DateOnly? ValidUntil { get; init; }

    /// <summary>Why this line has no price, in the owner's words.</summary>
    public Problem? Problem { get; init; }
}

public enum PriceSource
{
    List,
    Tier,
    Contract,
}

/// <param name="MinimumQuantity">From this quantity on, in the price's unit.</param>
public sealed record PriceTier(decimal MinimumQuantity, Money UnitPrice);
