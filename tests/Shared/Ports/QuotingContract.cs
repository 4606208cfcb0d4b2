using PortalIntegration.Core.Orders;

namespace PortalIntegration.Tests.Ports;

public abstract class QuotingContract : PortContract<ErpFacts>
{
    private Task<IQuoting> Quoting => Port<IQuoting>(Facts());

    [Fact]
    public virtual async Task Quote_OfTwoLines_StatesEveryAmountAndLeavesNoOrder()
    {
        var facts = await Facts();
        var basket = facts.Basket(facts.Sku, facts.OtherSku);

        var quote = Value(await (await Quoting).Quote(Portal, basket, Cancel));

        quote.Lines.Select(line => (line.LineId, line.Sku)).ShouldBe(basket.Lines.Select(line => (line.LineId, line.Sku)), ignoreOrder: true);
        quote.Lines.ShouldAllBe(line => line.Problem == null && line.UnitPrice != null && line.ExtendedAmount != null && line.PricePer > 0 && line.Quantity.Value == facts.Quantity);
        quote.Total!.Value.Amount.ShouldBeGreaterThan(0);
        quote.Problems.ShouldBeEmpty();
        quote.Lines.Select(line => line.ExtendedAmount!.Value.Currency).Append(quote.Total.Value.Currency).Distinct().ShouldHaveSingleItem();
        Value(await (await Port<IOrders>(Facts())).FindByReference(Portal, facts.Customer, basket.Submission, Cancel)).ShouldBeNull();
    }

    [Fact]
    public virtual async Task Quote_AskedAgain_SaysTheSame()
    {
        var facts = await Facts();
        var quoting = await Quoting;
        var basket = facts.Basket(facts.Sku);

        var first = Value(await quoting.Quote(Portal, basket, Cancel));
        var second = Value(await quoting.Quote(Portal, basket, Cancel));

        second.Total.ShouldBe(first.Total);
        second.Lines.Select(line => line.UnitPrice).ShouldBe(first.Lines.Select(line => line.UnitPrice));
    }

    [Fact]
    public virtual async Task Quote_UnknownSku_IsThatLinesProblemAlone()
    {
        var facts = await Facts();
        var quote = Value(await (await Quoting).Quote(Portal, facts.Basket(facts.NoSku, facts.Sku), Cancel));

        quote.Lines.Single(line => line.LineId == "line-0").Problem!.Message.ShouldNotBeNullOrWhiteSpace();
        quote.Lines.Single(line => line.LineId == "line-1").ExtendedAmount.ShouldNotBeNull();
    }

    [Fact]
    public virtual async Task DeliveryMethods_OfACustomer_CanBeQuotedWith()
    {
        var facts = await Facts();
        var quoting = await Quoting;
        var methods = Value(await quoting.DeliveryMethods(Portal, facts.Customer, Cancel));

        methods.ShouldNotBeEmpty();
        methods.Select(method => method.Code).Distinct().Count().ShouldBe(methods.Count);
        foreach (var method in methods.Take(2))
        {
            Value(await quoting.Quote(Portal, facts.Basket(facts.Sku) with { DeliveryMethod = method.Code }, Cancel)).Total.ShouldNotBeNull(method.Code);
        }
    }

    [Fact]
    public virtual async Task SweepDrafts_OfLongAgo_TouchesNoQuoteOfNow()
    {
        var facts = await Facts();
        var quoting = await Quoting;
        Value(await quoting.Quote(Portal, facts.Basket(facts.Sku), Cancel));

        Value(await quoting.SweepDrafts(Portal, TimeProvider.System.GetUtcNow().AddYears(-20), Cancel)).ShouldBe(0);
    }
}
