using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Portal.Features.Checkout;
using PortalIntegration.Portal.Features.OrderPad;

namespace PortalIntegration.UnitTests.Portal.Ordering;

public sealed class ObstaclesTests
{
    private static readonly DateOnly Today = new(2026, 3, 2);
    private static readonly Basket Ready = new([new("1", new("A"), 1)], [], new Dictionary<Sku, Core.Catalog.Product>(), TooMany: false);
    private static readonly Quote Plain = new() { Lines = [new() { LineId = "1", Sku = new("A"), Quantity = new(1, "PCE") }], Total = new(10, "EUR") };

    [Fact]
    public void Find_QuotedBasket_Nothing() => Find().ShouldBeNull();

    [Fact]
    public void Find_Viewer_IsToldFirst() => Find(mayOrder: false, quote: null).ShouldBe(PlaceObstacle.ViewerRole);

    [Fact]
    public void Find_NoQuoteYet_Waits() => Obstacles.Find(true, Ready, new(), null, true, Today).ShouldBe(PlaceObstacle.Quoting);

    [Fact]
    public void Find_OwnerSilent_MayBeHandedInAllTheSame() => Find(quote: Failed(Cause.CircuitOpen)).ShouldBeNull();

    [Fact]
    public void Find_OwnerRefusesToQuote_MayNot() => Find(quote: Failed(Cause.Rejected)).ShouldBe(PlaceObstacle.QuoteRefused);

    [Fact]
    public void Find_CreditRefused_MayNot() => Find(Plain with { Credit = new(CreditVerdict.Refused, "Over the limit", null) }).ShouldBe(PlaceObstacle.CreditRefused);

    [Fact]
    public void Find_CreditHeld_May() => Find(Plain with { Credit = new(CreditVerdict.Held, null, null) }).ShouldBeNull();

    [Fact]
    public void Find_LineProblem_MayNot() =>
        Find(Plain with { Lines = [Plain.Lines[0] with { Problem = new("belowPackSize", "Sold in tens") }], Total = null }).ShouldBe(PlaceObstacle.LineProblem);

    [Fact]
    public void Find_DifferencesNotAccepted_MayNot() =>
        Obstacles.Find(true, Ready, new(), Outcome.Success(Plain, new("erp", default)), differencesAccepted: false, Today).ShouldBe(PlaceObstacle.NotAccepted);

    [Fact]
    public void Find_UnreadableLine_MayNot()
    {
        var basket = Ready with { Faulty = [new(new("2", "?", null, "1", null), null, false)] };
        Obstacles.Find(true, basket, new(), Outcome.Success(Plain, new("erp", default)), true, Today).ShouldBe(PlaceObstacle.NotReadable);
    }

    [Fact]
    public void Find_DayInThePast_MayNot() => Find(form: new() { RequestedOn = Today.AddDays(-1) }).ShouldBe(PlaceObstacle.DateInThePast);

    [Fact]
    public void Find_DayOfALineInThePast_MayNot() => Obstacles.Find(
        true, Ready with { Ready = [Ready.Ready[0] with { RequestedOn = Today.AddDays(-1) }] }, new(), Outcome.Success(Plain, new("erp", default)), true, Today).ShouldBe(PlaceObstacle.DateInThePast);

    [Fact]
    public void Find_LongPoNumber_MayNot() => Find(form: new() { PoNumber = new string('1', 36) }).ShouldBe(PlaceObstacle.PoNumberTooLong);

    private static PlaceObstacle? Find(Quote? stated = null, bool mayOrder = true, CheckoutForm? form = null, Outcome<Quote>? quote = null) =>
        Obstacles.Find(mayOrder, Ready, form ?? new(), quote ?? Outcome.Success(stated ?? Plain, new("erp", default)), differencesAccepted: true, Today);

    private static Outcome<Quote> Failed(Cause cause) => Outcome.Failed<Quote>(new(cause, "erp", "quoteOrder", default));
}
