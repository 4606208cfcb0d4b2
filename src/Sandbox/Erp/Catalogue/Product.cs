using PortalIntegration.Sandbox.Erp.Stock;
using PortalIntegration.Sandbox.Storage;

namespace PortalIntegration.Sandbox.Erp.Catalogue;

internal enum ProductStatus
{
    Active,
    Discontinued,
    Blocked,
}

internal sealed record UnitOfMeasure(string Code, string Name, int Decimals);

internal sealed record Category(string Id, string? ParentId, string Name, int Position, int ProductCount);

internal sealed record SalesUnit(string Unit, string Name, int Decimals, decimal Factor, decimal MinQuantity, decimal Increment);

internal sealed record ProductAttribute(string Name, string Value, string? Unit);

internal sealed record ProductImage(string Id, string ContentType, string Alt, bool IsMain);

/// <summary>A product as the contract shows it.</summary>
internal sealed record Product
{
    public required string Sku { get; init; }

    public required string Name { get; init; }

    public required string Description { get; init; }

    public required string CategoryId { get; init; }

    public required ProductStatus Status { get; init; }

    public string? ReplacedBy { get; init; }

    public string? Manufacturer { get; init; }

    public string? ManufacturerPartNumber { get; init; }

    public string? Gtin { get; init; }

    public required string BaseUnit { get; init; }

    public required IReadOnlyList<SalesUnit> Units { get; init; }

    public decimal? Weight { get; init; }

    public int? LeadTimeDays { get; init; }

    public required IReadOnlyList<ProductAttribute> Attributes { get; init; }

    public required IReadOnlyList<ProductImage> Images { get; init; }

    public IReadOnlyList<string> CustomerPartNumbers { get; init; } = [];

    public required long Version { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>A product with what the contract does not show: prices and stock.</summary>
internal sealed class Item(int index, Product product, decimal listPrice, decimal priceUnit, StockLevel stock) : IRow
{
    private Product product = product;

    public string Key => product.Sku;

    public DateTimeOffset UpdatedAt => product.UpdatedAt;

    /// <summary>Place in the seed.</summary>
    public int Index { get; } = index;

    public Product Product
    {
        get => product;
        set
        {
            product = value;
            Search = SearchText(value);
        }
    }

    /// <summary>Euro for <see cref="PriceUnit"/> base units.</summary>
    public decimal ListPrice { get; set; } = listPrice;

    public decimal PriceUnit { get; } = priceUnit;

    public StockLevel Stock { get; } = stock;

    public string Search { get; private set; } = SearchText(product);

    /// <summary>The unit of that code, or the first one when none is named.</summary>
    public SalesUnit? UnitOf(string? code) => code is null ? product.Units[0] : product.Units.FirstOrDefault(u => u.Unit == code);

    private static string SearchText(Product p) =>
        string.Join('\n', p.Sku, p.Name, p.Description, p.ManufacturerPartNumber, p.Gtin, p.Manufacturer).ToLowerInvariant();
}
