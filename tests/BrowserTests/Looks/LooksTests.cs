using Microsoft.Playwright;
using PortalIntegration.BrowserTests.Jobs;
using PortalIntegration.BrowserTests.Stage;
using static Microsoft.Playwright.Assertions;

namespace PortalIntegration.BrowserTests.Looks;

/// <summary>Every page, in both languages, at both widths and in both themes; and the browser complains of nothing.</summary>
public sealed class LooksTests(Theatre theatre)
{
    private const string German = "de-DE";

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var name in EveryPage.Names)
            {
                cases.Add(name, Chromium.English);
                cases.Add(name, German);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Page_AtEveryWidthInBothThemesAndLanguages_CanBeUsedByEverybody(string name, string language)
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var visitor = EveryPage.WhoSees(name) switch
        {
            "rep" => await theatre.Visit(erp.Rep.Id, language: language),
            "admin" => await theatre.Visit(await theatre.Sandbox.Admin(), language: language),
            "approver" => await theatre.Visit(await erp.Approver(), language: language),
            "limited" => await theatre.Visit(await erp.Limited(), language: language),
            "nobody" => await Visitor.Unknown(theatre.Chromium, theatre.Portal.Address, language: language),
            _ => await theatre.Visit(People.Buyer, language: language),
        };
        await EveryPage.Open(name, visitor.Page, erp);
        (await visitor.Page.EvaluateAsync<string>("document.documentElement.lang")).ShouldBe(language[..2]);

        await visitor.Page.ShouldLookRightInItsLanguage(language == German ? $"{name}-de" : name, second: language == German);

        if (name == "too-many-pages")
        {
            await ThereIsRoomAgain(visitor.Page);
            if (language == Chromium.English)
            {
                await OnlyTheSocketIsRefused(visitor.Page);
                await ThereIsRoomAgain(visitor.Page);
            }
        }

        // The browser itself writes down what was refused.
        if (name is not ("not-found" or "status-too-large" or "too-many-pages"))
        {
            visitor.ShouldHaveNoComplaints();
        }
    }

    /// <summary>It goes on by itself.</summary>
    private static async Task ThereIsRoomAgain(IPage page)
    {
        await page.UnrouteAllAsync();
        await page.EvaluateAsync("() => { sessionStorage.removeItem('refused'); document.dispatchEvent(new Event('visibilitychange')); }");
        await page.WaitForFunctionAsync("() => window.openSockets.some(socket => socket.readyState === 1)", null, new() { Timeout = 60_000 });
        await Expect(page.Locator("#too-many-pages")).ToBeHiddenAsync();
    }

    /// <summary>As when many pages are opened at once: each is past its initializers before the sockets of the others are counted.</summary>
    private static async Task OnlyTheSocketIsRefused(IPage page)
    {
        await page.AddInitScriptAsync(
            """
            window.WebSocket = class extends WebSocket {
              constructor(url, ...given) { super(sessionStorage.getItem('refused') ? '/no-socket-here' : url, ...given); }
            };
            """);
        foreach (var refused in new[] { "**/_blazor?id=*", "**/_blazor/initializers?room" })
        {
            await page.RouteAsync(refused, route => route.FulfillAsync(new() { Status = 429, Headers = [KeyValuePair.Create("Retry-After", "300")] }));
        }

        var asked = 0;
        await page.RouteAsync("**/_blazor/initializers", route => { asked++; return route.ContinueAsync(); });
        await page.EvaluateAsync("() => sessionStorage.setItem('refused', '1')");
        await page.ReloadAsync();
        await Expect(page.Locator("#too-many-pages button")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Expect(page.Locator("#blazor-error-ui")).ToBeHiddenAsync();
        asked.ShouldBe(1, "it was past its initializers");
    }
}
