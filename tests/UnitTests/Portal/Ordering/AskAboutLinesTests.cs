using NSubstitute;
using PortalIntegration.Core;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Inventory;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Pricing;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.Features.OrderPad;

namespace PortalIntegration.UnitTests.Portal.Ordering;

public sealed class AskAboutLinesTests
{
    private static readonly CustomerNumber Customer = new("C-1");
    private static readonly Scope Scope = Scope.ForPerson(new("p"), Role.Buyer, [new(new("a"), Customer, "Account")]);
    private static readonly Provenance Erp = new("erp", DateTimeOffset.UnixEpoch);

    private readonly ICatalog _catalog = Substitute.For<ICatalog>();
    private readonly IPricing _pricing = Substitute.For<IPricing>();
    private readonly IInventory _inventory = Substitute.For<IInventory>();
    private readonly AskAboutLines _asking;

    public AskAboutLinesTests()
    {
        var map = Substitute.For<IOwnershipMap>();
        map.Owner<ICatalog>().Returns(_catalog);
        map.Owner<IPricing>().Returns(_pricing);
        map.Owner<IInventory>().Returns(_inventory);
        _asking = new AskAboutLines(map);
        _catalog.Resolve(default!, default, default!, default).ReturnsForAnyArgs(call => Success<IReadOnlyList<ResolvedCode>>(
            [.. (call.ArgAt<IReadOnlyList<string>>(2) ?? []).Where(code => !code.StartsWith('?')).Select(code => new ResolvedCode(code, Product(code == "MINE" ? "A-1" : code.ToUpperInvariant())))]));
        _pricing.Prices(default!, default, default!, default).ReturnsForAnyArgs(call => Success<IReadOnlyList<Price>>(
            [.. (call.ArgAt<IReadOnlyList<PriceLine>>(2) ?? []).Select(line => new Price { Sku = line.Sku, Quantity = new(line.Quantity, line.Unit ?? "PCE"), UnitPrice = new(2.5m, "EUR") })]));
        _inventory.Availability(default!, default!, default).ReturnsForAnyArgs(call => Success<IReadOnlyList<Availability>>(
            [.. (call.ArgAt<IReadOnlyList<Sku>>(1) ?? []).Select(sku => new Availability { Sku = sku, Unit = "PCE", AvailableToPromise = 7 })]));
    }

    [Fact]
    public async Task Ask_HundredNewLines_CostsThreeCalls()
    {
        var answer = await _asking.Ask(Scope, Customer, [.. Enumerable.Range(1, 100).Select(number => Line($"A-{number}"))], cancel: TestContext.Current.CancellationToken);

        answer.Lines.ShouldAllBe(line => line.Price != null && line.Availability != null && line.Recognised == Recognised.Yes);
        await _catalog.ReceivedWithAnyArgs(1).Resolve(default!, default, default!, TestContext.Current.CancellationToken);
        await _pricing.ReceivedWithAnyArgs(1).Prices(default!, default, default!, TestContext.Current.CancellationToken);
        await _inventory.ReceivedWithAnyArgs(1).Availability(default!, default!, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Ask_KnownLines_DoesNotWaitForTheCatalogue()
    {
        var catalogue = new TaskCompletionSource<Outcome<IReadOnlyList<ResolvedCode>>>();
        _catalog.Resolve(default!, default, default!, default).ReturnsForAnyArgs(_ => catalogue.Task);
        var told = new List<PadAnswer>();

        var asking = _asking.Ask(Scope, Customer, [Line("A-1", sku: "A-1", unit: "PCE")], told.Add, TestContext.Current.CancellationToken);

        told.ShouldNotBeEmpty();
        told[^1].Lines[0].Price!.UnitPrice.ShouldBe(new Money(2.5m, "EUR"));
        told[^1].Lines[0].Recognised.ShouldBe(Recognised.Waiting);
        catalogue.SetResult(Outcome.Failed<IReadOnlyList<ResolvedCode>>(Silent(Cause.TimedOut)));
        (await asking).Lines[0].Recognised.ShouldBe(Recognised.NotAnswered);
    }

    [Fact]
    public async Task Ask_CodePastedWithWhatNobodySees_IsTheCode()
    {
        var answer = await _asking.Ask(Scope, Customer, [Line("\uFEFFMI\u200BNE "), Line("\u200B")], cancel: TestContext.Current.CancellationToken);

        answer.Lines[0].Sku.ShouldBe(new Sku("A-1"));
        answer.Lines[1].Recognised.ShouldBe(Recognised.Empty);
    }

    [Fact]
    public async Task Ask_CustomersOwnNumberInAnyCase_BecomesTheSku()
    {
        var answer = await _asking.Ask(Scope, Customer, [Line("MINE"), Line("a-2")], cancel: TestContext.Current.CancellationToken);

        answer.Lines.Select(line => line.Sku!.Value.Value).ShouldBe(["A-1", "A-2"]);
        answer.Lines[0].Line.Code.ShouldBe("MINE");
    }

    [Fact]
    public async Task Ask_NewLines_DoNotWaitForTheCatalogueButShowNothingBeforeIt()
    {
        var catalogue = new TaskCompletionSource<Outcome<IReadOnlyList<ResolvedCode>>>();
        _catalog.Resolve(default!, default, default!, default).ReturnsForAnyArgs(_ => catalogue.Task);
        var told = new List<PadAnswer>();

        var asking = _asking.Ask(Scope, Customer, [Line("A-1")], told.Add, TestContext.Current.CancellationToken);

        await _pricing.ReceivedWithAnyArgs(1).Prices(default!, default, default!, TestContext.Current.CancellationToken);
        await _inventory.ReceivedWithAnyArgs(1).Availability(default!, default!, TestContext.Current.CancellationToken);
        told.ShouldAllBe(answer => answer.Lines[0].Price == null && answer.Lines[0].PricePart == Part.Waiting && answer.Lines[0].Sku == null);
        catalogue.SetResult(await Success<IReadOnlyList<ResolvedCode>>([new("A-1", Product("A-1"))]));
        (await asking).Lines[0].Price!.UnitPrice.ShouldBe(new Money(2.5m, "EUR"));
        await _pricing.ReceivedWithAnyArgs(1).Prices(default!, default, default!, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Ask_OwnNumberThatIsAnothersSku_ShowsTheCataloguesProductHoweverLateTheFirstAnswerComes()
    {
        var typed = new TaskCompletionSource<Outcome<IReadOnlyList<Price>>>();
        _pricing.Prices(default!, default, default!, default).ReturnsForAnyArgs(call =>
            call.ArgAt<IReadOnlyList<PriceLine>>(2)[0].Sku.Value == "MINE" ? typed.Task : Success<IReadOnlyList<Price>>([Of("A-1", 4)]));

        var asking = _asking.Ask(Scope, Customer, [Line("MINE")], cancel: TestContext.Current.CancellationToken);
        typed.SetResult(await Success<IReadOnlyList<Price>>([Of("MINE", 1)]));
        var line = (await asking).Lines[0];

        line.Sku.ShouldBe(new Sku("A-1"));
        line.Price!.UnitPrice.ShouldBe(new Money(4, "EUR"));
        line.Availability!.Sku.ShouldBe(new Sku("A-1"));
    }

    [Fact]
    public async Task Ask_PricingSilent_KeepsNamesAndStock()
    {
        _pricing.Prices(default!, default, default!, default).ReturnsForAnyArgs(Task.FromResult(Outcome.Failed<IReadOnlyList<Price>>(Silent(Cause.CircuitOpen))));

        var answer = await _asking.Ask(Scope, Customer, [Line("A-1")], cancel: TestContext.Current.CancellationToken);

        answer.Prices.Failure!.Cause.ShouldBe(Cause.CircuitOpen);
        answer.Lines[0].PricePart.ShouldBe(Part.Failed);
        answer.Lines[0].Price.ShouldBeNull();
        answer.Lines[0].Product.ShouldNotBeNull();
        answer.Lines[0].Availability!.AvailableToPromise.ShouldBe(7);
        answer.Lines[0].LacksAnswer.ShouldBeTrue();
    }

    [Fact]
    public async Task Ask_CatalogueSilent_AsksAboutWhatWasTypedAsItStands()
    {
        _catalog.Resolve(default!, default, default!, default).ReturnsForAnyArgs(Task.FromResult(Outcome.Failed<IReadOnlyList<ResolvedCode>>(Silent(Cause.TimedOut))));

        var answer = await _asking.Ask(Scope, Customer, [Line("A-1", unit: "PCE"), Line("ball bearing")], cancel: TestContext.Current.CancellationToken);

        answer.Lines[0].Price!.UnitPrice.ShouldBe(new Money(2.5m, "EUR"));
        answer.Lines[1].Sku.ShouldBeNull();
        answer.Lines[1].PricePart.ShouldBe(Part.NotAsked);
    }

    [Fact]
    public async Task Ask_UnknownCodeOrNoQuantity_HasNoPrice()
    {
        var answer = await _asking.Ask(Scope, Customer, [Line("?"), Line("A-1", quantity: "many")], cancel: TestContext.Current.CancellationToken);

        answer.Lines[0].Recognised.ShouldBe(Recognised.No);
        answer.Lines[1].Quantity.Fault.ShouldBe(QuantityFault.NotANumber);
        answer.Lines[1].Availability.ShouldNotBeNull();
        answer.Lines.ShouldAllBe(line => line.PricePart == Part.NotAsked && line.Price == null);
    }

    [Fact]
    public async Task Ask_PricesInAnotherOrder_AreNotTakenForAnotherProduct()
    {
        _pricing.Prices(default!, default, default!, default).ReturnsForAnyArgs(Success<IReadOnlyList<Price>>([new() { Sku = new("B"), Quantity = new(1, "PCE"), UnitPrice = new(9, "EUR") }]));

        var answer = await _asking.Ask(Scope, Customer, [Line("A-1")], cancel: TestContext.Current.CancellationToken);

        answer.Lines[0].Price.ShouldBeNull();
    }

    private static PadLine Line(string code, string quantity = "3", string? sku = null, string? unit = null) => new(code, 1, code, sku, quantity, unit);

    private static Price Of(string sku, decimal amount) => new() { Sku = new(sku), Quantity = new(3, "PCE"), UnitPrice = new(amount, "EUR") };

    private static Product Product(string sku) => new() { Sku = new(sku), Name = sku, SalesUnit = "PCE" };

    private static Failure Silent(Cause cause) => new(cause, "erp", "test", DateTimeOffset.UnixEpoch);

    private static Task<Outcome<T>> Success<T>(T value) => Task.FromResult(Outcome.Success(value, Erp));
}
