using Microsoft.Playwright;

namespace PortalIntegration.BrowserTests.Stage;

/// <summary>One browser for all tests; every person has a context of his own in it.</summary>
public sealed class Chromium : IAsyncDisposable
{
    public const string English = "en-GB";

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Chromium(IPlaywright playwright, IBrowser browser)
    {
        _playwright = playwright;
        _browser = browser;
    }

    public static async Task<Chromium> StartAsync()
    {
        Assertions.SetDefaultExpectTimeout(30_000); // a machine at its limit is slow, not wrong
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium",
            Headless = true,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        return new(playwright, browser);
    }

    /// <param name="width">Of the window, in CSS pixels.</param>
    public async Task<IBrowserContext> Person(Uri portal, int width = 1440, int height = 900, ColorScheme scheme = ColorScheme.Light, string language = English)
    {
        var context = await _browser.NewContextAsync(new()
        {
            BaseURL = portal.ToString(),
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = scheme,
            Locale = language,
            ReducedMotion = ReducedMotion.Reduce,
        });
        await context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"], new() { Origin = portal.GetLeftPart(UriPartial.Authority) });
        context.SetDefaultTimeout(60_000);
        return context;
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
