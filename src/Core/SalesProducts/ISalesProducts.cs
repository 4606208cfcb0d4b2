using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Core.SalesProducts;

/// <summary>Products as the CRM's people pick them for their opportunities. A company may do without.</summary>
public interface ISalesProducts
{
    /// <summary>By SKU, in as few calls as the system allows. Unknown ones are left out of the answer.</summary>
    /// <param name="skus">1 to 500.</param>
    Task<Outcome<IReadOnlyList<SalesProduct>>> Get(Scope scope, IReadOnlyList<Sku> skus, CancellationToken cancel = default);

    /// <summary>Writes a product under its SKU; writing it again changes nothing. <see cref="Cause.Stale"/> as in every change. The portal's own work only.</summary>
    /// <param name="version"><see cref="SalesProduct.Version"/> as read; null for one that is not there, and where the system has none.</param>
    Task<Outcome<SalesProduct>> Put(Scope scope, SalesProduct product, string? version, CancellationToken cancel = default);
}

public sealed record SalesProduct
{
    public required Sku Sku { get; init; }

    /// <summary>1 to 255 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Up to 4,000 characters.</summary>
    public string? Description { get; init; }

    /// <summary>Up to 120 characters.</summary>
    public string? Category { get; init; }

    /// <summary>Code of its unit, up to 8 characters.</summary>
    public string? Unit { get; init; }

    /// <summary>May be sold.</summary>
    public required bool IsActive { get; init; }

    /// <summary>The CRM's own; not carried.</summary>
    public Money? ListPrice { get; init; }

    /// <summary>What can be promised, in <see cref="Unit"/>; null where nobody told.</summary>
    public decimal? Available { get; init; }

    /// <summary>When <see cref="Available"/> was told.</summary>
    public DateTimeOffset? StockAsOf { get; init; }

    /// <summary>The version that a change must name (an ETag); null where the system has none.</summary>
    public string? Version { get; init; }
}
