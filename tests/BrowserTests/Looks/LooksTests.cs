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
            "nobody" => await Visitor.Unknown(theatre.Chromium, theatre.Portal.Address, language: language),
            _ => await theatre.Visit(People.Buyer, language: language),
        };
        await EveryPage.Open(name, visitor.Page, erp);
        (await visitor.Page.EvaluateAsync<string>("document.documentElement.lang")).ShouldBe(language[..2]);

        await visitor.Page.ShouldLookRightInItsLanguage(language == German ? $"{name}-de" : name, second: language == German);

        if (name == "too-many-pages")
        {
            // There is room again: it goes on by itself.
            await visitor.Page.UnrouteAllAsync();
            await visitor.Page.EvaluateAsync("() => document.dispatchEvent(new Event('visibilitychange'))");
            await visitor.Page.WaitForFunctionAsync("() => window.openSockets.some(socket => socket.readyState === 1)", null, new() { Timeout = 60_000 });
            await Expect(visitor.Page.Locator("#too-many-pages")).ToBeHiddenAsync();
        }

        // The browser itself writes down what was refused.
        if (name is not ("not-found" or "status-too-large" or "too-many-pages"))
        {
            visitor.ShouldHaveNoComplaints();
        }
    }
}
