using Microsoft.Playwright;

namespace PortalIntegration.BrowserTests.Stage;

/// <summary>Pictures for people to look at: into the folder <c>SCREENSHOTS</c>, else TestResults/screenshots beside the tests. Never committed.</summary>
public static class Pictures
{
    private static readonly string Folder = Directory.CreateDirectory(
        Environment.GetEnvironmentVariable("SCREENSHOTS") ?? Path.Combine(AppContext.BaseDirectory, "TestResults", "screenshots")).FullName;

    public static async Task Picture(this IPage page, string name) => await page.ScreenshotAsync(new() { Path = Path.Combine(Folder, $"{name}.png"), FullPage = true });

    /// <summary>As it comes out of a printer on A4.</summary>
    public static async Task Paper(this IPage page, string name) => await page.PdfAsync(new() { Path = Path.Combine(Folder, $"{name}.pdf"), Format = "A4", PreferCSSPageSize = true });
}
