using System.Text.RegularExpressions;
using Microsoft.Playwright;
using PortalIntegration.BrowserTests.Jobs;
using PortalIntegration.BrowserTests.Looks;
using PortalIntegration.BrowserTests.Stage;
using PortalIntegration.BrowserTests.SyncHealth;
using static Microsoft.Playwright.Assertions;

namespace PortalIntegration.BrowserTests.Faults;

/// <summary>An order that was given up has a way out: an admin has it tried again, and its buyer sees it go on.</summary>
public sealed class DeadOrderTests(Theatre theatre) : IAsyncDisposable
{
    private const float Patience = 60_000;

    [Fact]
    public async Task GivenUp_AdminOnAPhoneTriesItAgain_BuyersOpenPageShowsTheNumber()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var buyer = await theatre.Visit(People.Buyer);
        await using var admin = await theatre.Visit(await theatre.Sandbox.Admin(), width: 390, height: 844);
        var po = Buyer.NewPo();
        await buyer.Page.FillPad(erp.Lines);
        var place = await buyer.Page.OpenCheckout(po);
        await theatre.Sandbox.Erp.Fault(new { kind = "error", operation = "createOrder", status = 403, count = 1 });
        await place.ClickAsync();
        await Expect(buyer.Page.Locator(".journey.bad")).ToBeVisibleAsync(new() { Timeout = Patience });

        var page = admin.Page;
        await page.GotoAsync("/admin/sync");
        var again = page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Try it again.*Place an order") });
        await Expect(again).ToHaveCountAsync(1, new() { Timeout = Patience });
        await page.Picture("sync-dead-390");
        (await page.Violations()).ShouldBeEmpty();
        (await page.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBeLessThanOrEqualTo(390, "wider than the window");
        var box = (await again.BoundingBoxAsync()).ShouldNotBeNull();
        (box.X + box.Width).ShouldBeLessThanOrEqualTo(390);
        (await erp.OrdersUnder(po)).ShouldBeEmpty();

        await again.ClickAsync();

        var number = await buyer.Page.ConfirmedNumber();
        (await erp.OrdersUnder(po)).ShouldHaveSingleItem().Number.ShouldBe(number);
        await Expect(again).ToHaveCountAsync(0, new() { Timeout = Patience });
        admin.ShouldHaveNoComplaints();
    }

    [Fact]
    public async Task GivenUp_AdminMendsThePoNumberAndTheNote_ItIsPlacedSo_AndItsBuyerIsTold()
    {
        await using var portal = await PortalProcess.StartAsync(theatre.Sandbox, seed: SeededStore.OfYesterday);
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, portal);
        await using var buyer = await Visitor.SignIn(theatre.Chromium, portal.Address, erp.Buyer.Id, erp.Buyer.Name);
        var person = await theatre.Sandbox.Admin();
        await using var admin = await Visitor.SignIn(theatre.Chromium, portal.Address, person, await theatre.Sandbox.NameOf(person));
        var (po, mended) = (Buyer.NewPo(), Buyer.NewPo());
        await buyer.Page.FillPad(erp.Lines);
        var place = await buyer.Page.OpenCheckout(po);
        await theatre.Sandbox.Erp.Fault(new { kind = "error", operation = "createOrder", status = 403, count = 1 });
        await place.ClickAsync();
        await Expect(buyer.Page.Locator(".journey.bad")).ToBeVisibleAsync(new() { Timeout = Patience });

        var page = admin.Page;
        await page.GotoAsync($"/admin/sync/items?term={po}");
        await page.Locator("tbody tr a").First.ClickAsync(new() { Timeout = Patience });
        await page.GetByRole(AriaRole.Button, new() { Name = "Change and try again" }).ClickAsync(new() { Timeout = Patience });
        await page.Locator("#mend-po").FillAsync(mended);
        await page.Locator("#mend-note").FillAsync("Ring at gate 4");
        await page.Picture("sync-mend");
        (await page.Violations()).ShouldBeEmpty();
        await page.Locator(".mend button[type=submit]").ClickAsync();

        var number = await buyer.Page.ConfirmedNumber();
        (await erp.OrdersUnder(mended)).ShouldHaveSingleItem().Number.ShouldBe(number);
        (await erp.OrdersUnder(po)).ShouldBeEmpty();
        await Expect(buyer.Page.Locator(".journey .notice")).ToContainTextAsync($"PO number {po} became {mended}", new() { Timeout = Patience });
        await Expect(page.Locator(".timeline")).ToContainTextAsync(mended, new() { Timeout = Patience });
        admin.ShouldHaveNoComplaints();
    }

    public async ValueTask DisposeAsync() => await theatre.Sandbox.Erp.ClearFaults();
}
