using PortalIntegration.Core;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.Features.OrderPad;
using PortalIntegration.Sync.Placing;

namespace PortalIntegration.Portal.Features.Checkout;

/// <summary>Turns what was typed into order lines. What cannot be ordered as it stands is told, never left out silently.</summary>
public sealed class ReadBasket(IOwnershipMap map)
{
    public const int MostLines = SubmissionLimits.Lines;

    public async Task<Basket> Read(Scope scope, CustomerNumber customer, IReadOnlyList<BasketLine> lines, CancellationToken cancel = default)
    {
        var typed = lines.Where(line => PlainText.Typed(line.Code).Length > 0 || line.Sku is { Length: > 0 }).ToList();
        var codes = typed.Select(line => line.Sku ?? PlainText.Typed(line.Code)).Distinct(StringComparer.OrdinalIgnoreCase).Take(MostLines).ToList();
        if (codes.Count == 0)
        {
            return new([], [], new Dictionary<Sku, Product>(), typed.Count > MostLines);
        }

        var answer = await map.Owner<ICatalog>().Resolve(scope, customer, codes, cancel);
        var found = (answer.Try(out var list) ? list : []).ToLookup(item => item.Code, item => item.Product, StringComparer.OrdinalIgnoreCase);
        var hasDays = map.Lacking(Feature.LineDates) is null;
        var ready = new List<OrderLineRequest>();
        var faulty = new List<FaultyLine>();
        foreach (var line in typed)
        {
            var product = found[line.Sku ?? PlainText.Typed(line.Code)].FirstOrDefault();
            var quantity = TypedQuantity.Read(line.Quantity);
            // With the catalogue out of reach the quote decides: a text without blanks may well be a SKU.
            var sku = product?.Sku.Value ?? (answer.Succeeded ? null : line.Sku ?? (PlainText.Typed(line.Code).Any(char.IsWhiteSpace) ? null : PlainText.Typed(line.Code)));
            if (sku is null)
            {
                faulty.Add(new(line, null, !answer.Succeeded));
            }
            else if (quantity.Value is not { } value)
            {
                faulty.Add(new(line, quantity.Fault, false));
            }
            else
            {
                ready.Add(new(line.Id, new(sku), value, line.Unit is { Length: > 0 } ? line.Unit : product?.SalesUnit, hasDays ? line.RequestedOn : null));
            }
        }

        var products = found.SelectMany(group => group).DistinctBy(product => product.Sku).ToDictionary(product => product.Sku);
        return new(ready, faulty, products, typed.Count > MostLines);
    }
}

/// <param name="Ready">As they can be quoted.</param>
/// <param name="Faulty">What has to be put right in the pad first.</param>
/// <param name="Products">What the catalogue knows about the lines; may lack some.</param>
/// <param name="TooMany">More lines than one order can have.</param>
public sealed record Basket(IReadOnlyList<OrderLineRequest> Ready, IReadOnlyList<FaultyLine> Faulty, IReadOnlyDictionary<Sku, Product> Products, bool TooMany)
{
    public bool IsEmpty => Ready.Count + Faulty.Count == 0;
}

/// <param name="Fault">What is wrong with the quantity; null when the product is not known.</param>
/// <param name="CatalogueSilent">It is not known because the catalogue's owner does not answer.</param>
public sealed record FaultyLine(BasketLine Line, QuantityFault? Fault, bool CatalogueSilent);
