using PortalIntegration.BrowserTests.Stage;
using static Microsoft.Playwright.Assertions;

namespace PortalIntegration.BrowserTests.Jobs;

/// <summary>Everything that is still to come, on one page: found in the navigation, narrowed down and followed to its order by keyboard; for a rep as for the buyer.</summary>
public sealed class BackordersTests(Theatre theatre)
{
    private const float Patience = 60_000;

    [Fact]
    public async Task Backorders_AreFoundNarrowedAndFollowedByKeyboard()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        var number = await erp.WaitingOrder();
        await using var buyer = await theatre.Visit(erp.Buyer.Id);
        var page = buyer.Page;
        await page.GotoAsync("/orders");
        await page.Locator(".mainnav a[href='/backorders']").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**/backorders");

        var row = page.Locator("main tbody tr").Filter(new() { HasText = number });
        await Expect(row).ToHaveCountAsync(1, new() { Timeout = Patience });
        await Expect(row).ToContainTextAsync("days later");
        await Expect(row).ToContainTextAsync("in 2 deliveries");
        await Expect(row.Locator(".backorder-parts li")).ToHaveCountAsync(2);

        await page.Locator("#backorders-q").FocusAsync();
        await page.Keyboard.TypeAsync("PO-WAITS-1");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**/backorders?q=PO-WAITS-1**");
        await Expect(page.Locator("main tbody tr")).ToHaveCountAsync(1, new() { Timeout = Patience });
        await page.Locator($"main tbody a[href='/orders/{number}']").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync($"**/orders/{number}");
        buyer.ShouldHaveNoComplaints();
    }

    [Fact]
    public async Task Rep_WithoutAnAccountIsToldSo_ActingForOneSeesItsBackorders()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        var number = await erp.WaitingOrder();
        await using var rep = await theatre.Visit(erp.Rep.Id);
        var page = rep.Page;
        await page.GotoAsync("/backorders");
        await Expect(page.Locator("main .failure")).ToContainTextAsync("account", new() { Timeout = Patience });

        var account = (await theatre.Sandbox.Crm.Get("crm/v1/accounts/acc-00001")).GetProperty("name").GetString()!;
        await page.GotoAsync($"/sales/accounts?q={Uri.EscapeDataString(account)}");
        await page.Locator("main button[name=account]").First.ClickAsync(new() { Timeout = Patience });
        await page.WaitForURLAsync("**/order-pad");
        await page.GotoAsync("/backorders?q=PO-WAITS-1");

        await Expect(page.Locator("main tbody tr")).ToContainTextAsync(number, new() { Timeout = Patience });
    }
}
