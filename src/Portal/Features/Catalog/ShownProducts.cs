using PortalIntegration.Core;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Inventory;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Pricing;
using PortalIntegration.Portal.SignIn;

namespace PortalIntegration.Portal.Features.Catalog;

/// <summary>Asks the owners what a list of products costs me and how much there is: one call each, side by side.</summary>
public sealed class ShownProducts(IOwnershipMap map, CurrentSession current)
{
    /// <summary>The prices of products that are being asked for.</summary>
    public async Task<Outcome<IReadOnlyDictionary<Sku, Price>>> Prices(Task<Outcome<Page<Product>>> products, CancellationToken cancel = default)
    {
        var answer = await products;
        return answer.Try(out var page)
            ? await Prices([.. page.Items.Where(product => !product.Discontinued).Select(product => new PriceLine(product.Sku, Orderable.Least(product)))], cancel)
            : answer.As<IReadOnlyDictionary<Sku, Price>>();
    }

    /// <summary>My prices, each for the quantity asked.</summary>
    public async Task<Outcome<IReadOnlyDictionary<Sku, Price>>> Prices(IReadOnlyList<PriceLine> lines, CancellationToken cancel = default)
    {
        if (lines.Count == 0)
        {
            return (await current.Get(cancel)).Select(_ => (IReadOnlyDictionary<Sku, Price>)new Dictionary<Sku, Price>());
        }

        var answer = await current.ForCustomer((session, customer) => map.Owner<IPricing>().Prices(session.ActingScope, customer, lines, cancel), cancel);
        return answer.Select(prices => (IReadOnlyDictionary<Sku, Price>)prices.DistinctBy(price => price.Sku).ToDictionary(price => price.Sku));
    }

    public async Task<Outcome<IReadOnlyDictionary<Sku, Availability>>> Stock(Task<Outcome<Page<Product>>> products, CancellationToken cancel = default)
    {
        var answer = await products;
        return answer.Try(out var page)
            ? await Stock([.. page.Items.Select(product => product.Sku)], cancel)
            : answer.As<IReadOnlyDictionary<Sku, Availability>>();
    }

    public async Task<Outcome<IReadOnlyDictionary<Sku, Availability>>> Stock(IReadOnlyList<Sku> skus, CancellationToken cancel = default)
    {
        var answer = await current.InScope(
            session => skus.Count == 0
                ? Task.FromResult(Outcome.Success<IReadOnlyList<Availability>>([], new Provenance(map.OwnerOf(Entity.Inventory) ?? "erp", default)))
                : map.Owner<IInventory>().Availability(session.ActingScope, skus, cancel),
            cancel);
        return answer.Select(stock => (IReadOnlyDictionary<Sku, Availability>)stock.DistinctBy(one => one.Sku).ToDictionary(one => one.Sku));
    }
}

/// <summary>In which quantities a product is ordered, as its owner says.</summary>
public static class Orderable
{
    /// <summary>The least quantity that can be ordered, in the sales unit.</summary>
    public static decimal Least(Product product) => product.MinimumQuantity ?? product.PackSize ?? 1;

    /// <summary>The step between quantities, in the sales unit.</summary>
    public static decimal Step(Product product) => product.PackSize
        ?? Finest(product.Units.FirstOrDefault(unit => unit.Code == product.SalesUnit)?.Decimals ?? 0);

    /// <summary>The finest quantity that can be told apart with so many decimals.</summary>
    public static decimal Finest(int decimals) => new(1, 0, 0, isNegative: false, (byte)Math.Clamp(decimals, 0, 6));
}
