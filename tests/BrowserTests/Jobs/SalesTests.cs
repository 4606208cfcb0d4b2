using PortalIntegration.BrowserTests.Stage;
using static Microsoft.Playwright.Assertions;

namespace PortalIntegration.BrowserTests.Jobs;

/// <summary>A sales representative: finds any order in care, acts for an account, and is named in what he orders.</summary>
public sealed class SalesTests(Theatre theatre)
{
    private const float Patience = 20_000;

    [Fact]
    public async Task Rep_ActsForAnAccount_OrderNamesWhoAndForWhom()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var rep = await theatre.Visit(erp.Rep.Id);
        var page = rep.Page;
        var account = (await theatre.Sandbox.Crm.Get("crm/v1/accounts/acc-00001")).GetProperty("name").GetString()!;

        await page.GotoAsync($"/sales/accounts?q={Uri.EscapeDataString(account)}");
        await page.Locator("main button[name=account]").First.ClickAsync(new() { Timeout = Patience });
        await page.WaitForURLAsync("**/order-pad");
        await Expect(page.Locator(".account-name")).ToHaveTextAsync(account);
        var po = Buyer.NewPo();
        await page.FillPad(erp.Lines);
        await (await page.OpenCheckout(po)).ClickAsync();
        var number = await page.ConfirmedNumber();

        var order = await theatre.Sandbox.Erp.Get($"erp/v1/orders/{number}");
        order.GetProperty("customerNumber").GetString().ShouldBe(erp.Customer);
        order.GetProperty("orderedBy").GetProperty("name").GetString().ShouldBe(erp.Rep.Name);
        order.GetProperty("orderedBy").GetProperty("onBehalfOf").GetString().ShouldBe(account);
        rep.ShouldHaveNoComplaints();
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
}
