using System.Text.Json;
using NSubstitute;
using PortalIntegration.Core;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Pricing;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.Features.Checkout;
using PortalIntegration.Portal.Features.OrderPad;
using PortalIntegration.Sync.Placing;
using PortalIntegration.Tests;

namespace PortalIntegration.UnitTests.Portal.Ordering;

public sealed class CheckoutStateTests
{
    private static readonly CustomerNumber Customer = new("C-1");
    private static readonly PersonId Person = new("p");
    private static readonly Scope Scope = Scope.ForPerson(Person, Role.Buyer, [new(new("a"), Customer, "Account")]);
    private static readonly Provenance Erp = new("erp", DateTimeOffset.UnixEpoch);
    private static readonly SubmissionId Id = new(Guid.Parse("11111111-2222-4333-8444-555555555555"));

    private readonly IOwnershipMap _map = Substitute.For<IOwnershipMap>();
    private readonly ShownOnPad _shown = new(new ManualTimeProvider(DateTimeOffset.UnixEpoch));

    [Fact]
    public void KeptOrder_ThroughTheBrowserAndBack_IsTheSameRequestWithoutAPrice()
    {
        var form = new CheckoutForm { ShipTo = "S2", RequestedOn = new(2026, 3, 9), PoNumber = " PO-1 ", Note = "Gate 3", Policy = PricePolicy.PriceOfTheDay, PartialDelivery = false };
        IReadOnlyList<OrderLineRequest> lines = [new("l1", new("A-1"), 0.125m, "M", new(2026, 3, 12)), new("l2", new("B-2"), 10, null)];
        var web = new JsonSerializerOptions(JsonSerializerDefaults.Web);

        var json = JsonSerializer.Serialize(KeptOrder.From(Id, DateTimeOffset.UnixEpoch, form, lines), web);
        var back = JsonSerializer.Deserialize<KeptOrder>(json, web)!;

        JsonSerializer.Serialize(back.ToRequest(Id, Customer)).ShouldBe(JsonSerializer.Serialize(form.ToRequest(Id, Customer, lines)));
        back.Draft.ToForm().Policy.ShouldBe(PricePolicy.PriceOfTheDay);
        back.ToRequest(Id, Customer).PoNumber.ShouldBe("PO-1");
        json.ShouldNotContain("rice\":", Case.Sensitive);
        json.ShouldNotContain("mount", Case.Insensitive);
    }

    [Theory]
    [InlineData("999", PricePolicy.AskIfDifferent)]
    [InlineData(null, PricePolicy.AskIfDifferent)]
    [InlineData("PriceOfTheDay", PricePolicy.PriceOfTheDay)]
    public void Draft_WhateverStandsInIt_IsReadOrLeft(string? policy, PricePolicy expected)
    {
        var form = new CheckoutDraft { Policy = policy, RequestedOn = "soon", ShipTo = " " }.ToForm();

        form.Policy.ShouldBe(expected);
        form.RequestedOn.ShouldBeNull();
        form.ShipTo.ShouldBeNull();
    }

    [Fact]
    public async Task ReadBasket_UnknownAndUnreadableLines_AreToldNotLeftOut()
    {
        Catalogue(Outcome.Success<IReadOnlyList<ResolvedCode>>([new("MINE", Product("A-1")), new("B-2", Product("B-2"))], Erp));

        var basket = await new ReadBasket(_map).Read(
            Scope,
            Customer,
            [new("1", "MINE", null, "3", null), new("2", "nothing", null, "1", null), new("3", "B-2", "B-2", "a lot", "BX"), new("4", " ", null, "", null)],
            TestContext.Current.CancellationToken);

        basket.Ready.ShouldHaveSingleItem().ShouldBe(new OrderLineRequest("1", new("A-1"), 3, "PCE"));
        basket.Faulty.Select(line => (line.Line.Id, line.Fault)).ShouldBe([("2", (QuantityFault?)null), ("3", QuantityFault.NotANumber)]);
    }

    [Fact]
    public async Task ReadBasket_DayOfALine_GoesAlongWhereTheOwnerTakesOne()
    {
        Catalogue(Outcome.Success<IReadOnlyList<ResolvedCode>>([new("B-2", Product("B-2"))], Erp));
        BasketLine[] lines = [new("1", "B-2", null, "3", null, "2026-03-12"), new("2", "B-2", null, "3", null, "soon")];

        var basket = await new ReadBasket(_map).Read(Scope, Customer, lines, TestContext.Current.CancellationToken);
        basket.Ready.Select(line => line.RequestedOn).ShouldBe([new DateOnly(2026, 3, 12), null]);

        _map.Lacking(Feature.LineDates).Returns(new NotAvailable("erp", new Lack(Feature.LineDates, "One day an order.")));
        basket = await new ReadBasket(_map).Read(Scope, Customer, lines, TestContext.Current.CancellationToken);
        basket.Ready.Select(line => line.RequestedOn).ShouldBe([null, null]);
    }

    [Fact]
    public async Task ReadBasket_CatalogueSilent_LeavesItToTheQuote()
    {
        Catalogue(Outcome.Failed<IReadOnlyList<ResolvedCode>>(new(Cause.TimedOut, "erp", "productsQuery", default)));

        var basket = await new ReadBasket(_map).Read(
            Scope, Customer, [new("1", "A-1", null, "3", null), new("2", "two words", null, "1", null)], TestContext.Current.CancellationToken);

        basket.Ready.ShouldHaveSingleItem().Sku.ShouldBe(new Sku("A-1"));
        basket.Faulty.ShouldHaveSingleItem().CatalogueSilent.ShouldBeTrue();
    }

    [Fact]
    public void Differences_AmountShownOtherwise_IsOldBesideNew()
    {
        Show(4.6m, 46m);

        Differences(quantity: 10, unitPrice: 4.36m, amount: 43.6m).ShouldBe(
        [
            new Difference("l1", new Sku("A-1"), DifferenceKind.UnitPrice, new(Amount: new(4.6m, "EUR")), new(Amount: new(4.36m, "EUR"))),
            new Difference("l1", new Sku("A-1"), DifferenceKind.ExtendedAmount, new(Amount: new(46m, "EUR")), new(Amount: new(43.6m, "EUR"))),
        ]);
    }

    [Fact]
    public void Differences_SameAmountsOrAnotherQuantity_AreNone()
    {
        Show(4.6m, 46m);

        Differences(quantity: 10, unitPrice: 4.60m, amount: 46m).ShouldBeEmpty();
        Differences(quantity: 11, unitPrice: 4.36m, amount: 47.96m).ShouldBeEmpty();
    }

    [Fact]
    public void Shown_AfterHalfADay_IsForgotten()
    {
        var clock = new ManualTimeProvider(DateTimeOffset.UnixEpoch);
        var shown = new ShownOnPad(clock);
        shown.Remember(Person, Customer, [Answer(1, 1)]);
        shown.Find(Person, Customer, "l1").ShouldNotBeNull();

        clock.Advance(TimeSpan.FromHours(13));
        shown.Remember(new("another"), Customer, []);

        shown.Find(Person, Customer, "l1").ShouldBeNull();
    }

    private void Catalogue(Outcome<IReadOnlyList<ResolvedCode>> answer)
    {
        var catalog = Substitute.For<ICatalog>();
        catalog.Resolve(default!, default, default!, default).ReturnsForAnyArgs(Task.FromResult(answer));
        _map.Owner<ICatalog>().Returns(catalog);
    }

    private void Show(decimal price, decimal amount) => _shown.Remember(Person, Customer, [Answer(price, amount)]);

    private static LineAnswer Answer(decimal price, decimal amount) => new()
    {
        Line = new("l1", 1, "A-1", "A-1", "10", "PCE"),
        Recognised = Recognised.Yes,
        Sku = new("A-1"),
        Quantity = new(10, null),
        PricePart = Part.Answered,
        StockPart = Part.Answered,
        Price = new Price { Sku = new("A-1"), Quantity = new(10, "PCE"), UnitPrice = new(price, "EUR"), ExtendedAmount = new(amount, "EUR") },
    };

    private IReadOnlyList<Difference> Differences(decimal quantity, decimal unitPrice, decimal amount) => new QuoteBasket(_map, _shown).Differences(
        Person,
        new CheckoutForm().ToRequest(Id, Customer, [new("l1", new("A-1"), quantity, "PCE")]),
        new Quote { Lines = [new() { LineId = "l1", Sku = new("A-1"), Quantity = new(quantity, "PCE"), UnitPrice = new(unitPrice, "EUR"), ExtendedAmount = new(amount, "EUR") }] });

    private static Product Product(string sku) => new() { Sku = new(sku), Name = sku, SalesUnit = "PCE" };
}
