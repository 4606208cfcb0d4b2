using PortalIntegration.Core;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.Features.Catalog;

namespace PortalIntegration.Portal.Features.OrderPad;

/// <summary>Products that fit what is being typed: SKU, name, description, or the customer's own part number.</summary>
public sealed class SuggestProducts(SearchProducts products)
{
    public const int Most = 8;

    public Task<Outcome<Page<Product>>> Suggest(Scope scope, CustomerNumber customer, string text, CancellationToken cancel = default) =>
        products.Suggest(scope, new CatalogQuery(PlainText.Typed(text), customer, Limit: Most), cancel);
}
