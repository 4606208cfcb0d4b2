using PortalIntegration.Core.Catalog;

namespace PortalIntegration.Sync.Catalogue;

/// <summary>
/// Holds what many products say alike once: units, categories, names and values of attributes. Takes away the customer's own part number, which is
/// nobody else's business.
/// </summary>
internal sealed class SharedTexts
{
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<UnitOfMeasure>> _units = new(StringComparer.Ordinal);

    public Product Compact(Product product) => product with
    {
        CategoryCode = Shared(product.CategoryCode),
        CategoryName = Shared(product.CategoryName),
        SalesUnit = Shared(product.SalesUnit)!,
        Units = Shared(product.Units),
        Attributes = product.Attributes is [] ? [] : [.. product.Attributes.Select(pair => KeyValuePair.Create(Shared(pair.Key)!, Shared(pair.Value)!))],
        CustomerPartNumber = null,
    };

    private IReadOnlyList<UnitOfMeasure> Shared(IReadOnlyList<UnitOfMeasure> units)
    {
        var key = string.Join('\n', units);
        return _units.TryGetValue(key, out var known) ? known : _units[key] = [.. units];
    }

    private string? Shared(string? text)
    {
        if (text is null)
        {
            return null;
        }

        return _texts.TryGetValue(text, out var known) ? known : _texts[text] = text;
    }
}
