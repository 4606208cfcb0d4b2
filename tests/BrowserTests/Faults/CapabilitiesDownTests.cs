using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using PortalIntegration.BrowserTests.Jobs;
using PortalIntegration.BrowserTests.Stage;
using static Microsoft.Playwright.Assertions;

namespace PortalIntegration.BrowserTests.Faults;

/// <summary>One capability down does not take the others along, and the page says what is missing.</summary>
public sealed class CapabilitiesDownTests(Theatre theatre) : IAsyncDisposable
{
    private const float Patience = 60_000;

    [Fact]
    public async Task PricingDown_CatalogueStockHistoryAndBasketStillWork_AndThePageSaysSinceWhen()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var buyer = await theatre.Visit(People.Buyer);
        await theatre.Sandbox.Erp.Fault(new { kind = "error", operation = "pricesQuery", status = 500 });
        var page = buyer.Page;

        await page.FillPad(erp.Lines, waitForPrices: false);
        await Expect(page.Locator("[data-lines] [data-cell=stock]:is([data-state=ok],[data-state=told])")).ToHaveCountAsync(erp.Lines.Count, new() { Timeout = Patience });
        await Expect(page.Locator("[data-lines] .pad-name [data-name]:not([hidden])")).ToHaveCountAsync(erp.Lines.Count);
        await Expect(page.Locator("[data-lines] [data-cell=price][data-state=failed]")).ToHaveCountAsync(erp.Lines.Count);
        await Expect(page.Locator(".pad-silent")).ToContainTextAsync(new Regex("prices are missing", RegexOptions.IgnoreCase));
        await Expect(page.Locator(".pad-silent")).ToContainTextAsync(new Regex(@"since \d"));
        await Expect(page.Locator(".basket-count")).ToHaveTextAsync("3");

        await page.GotoAsync($"/catalog?q={Uri.EscapeDataString(erp.Word)}");
        await Expect(page.Locator("main .sku").First).ToBeVisibleAsync(new() { Timeout = Patience });
        await page.GotoAsync("/orders");
        await Expect(page.Locator("main table.table tbody tr").First).ToBeVisibleAsync(new() { Timeout = Patience });

        // It comes back by itself: nobody presses anything.
        await page.GotoAsync("/order-pad");
        await Expect(page.Locator("[data-lines] [data-cell=price][data-state=failed]")).ToHaveCountAsync(erp.Lines.Count, new() { Timeout = Patience });
        await theatre.Sandbox.Erp.ClearFaults();
        await Expect(page.Locator("[data-lines] [data-cell=price][data-state=ok]")).ToHaveCountAsync(erp.Lines.Count, new() { Timeout = 60_000 });
        await Expect(page.Locator(".pad-silent .failure")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task CrmDown_SignedInCustomer_CanStillOrder()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var buyer = await theatre.Visit(People.Buyer);
        await theatre.Sandbox.Crm.Fault(new { kind = "outage", operation = "*", mode = "reset" });
        var po = Buyer.NewPo();

        await buyer.Page.FillPad(erp.Lines);
        await (await buyer.Page.OpenCheckout(po)).ClickAsync();

        var number = await buyer.Page.ConfirmedNumber();
        (await erp.OrdersUnder(po)).ShouldHaveSingleItem().Number.ShouldBe(number);
    }

    [Fact]
    public async Task Fault42_PricingHangs_PadFillsInTheRest()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var buyer = await theatre.Visit(People.Buyer);
        await theatre.Sandbox.Erp.Fault(new { kind = "hang", operation = "pricesQuery" });

        await buyer.Page.FillPad(erp.Lines, waitForPrices: false);
        var clock = Stopwatch.StartNew();
        await Expect(buyer.Page.Locator("[data-lines] [data-cell=stock]:is([data-state=ok],[data-state=told])")).ToHaveCountAsync(erp.Lines.Count, new() { Timeout = Patience });
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30));
        await Expect(buyer.Page.Locator("[data-lines] [data-cell=price][data-state=failed]")).ToHaveCountAsync(erp.Lines.Count, new() { Timeout = Patience });
    }

    [Theory]
    [InlineData("erp")]
    [InlineData("crm")]
    public async Task Fault42_SystemHangs_EveryPageAnswersInsideItsBudget(string system)
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var buyer = await theatre.Visit(People.Buyer);
        await buyer.Page.GotoAsync("/orders");
        var order = await buyer.Page.Locator("main table.table tbody a").First.GetAttributeAsync("href");
        await (system == "erp" ? theatre.Sandbox.Erp : theatre.Sandbox.Crm).Fault(new { kind = "hang", operation = "*" });

        foreach (var path in new[] { "/", "/catalog", $"/products/{erp.Lines[0].Sku}", "/order-pad", "/checkout", "/orders", order! })
        {
            var clock = Stopwatch.StartNew();
            await buyer.Page.GotoAsync(path, new() { WaitUntil = WaitUntilState.Commit });
            await Expect(buyer.Page.Locator(".topbar")).ToBeVisibleAsync();
            // The first byte comes without any system; a page that may be a 404 is held back two seconds at most.
            clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30), path); // and not for ever: a machine may be slow
            // And whatever a panel waits for, it ends: filled in, or failed in words. Nothing waits for ever.
            await Expect(buyer.Page.Locator("main .skeleton:visible, main [aria-busy=true]")).ToHaveCountAsync(0, new() { Timeout = 60_000 });
            await Expect(buyer.Page.Locator("main h1").First).ToBeVisibleAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await theatre.Sandbox.Erp.ClearFaults();
        await theatre.Sandbox.Crm.ClearFaults();
        await theatre.CrmIsBack();
        await theatre.ErpIsBack();
    }
}
