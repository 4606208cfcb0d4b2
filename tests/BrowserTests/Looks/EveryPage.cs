using Microsoft.Playwright;
using PortalIntegration.BrowserTests.Jobs;
using PortalIntegration.BrowserTests.Stage;
using static Microsoft.Playwright.Assertions;

namespace PortalIntegration.BrowserTests.Looks;

/// <summary>Every page in a state worth looking at, with what must be there before it is looked at.</summary>
public static class EveryPage
{
    private const float Patience = 60_000;

    public static IReadOnlyList<string> Names { get; } =
    [
        "sign-in",
        "home",
        "catalog",
        "product",
        "order-pad-empty",
        "order-pad",
        "order-pad-suggestions",
        "checkout",
        "checkout-empty",
        "checkout-several",
        "orders",
        "orders-nothing-found",
        "order",
        "account",
        "keys",
        "not-found", "status-too-often", "status-too-large", "too-many-pages",
        "rep-home",
        "sales-accounts",
        "sales-account",
        "sales-orders",
        "admin-systems", "admin-sync", "admin-sync-drift", "admin-sync-items-empty",
        "admin-ownership",
        "admin-who-answers",
        "invoices",
        "returns",
        "backorders",
        "order-change",
        "return-new",
        "statement",
        "backorders-nothing-found",
        "quotes", "quote-check", "approval-approver", "approval-send-back", "home-approver", "home-limited",
        "company", "company-address", "company-address-gone", "company-contact",
        "catalog-narrowed", "order-pad-add-from", "return-nothing", "quote-expired", "quote-list", "approvals", "sales-account-cut",
    ];

    public static string WhoSees(string name) => name switch
    {
        "rep-home" or "sales-accounts" or "sales-account" or "sales-account-cut" or "sales-orders" => "rep",
        "admin-systems" or "admin-sync" or "admin-sync-drift" or "admin-sync-items-empty" or "admin-ownership" or "admin-who-answers" => "admin",
        "sign-in" => "nobody",
        "approval-approver" or "approval-send-back" or "home-approver" or "approvals" or "company" or "company-address" or "company-address-gone" or "company-contact" => "approver",
        "home-limited" => "limited",
        _ => "buyer",
    };

    /// <summary>Pages that lose nothing by being loaded again.</summary>
    private static bool IsAnswersAlone(string name) => name is "home" or "rep-home" or "home-approver" or "home-limited" or "catalog" or "product" or "orders" or "order" or "invoices" or "returns"
        or "backorders" or "statement" or "quotes" or "approvals" or "company" or "sales-accounts" or "sales-account" or "sales-orders";

    public static async Task Open(string name, IPage page, SandboxOnStage erp)
    {
        switch (name)
        {
            case "sign-in":
                await page.GotoAsync("/sign-in");
                break;
            case "home" or "rep-home":
                await page.GotoAsync("/");
                break;
            case "catalog":
                await page.GotoAsync($"/catalog?q={Uri.EscapeDataString(erp.Word)}");
                break;
            case "product":
                await page.GotoAsync($"/products/{Uri.EscapeDataString(erp.Lines[0].Sku)}");
                break;
            case "order-pad-empty":
                await page.GotoAsync("/order-pad");
                await Expect(page.Locator("[data-lines] [data-field=code]").First).ToBeVisibleAsync(new() { Timeout = Patience });
                break;
            case "order-pad":
                await page.FillPad([.. erp.Lines, ("NO-SUCH-THING", 3)], waitForPrices: false);
                await Expect(page.Locator("[data-lines] [data-cell=price][data-state=ok]")).ToHaveCountAsync(erp.Lines.Count, new() { Timeout = Patience });
                await Expect(page.Locator("[data-lines] .pad-note.bad")).ToHaveCountAsync(1, new() { Timeout = Patience });
                break;
            case "order-pad-suggestions":
                await page.GotoAsync("/order-pad");
                await page.Locator("[data-lines] [data-field=code]").First.ClickAsync(new() { Timeout = Patience });
                await page.Keyboard.TypeAsync(erp.Word[..4]);
                await Expect(page.Locator("[role=option]").First).ToBeVisibleAsync(new() { Timeout = Patience });
                await page.Keyboard.PressAsync("ArrowDown");
                break;
            case "checkout":
                await page.FillPad(erp.Lines);
                await page.OpenCheckout("PO-4711");
                break;
            case "checkout-several":
                await page.FillPad(erp.Lines);
                await page.OpenCheckout("PO-4711");
                await page.SendPartElsewhere(erp.Lines[0].Quantity / 2);
                break;
            case "checkout-empty":
                await page.GotoAsync("/checkout");
                await Expect(page.Locator("main .empty")).ToBeVisibleAsync(new() { Timeout = Patience });
                break;
            case "orders":
                await page.GotoAsync("/orders");
                break;
            case "orders-nothing-found":
                await page.GotoAsync("/orders?q=no-such-order");
                break;
            case "order":
                await page.GotoAsync($"/orders/{await erp.PartlyShippedOrder()}");
                await Expect(page.Locator(".order-promise")).ToBeVisibleAsync(new() { Timeout = Patience });
                break;
            case "invoices":
                await page.GotoAsync("/invoices");
                break;
            case "returns":
                await page.GotoAsync("/returns");
                break;
            case "order-change":
                await page.GotoAsync($"/orders/{await erp.PartlyShippedOrder()}/change");
                await Expect(page.Locator("#amend-reason")).ToBeVisibleAsync(new() { Timeout = Patience });
                break;
            case "return-new":
                await page.GotoAsync($"/returns/new?order={await erp.PartlyShippedOrder()}");
                await Expect(page.Locator("#return-note")).ToBeVisibleAsync(new() { Timeout = Patience });
                break;
            case "statement":
                await erp.PartlyShippedOrder();
                await page.GotoAsync("/statement");
                await Expect(page.Locator("main tbody tr").First).ToBeVisibleAsync(new() { Timeout = Patience });
                break;
            case "backorders":
                await erp.WaitingOrder();
                await page.GotoAsync("/backorders");
                await Expect(page.Locator(".backorder-parts").First).ToBeVisibleAsync(new() { Timeout = Patience });
                break;
            case "backorders-nothing-found":
                await page.GotoAsync("/backorders?q=no-such-thing");
                break;
            case "quotes":
                await page.GotoAsync("/quotes");
                await Expect(page.Locator("main .table tbody tr").First).ToBeVisibleAsync(new() { Timeout = Patience });
                break;
            case "quote-check":
                await page.GotoAsync($"/quotes/{await erp.Quotation("quote", "open")}");
                await page.Locator(".quote-do button.primary").ClickAsync(new() { Timeout = Patience });
                await Expect(page.Locator(".quote-now [data-go-on]")).ToBeVisibleAsync(new() { Timeout = Patience });
                break;
            case "approval-approver" or "approval-send-back":
                await page.GotoAsync($"/quotes/{await erp.WaitingApproval()}");
                await Expect(page.Locator(".quote-do button").First).ToBeVisibleAsync(new() { Timeout = Patience });
                if (name == "approval-send-back")
                {
                    await page.Locator(".quote-do button:not(.primary)").First.ClickAsync();
                    await Expect(page.Locator("#back-reason")).ToBeVisibleAsync(new() { Timeout = Patience });
                }

                break;
            case "home-approver" or "home-limited":
                await erp.WaitingApproval();
                await page.GotoAsync("/");
                break;
            case "company":
                await page.GotoAsync("/company");
                await Expect(page.Locator("main tbody a[href^='mailto:']").First).ToBeVisibleAsync(new() { Timeout = Patience });
                break;
            case "company-address":
                await page.GotoAsync("/company");
                await page.Locator("main a[href^='/company/address?id=']").First.ClickAsync(new() { Timeout = Patience });
                await Expect(page.Locator("#edit-country[data-filled=true]")).ToBeVisibleAsync(new() { Timeout = Patience });
                break;
            case "company-address-gone":
                var address = await erp.AddAddress();
                await page.GotoAsync($"/company/address?id={address}");
                await Expect(page.Locator("#edit-country[data-filled=true]")).ToBeVisibleAsync(new() { Timeout = Patience });
                await erp.RemoveAddress(address);
                await page.Locator("#edit-line2").FillAsync("Gate 3");
                await page.Locator(".edit-actions button.primary").ClickAsync();
                await Expect(page.Locator("[data-gone]")).ToBeVisibleAsync(new() { Timeout = Patience });
                break;
            case "company-contact":
                await page.GotoAsync("/company/contact");
                await Expect(page.Locator("#edit-email[data-filled=true]")).ToBeVisibleAsync(new() { Timeout = Patience });
                break;
            case "catalog-narrowed":
                // And told that an order has been sent. While it has the focus the notice stays.
                var sent = await erp.OrderUnder($"test-{Guid.NewGuid():N}", Buyer.NewPo());
                await page.GotoAsync("/catalog");
                foreach (var chosen in (string[])["first", "last"])
                {
                    var links = page.Locator(".not-phone > .category-list > li:not(:first-child) > a:not(.chosen)");
                    await (chosen == "first" ? links.First : links.Last).ClickAsync(new() { Timeout = Patience });
                    await Expect(page.Locator(".chips .chip")).ToHaveCountAsync(chosen == "first" ? 1 : 2, new() { Timeout = Patience });
                }

                await page.WaitForFunctionAsync("() => Object.keys(localStorage).some(key => key.startsWith('portal/moved/'))");
                await erp.ShipFirstPart(sent);
                // Who comes back to the tab asks at once; nothing is lost by asking before the webhook has come.
                await page.WaitForFunctionAsync(
                    """
                    () => document.getElementById('order-moved').checkVisibility() || (document.dispatchEvent(new Event('visibilitychange')), false)
                    """,
                    null,
                    new() { Timeout = Patience, PollingInterval = 500 });
                await page.Locator("#order-moved [data-close]").FocusAsync();
                break;
            case "order-pad-add-from":
                // And told that one quote is for one address.
                await page.FillPad(erp.Lines);
                await page.EvaluateAsync(
                    """
                    async () => {
                      const { openBasket } = await import('/js/basket.js');
                      const basket = openBasket(document.getElementById('portal').dataset.owner);
                      basket.mark({ [basket.lines()[0].id]: { to: 'elsewhere' } });
                    }
                    """);
                await page.Locator(".keep-buttons button").Last.ClickAsync();
                await Expect(page.Locator(".keep .notice")).ToBeVisibleAsync(new() { Timeout = Patience });
                await page.Locator(".add-from-ways button").First.ClickAsync();
                await Expect(page.Locator("[data-choices] tr").First).ToBeVisibleAsync(new() { Timeout = Patience });
                await Expect(page.Locator("[data-choices] [aria-busy=true]")).ToHaveCountAsync(0);
                break;
            case "return-nothing":
                await page.GotoAsync($"/returns/new?order={await erp.WaitingOrder()}");
                await Expect(page.Locator("main .empty, main .return-why").First).ToBeVisibleAsync(new() { Timeout = Patience });
                break;
            case "quote-expired":
                await page.GotoAsync($"/quotes/{await erp.ExpiredQuote()}");
                await Expect(page.Locator(".quote-buttons button").First).ToBeVisibleAsync(new() { Timeout = Patience });
                break;
            case "quote-list":
                await page.GotoAsync($"/quotes/{await erp.NamedList()}");
                await Expect(page.Locator(".quote-buttons button").First).ToBeVisibleAsync(new() { Timeout = Patience });
                break;
            case "approvals":
                await erp.WaitingApproval();
                await page.GotoAsync("/approvals");
                await Expect(page.Locator("main tbody tr").First).ToBeVisibleAsync(new() { Timeout = Patience });
                break;
            case "sales-account-cut":
                await page.GotoAsync($"/sales/accounts/{await erp.AccountWithManyQuotes()}");
                await Expect(page.Locator("[data-cut]").First).ToBeVisibleAsync(new() { Timeout = Patience });
                break;
            case "account":
                await page.GotoAsync("/account");
                break;
            case "keys":
                await page.GotoAsync("/keys");
                break;
            case "not-found":
                await page.GotoAsync("/orders/SO-000000");
                break;
            case "status-too-often":
                await page.GotoAsync("/status/429");
                break;
            case "status-too-large":
                await page.GotoAsync("/keys");
                await page.EvaluateAsync(
                    """
                    () => {
                      const form = document.createElement('form');
                      Object.assign(form, { method: 'post', action: '/theme' });
                      form.append(Object.assign(document.createElement('textarea'), { name: 'theme', value: 'x'.repeat(100000) }));
                      document.body.append(form);
                      form.submit();
                    }
                    """);
                await Expect(page.Locator("main .empty")).ToBeVisibleAsync(new() { Timeout = Patience });
                break;
            case "too-many-pages":
                await page.RouteAsync(
                    "**/_blazor/initializers*", route => route.FulfillAsync(new() { Status = 429, Headers = [KeyValuePair.Create("Retry-After", "300")] }));
                await page.GotoAsync("/orders");
                await Expect(page.Locator("#too-many-pages button")).ToBeVisibleAsync(new() { Timeout = Patience });
                break;
            case "sales-accounts":
                await page.GotoAsync("/sales/accounts");
                break;
            case "sales-account":
                await page.GotoAsync("/sales/accounts/acc-00001");
                break;
            case "sales-orders":
                await page.GotoAsync("/sales/orders");
                break;
            case "admin-sync":
                await page.GotoAsync("/admin/sync");
                await Expect(page.Locator("#flows")).ToBeVisibleAsync(new() { Timeout = Patience });
                break;
            case "admin-sync-drift":
                await page.GotoAsync("/admin/sync/drift?flow=account-to-erp");
                // Compare, or compare again: what somebody else compared is kept.
                await page.Locator("section[aria-labelledby=drift] .panel-actions button").First.ClickAsync(new() { Timeout = Patience });
                await Expect(page.Locator(".drift-words[role=status]")).ToContainTextAsync(new System.Text.RegularExpressions.Regex("compared,|verglichen,"), new() { Timeout = Patience });
                break;
            case "admin-sync-items-empty":
                await page.GotoAsync("/admin/sync/items?key=no-such-key");
                await Expect(page.Locator("main .empty")).ToBeVisibleAsync(new() { Timeout = Patience });
                break;
            case "admin-systems":
                await page.GotoAsync("/admin/systems");
                break;
            case "admin-ownership":
                await page.GotoAsync("/admin/ownership");
                await Expect(page.Locator("#ask-key")).ToBeVisibleAsync(new() { Timeout = Patience });
                break;
            case "admin-who-answers":
                await page.GotoAsync($"/admin/ownership?entity=Orders&key={await erp.PartlyShippedOrder()}#who-answers");
                await page.Locator(".way-fields summary").ClickAsync(new() { Timeout = Patience });
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(name), name, "No such page.");
        }

        await Shown(page);
        // What is looked at is the page, not how an owner failed that was silent for a moment, or has just come back.
        for (var look = 0; look < 30 && IsAnswersAlone(name) && await page.Locator("main .failure:visible").CountAsync() > 0; look++)
        {
            await Task.Delay(1000);
            await page.ReloadAsync();
            await Shown(page);
        }

        if (IsAnswersAlone(name))
        {
            await Expect(page.Locator("main .failure:visible")).ToHaveCountAsync(0);
        }
    }

    private static async Task Shown(IPage page)
    {
        await Expect(page.Locator("main h1").First).ToBeVisibleAsync(new() { Timeout = Patience });
        await Expect(page.Locator("main .skeleton:visible, main .fill-waits:visible")).ToHaveCountAsync(0, new() { Timeout = Patience });
    }
}
