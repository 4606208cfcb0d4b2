using PortalIntegration.Core;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Customers;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Portal.Features.Checkout;
using PortalIntegration.Portal.Features.OrderPad;

namespace PortalIntegration.UnitTests.Portal.Ordering;

public sealed class CheckoutPartsTests
{
    private static readonly DateOnly Soon = new(2026, 3, 4);
    private static readonly DateOnly Late = new(2026, 3, 18);

    private static readonly IReadOnlyList<ErpAddress> ShipTos =
    [
        new() { Id = "S1", Name = "Own", Country = "DE", IsDefault = true }, new() { Id = "S2", Name = "Other", Country = "DE" },
    ];

    [Fact]
    public void Of_PlainBasket_IsOneOrderUnderTheCheckoutsOwnId()
    {
        var part = Parts([Line("1"), Line("2")]).ShouldHaveSingleItem();

        part.Key.ShouldBeEmpty();
        part.Id.ToString().ShouldBe(Id("").ToString());
        part.Lines.Select(line => line.LineId).ShouldBe(["1", "2"]);
    }

    [Fact]
    public void Of_LinesToAddressesAndDates_IsAnOrderEachWithAnIdOfItsOwnAndEveryLineOnce()
    {
        var parts = Parts([Line("1"), Line("2", to: "S2"), Line("3", to: "S2", wave: "2026-03-04"), Line("4"), Line("5", wave: "2026-03-04")]);

        parts.Select(part => part.Form.ShipTo).ShouldBe([null, "S2", "S2", null]);
        parts.Select(part => string.Join(',', part.Lines.Select(line => line.LineId))).ShouldBe(["1,4", "2", "3", "5"]);
        parts.Select(part => part.Id).Distinct().Count().ShouldBe(4);
    }

    [Theory]
    [InlineData(null, "S1", "the default named by its id is what naming none means")]
    [InlineData("S2", "S2", "what the checkout goes to")]
    [InlineData(null, " ", "nothing is named")]
    public void Of_LineThatNamesTheCheckoutsOwnAddress_GoesWithTheRest(string? own, string to, string why) =>
        Parts([Line("1"), Line("2", to: to)], new() { ShipTo = own }).ShouldHaveSingleItem(why).Form.ShipTo.ShouldBe(own);

    [Theory]
    [InlineData(null, null, null, null, "no line names one")]
    [InlineData("S2", "S2", null, "S2", "all lines name the same one")]
    [InlineData("S1", "S1", "S2", "S1", "all lines name the same one, which is not the checkout's")]
    [InlineData(null, "S1", null, null, "the default named by its id is what naming none means")]
    [InlineData(null, "S2", "S2", "S2", "what the checkout goes to")]
    public void Together_OneAddress_IsTheForms(string? one, string? other, string? own, string? shipTo, string why) =>
        CheckoutParts.Together([Line("1", to: one), Line("2", to: other)], new() { ShipTo = own }, "S1").ShouldNotBeNull(why).ShipTo.ShouldBe(shipTo, why);

    [Theory]
    [InlineData("S2", null, null, "S1")]
    [InlineData("S2", "S1", null, null)]
    [InlineData("S1", null, "S2", "S1")]
    [InlineData(null, "S1", null, null)]
    public void Together_SeveralAddresses_IsNone(string? one, string? other, string? own, string? standard) =>
        CheckoutParts.Together([Line("1", to: one), Line("2", to: other)], new() { ShipTo = own }, standard).ShouldBeNull();

    [Fact]
    public void Of_PartThatTheBrowserNamedNoIdFor_IsLeftOut() =>
        CheckoutParts.Of([Line("1", to: "S2")], new Dictionary<string, string> { [""] = Id("").ToString() }, Ready([Line("1")]), new(), ShipTos).ShouldBeEmpty();

    [Fact]
    public void ByPromise_SeveralDates_IsAnOrderADateAsTheErpSaysIt()
    {
        var parts = Quoted(Parts([Line("1"), Line("2"), Line("3")]), new() { ["1"] = Soon, ["2"] = Late, ["3"] = null });

        var marks = CheckoutParts.ByPromise(parts).ShouldNotBeNull();

        marks.Select(mark => (mark.Key, mark.Value.Wave)).ShouldBe([("1", "2026-03-04"), ("2", "2026-03-18"), ("3", CheckoutParts.NoDate)]);
        CheckoutParts.Count(parts, marks).ShouldBe(3);
    }

    [Fact]
    public void ByPromise_OneDateInEachOrder_HasNothingToDivide() => CheckoutParts.ByPromise(
        Quoted(Parts([Line("1"), Line("2", to: "S2")]), new() { ["1"] = Soon, ["2"] = Late })).ShouldBeNull();

    [Fact]
    public void ByPromise_OneNotQuoted_IsNotOffered()
    {
        var parts = Quoted(Parts([Line("1"), Line("2"), Line("3", to: "S2")]), new() { ["1"] = Soon, ["2"] = Late, ["3"] = Late });

        CheckoutParts.ByPromise([parts[0], parts[1] with { Quote = null }]).ShouldBeNull();
    }

    [Theory]
    [InlineData("10", "4", "6", "4")]
    [InlineData("2,5", "0.5", "2", "0.5")]
    [InlineData("2", "0,875", "1.1250", "0.8750")]
    public void Split_LessThanThereIs_IsTypedSoThatItIsReadTheSame(string quantity, string off, string rest, string split)
    {
        CheckoutParts.Split(quantity, off).ShouldBe((rest, split));
        TypedQuantity.Read(rest).Value.ShouldNotBeNull();
        TypedQuantity.Read(split).Value.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("10", "10")]
    [InlineData("10", "11")]
    [InlineData("10", "0")]
    [InlineData("10", "")]
    [InlineData("", "1")]
    [InlineData("ten", "1")]
    public void Split_NotLessThanThereIs_IsNot(string quantity, string off) => CheckoutParts.Split(quantity, off).ShouldBeNull();

    private static BasketLine Line(string id, string? to = null, string? wave = null) => new(id, $"SKU-{id}", $"SKU-{id}", "1", "PCE", To: to, Wave: wave);

    private static IReadOnlyList<OrderPart> Parts(IReadOnlyList<BasketLine> lines, CheckoutForm? form = null)
    {
        string[] keys = ["", "S2|", "S2|2026-03-04", "|2026-03-04"];
        return CheckoutParts.Of(lines, keys.ToDictionary(key => key, key => Id(key).ToString()), Ready(lines), form ?? new(), ShipTos);
    }

    private static SubmissionId Id(string key) => new(new Guid(key.Length + 1, 0, 0, new byte[8]));

    private static Basket Ready(IReadOnlyList<BasketLine> lines) =>
        new([.. lines.Select(line => new OrderLineRequest(line.Id, new(line.Sku!), 1, line.Unit))], [], new Dictionary<Sku, Product>(), TooMany: false);

    private static IReadOnlyList<OrderPart> Quoted(IReadOnlyList<OrderPart> parts, Dictionary<string, DateOnly?> promised) =>
    [
        .. parts.Select(part => part with
        {
            Quote = Outcome.Success(
                new Quote { Lines = [.. part.Lines.Select(line => new QuoteLine { LineId = line.LineId, Sku = line.Sku, Quantity = new(1, "PCE"), PromisedOn = promised[line.LineId] })] },
                new Provenance("erp", default)),
        }),
    ];
}
