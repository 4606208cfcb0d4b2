using System.Globalization;
using Microsoft.Playwright;
using PortalIntegration.BrowserTests.Stage;
using static Microsoft.Playwright.Assertions;

namespace PortalIntegration.BrowserTests.Jobs;

/// <summary>
/// What the portal is for: sign in, find a part by a word of its description, fill the pad, have it quoted, place it once, watch it ship.
/// The same whatever ERP stands behind, and by keyboard alone: nothing is clicked, no field is filled from behind.
/// </summary>
public static class WholeJob
{
    private static readonly LocatorAssertionsToBeVisibleOptions Soon = new() { Timeout = 60_000 };

    /// <summary>The answer is the number of the order, all of which is shipped.</summary>
    public static async Task<string> Run(Chromium chromium, IErpOnStage erp)
    {
        var po = $"PO-{Guid.NewGuid():N}"[..16];
        await using var buyer = await Visitor.Unknown(chromium, erp.Portal.Address);
        var page = buyer.Page;
        await SignIn(page, erp.Buyer);

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

        await using var rep = await Visitor.Unknown(chromium, erp.Portal.Address);
        await SignIn(rep.Page, erp.Rep);
        await FindAsRep(rep.Page, po, number);
        rep.ShouldHaveNoComplaints();
        return number;
    }

    private static async Task SignIn(IPage page, (string Id, string Name) person)
    {
        await page.GotoAsync("/sign-in");
        await page.TabTo("#person");
        await page.Keyboard.TypeAsync(person.Name);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator($"button[name=person][value='{person.Id}']")).ToBeVisibleAsync(Soon);
        await page.TabTo($"button[name=person][value='{person.Id}']");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync(url => !url.Contains("sign-in", StringComparison.Ordinal));
    }

    /// <summary>The top bar's search box, by its key.</summary>
    private static async Task FindByWord(IPage page, IErpOnStage erp)
    {
        await Expect(page.Locator("#search")).ToBeVisibleAsync(Soon);
        await page.PressShortcut("/");
        await Expect(page.Locator("#search")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync(erp.Word);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator($"main .sku:text-is('{erp.Lines[0].Sku}')").First).ToBeVisibleAsync(Soon);
    }

    /// <summary>Three lines by keyboard alone: the code, Enter, the quantity, Enter.</summary>
    private static async Task FillPad(IPage page, IErpOnStage erp)
    {
        await page.TabTo("main a");
        await page.PressShortcut("b");
        await page.WaitForURLAsync("**/order-pad");
        await Expect(page.Locator("[data-lines] [data-field=code]").First).ToBeFocusedAsync(new() { Timeout = 60_000 });
        foreach (var (sku, quantity) in erp.Lines)
        {
            await page.Keyboard.TypeAsync(sku);
            await page.Keyboard.PressAsync("Enter");
            await page.Keyboard.TypeAsync(quantity.ToString("0.######", CultureInfo.InvariantCulture));
            await page.Keyboard.PressAsync("Enter");
        }

        await Expect(page.Locator(".pad-line[data-id] [data-cell=price][data-state=ok]")).ToHaveCountAsync(erp.Lines.Count, new() { Timeout = 60_000 });
        await Expect(page.Locator(".pad-line [data-cell=stock] [data-text]:not(:empty)")).ToHaveCountAsync(erp.Lines.Count, new() { Timeout = 60_000 });
        await Expect(page.Locator(".basket-count")).ToHaveTextAsync(erp.Lines.Count.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>The ERP's quote, one button, the ERP's number.</summary>
    private static async Task<string> CheckOut(IPage page, string po)
    {
        await page.Keyboard.PressAsync("Control+Enter");
        await page.WaitForURLAsync("**/checkout");
        await Expect(page.Locator("#po-number")).ToBeVisibleAsync(Soon);
        await page.TabTo("#po-number");
        await page.Keyboard.TypeAsync(po);
        var place = page.PlaceButton();
        await Expect(place).ToHaveTextAsync(new System.Text.RegularExpressions.Regex(@"Place order for [\d,.]+\s[A-Z]{3}"), new() { Timeout = 60_000 });
        await Expect(place).Not.ToHaveAttributeAsync("aria-disabled", "true");
        await page.TabTo("button[data-go-on]");
        await page.Keyboard.PressAsync("Enter");
        var link = page.Locator(".journey.good a.primary");
        await Expect(link).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Expect(page.Locator(".basket-count")).ToBeHiddenAsync();
        var number = (await link.GetAttributeAsync("href"))!.Split('/')[^1];
        await page.TabTo(".journey.good a.primary");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync($"**/orders/{number}");
        return Uri.UnescapeDataString(number);
    }

    /// <summary>Two shipments appear on the open page, which is never loaded again.</summary>
    private static async Task WatchItShip(IPage page, IErpOnStage erp, string number)
    {
        await Expect(page.Locator("h1")).ToContainTextAsync(number);
        await page.EvaluateAsync("window.neverLoadedAgain = true");
        // The page listens as soon as its island is there.
        await Expect(page.Locator("[data-listens]")).ToBeAttachedAsync(new() { Timeout = 60_000 });

        // What is only planned does not count: some ERPs show it as soon as the order is confirmed.
        var shipped = page.Locator(".order-shipment:visible").Filter(new() { Has = page.Locator(".badge-status.is-good") });
        await Expect(shipped).ToHaveCountAsync(0);
        await erp.ShipFirstPart(number);
        await Expect(shipped).ToHaveCountAsync(1, new() { Timeout = 60_000 });
        await erp.ShipTheRest(number);
        await Expect(shipped).ToHaveCountAsync(2, new() { Timeout = 60_000 });
        await Expect(page.Locator("[role=status]").Filter(new() { HasText = "This order has changed" })).ToBeAttachedAsync();
        (await page.EvaluateAsync<bool>("window.neverLoadedAgain === true")).ShouldBeTrue();
    }

    private static async Task FindAsRep(IPage page, string po, string number)
    {
        await page.TabTo("a[href='/sales/orders']");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**/sales/orders");
        await page.TabTo("#sales-q");
        await page.Keyboard.TypeAsync(po);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator($"main a:text-is('{number}')")).ToBeVisibleAsync(Soon);
        await page.TabTo($"main a[href$='/{Uri.EscapeDataString(number)}']");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("h1")).ToContainTextAsync(number, new() { Timeout = 60_000 });
    }
}
