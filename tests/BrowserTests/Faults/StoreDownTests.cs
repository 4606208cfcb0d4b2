using Microsoft.Playwright;
using PortalIntegration.BrowserTests.Jobs;
using PortalIntegration.BrowserTests.Stage;
using PortalIntegration.BrowserTests.SyncHealth;
using static Microsoft.Playwright.Assertions;

namespace PortalIntegration.BrowserTests.Faults;

/// <summary>The portal's store is not to be had: pages say so and go on, and nothing is lost.</summary>
public sealed class StoreDownTests(Theatre theatre)
{
    private const float Patience = 60_000;

    [Fact]
    public async Task Place_StoreDown_IsToldAndTheSameOrderGoesOutOnceItIsBack()
    {
        await using var portal = await PortalProcess.StartAsync(theatre.Sandbox);
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, portal);
        await using var buyer = await Visitor.SignIn(theatre.Chromium, portal.Address, erp.Buyer.Id, erp.Buyer.Name);
        var page = buyer.Page;
        var po = Buyer.NewPo();
        await page.FillPad(erp.Lines);
        var place = await page.OpenCheckout(po);
        await portal.BreakStore();

        await place.ClickAsync();

        await Expect(page.Locator(".journey .notice")).ToContainTextAsync("could not store the order", new() { Timeout = Patience });
        await page.KeepsSent(1);
        (await page.EvaluateAsync<int>("async () => (await fetch('/orders/in-flight?ids=11111111222243338444555555555555')).status")).ShouldBe(503);
        // The browser has it still when the page is loaded again, and asking the store fails in words, not with the circuit.
        await page.ReloadAsync();
        var again = page.GetByRole(AriaRole.Button, new() { Name = "Check and place again" });
        await Expect(again).ToBeVisibleAsync(new() { Timeout = Patience });
        await again.ClickAsync();
        await Expect(page.Locator(".journey .notice")).ToContainTextAsync("could not store the order", new() { Timeout = Patience });

        await portal.MendStore();
        await again.ClickAsync();
        var number = await page.ConfirmedNumber(60_000);
        (await erp.OrdersUnder(po)).ShouldHaveSingleItem().Number.ShouldBe(number);
        await page.KeepsNothing();
    }

    [Fact]
    public async Task Decide_StoreDown_IsToldAndTheDecisionCanBeMadeAgain()
    {
        await using var portal = await PortalProcess.StartAsync(theatre.Sandbox, seed: SeededStore.OfYesterday);
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, portal);
        await using var buyer = await Visitor.SignIn(theatre.Chromium, portal.Address, erp.Buyer.Id, erp.Buyer.Name);
        var page = buyer.Page;
        var po = Buyer.NewPo();
        await page.FillPad(erp.Lines);
        var place = await page.OpenCheckout(po);
        await erp.AgreePrice(0, 7.41m);
        try
        {
            await place.ClickAsync();
            await Expect(page.Locator(".journey-now")).ToContainTextAsync("Nothing is ordered until you decide", new() { Timeout = Patience });
            var orders = await buyer.NewTab();
            await orders.GotoAsync("/orders");
            await Expect(orders.GetByRole(AriaRole.Button, new() { Name = "Take it back" })).ToBeVisibleAsync(new() { Timeout = Patience });
            foreach (var where in new[] { page, orders })
            {
                var back = where.GetByRole(AriaRole.Button, new() { Name = "Take it back" });
                await Expect(back).ToBeVisibleAsync(new() { Timeout = Patience });
                await portal.BreakStore();
                await back.ClickAsync();
                await Expect(where.Locator(".journey .notice")).ToContainTextAsync("cannot be written down", new() { Timeout = Patience });
                await portal.MendStore();
            }

            await orders.GetByRole(AriaRole.Button, new() { Name = "Take it back" }).ClickAsync();
            await Expect(page.Locator(".journey-now")).ToContainTextAsync("Taken back", new() { Timeout = Patience });
        }
        finally
        {
            await erp.AgreePrice(0, null);
        }
    }

    [Fact]
    public async Task Orders_StoreDown_OrdersOnTheirWayAreToldToBeMissing()
    {
        await using var portal = await PortalProcess.StartAsync(theatre.Sandbox);
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, portal);
        await using var buyer = await Visitor.SignIn(theatre.Chromium, portal.Address, erp.Buyer.Id, erp.Buyer.Name);
        await portal.BreakStore();

        await buyer.Page.GotoAsync("/orders");

        await Expect(buyer.Page.Locator(".on-their-way")).ToContainTextAsync("cannot be read", new() { Timeout = Patience });
        await Expect(buyer.Page.Locator("#blazor-error-ui")).ToBeHiddenAsync();
        await Expect(buyer.Page.Locator("main table.table tbody tr").First).ToBeVisibleAsync(new() { Timeout = Patience });
    }
}
