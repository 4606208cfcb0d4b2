using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Core.Inventory;

public interface IInventory
{
    /// <summary>Availability of many SKUs in one call. Unknown SKUs are left out of the answer.</summary>
    /// <param name="skus">1 to 500.</param>
    Task<Outcome<IReadOnlyList<Availability>>> Availability(Scope scope, IReadOnlyList<Sku> skus, CancellationToken cancel = default);
}

public sealed record Availability
{
    public required Sku Sku { get; init; }

    /// <summary>The unit of every quantity in this record.</summary>
    public required string Unit { get; init; }

    /// <summary>
    /// Available to promise now to an order of the portal's, as the owner states it: over all warehouses where the owner ships
    /// one order from several, in the selling warehouse where it does not. May be 0, never less.
    /// </summary>
    public required decimal AvailableToPromise { get; init; }

    /// <summary>When more is expected; null when nothing is on its way or the owner does not tell.</summary>
    public DateOnly? NextAvailableOn { get; init; }

    public IReadOnlyList<WarehouseStock> Warehouses { get; init; } = [];
}

/// <param name="OnHand">Physically there; null where the owner does not tell.</param>
/// <param name="AvailableToPromise">Not yet promised to anybody.</param>
public sealed record WarehouseStock(string Code, string Name, decimal? OnHand, decimal AvailableToPromise)
{
    public IReadOnlyList<InboundStock> Inbound { get; init; } = [];
}

/// <param name="ExpectedOn">Null where the owner gives no date.</param>
public sealed record InboundStock(decimal Quantity, DateOnly? ExpectedOn);
