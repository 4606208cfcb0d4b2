using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Sync.Placing;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.LiveTests;

/// <summary>The portal's own way of placing on a real Tryton, with the portal as a process that is killed, put to sleep, or cut off.</summary>
public sealed class TrytonPortalTests(TrytonFixture tryton) : IClassFixture<TrytonFixture>
{
    private const string Unlimited = "C1007";

    /// <summary>By default those at which the ERP and we may know different things.</summary>
    public static TheoryData<string> Steps => Environment.GetEnvironmentVariable("PORTALINTEGRATION_FULL") is { Length: > 0 }
        ? [.. PlacingSteps.All]
        : [PlacingSteps.Quoted, PlacingSteps.CreateStarted, PlacingSteps.Created];

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task Fault05_KilledAtEachStep_OneOrderInTryton(string step)
    {
        await using var stage = new PortalOnTryton();
        var order = TrytonFixture.Order(Unlimited, ("CUT-013", 1));

        // Asked whether it may differ, so that every step is taken.
        var submission = PortalOnTryton.Submission(order, await Seen(order));
        var killed = await stage.Start(tryton.Address, crashAt: step);
        await PortalOnTryton.SubmitToTheDying(killed, submission);
        await killed.WaitUntilEnded(TimeSpan.FromSeconds(60));

        var portal = await stage.Start(tryton.Address);
        await PortalOnTryton.Submit(portal, submission); // the browser offers what it has no number for
        var placed = await PortalOnTryton.WaitFor(portal, submission, PlacingState.Confirmed);

        (await Standing(order)).ShouldHaveSingleItem().ShouldBe((placed.Number!.Value.Value, "processing"));
    }

    [Theory]
    [InlineData("sale.sale.create", nameof(Fate.NeverAnswered))]
    [InlineData("sale.sale.confirm", nameof(Fate.NeverAnswered))]
    [InlineData("sale.sale.confirm", nameof(Fate.NeverArrives))]
    [InlineData("sale.sale.confirm", nameof(Fate.ArrivesLate))]
    public async Task Fault01_NoAnswer_UnknownThenOnce(string write, string fate)
    {
        await using var stage = new PortalOnTryton();
        await using var proxy = await CuttingProxy.Start(tryton.Address);
        proxy.Arrange(write, Enum.Parse<Fate>(fate));
        var order = TrytonFixture.Order(Unlimited, ("CUT-014", 1));
        var submission = PortalOnTryton.Submission(order);
        var portal = await stage.Start(proxy.Address);

        await PortalOnTryton.Submit(portal, submission);
        var placed = await PortalOnTryton.WaitFor(portal, submission, PlacingState.Confirmed);
        await proxy.AllArrived();

        (await Standing(order)).Where(sale => sale.State is "processing").ShouldHaveSingleItem().Number.ShouldBe(placed.Number!.Value.Value);
    }

    [Fact]
    public async Task Fault28_SubmittedTwiceAtOnce_OneOrder()
    {
        await using var stage = new PortalOnTryton();
        var order = TrytonFixture.Order(Unlimited, ("CUT-015", 1));
        var submission = PortalOnTryton.Submission(order);
        var portal = await stage.Start(tryton.Address);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => PortalOnTryton.Submit(portal, submission)));
        var placed = await PortalOnTryton.WaitFor(portal, submission, PlacingState.Confirmed);

        (await Standing(order)).ShouldHaveSingleItem().ShouldBe((placed.Number!.Value.Value, "processing"));
    }

    [Fact]
    public async Task Fault32_PutToSleepBeforeItsConfirmation_TheOtherNodePlacesOnce()
    {
        await using var stage = new PortalOnTryton();
        await using var proxy = await CuttingProxy.Start(tryton.Address);
        proxy.Arrange("sale.sale.confirm", Fate.Paused);
        var order = TrytonFixture.Order(Unlimited, ("HYD-008", 1));
        var submission = PortalOnTryton.Submission(order);
        var asleep = await stage.Start(proxy.Address, createTimeout: TimeSpan.FromSeconds(3));
        var submitting = PortalOnTryton.SubmitToTheDying(asleep, submission);
        await proxy.Paused.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await PortalOnTryton.Signal(asleep, "-STOP");

        // A new price, so that the other node may not simply confirm the same draft.
        using var admin = await TrytonDesk.SignIn(tryton.Address, "admin", "admin-Key8");
        await admin.SetListPrice("HYD-008", "72.5000");
        var awake = await stage.Start(tryton.Address);
        await PortalOnTryton.Submit(awake, submission);
        var placed = await PortalOnTryton.WaitFor(awake, submission, PlacingState.Confirmed);
        proxy.Resume();
        await PortalOnTryton.Signal(asleep, "-CONT");
        await submitting;
        await Task.Delay(TimeSpan.FromSeconds(3)); // time for the sleeper to do harm

        (await Standing(order)).ShouldHaveSingleItem().ShouldBe((placed.Number!.Value.Value, "processing"));
    }

    [Fact]
    public async Task AskIfDifferent_PriceRoseMeanwhile_WaitsForTheBuyerThenPlacesAtTheNewPrice()
    {
        await using var stage = new PortalOnTryton();
        var order = TrytonFixture.Order(Unlimited, ("HYD-009", 2));
        var submission = PortalOnTryton.Submission(order, await Seen(order));
        using var admin = await TrytonDesk.SignIn(tryton.Address, "admin", "admin-Key8");
        await admin.SetListPrice("HYD-009", "90.0000");
        var portal = await stage.Start(tryton.Address);

        await PortalOnTryton.Submit(portal, submission);
        var asked = await PortalOnTryton.WaitFor(portal, submission, PlacingState.NeedsDecision);
        var before = (await Standing(order)).Count(sale => sale.State is not "draft");
        await PortalOnTryton.Accept(portal, submission, asked.OfferVersion);
        var placed = await PortalOnTryton.WaitFor(portal, submission, PlacingState.Confirmed);

        before.ShouldBe(0);
        asked.Differences.ShouldNotBeEmpty();
        asked.Offer!.Total.ShouldNotBe(submission.Seen!.Total);
        var standing = await tryton.Port<IOrders>().Get(TrytonFixture.Scope, placed.Number!.Value);
        standing.Value.Total.ShouldBe(asked.Offer.Total);
    }

    private async Task<Quote> Seen(NewOrder order) => (await tryton.Port<IQuoting>().Quote(TrytonFixture.Scope, order.Request)).Value;

    private async Task<IReadOnlyList<(string Number, string State)>> Standing(NewOrder order)
    {
        using var desk = await tryton.Desk();
        var found = await desk.Call("sale.sale.search_read", $$"""[["description", "=", "{{order.Submission.ExternalReference}}"]], 0, null, null, ["number", "state"]""");
        return [.. found.EnumerateArray().Select(sale => (sale.GetProperty("number").GetString() ?? "", sale.GetProperty("state").GetString()!))];
    }
}
