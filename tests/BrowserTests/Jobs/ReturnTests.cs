using PortalIntegration.BrowserTests.Stage;
using static Microsoft.Playwright.Assertions;

namespace PortalIntegration.BrowserTests.Jobs;

/// <summary>A buyer sends something back from an invoice to an ERP that loses its answer, reloads in the middle, and finds one return; and reads what is open.</summary>
public sealed class ReturnTests(Theatre theatre) : IAsyncDisposable
{
    private const float Patience = 60_000;

    [Fact]
    public async Task Buyer_SendsBackFromAnInvoice_TheAnswerIsLostAndThePageReloaded_ThereIsOneReturn()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        var number = await erp.OrderUnder($"test-{Guid.NewGuid():N}", Buyer.NewPo());
        await erp.ShipFirstPart(number);
        await theatre.Sandbox.Erp.Post($"control/erp/orders/{number}/invoice");
        await using var buyer = await theatre.Visit(erp.Buyer.Id);
        var page = buyer.Page;
        await page.GotoAsync("/invoices");
        await page.Locator($"main a[href*='/returns/new?order={number}&invoice=']").First.ClickAsync(new() { Timeout = Patience });
        await page.WaitForURLAsync("**/returns/new?**");
        await Expect(page.Locator("[data-draft='qty/1'][data-filled=true]")).ToBeVisibleAsync(new() { Timeout = Patience });

        // More than may go back is said at once, and nothing is sent.
        await page.Locator("[data-draft='qty/1']").FillAsync("100000");
        await page.Locator("[data-draft='reason/1']").SelectOptionAsync("damaged");
        await page.Locator("[data-draft='remark/1']").FillAsync("The box was wet");
        await page.Locator(".return-actions button").ClickAsync();
        await Expect(page.Locator("main .notice.is-bad")).ToContainTextAsync("can go back", new() { Timeout = Patience });

        // The answer is lost, and the lookup is slow enough to reload the page in between: the same return is looked up again.
        await theatre.Sandbox.Erp.Fault(new { kind = "dropAnswer", operation = "createReturn", mode = "drop", count = 1 });
        await theatre.Sandbox.Erp.Fault(new { kind = "latency", operation = "listReturns", milliseconds = 4000, count = 1 });
        await page.Locator("[data-draft='qty/1']").FillAsync("1");
        await page.Locator(".return-actions button").ClickAsync();
        await page.WaitForFunctionAsync("name => Object.keys(localStorage).some(key => key.endsWith(`/return/${name}`) && JSON.parse(localStorage.getItem(key)).sent)", number, new() { Timeout = Patience });
        await page.ReloadAsync();
        await Expect(page.Locator("[data-said]")).ToContainTextAsync("is registered", new() { Timeout = 60_000 });
        (await theatre.Sandbox.Erp.Get($"erp/v1/returns?orderNumber={number}")).GetProperty("items").GetArrayLength().ShouldBe(1);

        await page.Locator("[data-said] a").ClickAsync();
        await page.WaitForURLAsync("**/returns");
        await Expect(page.Locator("main tbody tr").Filter(new() { HasText = number })).ToContainTextAsync("The box was wet", new() { Timeout = Patience });
        buyer.ShouldHaveNoComplaints();
    }

    public async ValueTask DisposeAsync() => await theatre.Sandbox.Erp.ClearFaults();
}
