using Microsoft.Playwright;
using PortalIntegration.BrowserTests.Stage;
using static Microsoft.Playwright.Assertions;

namespace PortalIntegration.BrowserTests.Jobs;

/// <summary>What a real ERP keeps beside orders: a quote becomes one order, and a parked basket is taken up in another browser.</summary>
public static class KeptJob
{
    private const float Patience = 60_000;

    /// <param name="besides">What the buyer does at his desk before he goes on elsewhere.</param>
    public static async Task Run(Chromium chromium, IKeepingErpOnStage erp, Func<IPage, Task>? besides = null)
    {
        var (quote, basket) = ($"Overhaul {Guid.NewGuid():N}"[..20], $"Basket {Guid.NewGuid():N}"[..20]);
        await using var desk = await Visitor.SignIn(chromium, erp.Portal.Address, erp.Buyer.Id, erp.Buyer.Name);
        var page = desk.Page;

        await page.FillPad(erp.Lines);
        await page.Locator("#keep-name").FillAsync(quote, new() { Timeout = Patience });
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask for a quote", Exact = true }).DblClickAsync();
        var link = page.Locator(".keep-said a");
        await Expect(link).ToBeVisibleAsync(new() { Timeout = Patience });
        var kept = (await erp.KeptAs(quote)).ShouldHaveSingleItem("a double click is one quote");
        kept.State.ShouldBe(erp.OpenQuote);

        await page.Locator("#keep-name").FillAsync(basket);
        await page.GetByRole(AriaRole.Button, new() { Name = "Park this basket" }).ClickAsync();
        await Expect(page.Locator(".keep-said")).ToContainTextAsync("parked", new() { Timeout = Patience });
        await page.KeepsLines(0);

        await page.GotoAsync($"/quotes/{kept.Number}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Order this" }).ClickAsync(new() { Timeout = Patience });
        var order = page.Locator(".quote-now [data-go-on]");
        await Expect(order).ToBeVisibleAsync(new() { Timeout = Patience });
        await Expect(order).Not.ToHaveAttributeAsync("aria-disabled", "true", new() { Timeout = Patience });
        await order.DblClickAsync();
        await Expect(page.Locator("main h1")).ToContainTextAsync("Ordered", new() { Timeout = Patience });
        var number = await page.Locator(".facts a.sku").InnerTextAsync(new() { Timeout = Patience });
        (await erp.KeptAs(quote)).ShouldHaveSingleItem().State.ShouldBe(erp.ClosedQuote, "no clerk works on it any more");
        (await erp.IsConfirmed(number)).ShouldBeTrue(number);
        await (besides?.Invoke(page) ?? Task.CompletedTask);
        desk.ShouldHaveNoComplaints();

        await using var phone = await Visitor.SignIn(chromium, erp.Portal.Address, erp.Buyer.Id, erp.Buyer.Name, 390, 844);
        await phone.Page.GotoAsync("/order-pad");
        await phone.Page.GetByRole(AriaRole.Button, new() { Name = $"Add to the pad {basket}" }).ClickAsync(new() { Timeout = Patience });
        await Expect(phone.Page.Locator("[data-lines] [data-cell=price][data-state=ok]")).ToHaveCountAsync(erp.Lines.Count, new() { Timeout = Patience });
        await phone.Page.KeepsLines(erp.Lines.Count);
        phone.ShouldHaveNoComplaints();
    }

    /// <summary>Something of an order is sent back, and stands in Tryton.</summary>
    /// <param name="shipped">An order of the buyer's that was shipped.</param>
    public static async Task SendBack(IPage page, TrytonOnStage erp, string shipped)
    {
        await page.GotoAsync($"/returns/new?order={shipped}");
        await page.Locator("[data-draft^='qty/']").First.FillAsync("1", new() { Timeout = Patience });
        await page.Locator("[data-draft^='reason/']").First.SelectOptionAsync(new SelectOptionValue { Index = 1 });
        await page.Locator("[data-draft^='remark/']").First.FillAsync("The box was wet");
        await page.Locator(".return-actions button").ClickAsync();
        await Expect(page.Locator("[data-said]")).ToContainTextAsync("is registered", new() { Timeout = Patience });
        (await erp.ComplaintsOf(shipped)).ShouldBe(["waiting"]);
        await page.GotoAsync("/returns");
        await Expect(page.Locator("main tbody tr").Filter(new() { HasText = shipped })).ToContainTextAsync("The box was wet", new() { Timeout = Patience });
    }
}
