using PortalIntegration.Connectors.Odoo.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Connectors.Odoo;

/// <summary>Products: variants of Odoo's, known by their internal reference.</summary>
internal sealed class OdooProducts(OdooRpc rpc)
{
    /// <summary>What is sold and can be named. Odoo leaves out what is archived.</summary>
    public static object?[] Sold => Domain.All(Domain.Is("sale_ok", value: true), Domain.IsSet("default_code"));

    /// <summary>By SKU, without those that are not sold.</summary>
    public async Task<Outcome<IReadOnlyDictionary<Sku, SoldRow>>> Find(PortCall call, IEnumerable<Sku> skus)
    {
        var found = await rpc.Search<SoldRow>(
            call, "product.product", Domain.All(Sold, Domain.In("default_code", skus.Select(sku => sku.Value).Distinct(StringComparer.Ordinal))));
        // An internal reference is not unique in Odoo: the first stands for it.
        return found.Select<IReadOnlyDictionary<Sku, SoldRow>>(rows => rows
            .GroupBy(row => new Sku(row.DefaultCode))
            .ToDictionary(rows => rows.Key, rows => rows.First()));
    }

    /// <summary>Every unit there is: a few dozens.</summary>
    /// <param name="archived">Those too that nobody can sell in any more.</param>
    public async Task<Outcome<UnitsOfOdoo>> Units(PortCall call, bool archived = false)
    {
        var found = await rpc.Search<UnitRow>(call, "uom.uom", Domain.Everything, archived: archived);
        return found.Select(rows => new UnitsOfOdoo(rows));
    }
}

/// <summary>What pricing and ordering need to know of a product.</summary>
internal sealed record SoldRow : OdooRow
{
    public required string DefaultCode { get; init; }

    public required string Name { get; init; }

    /// <summary>Sold, stocked and priced in it; every other of its category will do, too.</summary>
    public required Ref UomId { get; init; }
}

internal sealed class UnitsOfOdoo(IReadOnlyList<UnitRow> rows)
{
    private readonly Dictionary<long, UnitRow> _byId = rows.ToDictionary(row => row.Id);

    /// <summary>Null for one that was archived.</summary>
    public UnitRow? this[Ref unit] => _byId.GetValueOrDefault(unit.Id);

    /// <summary>Null where the product is not sold by it.</summary>
    /// <param name="code">Null for the product's own.</param>
    public UnitRow? Of(Ref product, string? code) =>
        this[product] is not { } own || code is null || string.Equals(own.Name, code, StringComparison.Ordinal) ? this[product]
            : rows.FirstOrDefault(row => row.CategoryId.Id == own.CategoryId.Id && string.Equals(row.Name, code, StringComparison.Ordinal));

    /// <summary>The product's own first, then the others of its category, smallest first.</summary>
    public IReadOnlyList<UnitOfMeasure> Sales(Ref product) => this[product] is not { } own ? [] :
    [
        .. rows
            .Where(row => row.CategoryId.Id == own.CategoryId.Id)
            .OrderBy(row => row.Id != own.Id)
            .ThenBy(row => row.FactorInv)
            .DistinctBy(row => row.Name, StringComparer.Ordinal)
            .Select(row => new UnitOfMeasure(row.Name, row.Name, row.FactorInv, row.Decimals)),
    ];
}

/// <summary>A unit of measure has a name and no code.</summary>
internal sealed record UnitRow : OdooRow
{
    private const int MostDecimals = 6;

    public required string Name { get; init; }

    public required Ref CategoryId { get; init; }

    /// <summary>How many of the category's reference unit one of it is.</summary>
    public required decimal FactorInv { get; init; }

    /// <summary>The least quantity, such as 0.01.</summary>
    public required decimal Rounding { get; init; }

    [System.Text.Json.Serialization.JsonIgnore]
    public int Decimals => Enumerable.Range(0, MostDecimals).FirstOrDefault(decimals => decimal.Round(Rounding, decimals) == Rounding && Rounding > 0, MostDecimals);
}
