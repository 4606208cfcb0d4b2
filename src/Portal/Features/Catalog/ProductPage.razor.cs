using Microsoft.AspNetCore.Components;
using PortalIntegration.Core;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Inventory;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Pricing;
using PortalIntegration.Portal.Components;
using PortalIntegration.Portal.SignIn;

namespace PortalIntegration.Portal.Features.Catalog;

/// <summary>One product: four questions side by side. The first decides whether there is such a page at all.</summary>
public sealed partial class ProductPage
{
    private Task<Outcome<Product>>? _product;
    private Task<Outcome<Price>>? _price;
    private Task<Outcome<IReadOnlyList<Category>>>? _categories;
    private Task<Outcome<Availability>>? _stock;
    private bool _waited;

    [Inject]
    public required IOwnershipMap Map { get; init; }

    [Inject]
    public required CurrentSession Current { get; init; }

    [Inject]
    public required ShownProducts Shown { get; init; }

    [Inject]
    public required FirstAnswer First { get; init; }

    [CascadingParameter]
    public HttpContext? Context { get; set; }

    [Parameter]
    public required string Sku { get; set; }

    private Sku Code => new(PortalUrls.Unescape(Sku));

    protected override async Task OnInitializedAsync()
    {
        _product = AskProduct();
        _price = AskPrice(_product);
        _stock = AskStock();
        _categories = Current.InScope(session => Map.Owner<ICatalog>().Categories(session.ActingScope));
        await First.Wait(_product, Context);
        _waited = true;
    }

    private async Task<Outcome<Product>> AskProduct()
    {
        var answer = await Current.InScope(session => Map.Owner<ICatalog>().Get(session.ActingScope, session.Customer, [Code]));
        return answer.Try(out var products) && products.Count == 0
            ? NotThere<Product>(answer.Provenance!.System, "product")
            : answer.Select(found => found[0]);
    }

    /// <summary>For one unit, at once; where the owner has no price for one, for the least that can be ordered.</summary>
    private async Task<Outcome<Price>> AskPrice(Task<Outcome<Product>> product)
    {
        var answer = await Shown.Prices([new PriceLine(Code, 1)]);
        if (answer.Try(out var prices) && prices.GetValueOrDefault(Code) is not { UnitPrice: not null }
            && (await product).Try(out var known) && Orderable.Least(known) != 1)
        {
            answer = await Shown.Prices([new PriceLine(Code, Orderable.Least(known))]);
        }

        return Only(answer, "prices");
    }

    private async Task<Outcome<Availability>> AskStock() => Only(await Shown.Stock([Code]), "availability");

    private Outcome<T> Only<T>(Outcome<IReadOnlyDictionary<Sku, T>> answer, string operation) =>
        answer.Try(out var found) && !found.ContainsKey(Code)
            ? NotThere<T>(answer.Provenance!.System, operation)
            : answer.Select(all => all[Code]);

    private Outcome<T> NotThere<T>(string system, string operation) =>
        Outcome.Failed<T>(new Failure(Cause.NotFound, system, operation, Say.Now));
}
