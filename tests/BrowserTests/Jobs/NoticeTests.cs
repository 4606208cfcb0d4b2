using PortalIntegration.BrowserTests.Stage;
using static Microsoft.Playwright.Assertions;

namespace PortalIntegration.BrowserTests.Jobs;

/// <summary>A buyer who reads the catalogue is told that an order has been sent, without a reload, and follows the notice to it.</summary>
public sealed class NoticeTests(Theatre theatre)
{
    [Fact]
    public async Task Buyer_OnAnotherPage_IsToldThatAnOrderMoved()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        var number = await erp.OrderUnder($"test-{Guid.NewGuid():N}", Buyer.NewPo());
        await using var buyer = await theatre.Visit(erp.Buyer.Id);
        var page = buyer.Page;
        await page.GotoAsync("/catalog");
        // The page has asked for the first time: from now on it is told.
        await page.WaitForFunctionAsync("() => Object.keys(localStorage).some(key => key.startsWith('portal/moved/'))", null, new() { Timeout = 60_000 });

        await erp.ShipFirstPart(number);

        var notice = page.Locator("#order-moved");
        await Expect(notice).ToContainTextAsync(number, new() { Timeout = 60_000 });
        await Expect(notice).ToHaveAttributeAsync("role", "status");
        await notice.Locator("[data-close]").ClickAsync();
        await Expect(notice).ToBeHiddenAsync();
        buyer.ShouldHaveNoComplaints();
    }
}
