using System.Globalization;
using Microsoft.Playwright;
using PortalIntegration.BrowserTests.Stage;
using static Microsoft.Playwright.Assertions;

namespace PortalIntegration.BrowserTests.Jobs;

/// <summary>
/// What the portal is for: sign in, find a part by a word of its description, fill the pad, have it quoted, place it once, watch it ship.
/// The same whatever ERP stands behind.
/// </summary>
public static class WholeJob
{
    private static readonly LocatorAssertionsToBeVisibleOptions Soon = new() { Timeout = 20_000 };

    public static async Task Run(Chromium chromium, IErpOnStage erp)
    {
        var po = $"PO-{Guid.NewGuid():N}"[..16];
        await using var buyer = await Visitor.SignIn(chromium, erp.Portal.Address, erp.Buyer.Id, erp.Buyer.Name);
        var page = buyer.Page;

        await FindByWord(page, erp);
        await FillPad(page, erp);
        var number = await CheckOut(page, po);

        var standing = (await erp.OrdersUnder(po)).ShouldHaveSingleItem();
        standing.Number.ShouldBe(number);
        standing.Confirmed.ShouldBeTrue();
        standing.Reference.ShouldStartWith("PI-");
        standing.Lines.ShouldBe(erp.Lines, ignoreOrder: true);

        await WatchItShip(page, erp, number);
        buyer.ShouldHaveNoComplaints();

        await using var rep = await Visitor.SignIn(chromium, erp.Portal.Address, erp.Rep.Id, erp.Rep.Name);
        await FindAsRep(rep.Page, po, number);
        rep.ShouldHaveNoComplaints();
    }

    /// <summary>The top bar's search box, by its key.</summary>
    private static async Task FindByWord(IPage page, IErpOnStage erp)
    {
        await page.Locator("body").PressAsync("/");
        await Expect(page.Locator("#search")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync(erp.Word);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator($"main .sku:text-is('{erp.Lines[0].Sku}')").First).ToBeVisibleAsync(Soon);
    }

    /// <summary>Three lines by keyboard alone: the code, Enter, the quantity, Enter.</summary>
    private static async Task FillPad(IPage page, IErpOnStage erp)
    {
        await page.Locator("body").PressAsync("b");
        await page.WaitForURLAsync("**/order-pad");
        await Expect(page.Locator("[data-lines] [data-field=code]").First).ToBeFocusedAsync(new() { Timeout = 20_000 });
        foreach (var (sku, quantity) in erp.Lines)
        {
            await page.Keyboard.TypeAsync(sku);
            await page.Keyboard.PressAsync("Enter");
            await page.Keyboard.TypeAsync(quantity.ToString("0.######", CultureInfo.InvariantCulture));
            await page.Keyboard.PressAsync("Enter");
        }

        await Expect(page.Locator(".pad-line[data-id] [data-cell=price][data-state=ok]")).ToHaveCountAsync(erp.Lines.Count, new() { Timeout = 20_000 });
        await Expect(page.Locator(".pad-line [data-cell=stock] [data-text]:not(:empty)")).ToHaveCountAsync(erp.Lines.Count, new() { Timeout = 20_000 });
        await Expect(page.Locator(".basket-count")).ToHaveTextAsync(erp.Lines.Count.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>The ERP's quote, one button, the ERP's number.</summary>
    private static async Task<string> CheckOut(IPage page, string po)
    {
        await page.Keyboard.PressAsync("Control+Enter");
        await page.WaitForURLAsync("**/checkout");
        await page.Locator("#po-number").FillAsync(po);
        var place = page.Locator("[data-go-on]");
        await Expect(place).ToHaveTextAsync(new System.Text.RegularExpressions.Regex(@"Place order for [\d,.]+\s[A-Z]{3}"), new() { Timeout = 20_000 });
        await Expect(place).Not.ToHaveAttributeAsync("aria-disabled", "true");
        await place.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        var link = page.Locator(".journey.good a.primary");
        await Expect(link).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await Expect(page.Locator(".basket-count")).ToBeHiddenAsync();
        var number = (await link.GetAttributeAsync("href"))!.Split('/')[^1];
        await link.ClickAsync();
        await page.WaitForURLAsync($"**/orders/{number}");
        return Uri.UnescapeDataString(number);
    }

    /// <summary>Two shipments appear on the open page, which is never loaded again.</summary>
    private static async Task WatchItShip(IPage page, IErpOnStage erp, string number)
    {
        await Expect(page.Locator("h1")).ToContainTextAsync(number);
        await page.EvaluateAsync("window.neverLoadedAgain = true");
        // The page listens as soon as its island is there.
        await Expect(page.Locator("[data-listens]")).ToBeAttachedAsync(new() { Timeout = 20_000 });

        await erp.ShipFirstPart(number);
        await Expect(page.Locator(".order-shipment:visible")).ToHaveCountAsync(1, new() { Timeout = 60_000 });
        await erp.ShipTheRest(number);
        await Expect(page.Locator(".order-shipment:visible")).ToHaveCountAsync(2, new() { Timeout = 60_000 });
        await Expect(page.Locator("[role=status]").Filter(new() { HasText = "This order has changed" })).ToBeAttachedAsync();
        (await page.EvaluateAsync<bool>("window.neverLoadedAgain === true")).ShouldBeTrue();
    }

    private static async Task FindAsRep(IPage page, string po, string number)
    {
        await page.GotoAsync("/sales/orders");
        await page.Locator("#sales-q").FillAsync(po);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator($"main a:text-is('{number}')")).ToBeVisibleAsync(Soon);
        await page.Locator($"main a:text-is('{number}')").ClickAsync();
        await Expect(page.Locator("h1")).ToContainTextAsync(number, new() { Timeout = 20_000 });
    }
}
