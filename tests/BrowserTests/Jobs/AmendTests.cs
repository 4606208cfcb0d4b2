using Microsoft.Playwright;
using PortalIntegration.BrowserTests.Stage;
using static Microsoft.Playwright.Assertions;

namespace PortalIntegration.BrowserTests.Jobs;

/// <summary>A buyer changes an order while its answer is lost, is told when another window was first, and cancels the rest.</summary>
public sealed class AmendTests(Theatre theatre)
{
    private const float Patience = 60_000;

    [Fact]
    public async Task Buyer_ChangesInOneWindow_IsToldInTheOther_NothingTypedIsLost()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        var number = await erp.OrderUnder($"test-{Guid.NewGuid():N}", Buyer.NewPo());
        await using var buyer = await theatre.Visit(erp.Buyer.Id);
        var first = buyer.Page;
        await first.GotoAsync($"/orders/{number}");
        await first.Locator($"main a[href='/orders/{number}/change']").ClickAsync(new() { Timeout = Patience });
        await first.WaitForURLAsync($"**/orders/{number}/change");
        await Ready(first);
        var second = await buyer.NewTab();
        await second.GotoAsync($"/orders/{number}/change");
        await Ready(second);

        // The ERP does it and its answer is lost: the buyer hears of it all the same, and it is done once.
        await theatre.Sandbox.Erp.Post("control/faults", new { kind = "dropAnswer", operation = "changeOrder", mode = "drop", count = 1 });
        await first.Locator("#amend-po").FillAsync("PO-AMENDED");
        await first.Locator("section[aria-labelledby=amend-change] .amend-actions button").First.ClickAsync();
        await Expect(first.Locator("[data-said]")).ToContainTextAsync("The ERP has changed the order", new() { Timeout = Patience });
        var order = await theatre.Sandbox.Erp.Get($"erp/v1/orders/{number}");
        order.GetProperty("poNumber").GetString().ShouldBe("PO-AMENDED");
        order.GetProperty("events").EnumerateArray().Count(entry => entry.GetProperty("kind").GetString() == "changed").ShouldBe(1);

        // The other window still stands where it stood before: it is told, and what was typed there stays.
        await second.Locator("#amend-note").FillAsync("Please ring first");
        await second.Locator("section[aria-labelledby=amend-change] .amend-actions button").ClickAsync();
        await Expect(second.Locator("[data-said]")).ToContainTextAsync("changed meanwhile", new() { Timeout = Patience });
        await Expect(second.Locator("#amend-note")).ToHaveValueAsync("Please ring first");
        await Expect(second.Locator("#amend-po")).ToHaveValueAsync("PO-AMENDED");
        await second.ReloadAsync();
        await Ready(second);
        await Expect(second.Locator("#amend-note")).ToHaveValueAsync("Please ring first");
        await second.Locator("section[aria-labelledby=amend-change] .amend-actions button").ClickAsync();
        await Expect(second.Locator("[data-said]")).ToContainTextAsync("The ERP has changed the order", new() { Timeout = Patience });

        await second.Locator("#amend-reason").FillAsync("Ordered twice");
        await second.Locator("section[aria-labelledby=amend-cancel] button").Last.ClickAsync();
        await Expect(second.Locator("[data-said]")).ToContainTextAsync("The ERP has cancelled", new() { Timeout = Patience });
        await Expect(second.Locator("main .empty")).ToContainTextAsync("The order is cancelled", new() { Timeout = Patience });
        (await theatre.Sandbox.Erp.Get($"erp/v1/orders/{number}")).GetProperty("status").GetString().ShouldBe("cancelled");
        buyer.ShouldHaveNoComplaints();
    }

    private static Task Ready(IPage page) => Expect(page.Locator("#amend-po[data-filled=true]")).ToBeVisibleAsync(new() { Timeout = Patience });
}
