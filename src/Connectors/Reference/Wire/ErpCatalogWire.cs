namespace PortalIntegration.Connectors.Reference.Wire;

// The shapes of docs/contracts/erp.openapi.yaml, as far as the portal reads them. A nullable required property must be sent, be it as null.

internal sealed record ProductPageWire
{
    public required IReadOnlyList<ProductWire> Items { get; init; }

    public required IReadOnlyList<TombstoneWire> Tombstones { get; init; }

    public required string? NextCursor { get; init; }

    public required DateTimeOffset AsOf { get; init; }

    public int? Total { get; init; }

    public IReadOnlyList<CategoryCountWire>? CategoryCounts { get; init; }
}

internal sealed record CategoryCountWire
{
    public required string CategoryId { get; init; }

    public required int Count { get; init; }
}

internal sealed record TombstoneWire
{
    public required string Key { get; init; }

    public required DateTimeOffset DeletedAt { get; init; }
}

internal sealed record ProductWire
{
    public required string Sku { get; init; }

    public required string Name { get; init; }

    public required string Description { get; init; }

    public required string CategoryId { get; init; }

    public required ProductStatusWire Status { get; init; }

    public string? ReplacedBy { get; init; }

    public required IReadOnlyList<SalesUnitWire> Units { get; init; }

    public required IReadOnlyList<AttributeWire> Attributes { get; init; }

    public required IReadOnlyList<ImageWire> Images { get; init; }

    public required IReadOnlyList<string> CustomerPartNumbers { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}

internal enum ProductStatusWire
{
    Active,
    Discontinued,
    Blocked,
}

internal sealed record SalesUnitWire
{
    public required string Unit { get; init; }

    public required string Name { get; init; }

    public required int Decimals { get; init; }

    public required decimal Factor { get; init; }

    public required decimal MinQuantity { get; init; }

    public required decimal Increment { get; init; }
}

internal sealed record AttributeWire
{
    public required string Name { get; init; }

    public required string Value { get; init; }

    public string? Unit { get; init; }
}

internal sealed record ImageWire
{
    public required string Id { get; init; }

    public required bool IsMain { get; init; }
}

internal sealed record CategoryWire
{
    public required string Id { get; init; }

    public required string? ParentId { get; init; }

    public required string Name { get; init; }
}

internal sealed record ProductsQueryWire(string? CustomerNumber, IReadOnlyList<string> Codes);

internal sealed record ProductsWire
{
    public required DateTimeOffset AsOf { get; init; }

    public required IReadOnlyList<ResolvedWire> Items { get; init; }
}

internal sealed record ResolvedWire
{
    public required string Code { get; init; }

    public required ProductWire? Product { get; init; }
}
