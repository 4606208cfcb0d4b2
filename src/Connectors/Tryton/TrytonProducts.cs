using System.Text.Json.Serialization;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Tryton.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Connectors.Tryton;

/// <summary>Products: variants of Tryton's, known by their code.</summary>
internal sealed class TrytonProducts(TrytonRpc rpc)
{
    /// <summary>What is sold and can be named. Tryton leaves out what is inactive.</summary>
    public static object?[] Sold => Domain.All(Domain.Is("salable", value: true), Domain.IsNot("code", value: null));

    /// <summary>By SKU, without those that are not sold.</summary>
    public async Task<Outcome<IReadOnlyDictionary<Sku, SoldRow>>> Find(PortCall call, IEnumerable<Sku> skus)
    {
        var found = await rpc.Search<SoldRow>(
            call, "product.product", Domain.All(Sold, Domain.In("code", skus.Select(sku => sku.Value).Distinct(StringComparer.Ordinal))));
        // A code is not unique in Tryton unless its administrator made it so: the first stands for it.
        return found.Select<IReadOnlyDictionary<Sku, SoldRow>>(rows => rows
            .OrderBy(row => row.Id)
            .GroupBy(row => new Sku(row.Code))
            .ToDictionary(rows => rows.Key, rows => rows.First()));
    }
}

/// <summary>What pricing and ordering need to know of a product.</summary>
internal sealed record SoldRow : IdentifiedRow
{
    public required string Code { get; init; }

    [JsonPropertyName("sale_uom.")]
    public required SaleUnitRow SaleUom { get; init; }

    [JsonPropertyName("default_uom.")]
    public required UnitRow DefaultUom { get; init; }

    /// <summary>Null for a unit in which the product is not sold; for every unit where its own was taken out of use, as it is then left out of the catalogue too.</summary>
    public UnitRow? Unit(string? code) => SaleUom.Own is null || code is null
        ? SaleUom.Own
        : SaleUom.Category.Uoms.FirstOrDefault(unit => string.Equals(unit.Symbol, code, StringComparison.Ordinal));
}

/// <summary>What a product is sold in.</summary>
internal sealed record SaleUnitRow
{
    public required long Id { get; init; }

    [JsonPropertyName("category.")]
    public required UnitCategoryRow Category { get; init; }

    /// <summary>Null for a unit that a clerk took out of use, as he may: Tryton leaves it out of its category, and nobody can sell in it.</summary>
    [JsonIgnore]
    public UnitRow? Own => Category.Uoms.FirstOrDefault(unit => unit.Id == Id);
}

internal sealed record UnitCategoryRow
{
    [JsonPropertyName("uoms.")]
    public required IReadOnlyList<UnitRow> Uoms { get; init; }
}

internal sealed record UnitRow : IJsonOnDeserialized
{
    private const int MostDigits = 28;

    public required long Id { get; init; }

    public required string Symbol { get; init; }

    public required string Name { get; init; }

    public required decimal Factor { get; init; }

    public required int Digits { get; init; }

    void IJsonOnDeserialized.OnDeserialized()
    {
        if (Factor <= 0 || Digits is < 0 or > MostDigits)
        {
            throw new MalformedAnswerException("A unit's factor or digits are none");
        }
    }
}
