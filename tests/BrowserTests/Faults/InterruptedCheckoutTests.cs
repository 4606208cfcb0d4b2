using Microsoft.Playwright;
using PortalIntegration.BrowserTests.Jobs;
using PortalIntegration.BrowserTests.Stage;
using static Microsoft.Playwright.Assertions;

namespace PortalIntegration.BrowserTests.Faults;

/// <summary>A checkout broken off in its middle, by the portal or by the network, goes on where it was: nothing typed is lost, nothing is ordered twice.</summary>
public sealed class InterruptedCheckoutTests(Theatre theatre) : IAsyncDisposable
{
    private const float Patience = 60_000;

    [Fact]
    public async Task PortalKilledWhileTheFormIsFilled_StartedAgain_TheSameCheckoutIsPlacedOnce()
    {
        await using var portal = await PortalProcess.StartAsync(theatre.Sandbox);
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, portal);
        await using var buyer = await Visitor.SignIn(theatre.Chromium, portal.Address, People.Buyer, await theatre.Sandbox.NameOf(People.Buyer));
        var po = await HalfWay(buyer, erp);

        await portal.Kill();
        await Expect(buyer.Page.Locator("#components-reconnect-modal .while-trying")).ToBeVisibleAsync(new() { Timeout = Patience });
        await buyer.Page.Locator("#order-note").FillAsync("Ring at gate 3, then at gate 4");
        await portal.Start();
        await Expect(buyer.Page.Locator("#components-reconnect-modal")).ToBeHiddenAsync(new() { Timeout = Patience });

        await GoesOn(buyer, erp, po, "Ring at gate 3, then at gate 4");
    }

    [Fact]
    public async Task PortalKilledInMidSubmit_StartedAgain_TheOpenPageShowsTheNumber()
    {
        await using var portal = await PortalProcess.StartAsync(theatre.Sandbox, new Dictionary<string, string?> { ["Sync:Placing:CreateTimeout"] = "00:00:03", ["Sync:Placing:LeaseMargin"] = "00:00:01" });
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, portal);
        await using var buyer = await Visitor.SignIn(theatre.Chromium, portal.Address, People.Buyer, await theatre.Sandbox.NameOf(People.Buyer));
        await theatre.Sandbox.Erp.Fault(new { kind = "latency", operation = "createOrder", milliseconds = 1500 });
        var po = await HalfWay(buyer, erp);
        await buyer.Page.PlaceButton().ClickAsync();
        await buyer.Page.OrderReaches(state => state is not null);

        await portal.Kill();
        await portal.Start();

        var number = await buyer.Page.ConfirmedNumber(Patience);
        (await erp.OrdersUnder(po)).ShouldHaveSingleItem().Number.ShouldBe(number);
        await buyer.Page.KeepsNothing();
    }

    [Fact]
    public async Task SeveralOrders_PressedTwiceInTwoTabs_PortalKilledBetweenTheFirstAndTheSecond_EachIsPlacedOnce()
    {
        const string crash = "PORTALINTEGRATION_CRASH_AT";
        await using var portal = await PortalProcess.StartAsync(theatre.Sandbox, new Dictionary<string, string?> { [crash] = "placing:received" });
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, portal);
        await using var buyer = await Visitor.SignIn(theatre.Chromium, portal.Address, People.Buyer, await theatre.Sandbox.NameOf(People.Buyer));
        var page = buyer.Page;
        var po = Buyer.NewPo();
        await page.FillPad(erp.Lines);
        await page.OpenCheckout(po);
        await page.SendPartElsewhere(erp.Lines[0].Quantity / 2);
        var other = await buyer.NewTab();
        await other.GotoAsync("/checkout");
        await Expect(other.Locator(".checkout-order .checkout-total")).ToHaveCountAsync(2, new() { Timeout = Patience });

        await Task.WhenAll(
            page.PlaceButton().EvaluateAsync("button => { button.click(); button.click(); }"), other.PlaceButton().EvaluateAsync("button => button.click()"));
        // The first order is durable, and the portal dies before it says so or is handed the second.
        await Expect(page.Locator("#components-reconnect-modal .while-trying")).ToBeVisibleAsync(new() { Timeout = Patience });
        await page.KeepsSent(2);
        portal.Unset(crash);
        await portal.Start();

        await page.GetByRole(AriaRole.Button, new() { Name = "Check and place again" }).ClickAsync(new() { Timeout = Patience });
        await page.KeepsNothing();
        var standing = await erp.OrdersUnder(po);
        standing.Select(order => order.Reference).Distinct().Count().ShouldBe(2);
        standing.Select(order => order.Lines.Count).Order().ShouldBe([1, erp.Lines.Count]);
        standing.SelectMany(order => order.Lines).GroupBy(line => line.Sku, line => line.Quantity).ToDictionary(sku => sku.Key, sku => sku.Sum())
            .ShouldBe(erp.Lines.ToDictionary(line => line.Sku, line => line.Quantity), ignoreOrder: true);
    }

    [Fact]
    public Task HalfAMinute_WithoutNetworkInMidCheckout_AndSignedOutElsewhere_NothingIsLostAndNothingIsOrderedTwice() => Task.WhenAll(
        NetworkLostForThirtySeconds_InMidCheckout_NothingTypedIsLostAndItIsPlacedOnce(), SignedOutTests.TheOtherTabHearsNothing_NothingCanBeOrderedThereAndItIsSignedOutTooInAWhile(theatre));

    private async Task NetworkLostForThirtySeconds_InMidCheckout_NothingTypedIsLostAndItIsPlacedOnce()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var buyer = await theatre.Visit(People.Buyer);
        var po = await HalfWay(buyer, erp);

        await buyer.Context.SetOfflineAsync(true);
        await buyer.CutLine();
        await Expect(buyer.Page.Locator("#components-reconnect-modal .while-trying")).ToBeVisibleAsync(new() { Timeout = Patience });
        await buyer.Page.Locator("#order-note").FillAsync("Typed while the network was away");
        await Task.Delay(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await buyer.MendLine();
        await buyer.Context.SetOfflineAsync(false);
        await Expect(buyer.Page.Locator("#components-reconnect-modal")).ToBeHiddenAsync(new() { Timeout = Patience });

        await GoesOn(buyer, erp, po, "Typed while the network was away");
    }

    public async ValueTask DisposeAsync() => await theatre.Sandbox.Erp.ClearFaults();

    /// <summary>Quoted, with a note half written.</summary>
    private static async Task<string> HalfWay(Visitor buyer, SandboxOnStage erp)
    {
        var po = Buyer.NewPo();
        await buyer.Page.FillPad(erp.Lines);
        await buyer.Page.OpenCheckout(po);
        await buyer.Page.Locator("#order-note").FillAsync("Ring at gate 3");
        return po;
    }

    private static async Task GoesOn(Visitor buyer, SandboxOnStage erp, string po, string note)
    {
        await Expect(buyer.Page.Locator("#po-number")).ToHaveValueAsync(po, new() { Timeout = Patience });
        await Expect(buyer.Page.Locator("#order-note")).ToHaveValueAsync(note, new() { Timeout = Patience });
        await Expect(buyer.Page.PlaceButton()).ToContainTextAsync("Place order for", new() { Timeout = Patience });
        await Expect(buyer.Page.PlaceButton()).Not.ToHaveAttributeAsync("aria-disabled", "true", new() { Timeout = Patience });
        await buyer.Page.PlaceButton().ClickAsync();

        var number = await buyer.Page.ConfirmedNumber(Patience);
        var standing = (await erp.OrdersUnder(po)).ShouldHaveSingleItem();
        standing.Number.ShouldBe(number);
        standing.Lines.Count.ShouldBe(erp.Lines.Count);
        await buyer.Page.GotoAsync($"/orders/{number}");
        await Expect(buyer.Page.Locator("main")).ToContainTextAsync(note, new() { Timeout = Patience });
        await buyer.Page.KeepsNothing();
    }
}
