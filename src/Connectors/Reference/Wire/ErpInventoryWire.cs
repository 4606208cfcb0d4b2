namespace PortalIntegration.Connectors.Reference.Wire;

// The shapes of docs/contracts/erp.openapi.yaml, as far as the portal reads them. A nullable required property must be sent, be it as null.

internal sealed record AvailabilityQueryWire(IReadOnlyList<string> Skus);

internal sealed record AvailabilityWire
{
    public required DateTimeOffset AsOf { get; init; }

    public required IReadOnlyList<StockWire> Items { get; init; }
}

internal sealed record StockWire
{
    public required string Sku { get; init; }

    public required string? Unit { get; init; }

    public required decimal AvailableToPromise { get; init; }

    public required DateOnly? NextAvailableOn { get; init; }

    public required IReadOnlyList<WarehouseWire> Warehouses { get; init; }

    public LineProblemWire? Problem { get; init; }
}

internal sealed record WarehouseWire
{
    public required string Code { get; init; }

    public required string Name { get; init; }

    public required decimal OnHand { get; init; }

    public required decimal AvailableToPromise { get; init; }

    public required IReadOnlyList<InboundWire> Inbound { get; init; }
}

internal sealed record InboundWire
{
    public required decimal Quantity { get; init; }

    public required DateOnly ExpectedOn { get; init; }
}
