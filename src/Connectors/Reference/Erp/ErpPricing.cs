using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Reference.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Pricing;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Connectors.Reference.Erp;

internal sealed class ErpPricing(SystemPipeline pipeline, Func<Call, IErpApi> api) : IPricing
{
    private static readonly Operation _query = Operation.Read("pricesQuery", "Pricing");

    public Task<Outcome<IReadOnlyList<Price>>> Prices(Scope scope, CustomerNumber customer, IReadOnlyList<PriceLine> lines, CancellationToken cancel = default) =>
        Batches.Ask(pipeline, lines, Ask.LargestBatch, batch => pipeline.Send(
            scope,
            _query,
            (call, token) => api(call).PricesQuery(new PricesQueryWire(customer.Value, [.. batch.Select(line => new PriceLineWire(line.Sku.Value, line.Quantity, line.Unit))]),
                token),
            answer => (IReadOnlyList<Price>)Map(answer, customer, batch),
            answer => answer.AsOf,
            cancel: cancel));

    private static List<Price> Map(PricesWire answer, CustomerNumber customer, IReadOnlyList<PriceLine> lines)
    {
        Strict.Same(answer.CustomerNumber, customer.Value, "customerNumber");
        Strict.Count(answer.Items.Count, lines.Count, "items");
        var currency = Strict.Currency(answer.Currency, "currency");
        var prices = Strict.Each(answer.Items, "items", (item, at) => Map(item, currency, at));
        for (var i = 0; i < lines.Count; i++)
        {
            Strict.Same(prices[i].Sku.Value, lines[i].Sku.Value, $"items[{i}].sku");
        }

        return prices;
    }

    private static Price Map(PriceWire price, string currency, string at)
    {
        var problem = Lines.Problem(price.Problem, null, $"{at}.problem");
        if (problem is null && (price.UnitPrice is null || price.Unit is null))
        {
            throw new MalformedAnswerException($"{at} has neither a price with its unit nor a problem");
        }

        return new Price
        {
            Sku = new Sku(price.Sku),
            Quantity = new Quantity(Strict.Positive(price.Quantity, $"{at}.quantity"), price.Unit ?? ""),
            UnitPrice = Strict.Price(price.UnitPrice, currency, $"{at}.unitPrice"),
            PriceUnit = price.Unit,
            PricePer = Strict.Positive(price.PriceUnit, $"{at}.priceUnit"),
            ListPrice = Strict.Price(price.ListPrice, currency, $"{at}.listPrice"),
            Source = price.Source switch
            {
                null => null,
                PriceSourceWire.List => PriceSource.List,
                PriceSourceWire.Tier => PriceSource.Tier,
                PriceSourceWire.Contract => PriceSource.Contract,
                _ => throw new MalformedAnswerException($"{at}.source is unknown"),
            },
            Tiers = Strict.Each(price.Tiers, $"{at}.tiers", (tier, tierAt) => new PriceTier(
                Strict.NotNegative(tier.MinQuantity, $"{tierAt}.minQuantity"),
                new Money(Strict.NotNegative(tier.UnitPrice, $"{tierAt}.unitPrice"), currency))),
            ExtendedAmount = Strict.Price(price.ExtendedAmount, currency, $"{at}.extendedAmount"),
            ValidUntil = price.ValidUntil,
            Problem = problem,
        };
    }
}
