namespace PortalIntegration.Connectors.Reference.Wire;

// The shapes of docs/contracts/erp.openapi.yaml, as far as the portal reads them. A nullable required property must be sent, be it as null.

internal sealed record PricesQueryWire(string CustomerNumber, IReadOnlyList<PriceLineWire> Lines);

internal sealed record PriceLineWire(string Sku, decimal Quantity, string? Unit);

internal sealed record PricesWire
{
    public required string CustomerNumber { get; init; }

    public required string Currency { get; init; }

    public required DateTimeOffset AsOf { get; init; }

    public required IReadOnlyList<PriceWire> Items { get; init; }
}

internal sealed record PriceWire
{
    public required string Sku { get; init; }

    public required decimal Quantity { get; init; }

    public required string? Unit { get; init; }

    public required decimal? UnitPrice { get; init; }

    public required decimal PriceUnit { get; init; }

    public required decimal? ListPrice { get; init; }

    public required PriceSourceWire? Source { get; init; }

    public required IReadOnlyList<TierWire> Tiers { get; init; }

    public required decimal? ExtendedAmount { get; init; }

    public required DateOnly? ValidUntil { get; init; }

    public LineProblemWire? Problem { get; init; }
}

internal enum PriceSourceWire
{
    List,
    Tier,
    Contract,
}

internal sealed record TierWire
{
    public required decimal MinQuantity { get; init; }

    public required decimal UnitPrice { get; init; }
}

internal sealed record LineProblemWire
{
    public required string Code { get; init; }

    public required string Message { get; init; }
}
