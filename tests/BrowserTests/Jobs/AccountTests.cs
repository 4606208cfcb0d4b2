using Microsoft.Playwright;
using PortalIntegration.BrowserTests.Stage;
using static Microsoft.Playwright.Assertions;

namespace PortalIntegration.BrowserTests.Jobs;

/// <summary>A rep looks at an account whole, and leaves a note in the CRM.</summary>
public sealed class AccountTests(Theatre theatre) : IAsyncDisposable
{
    private const string Account = "acc-00001";
    private const float Patience = 60_000;

    [Fact]
    public async Task Note_IsWrittenToTheCrmOnce_AndStandsInTheTimeline()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var rep = await theatre.Visit(erp.Rep.Id);
        var page = rep.Page;
        var words = $"Rings back on Monday {Guid.NewGuid():N}";
        await page.GotoAsync("/sales/accounts?q=Lindqvist");
        await page.Locator("main .table a").Filter(new() { HasText = "Lindqvist" }).First.ClickAsync();
        await Expect(page.Locator("main h1")).ToHaveTextAsync("Lindqvist Maskin AB", new() { Timeout = Patience });

        await page.Locator("#note-text").FillAsync(words);
        await page.Locator("#note button[type=submit]").ClickAsync();

        await Expect(page.Locator(".timeline-text").Filter(new() { HasText = words })).ToHaveCountAsync(1, new() { Timeout = Patience });
        await Expect(page.Locator("#note-text")).ToHaveValueAsync("");
        (await Entries()).Count(text => text == words).ShouldBe(1);
        rep.ShouldHaveNoComplaints();
    }

    [Fact]
    public async Task Note_WhenTheCrmDoesNotTakeIt_StaysInItsField_AndIsWrittenOnceWhenSentAgain()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var rep = await theatre.Visit(erp.Rep.Id);
        var page = rep.Page;
        var words = $"Wants a quote for spring {Guid.NewGuid():N}";
        await page.GotoAsync($"/sales/accounts/{Account}");
        await Expect(page.Locator("main h1")).ToHaveTextAsync("Lindqvist Maskin AB", new() { Timeout = Patience });
        await theatre.Sandbox.Crm.Fault(new { kind = "dropAnswer", operation = "putTimelineEntry", count = 1 });

        await page.Locator("#note-text").FillAsync(words);
        await page.Locator("#note button[type=submit]").ClickAsync();
        await Expect(page.Locator("#note .failure")).ToBeVisibleAsync(new() { Timeout = Patience });
        await Expect(page.Locator("#note-text")).ToHaveValueAsync(words);

        await page.Locator("#note button[type=submit]").ClickAsync();
        await Expect(page.Locator("#note-text")).ToHaveValueAsync("", new() { Timeout = Patience });
        (await Entries()).Count(text => text == words).ShouldBe(1);
    }

    [Fact]
    public async Task AccountInNobodysCare_IsNotFound()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var rep = await theatre.Visit(erp.Rep.Id);
        var foreign = await ForeignTo(erp.Rep.Id);
        var answer = await rep.Page.GotoAsync($"/sales/accounts/{foreign}");
        answer!.Status.ShouldBe(404);
        await rep.Page.GotoAsync($"/sales/accounts/no-such-account");
        await Expect(rep.Page.Locator("#note")).ToHaveCountAsync(0);

        await using var buyer = await theatre.Visit(People.Buyer);
        (await buyer.Page.GotoAsync($"/sales/accounts/{Account}"))!.Status.ShouldBe(404);
    }

    private async Task<IEnumerable<string?>> Entries() =>
        (await theatre.Sandbox.Crm.Get($"crm/v1/accounts/{Account}/timeline?limit=200")).GetProperty("items").EnumerateArray().Select(entry => entry.GetProperty("text").GetString());

    private async Task<string> ForeignTo(string rep) =>
        (await theatre.Sandbox.Crm.Get("crm/v1/accounts?limit=200")).GetProperty("items").EnumerateArray()
            .First(account => account.GetProperty("owner").GetProperty("id").GetString() != rep).GetProperty("id").GetString()!;

    public async ValueTask DisposeAsync() => await theatre.Sandbox.Crm.ClearFaults();
}
