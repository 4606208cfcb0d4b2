using Microsoft.Playwright;
using PortalIntegration.BrowserTests.Jobs;
using PortalIntegration.BrowserTests.Stage;
using static Microsoft.Playwright.Assertions;

namespace PortalIntegration.BrowserTests.Faults;

/// <summary>The portal loses everything that it remembered while an order is on its way.</summary>
public sealed class StateDeletedTests(Theatre theatre) : IAsyncDisposable
{
    [Fact]
    public async Task Fault41_StateDeletedBeforeTheErpHasTheOrder_BrowserOffersItAgain_OneOrder()
    {
        await using var portal = await PortalProcess.StartAsync(theatre.Sandbox);
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, portal);
        await using var buyer = await Visitor.SignIn(theatre.Chromium, portal.Address, erp.Buyer.Id, erp.Buyer.Name);
        var po = Buyer.NewPo();
        await Place(buyer.Page, erp, po, new { kind = "error", operation = "createOrder", status = 503 });
        await Expect(buyer.Page.Locator(".journey.warning")).ToBeVisibleAsync(new() { Timeout = 60_000 });

        await Forget(portal, buyer, erp);

        await Expect(buyer.Page.Locator("#on-their-way-notice")).ToContainTextAsync("lost sight of it", new() { Timeout = 60_000 });
        (await erp.OrdersUnder(po)).ShouldBeEmpty();
        await buyer.Page.Locator("#on-their-way-notice a").ClickAsync();
        await buyer.Page.Locator(".journey button.primary", new() { HasText = "Check and place again" }).ClickAsync();
        var number = await buyer.Page.ConfirmedNumber();
        (await erp.OrdersUnder(po)).ShouldHaveSingleItem().Number.ShouldBe(number);
        await buyer.Page.KeepsLines(0);
    }

    [Fact]
    public async Task Fault41_StateDeletedAfterTheErpTookTheOrder_ItIsFoundAndNotPlacedAgain()
    {
        await using var portal = await PortalProcess.StartAsync(theatre.Sandbox);
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, portal);
        await using var buyer = await Visitor.SignIn(theatre.Chromium, portal.Address, erp.Buyer.Id, erp.Buyer.Name);
        var po = Buyer.NewPo();
        // Committed, the answer held back, and from then on no lookup answers either: the portal cannot know.
        // The first lookup, before the create, is answered.
        await theatre.Sandbox.Erp.Fault(new { kind = "error", operation = "listOrders", lane = "order", skip = 1, status = 503 });
        await Place(buyer.Page, erp, po, new { kind = "dropAnswer", operation = "createOrder", mode = "hang" });
        for (var look = 0; look < 600 && (await erp.OrdersUnder(po)).Count == 0; look++)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        await Expect(buyer.Page.Locator(".journey.warning")).ToBeVisibleAsync(new() { Timeout = 60_000 });

        await Forget(portal, buyer, erp);

        await buyer.Page.GotoAsync("/checkout");
        await Expect(buyer.Page.Locator(".journey-now")).ToContainTextAsync("Confirmed: the ERP has this order as", new() { Timeout = 60_000 });
        (await erp.OrdersUnder(po)).ShouldHaveSingleItem();
        await buyer.Page.KeepsLines(0);
    }

    public async ValueTask DisposeAsync() => await theatre.Sandbox.Erp.ClearFaults();

    private async Task Place(IPage page, SandboxOnStage erp, string po, object fault)
    {
        await page.FillPad(erp.Lines);
        var place = await page.OpenCheckout(po);
        await theatre.Sandbox.Erp.Fault(fault);
        await place.ClickAsync();
    }

    /// <summary>Stopped, its state deleted, started again; the ERP is well. Whoever was signed in signs in again in the same browser.</summary>
    private async Task Forget(PortalProcess portal, Visitor buyer, SandboxOnStage erp)
    {
        await buyer.Page.GotoAsync("about:blank");
        await portal.Kill();
        portal.DeleteState();
        await theatre.Sandbox.Erp.ClearFaults();
        await portal.Start();
        await buyer.SignInAgain(erp.Buyer.Id, erp.Buyer.Name);
    }
}
