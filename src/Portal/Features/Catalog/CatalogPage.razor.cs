using Microsoft.AspNetCore.Components;
using PortalIntegration.Core;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Inventory;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Pricing;
using PortalIntegration.Portal.SignIn;

namespace PortalIntegration.Portal.Features.Catalog;

/// <summary>What there is, what it costs me, and how much of it. Four calls: products and categories, then all prices and all stock.</summary>
public sealed partial class CatalogPage
{
    public const int PageSize = 25;

    private Task<Outcome<Page<Product>>>? _products;
    private Task<Outcome<IReadOnlyList<Category>>>? _categories;
    private Task<Outcome<IReadOnlyDictionary<string, int>>>? _facets;
    private Task<Outcome<IReadOnlyDictionary<Sku, Price>>>? _prices;
    private Task<Outcome<IReadOnlyDictionary<Sku, Availability>>>? _stock;

    [Inject]
    public required IOwnershipMap Map { get; init; }

    [Inject]
    public required CurrentSession Current { get; init; }

    [Inject]
    public required ShownProducts Shown { get; init; }

    [Inject]
    public required SearchProducts Search { get; init; }

    [SupplyParameterFromQuery]
    public string? Q { get; set; }

    [SupplyParameterFromQuery]
    public string[]? Category { get; set; }

    /// <summary>The cursor of the page, as the owner gave it.</summary>
    [SupplyParameterFromQuery]
    public string? Page { get; set; }

    /// <summary>Codes of the categories chosen, as the address has them.</summary>
    private IReadOnlyList<string> Chosen => [.. (Category ?? []).Where(code => code.Length > 0).Distinct(StringComparer.Ordinal).Take(CategoryChoice.Most)];

    private string Sought => PlainText.Typed(Q);

    private string Heading => Sought.Length == 0 ? Text["Catalog.Title"] : Text["Catalog.TitleFor", Sought];

    protected override void OnInitialized()
    {
        var catalog = Map.Owner<ICatalog>();
        var words = Sought;
        _products = Current.InScope(session => Search.Search(
            session.ActingScope, new CatalogQuery(words, session.Customer, Chosen, Page, PageSize)));
        _facets = Search.MayCount ? Current.InScope(session => Search.Facets(session.ActingScope, session.Customer, words)) : null;
        _categories = Current.InScope(session => catalog.Categories(session.ActingScope));
        _prices = Shown.Prices(_products);
        _stock = Shown.Stock(_products);
    }

    private string Found(Page<Product> page) => (page.Total, page.Next) switch
    {
        ({ } total, _) => Text[total == 1 ? "Catalog.FoundOne" : "Catalog.Found", total.ToString("N0", System.Globalization.CultureInfo.CurrentCulture)],
        (null, null) when Page is null => Text[page.Items.Count == 1 ? "Catalog.FoundOne" : "Catalog.Found", page.Items.Count],
        _ => Text["Catalog.FoundMany"],
    };
}
