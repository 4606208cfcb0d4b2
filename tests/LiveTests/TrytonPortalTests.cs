using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Sync.Placing;
using PortalIntegration.LiveTests.Placing;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.LiveTests;

/// <summary>The portal's own way of placing on a real Tryton, with the portal as a process that is killed, put to sleep, or cut off.</summary>
[Collection(TrytonOfProcesses.Name)]
public sealed class TrytonPortalTests(TrytonFixture tryton)
{
    private const string Unlimited = "C1007";

    [Fact]
    public async Task Fault32_PutToSleepBeforeItsConfirmation_TheOtherNodePlacesOnce()
    {
        await using var stage = new PortalStage(tryton.Ground);
        await using var proxy = await CuttingProxy.Start(tryton.Address);
        proxy.Arrange("sale.sale.confirm", Fate.Paused);
        var order = TrytonFixture.Order(Unlimited, ("HYD-008", 1));
        var submission = PortalStage.Submission(order);
        var asleep = await stage.Start(proxy.Address, createTimeout: TimeSpan.FromSeconds(10));
        var submitting = PortalStage.SubmitToTheDying(asleep, submission);
        await proxy.Paused.Task.WaitAsync(TimeSpan.FromMinutes(3));
        await stage.PutToSleep(asleep);

        // A new price, so that the other node may not simply confirm the same draft.
        using var admin = await TrytonDesk.SignIn(tryton.Address, "admin", "admin-Key8");
        await admin.SetListPrice("HYD-008", "72.5000");
        var awake = await stage.Start(tryton.Address);
        await PortalStage.Submit(awake, submission);
        var placed = await PortalStage.WaitFor(awake, submission, PlacingState.Confirmed);
        proxy.Resume();
        await asleep.ResumeAsync();
        await submitting;
        await Task.Delay(TimeSpan.FromSeconds(3)); // time for the sleeper to do harm

        (await Standing(order)).ShouldHaveSingleItem().ShouldBe((placed.Number!.Value.Value, "processing"));
    }

    [Fact]
    public async Task AskIfDifferent_PriceRoseMeanwhile_WaitsForTheBuyerThenPlacesAtTheNewPrice()
    {
        await using var stage = new PortalStage(tryton.Ground);
        var order = TrytonFixture.Order(Unlimited, ("HYD-009", 2));
        var submission = PortalStage.Submission(order, await Seen(order));
        using var admin = await TrytonDesk.SignIn(tryton.Address, "admin", "admin-Key8");
        await admin.SetListPrice("HYD-009", "90.0000");
        var portal = await stage.Start(tryton.Address);

        await PortalStage.Submit(portal, submission);
        var asked = await PortalStage.WaitFor(portal, submission, PlacingState.NeedsDecision);
        var before = (await Standing(order)).Count(sale => sale.State is not "draft");
        await PortalStage.Accept(portal, submission, asked.OfferVersion);
        var placed = await PortalStage.WaitFor(portal, submission, PlacingState.Confirmed);

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
