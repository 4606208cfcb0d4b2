using Microsoft.Playwright;
using PortalIntegration.BrowserTests.Jobs;
using PortalIntegration.BrowserTests.Stage;
using static Microsoft.Playwright.Assertions;

namespace PortalIntegration.BrowserTests.Looks;

/// <summary>What a page looks like on paper: black on white whatever the theme, its own content alone, tables as tables, and whose it is.</summary>
public sealed class PaperTests(Theatre theatre)
{
    [Theory]
    [InlineData("order")]
    [InlineData("invoices")]
    public async Task Page_OnPaper_IsBlackOnWhite_WithoutWhatIsOnlyForTheScreen(string name)
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var buyer = await theatre.Visit(People.Buyer, scheme: ColorScheme.Dark);
        await EveryPage.Open(name, buyer.Page, erp);
        await Expect(buyer.Page.Locator("body")).Not.ToHaveCSSAsync("background-color", "rgb(255, 255, 255)");

        // As wide as a sheet of A4 within its margins.
        await buyer.Page.SetViewportSizeAsync(703, 1017);
        await buyer.Page.EmulateMediaAsync(new() { Media = Media.Print, ColorScheme = ColorScheme.Dark });

        await Expect(buyer.Page.Locator("body")).ToHaveCSSAsync("background-color", "rgb(255, 255, 255)");
        await Expect(buyer.Page.Locator("h1")).ToHaveCSSAsync("color", "rgb(22, 25, 29)");
        await Expect(buyer.Page.Locator(".on-paper")).ToContainTextAsync("Halden Supply");
        await Expect(buyer.Page.Locator(".topbar")).ToBeHiddenAsync();
        await Expect(buyer.Page.Locator("main .button:visible")).ToHaveCountAsync(0);
        await Expect(buyer.Page.Locator("main table thead th").First).ToBeVisibleAsync();
        await Expect(buyer.Page.Locator("main table tbody tr").First).ToHaveCSSAsync("display", "table-row");
        (await buyer.Page.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBeLessThanOrEqualTo(703, "wider than the sheet");
        await buyer.Page.Picture($"{name}-paper");
        await buyer.Page.Paper(name);
        buyer.ShouldHaveNoComplaints();
    }
}
