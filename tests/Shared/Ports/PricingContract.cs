using PortalIntegration.Core.Inventory;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Pricing;

namespace PortalIntegration.Tests.Ports;

public abstract class PricingContract : PortContract<ErpFacts>
{
    private Task<IPricing> Pricing => Port<IPricing>(Facts());

    [Fact]
    public virtual async Task Prices_OfSeveralLines_ComeInTheOrderAsked()
    {
        var facts = await Facts();
        var prices = Value(await (await Pricing).Prices(
            Portal,
            facts.Customer,
            [new PriceLine(facts.OtherSku, facts.Quantity), new PriceLine(facts.Sku, facts.Quantity), new PriceLine(facts.Sku, facts.Quantity * 100)],
            Cancel));

        prices.Select(price => price.Sku).ShouldBe([facts.OtherSku, facts.Sku, facts.Sku]);
        prices.ShouldAllBe(price => price.Problem == null && price.UnitPrice!.Value.Amount > 0 && price.UnitPrice.Value.Currency.Length == 3 && price.PricePer > 0);
        prices.ShouldAllBe(price => !string.IsNullOrEmpty(price.PriceUnit) && price.Quantity.Unit == price.PriceUnit);
        prices.Select(price => price.UnitPrice!.Value.Currency).Distinct().ShouldHaveSingleItem();
        prices[2].UnitPrice!.Value.Amount.ShouldBeLessThanOrEqualTo(prices[1].UnitPrice!.Value.Amount);
    }

    [Fact]
    public virtual async Task Prices_OfMany_AreOneAnswerAndTellWhatTheSystemHas()
    {
        var facts = await Facts();
        var skus = facts.Many;

        var prices = Value(await (await Pricing).Prices(Portal, facts.Customer, [.. skus.Select(sku => new PriceLine(sku, 1))], Cancel));

        prices.Select(price => price.Sku).ShouldBe(skus);
        var priced = prices.Where(price => price.Problem is null).ToList();
        priced.Count.ShouldBeGreaterThan(skus.Count / 2);
        priced.ShouldAllBe(price => price.UnitPrice != null);
        await TellsSomewhere(Feature.PriceTiers, priced.Select(price => price.Tiers.Count > 0));
        await TellsEverywhere(Feature.ListPrices, priced.Select(price => price.ListPrice is not null));
        await TellsEverywhere(Feature.PriceReasons, priced.Select(price => price.Source is not null));
        await TellsEverywhere(Feature.LineAmounts, priced.Select(price => price.ExtendedAmount is not null));
    }

    [Fact]
    public virtual async Task Prices_OfMore_AreLower()
    {
        var (customer, sku, quantity) = (await Facts()).Stepped;
        var prices = Value(await (await Pricing).Prices(Portal, customer, [new PriceLine(sku, 1), new PriceLine(sku, quantity)], Cancel));

        prices[1].UnitPrice!.Value.Amount.ShouldBeLessThan(prices[0].UnitPrice!.Value.Amount);
        prices[1].PricePer.ShouldBe(prices[0].PricePer);
    }

    [Fact]
    public virtual async Task Prices_OfAnUnknownSku_IsThatLinesProblemAlone()
    {
        var facts = await Facts();
        var prices = Value(await (await Pricing).Prices(Portal, facts.Customer, [new PriceLine(facts.NoSku, 1), new PriceLine(facts.Sku, facts.Quantity)], Cancel));

        prices[0].UnitPrice.ShouldBeNull();
        prices[0].Problem!.Message.ShouldNotBeNullOrWhiteSpace();
        prices[1].UnitPrice.ShouldNotBeNull();
    }

    [Fact]
    public virtual async Task Prices_ForNobody_AreRefusedForGood()
    {
        var facts = await Facts();
        var outcome = await (await Pricing).Prices(Portal, facts.NoCustomer, [new PriceLine(facts.Sku, 1)], Cancel);

        outcome.Succeeded.ShouldBeFalse();
        outcome.Failure!.RetryCanHelp.ShouldBeFalse(outcome.Failure.ToString());
    }
}

public abstract class InventoryContract : PortContract<ErpFacts>
{
    [Fact]
    public virtual async Task Availability_OfSeveral_LeavesOutTheUnknown()
    {
        var facts = await Facts();
        var stock = Value(await (await Port<IInventory>(Facts())).Availability(Portal, [facts.OtherSku, facts.NoSku, facts.Sku], Cancel));

        stock.Select(entry => entry.Sku).ShouldBe([facts.OtherSku, facts.Sku], ignoreOrder: true);
        stock.ShouldAllBe(entry => entry.AvailableToPromise >= 0 && entry.Unit.Length > 0);
        stock.SelectMany(entry => entry.Warehouses).ShouldAllBe(warehouse => warehouse.Code.Length > 0 && warehouse.AvailableToPromise >= 0 && !(warehouse.OnHand < 0));
        stock.SelectMany(entry => entry.Warehouses).SelectMany(warehouse => warehouse.Inbound).ShouldAllBe(inbound => inbound.Quantity > 0);
    }

    [Fact]
    public virtual async Task Availability_OfMany_IsOneAnswerAndTellsWhatTheSystemHas()
    {
        var skus = (await Facts()).Many;

        var stock = Value(await (await Port<IInventory>(Facts())).Availability(Portal, skus, Cancel));

        stock.Select(entry => entry.Sku).Distinct().Count().ShouldBe(stock.Count);
        stock.Select(entry => entry.Sku).ShouldBeSubsetOf(skus);
        stock.ShouldContain(entry => entry.AvailableToPromise > 0);
        await TellsSomewhere(Feature.StockByWarehouse, stock.Select(entry => entry.Warehouses.Count > 0));
        await TellsSomewhere(Feature.InboundStock, stock.Select(entry => entry.NextAvailableOn is not null));
        await TellsSomewhere(Feature.InboundStock, stock.SelectMany(entry => entry.Warehouses).Select(warehouse => warehouse.Inbound.Count > 0));
    }
}
