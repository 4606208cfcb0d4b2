using System.Diagnostics;
using Microsoft.Playwright;
using PortalIntegration.BrowserTests.Jobs;
using PortalIntegration.BrowserTests.Stage;
using static Microsoft.Playwright.Assertions;

namespace PortalIntegration.BrowserTests.Faults;

/// <summary>Orders that only the browser remembers: they keep their ids until it is known what became of them.</summary>
public sealed class ForgottenOrderTests(Theatre theatre) : IAsyncDisposable
{
    private const float Patience = 60_000;

    [Fact]
    public async Task PlaceAgain_WhileNobodyCanSayWhoMayOrder_OrderIsKeptUnderItsId()
    {
        await using var portal = await Strict();
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, portal);
        await using var buyer = await Visitor.SignIn(theatre.Chromium, portal.Address, erp.Buyer.Id, erp.Buyer.Name);
        var page = buyer.Page;
        var po = Buyer.NewPo();
        await page.GotoAsync("/order-pad");
        var id = await page.KeepForgottenOrder(po, erp.Lines[0]);
        await page.GotoAsync("/checkout");
        var again = page.GetByRole(AriaRole.Button, new() { Name = "Check and place again" });
        await Expect(again).ToBeVisibleAsync(new() { Timeout = Patience });
        await theatre.Sandbox.Crm.Fault(new { kind = "outage", operation = "*", mode = "reset" });

        await again.ClickAsync();

        await Expect(page.Locator(".journey .notice")).ToBeVisibleAsync(new() { Timeout = Patience });
        (await page.KeptBasket()).ShouldSatisfyAllConditions(kept => kept.Sent.ShouldBe(1), kept => kept.Text.ShouldContain(id));
        await theatre.Sandbox.Crm.ClearFaults();
        await again.ClickAsync(new() { Timeout = Patience });
        await page.ConfirmedNumber(60_000);
        (await erp.OrdersUnder(po)).ShouldHaveSingleItem().Reference.ShouldBe($"PI-{id}");
        await page.KeepsNothing();
    }

    [Fact]
    public async Task Place_WhileNobodyCanSayWhoMayOrder_LinesAreBackAndTheIdIsTheSame()
    {
        await using var portal = await Strict();
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, portal);
        await using var buyer = await Visitor.SignIn(theatre.Chromium, portal.Address, erp.Buyer.Id, erp.Buyer.Name);
        var page = buyer.Page;
        var po = Buyer.NewPo();
        await page.FillPad(erp.Lines);
        var place = await page.OpenCheckout(po);
        var id = await Submission(page);
        await theatre.Sandbox.Crm.Fault(new { kind = "outage", operation = "*", mode = "reset" });

        await place.ClickAsync();

        await Expect(page.Locator(".checkout-place .notice")).ToBeVisibleAsync(new() { Timeout = Patience });
        var kept = await page.KeptBasket();
        (kept.Lines, kept.Sent).ShouldBe((erp.Lines.Count, 0));
        (await Submission(page)).ShouldBe(id);
        await theatre.Sandbox.Crm.ClearFaults();
        await Expect(place).Not.ToHaveAttributeAsync("aria-disabled", "true", new() { Timeout = Patience });
        await place.ClickAsync();
        await page.ConfirmedNumber(60_000);
        (await erp.OrdersUnder(po)).ShouldHaveSingleItem().Reference.ShouldBe($"PI-{id}");
    }

    [Fact]
    public async Task GiveUp_OfAnOrderThatTheErpHasAfterAll_IsConfirmedNotGivenBack()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var buyer = await theatre.Visit(People.Buyer);
        var page = buyer.Page;
        await page.GotoAsync("/order-pad");
        var id = await page.KeepForgottenOrder(Buyer.NewPo(), erp.Lines[0]);
        await page.GotoAsync("/checkout");
        var giveUp = page.GetByRole(AriaRole.Button, new() { Name = "Put the lines back on the order pad" });
        await Expect(giveUp).ToBeVisibleAsync(new() { Timeout = Patience });
        // A create of before the portal forgot it commits only now.
        var late = await erp.OrderUnder($"PI-{id}");

        await giveUp.ClickAsync();

        (await page.ConfirmedNumber()).ShouldBe(late);
        await page.KeepsNothing();
    }

    [Fact]
    public async Task GiveUp_OfAnOrderThatTheErpDoesNotHave_LinesAreBackInThePad()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var buyer = await theatre.Visit(People.Buyer);
        var page = buyer.Page;
        await page.GotoAsync("/order-pad");
        await page.KeepForgottenOrder(Buyer.NewPo(), erp.Lines[0]);
        await page.GotoAsync("/checkout");

        await page.GetByRole(AriaRole.Button, new() { Name = "Put the lines back on the order pad" }).ClickAsync(new() { Timeout = Patience });

        await Expect(page.Locator(".journey-now")).ToContainTextAsync("Taken back", new() { Timeout = Patience });
        await Expect(page.Locator(".basket-count")).ToHaveTextAsync("1");
        var kept = await page.KeptBasket();
        (kept.Lines, kept.Sent).ShouldBe((1, 0));
    }

    [Fact]
    public async Task Fault42_LookupsOfForgottenOrdersHang_TheNextBasketIsQuotedMeanwhile()
    {
        // Whoever waited for a lookup would wait for a minute.
        await using var portal = await PortalProcess.StartAsync(theatre.Sandbox, new Dictionary<string, string?>
        {
            ["Systems:erp:AttemptTimeout"] = "00:01:00",
            ["Systems:erp:TotalTimeout"] = "00:01:30",
        });
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, portal);
        await using var buyer = await Visitor.SignIn(theatre.Chromium, portal.Address, erp.Buyer.Id, erp.Buyer.Name);
        var page = buyer.Page;
        await page.FillPad(erp.Lines);
        for (var order = 0; order < 4; order++)
        {
            await page.KeepForgottenOrder(Buyer.NewPo(), erp.Lines[0]);
        }

        await theatre.Sandbox.Erp.Fault(new { kind = "hang", operation = "listOrders" });
        await page.GotoAsync("/checkout");
        await Expect(page.Locator(".journey").First).ToBeVisibleAsync(new() { Timeout = Patience });
        var clock = Stopwatch.StartNew();
        await Expect(page.PlaceButton()).ToContainTextAsync("Place order for", new() { Timeout = Patience });
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Notice_OfMoreOrdersThanOneQuestionHolds_AsksAboutAllOfThem()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var buyer = await theatre.Visit(People.Buyer);
        var page = buyer.Page;
        await page.GotoAsync("/order-pad");
        for (var order = 0; order < 45; order++)
        {
            await page.KeepForgottenOrder("PO", erp.Lines[0]);
        }

        var most = 0;
        await page.RouteAsync("**/orders/in-flight?*", async route =>
        {
            var ids = new Uri(route.Request.Url).Query["?ids=".Length..].Split(',', '&');
            most = Math.Max(most, ids.Length);
            await route.FulfillAsync(new()
            {
                ContentType = "application/json",
                Body = $"[{string.Join(',', ids.Take(20).Select(id => $"{{\"id\":\"{id}\",\"state\":\"Waiting\"}}"))}]",
            });
        });
        await page.GotoAsync("/orders");

        var notice = page.Locator("#on-their-way-notice");
        await Expect(notice).ToContainTextAsync("45 orders of yours are on their way");
        await page.WaitForTimeoutAsync(1_000);
        await Expect(notice).ToContainTextAsync("45 orders of yours are on their way");
        most.ShouldBeInRange(1, 20);
    }

    public async ValueTask DisposeAsync()
    {
        await theatre.Sandbox.Erp.ClearFaults();
        await theatre.Sandbox.Crm.ClearFaults();
        await theatre.CrmIsBack();
    }

    private static Task<string> Submission(IPage page) => page.EvaluateAsync<string>(
        "() => JSON.parse(localStorage.getItem(Object.keys(localStorage).find(name => name.startsWith('portal/basket/')))).submission");

    /// <summary>A portal that believes nothing that the CRM said before.</summary>
    private Task<PortalProcess> Strict() =>
        PortalProcess.StartAsync(theatre.Sandbox, new Dictionary<string, string?> { ["SignIn:Grace"] = "00:00:00", ["SignIn:Confirm"] = "00:00:00" });
}
