namespace PortalIntegration.Connectors.Reference.Wire;

// The shapes of docs/contracts/erp.openapi.yaml, as far as the portal reads them. A nullable required property must be sent, be it as null.

internal sealed record ReturnWire
{
    public required string Number { get; init; }

    public required string? ExternalReference { get; init; }

    public required string CustomerNumber { get; init; }

    public required string OrderNumber { get; init; }

    public required ReturnStatusWire Status { get; init; }

    public required DateTimeOffset RequestedAt { get; init; }

    public required string? Note { get; init; }

    public required IReadOnlyList<ReturnLineWire> Lines { get; init; }
}

internal enum ReturnStatusWire
{
    Requested,
    Approved,
    Received,
    Credited,
    Rejected,
    Cancelled,
}

internal sealed record ReturnLineWire
{
    public required string Sku { get; init; }

    public required decimal Quantity { get; init; }

    public required string Unit { get; init; }

    public required string Reason { get; init; }

    public required string? Note { get; init; }
}

internal sealed record NewReturnWire
{
    public required string ExternalReference { get; init; }

    public required string CustomerNumber { get; init; }

    public required string OrderNumber { get; init; }

    public required OrderedByWire RequestedBy { get; init; }

    public required string? Note { get; init; }

    public required IReadOnlyList<NewReturnLineWire> Lines { get; init; }
}

internal sealed record NewReturnLineWire(int OrderLineNumber, decimal Quantity, string Reason, string? Note);

internal sealed record ReturnableWire
{
    public required string OrderNumber { get; init; }

    public required string CustomerNumber { get; init; }

    public required IReadOnlyList<ReasonWire> Reasons { get; init; }

    public required IReadOnlyList<ReturnableLineWire> Lines { get; init; }
}

internal sealed record ReasonWire
{
    public required string Code { get; init; }

    public required string Name { get; init; }
}

internal sealed record ReturnableLineWire
{
    public required int LineNumber { get; init; }

    public required string Sku { get; init; }

    public required string Description { get; init; }

    public required string Unit { get; init; }

    public required decimal Shipped { get; init; }

    public required decimal Left { get; init; }

    public required DateOnly? Until { get; init; }

    public required string? Reason { get; init; }

    public required IReadOnlyList<string> Shipments { get; init; }

    public required IReadOnlyList<string> Invoices { get; init; }
}
