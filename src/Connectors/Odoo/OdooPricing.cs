using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Odoo.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Pricing;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Connectors.Odoo;

/// <summary>
/// A customer's prices. Odoo 14 computes <c>product.product.price</c> from the context of the call (price list, partner, quantity, unit), so that
/// one call serves every line of the same quantity and unit. Which quantities have a price of their own, the price list's rules say; the
/// price there is asked for, too.
/// </summary>
internal sealed class OdooPricing(OdooRpc rpc, OdooPartners partners, OdooProducts products) : IPricing
{
    /// <summary>Each costs a call.</summary>
    private const int MostTiers = 8;

    public async Task<Outcome<IReadOnlyList<Price>>> Prices(Scope scope, CustomerNumber customer, IReadOnlyList<PriceLine> lines, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Pricing, "prices", cancel);
        var opening = rpc.Session(call);
        var asking = partners.Find<BuyerRow>(call, customer);
        var finding = products.Find(call, lines.Select(line => line.Sku));
        var listing = products.Units(call);
        await Task.WhenAll(opening, asking, finding, listing);
        var (session, buyer, found, units) = (await opening, await asking, await finding, await listing);
        if (!session.Try(out var company) || !buyer.Try(out var partner) || !found.Try(out var sold) || !units.Try(out var known))
        {
            return !session.Succeeded ? session.As<IReadOnlyList<Price>>()
                : !buyer.Succeeded ? buyer.As<IReadOnlyList<Price>>()
                : !found.Succeeded ? found.As<IReadOnlyList<Price>>()
                : units.As<IReadOnlyList<Price>>();
        }

        var rules = await Rules(call, partner);
        if (!rules.Try(out var list))
        {
            return rules.As<IReadOnlyList<Price>>();
        }

        var asked = lines
            .Select(line => (Line: line, Product: sold.GetValueOrDefault(line.Sku)))
            .Select(line => (line.Line, line.Product, Unit: line.Product is { } product ? known.Of(product.UomId, line.Line.Unit) : null))
            .ToList();
        var orderable = asked.Where(line => line.Unit is not null).ToList();
        var groups = orderable
            .Select(line => (Group: new Group(line.Line.Quantity, line.Unit!.Id == line.Product!.UomId.Id ? null : line.Unit.Id), line.Product!.Id))
            // The steps of a price list are in the product's own unit.
            .Concat(list.Steps.SelectMany(step => orderable.Select(line => (Group: new Group(step, null), line.Product!.Id))))
            .ToLookup(line => line.Group, line => line.Id);
        var answers = await Task.WhenAll(groups.Select(group => Ask(call, partner, group.Key, group)));
        if (Array.Find(answers, answer => !answer.Succeeded) is { } failed)
        {
            return failed.As<IReadOnlyList<Price>>();
        }

        var prices = answers.ToDictionary(answer => answer.Value.Group, answer => answer.Value.Prices);
        return session.Select<IReadOnlyList<Price>>(_ => [.. asked.Select(line => Of(line.Line, line.Product, line.Unit))]);

        Price Of(PriceLine line, SoldRow? product, UnitRow? unit)
        {
            if (product is null || unit is null)
            {
                return new Price
                {
                    Sku = line.Sku,
                    Quantity = new Quantity(line.Quantity, line.Unit ?? product?.UomId.Name ?? ""),
                    Problem = product is null ? LineProblems.UnknownSku(line.Sku) : LineProblems.UnitNotSold(line.Sku, line.Unit),
                };
            }

            var own = unit.Id == product.UomId.Id;
            var price = prices[new Group(line.Quantity, own ? null : unit.Id)][product.Id];
            return new Price
            {
                Sku = line.Sku,
                Quantity = new Quantity(line.Quantity, unit.Name),
                PriceUnit = unit.Name,
                UnitPrice = new Money(price.Price, list.Currency),
                ListPrice = list.Currency == company.CurrencyCode ? new Money(price.LstPrice, list.Currency) : null,
                Tiers = own ? Tiers(product.Id) : [],
            };
        }

        // Those steps at which this product's price is another one.
        IReadOnlyList<PriceTier> Tiers(long product)
        {
            return
            [
                .. list.Steps
                    .Zip(list.Steps.Skip(1), (before, step) => (Step: step, Price: At(step), Before: At(before)))
                    .Where(step => step.Price != step.Before)
                    .Select(step => new PriceTier(step.Step, new Money(step.Price, list.Currency))),
            ];

            decimal At(decimal step) => prices[new Group(step, null)][product].Price;
        }
    }

    private async Task<Outcome<PriceList>> Rules(PortCall call, BuyerRow partner)
    {
        var reading = rpc.ReadIds<ListRow>(call, "product.pricelist", [partner.PropertyProductPricelist.Id]);
        var finding = rpc.Search<RuleRow>(
            call, "product.pricelist.item", Domain.All(Domain.Is("pricelist_id", partner.PropertyProductPricelist.Id), Domain.Above("min_quantity", 1)), "min_quantity");
        await Task.WhenAll(reading, finding);
        var (read, found) = (await reading, await finding);
        return !found.Try(out var rules) ? found.As<PriceList>() : read.Select(lists => new PriceList(
            lists[partner.PropertyProductPricelist.Id].CurrencyId.Name,
            rules is [] ? [] : [1, .. rules.Select(rule => rule.MinQuantity).Distinct().Take(MostTiers)]));
    }

    private async Task<Outcome<(Group Group, IReadOnlyDictionary<long, PriceRow> Prices)>> Ask(
        PortCall call, BuyerRow partner, Group group, IEnumerable<long> products)
    {
        var context = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["pricelist"] = partner.PropertyProductPricelist.Id,
            ["partner"] = partner.Id,
            ["quantity"] = group.Quantity,
        };
        if (group.Unit is { } unit)
        {
            context["uom"] = unit;
        }

        var answer = await rpc.ReadIds<PriceRow>(call, "product.product", products, context);
        return answer.Try(out var rows) && rows.Values.Any(row => row.Price < 0 || row.LstPrice < 0)
            ? Outcome.Failed<(Group, IReadOnlyDictionary<long, PriceRow>)>(rpc.Failure(call, Cause.Malformed, "A price is negative."))
            : answer.Select(prices => (group, prices));
    }

    /// <param name="Unit">Null for the product's own.</param>
    private sealed record Group(decimal Quantity, long? Unit);

    /// <param name="Steps">1, then every quantity from which on some rule of the list holds; empty where there is none.</param>
    private sealed record PriceList(string Currency, IReadOnlyList<decimal> Steps);

    private sealed record BuyerRow : OdooRow
    {
        public required Ref PropertyProductPricelist { get; init; }
    }

    private sealed record ListRow : OdooRow
    {
        public required Ref CurrencyId { get; init; }
    }

    private sealed record RuleRow : OdooRow
    {
        public required decimal MinQuantity { get; init; }
    }

    private sealed record PriceRow : OdooRow
    {
        public required decimal Price { get; init; }

        public required decimal LstPrice { get; init; }
    }
}
