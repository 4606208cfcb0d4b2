using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace PortalIntegration.BrowserTests.Stage;

/// <summary>What a buyer does, in a few words, for tests that are about something else.</summary>
public static class Buyer
{
    private const float Patience = 60_000;

    /// <summary>Types lines into the pad and waits until each shows a price.</summary>
    public static async Task FillPad(this IPage page, IEnumerable<(string Sku, decimal Quantity)> lines, bool waitForPrices = true)
    {
        await page.GotoAsync("/order-pad");
        var first = page.Locator("[data-lines] [data-field=code]");
        await Expect(first.First).ToBeVisibleAsync(new() { Timeout = Patience });
        var count = 0;
        foreach (var (sku, quantity) in lines)
        {
            var row = page.Locator("[data-lines] [data-id]").Nth(count);
            await row.Locator("[data-field=code]").FillAsync(sku);
            await row.Locator("[data-field=qty]").FillAsync(quantity.ToString("0.######", CultureInfo.InvariantCulture));
            await Expect(page.Locator("[data-lines] [data-id]")).ToHaveCountAsync(++count + 1);
        }

        if (waitForPrices)
        {
            await Expect(page.Locator("[data-lines] [data-cell=price][data-state=ok]")).ToHaveCountAsync(count, new() { Timeout = Patience });
        }
    }

    /// <summary>Opens checkout with the PO number filled in, and waits until the button names the ERP's total.</summary>
    public static async Task<ILocator> OpenCheckout(this IPage page, string po)
    {
        await page.GotoAsync("/checkout");
        await page.Locator("#po-number").FillAsync(po, new() { Timeout = Patience });
        var place = page.PlaceButton();
        await Expect(place).ToHaveTextAsync(new Regex(@"(Place order for|Für) [\d,.]+\s[A-Z]{3}"), new() { Timeout = Patience });
        await Expect(place).Not.ToHaveAttributeAsync("aria-disabled", "true");
        return place;
    }

    /// <summary>Has a part of the first line go to the last of the customer's addresses, by keyboard alone; ends with two orders, quoted and accepted.</summary>
    public static async Task SendPartElsewhere(this IPage page, decimal quantity)
    {
        await page.Locator("[data-several]").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        var off = page.Locator("[data-line-field=off]").First;
        await off.FillAsync(quantity.ToString("0.######", CultureInfo.InvariantCulture), new() { Timeout = Patience });
        await off.PressAsync("Enter");
        // The new line is behind the one that it was a part of, and waits to be told where it goes.
        var fresh = page.Locator("[data-line-field=to]").Nth(1);
        await Expect(fresh).ToBeFocusedAsync(new() { Timeout = Patience });
        await page.Keyboard.PressAsync("End");
        await Expect(page.Locator(".checkout-order .checkout-total")).ToHaveCountAsync(2, new() { Timeout = Patience });
        await Expect(page.Locator(".checkout-summary [aria-busy=true]")).ToHaveCountAsync(0, new() { Timeout = Patience });
        if (await page.Locator(".checkout-decision input").IsVisibleAsync())
        {
            await page.Locator(".checkout-decision input").CheckAsync();
        }

        await Expect(page.PlaceButton()).Not.ToHaveAttributeAsync("aria-disabled", "true", new() { Timeout = Patience });
    }

    public static ILocator PlaceButton(this IPage page) => page.Locator("button[data-go-on]");

    /// <summary>The ERP's number, once the journey shows it.</summary>
    public static async Task<string> ConfirmedNumber(this IPage page, float within = 60_000)
    {
        var link = page.Locator(".journey.good a.primary");
        await Expect(link).ToBeVisibleAsync(new() { Timeout = within });
        return Uri.UnescapeDataString((await link.GetAttributeAsync("href"))!.Split('/')[^1]);
    }

    /// <summary>Waits until the only order that this browser keeps has come so far in the portal; null until the portal has it.</summary>
    public static async Task OrderReaches(this IPage page, Func<string?, bool> there)
    {
        for (var look = 0; !there(await page.OrderState()); look++)
        {
            look.ShouldBeLessThan(3000);
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>How the only order that this browser keeps stands in the portal; null before the portal has it.</summary>
    public static Task<string?> OrderState(this IPage page) => page.EvaluateAsync<string?>(
        """
        async () => {
          const key = Object.keys(localStorage).find(name => name.startsWith('portal/basket/'));
          const [order] = JSON.parse(localStorage.getItem(key)).sent;
          if (!order) return null;
          const answer = await fetch(`/orders/in-flight?ids=${order.id}`);
          return (await answer.json())[0]?.state ?? null;
        }
        """);

    /// <summary>What this browser keeps of the basket: lines still to be ordered, and orders on their way.</summary>
    public static Task<KeptBasket> KeptBasket(this IPage page) => page.EvaluateAsync<KeptBasket>(
        """
        () => {
          const key = Object.keys(localStorage).find(name => name.startsWith('portal/basket/'));
          const kept = JSON.parse(localStorage.getItem(key) ?? '{}');
          return { lines: kept.lines?.length ?? 0, sent: kept.sent?.length ?? 0, text: localStorage.getItem(key) ?? '' };
        }
        """);

    /// <summary>Waits until this browser keeps so many lines: the page says first what the browser is told next.</summary>
    public static Task KeepsLines(this IPage page, int count) => page.Keeps("lines", count);

    /// <summary>Waits until this browser keeps so many orders that were sent.</summary>
    public static Task KeepsSent(this IPage page, int count) => page.Keeps("sent", count);

    private static Task Keeps(this IPage page, string what, int count) => page.WaitForFunctionAsync(
        """
        ([what, count]) => {
          const key = Object.keys(localStorage).find(name => name.startsWith('portal/basket/'));
          return (JSON.parse(localStorage.getItem(key) ?? '{}')[what]?.length ?? 0) === count;
        }
        """,
        new object[] { what, count });

    /// <summary>Waits until this browser keeps no line and no order any more.</summary>
    public static Task KeepsNothing(this IPage page) => page.WaitForFunctionAsync(
        """
        () => {
          const key = Object.keys(localStorage).find(name => name.startsWith('portal/basket/'));
          const kept = JSON.parse(localStorage.getItem(key) ?? '{}');
          return !kept.lines?.length && !kept.sent?.length;
        }
        """);

    /// <summary>
    /// Puts an order into this browser as one that went out some time ago and that the portal has forgotten since. Answers its id. The page must have
    /// shown a basket before.
    /// </summary>
    public static Task<string> KeepForgottenOrder(this IPage page, string po, (string Sku, decimal Quantity) line) => page.EvaluateAsync<string>(
        """
        async ([po, sku, quantity]) => {
          const { openBasket, newId } = await import('/js/basket.js');
          const id = newId();
          const basket = openBasket(document.getElementById('portal').dataset.owner);
          const kept = basket.add(sku, quantity, null);
          const key = Object.keys(localStorage).find(name => name.startsWith('portal/basket/'));
          const state = JSON.parse(localStorage.getItem(key));
          state.lines.find(one => one.id === kept.id).sent = id;
          state.sent.push({ id, at: new Date().toISOString(), draft: { poNumber: po }, lines: [{ lineId: kept.id, sku, quantity: Number(quantity), unit: null }] });
          localStorage.setItem(key, JSON.stringify(state));
          return id;
        }
        """,
        new object[] { po, line.Sku, line.Quantity.ToString("0.######", CultureInfo.InvariantCulture) });

    public static string NewPo() => $"PO-{Guid.NewGuid():N}"[..18];
}

public sealed class KeptBasket
{
    public int Lines { get; set; }

    public int Sent { get; set; }

    public string Text { get; set; } = string.Empty;
}
