using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using PortalIntegration.BrowserTests.Stage;
using static Microsoft.Playwright.Assertions;

namespace PortalIntegration.BrowserTests.Jobs;

/// <summary>Baskets that the ERP keeps: quotes, parked baskets, lists, and orders that wait for somebody's approval.</summary>
public sealed partial class QuotesTests(Theatre theatre)
{
    private const float Patience = 60_000;

    [Fact]
    public async Task Quote_AskedForAtThePad_IsOrderedOnceAtWhatTheErpSaysNow()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var buyer = await theatre.Visit(People.Buyer);
        var page = buyer.Page;
        var label = $"Overhaul {Guid.NewGuid():N}"[..20];
        await page.FillPad(erp.Lines);
        await page.Locator("#keep-name").FillAsync(label, new() { Timeout = Patience });
        var ask = page.GetByRole(AriaRole.Button, new() { Name = "Ask for a quote", Exact = true });
        // Checkout gave its lines addresses: a quote is for one, and for that one.
        var elsewhere = (await theatre.Sandbox.Erp.Get($"erp/v1/customers/{erp.Customer}")).GetProperty("shipTos").EnumerateArray().Last().GetProperty("id").GetString()!;
        await GiveAddress(page, elsewhere, 1);
        await ask.ClickAsync();
        await Expect(page.Locator(".keep")).ToContainTextAsync("A quote can be asked for one order at a time", new() { Timeout = Patience });
        await GiveAddress(page, elsewhere, erp.Lines.Count);
        await ask.DblClickAsync();
        var link = page.Locator(".keep-said a");
        await Expect(link).ToBeVisibleAsync(new() { Timeout = Patience });
        var kept = (await erp.Quotations("kind=quote")).Where(one => one.GetProperty("label").GetString() == label).ShouldHaveSingleItem("a double click is one quote");
        kept.GetProperty("shipTo").GetProperty("id").GetString().ShouldBe(elsewhere);
        await page.KeepsLines(erp.Lines.Count);

        await erp.AgreePrice(0, 7.41m);
        try
        {
            await link.ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Order this" }).ClickAsync(new() { Timeout = Patience });
            await Expect(page.Locator(".quote-now")).ToContainTextAsync("7.41 EUR", new() { Timeout = Patience });
            var order = page.Locator(".quote-now [data-go-on]");
            await Expect(order).ToHaveAttributeAsync("aria-disabled", "true");
            await page.GetByLabel("I accept what the ERP says now").CheckAsync();
            await order.ClickAsync();
            await Expect(page.Locator(".journey-now")).ToContainTextAsync(Number(), new() { Timeout = Patience });
            var standing = await erp.QuotationOf(kept.GetProperty("number").GetString()!);
            standing.GetProperty("status").GetString().ShouldBe("ordered");
            (await page.Locator(".journey-now").InnerTextAsync()).ShouldContain(standing.GetProperty("orderNumber").GetString()!);
            buyer.ShouldHaveNoComplaints();
        }
        finally
        {
            await erp.AgreePrice(0, null);
        }
    }

    [Fact]
    public async Task Basket_ParkedHere_IsTakenUpOnAnotherDeviceAndAListIsKeptUnderItsName()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var desk = await theatre.Visit(People.Buyer);
        await using var phone = await theatre.Visit(People.Buyer, 390, 844);
        var (basket, list) = ($"Basket {Guid.NewGuid():N}"[..20], $"List {Guid.NewGuid():N}"[..20]);

        await desk.Page.FillPad(erp.Lines);
        await desk.Page.Locator("#keep-name").FillAsync(list, new() { Timeout = Patience });
        await desk.Page.GetByRole(AriaRole.Button, new() { Name = "Save as a list" }).ClickAsync();
        await Expect(desk.Page.Locator(".keep-said a")).ToBeVisibleAsync(new() { Timeout = Patience });
        await desk.Page.Locator("#keep-name").FillAsync(basket);
        await desk.Page.GetByRole(AriaRole.Button, new() { Name = "Park this basket" }).ClickAsync();
        await Expect(desk.Page.Locator(".keep-said")).ToContainTextAsync("parked", new() { Timeout = Patience });
        await desk.Page.KeepsLines(0);

        await phone.Page.GotoAsync("/order-pad");
        await phone.Page.GetByRole(AriaRole.Button, new() { Name = $"Add to the pad {basket}" }).ClickAsync(new() { Timeout = Patience });
        await Expect(phone.Page.Locator("[data-lines] [data-cell=price][data-state=ok]")).ToHaveCountAsync(erp.Lines.Count, new() { Timeout = Patience });
        await phone.Page.KeepsLines(erp.Lines.Count);

        var number = (await erp.Quotations("kind=list")).Single(one => one.GetProperty("label").GetString() == list).GetProperty("number").GetString()!;
        await phone.Page.GotoAsync($"/quotes/{number}");
        await phone.Page.GetByRole(AriaRole.Button, new() { Name = "Rename" }).ClickAsync(new() { Timeout = Patience });
        await phone.Page.Locator("#quote-name").FillAsync(list + "-2");
        await phone.Page.GetByRole(AriaRole.Button, new() { Name = "Use this name" }).ClickAsync();
        await Expect(phone.Page.Locator("main h1")).ToContainTextAsync(list + "-2", new() { Timeout = Patience });
        await phone.Page.GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await Expect(phone.Page.Locator("main h1")).ToContainTextAsync("Taken back", new() { Timeout = Patience });
        (await erp.QuotationOf(number)).GetProperty("status").GetString().ShouldBe("withdrawn");
        desk.ShouldHaveNoComplaints();
        phone.ShouldHaveNoComplaints();
    }

    [Fact]
    public async Task OrderAboveTheLimit_SentBackOnce_ThenApprovedInTwoTabs_IsOneOrder()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var buyer = await theatre.Visit(await erp.Limited());
        await using var approver = await theatre.Visit(await erp.Approver());
        var lines = erp.Lines.Select(line => (line.Sku, line.Quantity * 4)).ToList();

        var first = await SendForApproval(buyer.Page, lines, Buyer.NewPo());
        await approver.Page.GotoAsync("/approvals");
        await approver.Page.GetByRole(AriaRole.Link, new() { Name = first }).ClickAsync(new() { Timeout = Patience });
        await approver.Page.GetByRole(AriaRole.Button, new() { Name = "Send back" }).ClickAsync(new() { Timeout = Patience });
        await approver.Page.Locator("#back-reason").FillAsync("Take the larger pack");
        await approver.Page.GetByRole(AriaRole.Button, new() { Name = "Send back with this reason" }).ClickAsync();
        await Expect(approver.Page.Locator("main h1")).ToContainTextAsync("Sent back", new() { Timeout = Patience });
        await buyer.Page.GotoAsync("/");
        await buyer.Page.GetByRole(AriaRole.Link, new() { NameRegex = new Regex(first) }).ClickAsync(new() { Timeout = Patience });
        await Expect(buyer.Page.Locator("main")).ToContainTextAsync("Take the larger pack", new() { Timeout = Patience });
        await buyer.Page.Picture("state-sent-back-1440");

        var po = Buyer.NewPo();
        var stale = await SendForApproval(buyer.Page, lines, po);
        await theatre.Sandbox.Erp.Post($"control/erp/quotations/{stale}/expire");
        var second = await AskAnew(buyer.Page, stale);
        await approver.Page.GotoAsync($"/quotes/{stale}");
        await Expect(approver.Page.Locator("main h1")).ToContainTextAsync("Run out", new() { Timeout = Patience });
        await Expect(approver.Page.GetByRole(AriaRole.Button, new() { Name = "Check and approve" })).ToHaveCountAsync(0);
        await buyer.Page.GotoAsync($"/quotes/{second}");
        await Expect(buyer.Page.Locator(".quote-do")).ToContainTextAsync("somebody else has to approve it", new() { Timeout = Patience });
        var other = await approver.Page.Context.NewPageAsync();
        foreach (var tab in new[] { approver.Page, other })
        {
            await tab.GotoAsync($"/quotes/{second}");
            await tab.GetByRole(AriaRole.Button, new() { Name = "Check and approve" }).ClickAsync(new() { Timeout = Patience });
            await Expect(tab.Locator(".quote-now [data-go-on]")).ToBeVisibleAsync(new() { Timeout = Patience });
        }

        // Whichever comes first, the other's button goes away with what it was for.
        await Task.WhenAll(new[] { approver.Page, other }.Select(tab => tab.EvaluateAsync("() => document.querySelector('.quote-now [data-go-on]')?.click()")));
        foreach (var tab in new[] { approver.Page, other })
        {
            await Expect(tab.Locator("main h1")).ToContainTextAsync("Ordered", new() { Timeout = Patience });
        }

        var order = (await erp.OrdersUnder(po)).ShouldHaveSingleItem();
        (await erp.QuotationOf(second)).GetProperty("orderNumber").GetString().ShouldBe(order.Number);
        await approver.Page.GotoAsync($"/orders/{order.Number}");
        await Expect(approver.Page.Locator("main")).ToContainTextAsync("Order approved", new() { Timeout = Patience });
        approver.ShouldHaveNoComplaints();
    }

    /// <summary>What has run out is asked for once more, at what the ERP says now. Answers the number of the one that waits instead.</summary>
    private static async Task<string> AskAnew(IPage page, string expired)
    {
        await page.GotoAsync($"/quotes/{expired}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Hand it in anew" }).ClickAsync(new() { Timeout = Patience });
        var send = page.Locator(".quote-now [data-go-on]");
        await Expect(send).ToHaveTextAsync("Send for approval", new() { Timeout = Patience });
        await send.ClickAsync();
        await Expect(page.Locator(".journey-now")).ToContainTextAsync("above your limit", new() { Timeout = Patience });
        var number = Quotation().Match(await page.Locator(".journey a.button").InnerTextAsync()).Value;
        number.ShouldNotBe(expired);
        return number;
    }

    /// <summary>As checkout gives it to the first lines of the basket.</summary>
    private static Task GiveAddress(IPage page, string shipTo, int lines) => page.EvaluateAsync(
        """
        async ([shipTo, lines]) => {
          const { openBasket } = await import('/js/basket.js');
          const basket = openBasket(document.getElementById('portal').dataset.owner);
          basket.mark(Object.fromEntries(basket.lines().slice(0, Number(lines)).map(line => [line.id, { to: shipTo }])));
        }
        """,
        new[] { shipTo, lines.ToString(CultureInfo.InvariantCulture) });

    /// <summary>Answers the number of the quotation that waits.</summary>
    private static async Task<string> SendForApproval(IPage page, IReadOnlyList<(string Sku, decimal Quantity)> lines, string po)
    {
        await page.FillPad(lines);
        await page.GotoAsync("/checkout");
        await page.Locator("#po-number").FillAsync(po, new() { Timeout = Patience });
        var send = page.GetByRole(AriaRole.Button, new() { Name = "Send for approval" });
        await Expect(send).Not.ToHaveAttributeAsync("aria-disabled", "true", new() { Timeout = Patience });
        await send.ClickAsync();
        await Expect(page.Locator(".journey-now")).ToContainTextAsync("above your limit", new() { Timeout = Patience });
        await page.KeepsLines(0);
        return Quotation().Match(await page.Locator(".journey a.button").InnerTextAsync()).Value;
    }

    [GeneratedRegex(@"SO-\d+")]
    private static partial Regex Number();

    [GeneratedRegex(@"QU-\d+")]
    private static partial Regex Quotation();
}
