namespace PortalIntegration.Connectors.Reference.Wire;

// The shapes of docs/contracts/erp.openapi.yaml, as far as the portal reads them. A nullable required property must be sent, be it as null.

internal sealed record CreditWire
{
    public required string CustomerNumber { get; init; }

    public required string Currency { get; init; }

    public required decimal? Limit { get; init; }

    public required decimal Balance { get; init; }

    public required decimal OpenOrders { get; init; }

    public required decimal? Available { get; init; }

    public required bool OnHold { get; init; }

    public required string? HoldReason { get; init; }

    public required DateTimeOffset AsOf { get; init; }
}

internal sealed record CustomersQueryWire(IReadOnlyList<string> CustomerNumbers);

internal sealed record CreditSignalsWire
{
    public required DateTimeOffset AsOf { get; init; }

    public required IReadOnlyList<CreditSignalWire> Items { get; init; }
}

internal sealed record CreditSignalWire
{
    public required string CustomerNumber { get; init; }

    public required bool OnHold { get; init; }

    public required string? HoldReason { get; init; }

    public required bool OverLimit { get; init; }
}

internal sealed record OverdueWire
{
    public required DateTimeOffset AsOf { get; init; }

    public required IReadOnlyList<OverdueItemWire> Items { get; init; }
}

internal sealed record OverdueItemWire
{
    public required string CustomerNumber { get; init; }

    public required string Currency { get; init; }

    public required decimal Overdue { get; init; }

    public required DateOnly? OverdueSince { get; init; }
}
