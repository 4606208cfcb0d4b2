using PortalIntegration.BrowserTests.Stage;
using static Microsoft.Playwright.Assertions;

namespace PortalIntegration.BrowserTests.Jobs;

/// <summary>A sales representative: finds any order in care, acts for an account, and is named in what he orders.</summary>
public sealed class SalesTests(Theatre theatre)
{
    private const float Patience = 60_000;

    /// <summary>From a signal to an order, without a mouse: the account that it is of, a quote for it, and the quote made an order.</summary>
    [Fact]
    public async Task Rep_FromSignalToOrder_ByKeyboardAlone_NamesWhoAndForWhom()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var rep = await theatre.Visit(erp.Rep.Id);
        var page = rep.Page;
        var (id, name, customer, signal) = await WithASignal(erp.Rep.Id);

        await page.GotoAsync("/sales/accounts");
        await Expect(page.Locator($".signal-link[href*='signal={signal}'] .signal-count .bar")).ToHaveCountAsync(0, new() { Timeout = Patience });
        await Press($".signal-link[href*='signal={signal}']", "Enter");
        await page.WaitForURLAsync($"**/sales/accounts?*signal={signal}*");
        await Expect(page.Locator($"main tbody a[href$='/{id}']")).ToBeVisibleAsync(new() { Timeout = Patience });
        await Press($"main tbody a[href$='/{id}']", "Enter");
        await Expect(page.Locator("main h1")).ToHaveTextAsync(name, new() { Timeout = Patience });
        await Expect(page.Locator("main .panel .bar")).ToHaveCountAsync(0, new() { Timeout = Patience });
        await Press("main button[name=account]", "Enter");
        await page.WaitForURLAsync("**/order-pad");
        await Expect(page.Locator(".account-name")).ToHaveTextAsync(name, new() { Timeout = Patience });

        var label = $"For them {Guid.NewGuid():N}"[..20];
        await page.FillPad(erp.Lines.Take(1));
        await page.TabTo("#keep-name");
        await page.Keyboard.TypeAsync(label);
        await Press(".keep-buttons button:nth-of-type(3)", "Enter");
        var said = page.Locator(".keep-said a");
        await Expect(said).ToBeVisibleAsync(new() { Timeout = Patience });
        var number = Uri.UnescapeDataString((await said.GetAttributeAsync("href"))!.Split('/')[^1]);
        var kept = await theatre.Sandbox.Erp.Get($"erp/v1/quotations/{number}");
        kept.GetProperty("requestedBy").GetProperty("onBehalfOf").GetString().ShouldBe(name);

        await page.GotoAsync($"/sales/accounts/{id}");
        await Expect(page.Locator($"main tbody a[href='/quotes/{number}']")).ToBeVisibleAsync(new() { Timeout = Patience });
        await Expect(page.Locator("main .panel .bar")).ToHaveCountAsync(0, new() { Timeout = Patience });
        await Press($"main tbody a[href='/quotes/{number}']", "Enter");
        await Expect(page.Locator(".quote-buttons button.primary")).ToBeVisibleAsync(new() { Timeout = Patience });
        await Press(".quote-buttons button.primary", "Enter");
        await Expect(page.Locator(".quote-now [data-go-on]")).Not.ToHaveAttributeAsync("aria-disabled", "true", new() { Timeout = Patience });
        await Press("[data-go-on]", "Enter");
        var placed = await page.ConfirmedNumber();

        var order = await theatre.Sandbox.Erp.Get($"erp/v1/orders/{placed}");
        order.GetProperty("customerNumber").GetString().ShouldBe(customer);
        order.GetProperty("orderedBy").GetProperty("name").GetString().ShouldBe(erp.Rep.Name);
        order.GetProperty("orderedBy").GetProperty("onBehalfOf").GetString().ShouldBe(name);
        (await theatre.Sandbox.Erp.Get($"erp/v1/quotations/{number}")).GetProperty("orderNumber").GetString().ShouldBe(placed);
        rep.ShouldHaveNoComplaints();

        async Task Press(string selector, string key)
        {
            await page.TabTo(selector);
            await page.Keyboard.PressAsync(key);
        }
    }

    [Fact]
    public async Task Rep_SeesWhichAccountIsNotLinked()
    {
        var owner = (await theatre.Sandbox.Crm.Get("crm/v1/accounts/acc-00007")).GetProperty("owner").GetProperty("id").GetString()!;
        await using var rep = await theatre.Visit(owner);

        await rep.Page.GotoAsync("/sales/accounts");

        await Expect(rep.Page.Locator("main tbody tr").First).ToContainTextAsync("action required", new() { Timeout = Patience });
    }

    [Fact]
    public async Task Rep_DoesNotFindAnOrderOfAnAccountInOtherHands()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        var number = await erp.PartlyShippedOrder();
        var other = Enumerable.Range(1, 40).Select(index => $"acc-{index:00000}").ToList();
        string? stranger = null;
        foreach (var id in other)
        {
            var owner = (await theatre.Sandbox.Crm.Get($"crm/v1/accounts/{id}")).GetProperty("owner").GetProperty("id").GetString()!;
            stranger = owner == erp.Rep.Id ? stranger : owner;
        }

        await using var rep = await theatre.Visit(stranger.ShouldNotBeNull());
        await rep.Page.GotoAsync($"/sales/orders?q={number}");
        await Expect(rep.Page.Locator("main .empty")).ToContainTextAsync("No order in your care has this number", new() { Timeout = Patience });
        (await rep.Page.GotoAsync($"/orders/{number}"))!.Status.ShouldBe(404);
    }

    [Fact]
    public async Task Buyer_HasNoSalesPages()
    {
        await using var buyer = await theatre.Visit(People.Buyer);
        foreach (var path in new[] { "/sales/accounts", "/sales/orders" })
        {
            var answer = await buyer.Page.GotoAsync(path);
            answer!.Status.ShouldBeOneOf(403, 404);
            await Expect(buyer.Page.Locator("main table")).ToHaveCountAsync(0);
        }
    }

    /// <summary>An account in the rep's care that may order and of which the ERP has something to say.</summary>
    private async Task<(string Id, string Name, string Customer, string Signal)> WithASignal(string rep)
    {
        var accounts = (await theatre.Sandbox.Crm.Get($"crm/v1/accounts?ownerId={rep}&limit=200")).GetProperty("items").EnumerateArray()
            .Where(account => account.GetProperty("erpCustomerNumber").GetString() is not null)
            .ToDictionary(account => account.GetProperty("erpCustomerNumber").GetString()!);
        var all = new { customerNumbers = accounts.Keys };
        var free = (await theatre.Sandbox.Erp.Ask("erp/v1/credit/query", all)).GetProperty("items").EnumerateArray()
            .Where(credit => !credit.GetProperty("onHold").GetBoolean() && !credit.GetProperty("overLimit").GetBoolean())
            .Select(credit => credit.GetProperty("customerNumber").GetString()!).ToHashSet();
        var late = (await theatre.Sandbox.Erp.Ask("erp/v1/order-activity/query", all)).GetProperty("items").EnumerateArray()
            .Where(activity => activity.GetProperty("lateOrders").GetInt32() > 0).Select(activity => activity.GetProperty("customerNumber").GetString()!);
        var overdue = (await theatre.Sandbox.Erp.Ask("erp/v1/overdue/query", all)).GetProperty("items").EnumerateArray()
            .Where(debt => debt.GetProperty("overdue").GetDecimal() > 0).Select(debt => debt.GetProperty("customerNumber").GetString()!);
        var (signal, customer) = late.Select(number => ("late", number)).Concat(overdue.Select(number => ("overdue", number))).First(found => free.Contains(found.Item2));
        var account = accounts[customer];
        return (account.GetProperty("id").GetString()!, account.GetProperty("name").GetString()!, customer, signal);
    }
}
