using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Ownership;

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
    public virtual async Task Quote_OfALine_TellsWhatTheSystemHas()
    {
        var facts = await Facts();
        var quoting = await Quoting;
        var quote = Value(await quoting.Quote(Portal, facts.Basket(facts.Sku), Cancel));

        quote.TaxTotal.ShouldNotBeNull();
        await TellsEverywhere(Feature.QuoteSubtotals, [quote.Subtotal is not null]);
        await TellsEverywhere(Feature.TaxBreakdown, [quote.Taxes.Count > 0]);
        await TellsEverywhere(Feature.QuotedDates, [quote.Lines[0].PromisedOn is not null]);
        await TellsEverywhere(Feature.QuoteValidity, [quote.ValidUntil is not null]);
        await TellsEverywhere(Feature.CreditInQuotes, [quote.Credit is not null]);
        (quoting.Quoting.DecidedAtConfirmation is null).ShouldBe(!await Lacks(Feature.CreditInQuotes) || await Lacks(Feature.CreditChecks));
    }

    [Fact]
    public virtual async Task Quote_ThenOrdered_CostsWhatWasQuoted()
    {
        var facts = await Facts();
        var order = facts.Order(facts.Sku, facts.OtherSku);
        var quote = Value(await (await Quoting).Quote(Portal, order.Request, Cancel));

        var placed = Value(await (await Port<IOrders>(Facts())).Create(
            Portal, order with { AcceptedTotal = quote.Total }, TimeProvider.System.GetUtcNow().AddMinutes(2), Cancel));

        placed.Total.ShouldBe(quote.Total);
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

        await TellsEverywhere(Feature.DeliveryMethods, [methods.Count > 0]);
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

    [Fact]
    public virtual async Task SweepDrafts_OfNow_RemovesWhatWasAbandonedAndNoOrder()
    {
        var facts = await Facts();
        var (quoting, orders) = (await Quoting, await Port<IOrders>(Facts()));
        var (abandoned, ordered) = (facts.Basket(facts.Sku), facts.Order(facts.Sku));
        var before = Value(await quoting.Quote(Portal, abandoned, Cancel));
        var number = Value(await orders.Create(Portal, ordered, TimeProvider.System.GetUtcNow().AddMinutes(2), Cancel)).Number!.Value;

        var swept = Value(await quoting.SweepDrafts(Portal, TimeProvider.System.GetUtcNow().AddMinutes(5), Cancel));

        (swept > 0).ShouldBe(quoting.Quoting.Kind == QuotingKind.Draft);
        Value(await orders.FindByReference(Portal, facts.Customer, ordered.Submission, Cancel))!.Number.ShouldBe(number);
        Value(await orders.FindByReference(Portal, facts.Customer, abandoned.Submission, Cancel)).ShouldBeNull();
        Value(await quoting.Quote(Portal, abandoned, Cancel)).Total.ShouldBe(before.Total);
    }
}
