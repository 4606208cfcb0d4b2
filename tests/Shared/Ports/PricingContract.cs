using PortalIntegration.Core.Inventory;
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
}
