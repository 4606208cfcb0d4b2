namespace PortalIntegration.Connectors.Reference.Wire;

// The shapes of docs/contracts/erp.openapi.yaml, as far as the portal reads them. A nullable required property must be sent, be it as null.

internal sealed record InvoiceWire
{
    public required string Number { get; init; }

    public required InvoiceKindWire Kind { get; init; }

    public required InvoiceStatusWire Status { get; init; }

    public required string CustomerNumber { get; init; }

    public required IReadOnlyList<string> OrderNumbers { get; init; }

    public required DateOnly IssuedOn { get; init; }

    public required DateOnly? DueOn { get; init; }

    public required string Currency { get; init; }

    public required decimal Total { get; init; }

    public required decimal Balance { get; init; }

    public required bool HasPdf { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}

internal enum InvoiceKindWire
{
    Invoice,
    CreditNote,
}

internal enum InvoiceStatusWire
{
    Open,
    PartlyPaid,
    Paid,
    Overdue,
    Credited,
}

internal sealed record StatementWire
{
    public required string CustomerNumber { get; init; }

    public required string Currency { get; init; }

    public required DateTimeOffset AsOf { get; init; }

    public required decimal Total { get; init; }

    public required decimal Overdue { get; init; }

    public required IReadOnlyList<AgeingBucketWire> Buckets { get; init; }

    public required IReadOnlyList<StatementItemWire> Items { get; init; }

    public required IReadOnlyList<HeldOrderWire> HeldOrders { get; init; }
}

internal sealed record AgeingBucketWire
{
    public required int? FromDays { get; init; }

    public required int? ToDays { get; init; }

    public required decimal Amount { get; init; }
}

internal sealed record StatementItemWire
{
    public required string Number { get; init; }

    public required InvoiceKindWire Kind { get; init; }

    public required IReadOnlyList<string> OrderNumbers { get; init; }

    public required DateOnly IssuedOn { get; init; }

    public required DateOnly? DueOn { get; init; }

    public required decimal Total { get; init; }

    public required decimal Open { get; init; }

    public required int DaysOverdue { get; init; }
}

internal sealed record HeldOrderWire
{
    public required string Number { get; init; }

    public required string Reason { get; init; }

    public required DateTimeOffset Since { get; init; }
}
