using PortalIntegration.BrowserTests.Stage;
using static Microsoft.Playwright.Assertions;

namespace PortalIntegration.BrowserTests.Jobs;

/// <summary>What somebody gets out of the first page.</summary>
public sealed class HomeTests(Theatre theatre)
{
    private const float Patience = 60_000;

    [Fact]
    public async Task WhatMovedSinceTheLastVisit_IsMarked_AndNothingElseIs()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        var number = await erp.OrderUnder($"test-{Guid.NewGuid():N}");
        await using var buyer = await theatre.Visit(People.Buyer);
        var page = buyer.Page;
        var row = page.Locator("main tbody tr", new() { HasTextString = number });
        await page.GotoAsync("/");
        await Expect(page.GetByRole(Microsoft.Playwright.AriaRole.Region, new() { Name = "Open orders" }).Locator("tbody tr", new() { HasTextString = number })).ToBeVisibleAsync(new() { Timeout = Patience });
        await Expect(page.Locator("moved-mark:visible")).ToHaveCountAsync(0);

        // The next visit is one after half an hour; within a visit nothing is forgotten by loading the page again.
        await page.EvaluateAsync(
            """
            () => {
              const key = Object.keys(localStorage).find(name => name.startsWith('portal/seen/'));
              const seen = JSON.parse(localStorage.getItem(key));
              localStorage.setItem(key, JSON.stringify({ ...seen, at: seen.at - 31 * 60 * 1000 }));
            }
            """);
        await erp.ShipFirstPart(number);
        for (var look = 0; look < 2; look++)
        {
            await page.GotoAsync("/");
            await Expect(row.Locator("moved-mark")).ToBeVisibleAsync(new() { Timeout = Patience });
            await Expect(page.Locator("moved-mark:visible")).ToHaveCountAsync(1);
            await Expect(page.Locator("moved-count")).ToHaveTextAsync("One order has moved since you last looked.");
        }

        await page.GotoAsync("/orders");
        await Expect(row.Locator("moved-mark")).ToBeVisibleAsync(new() { Timeout = Patience });
        buyer.ShouldHaveNoComplaints();
    }

    [Fact]
    public async Task QuickOrder_ByKeyboard_StandsOnTheOrderPad()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var buyer = await theatre.Visit(People.Buyer);
        var page = buyer.Page;
        await page.GotoAsync("/");

        await page.Locator("#quick-sku").FillAsync(erp.Lines[0].Sku, new() { Timeout = Patience });
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync("3");
        await page.Keyboard.PressAsync("Enter");

        await page.WaitForURLAsync(url => url.Contains("/order-pad", StringComparison.Ordinal));
        await Expect(page.Locator("[data-lines] [data-field=code]").First).ToHaveValueAsync(erp.Lines[0].Sku, new() { Timeout = Patience });
        await Expect(page.Locator("[data-lines] [data-field=qty]").First).ToHaveValueAsync("3");
        await Expect(page.Locator("[data-lines] [data-cell=price][data-state=ok]")).ToHaveCountAsync(1, new() { Timeout = Patience });
        buyer.ShouldHaveNoComplaints();
    }
}
