using PortalIntegration.Connectors.Tryton.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Pricing;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Connectors.Tryton;

/// <summary>
/// A customer's prices. Tryton computes a product's price from the context of the call (customer, price list, quantity, unit), so that
/// one call serves every line of the same quantity and unit.
/// </summary>
internal sealed class TrytonPricing(TrytonRpc rpc, TrytonParties parties, TrytonProducts products) : IPricing
{
    public async Task<Outcome<IReadOnlyList<Price>>> Prices(
        Scope scope, CustomerNumber customer, IReadOnlyList<PriceLine> lines, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Pricing, "prices", cancel);
        var opening = rpc.Session(call);
        var asking = parties.Find<BuyerRow>(call, customer);
        var finding = products.Find(call, lines.Select(line => line.Sku));
        await Task.WhenAll(opening, asking, finding);
        var (session, buyer, found) = (await opening, await asking, await finding);
        if (!session.Try(out var company))
        {
            return session.As<IReadOnlyList<Price>>();
        }

        if (!buyer.Try(out var party) || !found.Try(out var sold))
        {
            return buyer.Succeeded ? found.As<IReadOnlyList<Price>>() : buyer.As<IReadOnlyList<Price>>();
        }

        var known = lines
            .Select(line => (Line: line, Product: sold.GetValueOrDefault(line.Sku)))
            .Select(line => (line.Line, line.Product, Unit: line.Product?.Unit(line.Line.Unit)))
            .ToList();
        var groups = known
            .Where(line => line.Unit is not null)
            .GroupBy(line => new Group(line.Line.Quantity, line.Unit!.Id == line.Product!.SaleUom.Id ? null : line.Unit.Id))
            .ToList();
        var listing = Task.WhenAll(groups
            .Select(group => group.Key with { Quantity = 1 })
            .Distinct()
            .Select(group => (Group: group, Ids: groups.Where(other => other.Key.Unit == group.Unit).SelectMany(other => other.Select(line => line.Product!.Id))))
            .Select(group => Ask(call, group.Group, group.Ids, Context(company, null, group.Group))));
        var pricing = Task.WhenAll(groups.Select(group =>
            Ask(call, group.Key, group.Select(line => line.Product!.Id), Context(company, party, group.Key))));
        var answers = await pricing;
        var list = await listing;
        if (answers.Concat(list).FirstOrDefault(answer => !answer.Succeeded) is { } failed)
        {
            return failed.As<IReadOnlyList<Price>>();
        }

        var prices = answers.ToDictionary(answer => answer.Value.Group, answer => answer.Value.Prices);
        var listPrices = list.ToDictionary(answer => answer.Value.Group, answer => answer.Value.Prices);
        return session.Select<IReadOnlyList<Price>>(_ => [.. known.Select(line => Of(line.Line, line.Product, line.Unit))]);

        Price Of(PriceLine line, SoldRow? product, UnitRow? unit)
        {
            if (product is null || unit is null)
            {
                return new Price
                {
                    Sku = line.Sku,
                    Quantity = new Quantity(line.Quantity, line.Unit ?? product?.SaleUom.Own?.Symbol ?? ""),
                    Problem = product is null ? LineProblems.UnknownSku(line.Sku) : LineProblems.UnitNotSold(line.Sku, line.Unit),
                };
            }

            var group = new Group(line.Quantity, unit.Id == product.SaleUom.Id ? null : unit.Id);
            return new Price
            {
                Sku = line.Sku,
                Quantity = new Quantity(line.Quantity, unit.Symbol),
                PriceUnit = unit.Symbol,
                UnitPrice = Money(prices[group], product, company),
                ListPrice = Money(listPrices[group with { Quantity = 1 }], product, company),
                Problem = prices[group][product.Id].SalePriceUom is null ? LineProblems.NoPrice(line.Sku) : null,
            };
        }
    }

    private static Money? Money(IReadOnlyDictionary<long, PriceRow> prices, SoldRow product, TrytonSession company) =>
        prices[product.Id].SalePriceUom is { } price ? new Money(TrytonJson.Plain(price), company.CurrencyCode) : null;

    /// <param name="buyer">Null for the list price.</param>
    private static Dictionary<string, object?> Context(TrytonSession company, BuyerRow? buyer, Group group)
    {
        var context = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["currency"] = company.Currency,
            ["quantity"] = TrytonJson.Float(group.Quantity),
        };
        if (buyer is not null)
        {
            context["customer"] = buyer.Id;
            context["price_list"] = buyer.SalePriceList;
        }

        if (group.Unit is { } unit)
        {
            context["uom"] = unit;
        }

        return context;
    }

    private async Task<Outcome<(Group Group, IReadOnlyDictionary<long, PriceRow> Prices)>> Ask(
        PortCall call, Group group, IEnumerable<long> products, Dictionary<string, object?> context)
    {
        var answer = await rpc.ReadIds<PriceRow>(call, "product.product", products, context);
        return answer.Try(out var rows) && rows.Values.Any(row => row.SalePriceUom < 0)
            ? Outcome.Failed<(Group, IReadOnlyDictionary<long, PriceRow>)>(rpc.Failure(call, Cause.Malformed, "A price is negative."))
            : answer.Select(prices => (group, prices));
    }

    /// <param name="Unit">Null for the product's sale unit.</param>
    private sealed record Group(decimal Quantity, long? Unit);

    private sealed record PriceRow : IdentifiedRow
    {
        public required decimal? SalePriceUom { get; init; }
    }
}
