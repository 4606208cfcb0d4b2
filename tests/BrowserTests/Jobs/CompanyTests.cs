using Microsoft.Playwright;
using PortalIntegration.BrowserTests.Stage;
using static Microsoft.Playwright.Assertions;

namespace PortalIntegration.BrowserTests.Jobs;

/// <summary>An approver adds an address while the answer is lost, is shown what another window changed first, and loses nothing typed.</summary>
public sealed class CompanyTests(Theatre theatre) : IAsyncDisposable
{
    private const float Patience = 60_000;

    [Fact]
    public async Task Approver_AddsAndChangesAnAddress_OnceWhateverTheAnswer_AndSeesWhatAnotherChanged()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var approver = await theatre.Visit(await erp.Approver());
        var first = approver.Page;
        var street = $"Kajen {Guid.NewGuid():N}"[..24];

        // The CRM does it and its answer is lost: it is there once all the same.
        await first.GotoAsync("/company");
        await first.Locator("main a[href='/company/address']").ClickAsync(new() { Timeout = Patience });
        await first.WaitForURLAsync("**/company/address");
        await Ready(first);
        await first.Locator("#edit-kind").SelectOptionAsync("Billing");
        await first.Locator("#edit-line1").FillAsync(street);
        await first.Locator("#edit-city").FillAsync("Göteborg");
        await first.Locator("#edit-country").FillAsync("se");
        await theatre.Sandbox.Crm.Post("control/faults", new { kind = "dropAnswer", operation = "putAddress", mode = "drop", count = 1 });
        await first.Locator(".edit-actions button.primary").ClickAsync();
        await Expect(first.Locator("[data-said]")).ToContainTextAsync("Saved in the CRM", new() { Timeout = Patience });

        await first.GotoAsync("/company");
        var row = first.Locator("main tbody tr", new() { HasText = street });
        await Expect(row).ToHaveCountAsync(1, new() { Timeout = Patience });
        await row.Locator("a[href^='/company/address?id=']").ClickAsync();
        await first.WaitForURLAsync("**/company/address?id=*");
        await Ready(first);
        var second = await approver.NewTab();
        await second.GotoAsync(first.Url);
        await Ready(second);

        // It is done and only its note is outstanding, when the page is left and somebody else changes the address: the note is written all the same, and nothing is asked for again.
        await theatre.Sandbox.Crm.Fault(new { kind = "error", operation = "putTimelineEntry", status = 503, count = 1 });
        await first.Locator("#edit-city").FillAsync("Mölndal");
        await first.Locator(".edit-actions button.primary").ClickAsync();
        await Expect(first.Locator("[data-said]")).ToContainTextAsync("the note about it yet", new() { Timeout = Patience });
        var here = first.Url;
        await first.GotoAsync("about:blank");
        await erp.ChangeRegion(Uri.UnescapeDataString(here.Split("id=")[1]), "Västra Götaland");
        await first.GotoAsync(here);
        await Expect(first.Locator("[data-said]")).ToContainTextAsync("Saved in the CRM", new() { Timeout = Patience });
        (await theatre.Sandbox.Crm.Get($"crm/v1/accounts/{await erp.Account()}/timeline?limit=50")).GetProperty("items").EnumerateArray()
            .Count(entry => entry.GetProperty("title").GetString()!.StartsWith("Address changed in the portal", StringComparison.Ordinal) && entry.GetProperty("title").GetString()!.EndsWith("Mölndal", StringComparison.Ordinal))
            .ShouldBe(1);

        // The other window still stands where it stood before: it is shown what changed, and what was typed there stays.
        await second.Locator("#edit-line2").FillAsync("Gate 3");
        await second.Locator(".edit-actions button.primary").ClickAsync();
        await Expect(second.Locator("[data-said]")).ToContainTextAsync("somebody else changed it", new() { Timeout = Patience });
        await Expect(second.Locator(".edit-differences")).ToContainTextAsync("Mölndal");
        await Expect(second.Locator("#edit-line2")).ToHaveValueAsync("Gate 3");
        await second.ReloadAsync();
        await Ready(second);
        await Expect(second.Locator("#edit-line2")).ToHaveValueAsync("Gate 3");
        await Expect(second.Locator("#edit-city")).ToHaveValueAsync("Mölndal");
        await second.Locator(".edit-actions button.primary").ClickAsync();
        await Expect(second.Locator("[data-said]")).ToContainTextAsync("Saved in the CRM", new() { Timeout = Patience });

        await second.Locator(".edit-actions button:not(.primary)").ClickAsync();
        await Expect(second.Locator("[data-said]")).ToContainTextAsync("Removed from the CRM", new() { Timeout = Patience });

        // The first window still shows it: it does not come back under its old key, and nothing is lost of it either.
        await first.Locator("#edit-line2").FillAsync("Gate 4");
        await first.Locator(".edit-actions button.primary").ClickAsync();
        await Expect(first.Locator("[data-said]")).ToContainTextAsync("it is not there any more", new() { Timeout = Patience });
        await Expect(first.Locator("[data-gone]")).ToBeVisibleAsync(new() { Timeout = Patience });
        await Expect(first.Locator("#edit-line1")).ToHaveValueAsync(street, new() { Timeout = Patience });
        await Expect(first.Locator("#edit-line2")).ToHaveValueAsync("Gate 4", new() { Timeout = Patience });
        await Expect(first.Locator("#edit-kind")).ToHaveValueAsync("Billing", new() { Timeout = Patience });
        var old = first.Url[first.Url.IndexOf("/company/address", StringComparison.Ordinal)..];
        await first.Locator(".edit-actions button.primary", new() { HasText = "Add it as a new one" }).ClickAsync();
        await Expect(first.Locator("[data-said]")).ToContainTextAsync("Saved in the CRM", new() { Timeout = Patience });
        await first.GotoAsync("/company");
        await Expect(row).ToHaveCountAsync(1, new() { Timeout = Patience });
        await Expect(row).ToContainTextAsync("Invoices", new() { Timeout = Patience });
        await Expect(row.Locator($"a[href='{old}']")).ToHaveCountAsync(0);
        approver.ShouldHaveNoComplaints();
    }

    private static Task Ready(IPage page) => Expect(page.Locator("#edit-country[data-filled=true]")).ToBeVisibleAsync(new() { Timeout = Patience });

    public async ValueTask DisposeAsync() => await theatre.Sandbox.Crm.ClearFaults();
}
