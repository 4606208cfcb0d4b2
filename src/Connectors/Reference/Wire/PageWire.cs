namespace PortalIntegration.Connectors.Reference.Wire;

// The lists of both contracts, docs/contracts. A nullable required property must be sent, be it as null.

internal sealed record ListWire<T>
{
    public required IReadOnlyList<T> Items { get; init; }
}

internal sealed record PageWire<T>
{
    public required IReadOnlyList<T> Items { get; init; }

    public required string? NextCursor { get; init; }

    public required DateTimeOffset AsOf { get; init; }

    public int? Total { get; init; }
}
