using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using PortalIntegration.BrowserTests.Jobs;
using PortalIntegration.BrowserTests.Stage;

namespace PortalIntegration.BrowserTests.Looks;

/// <summary>
/// Every page at two widths and in both themes, and in German where there is least room: axe finds nothing, nothing is wider than the window, the browser complains of nothing, and a
/// picture is left for people to look at.
/// </summary>
public sealed class LooksTests(Theatre theatre)
{
    private const string German = "de-DE";

    public static TheoryData<string, int, ColorScheme, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, int, ColorScheme, string>();
            foreach (var name in EveryPage.Names)
            {
                cases.Add(name, 1440, ColorScheme.Light, Chromium.English);
                cases.Add(name, 390, ColorScheme.Light, Chromium.English);
                cases.Add(name, 1440, ColorScheme.Dark, Chromium.English);
                cases.Add(name, 390, ColorScheme.Dark, Chromium.English);
                cases.Add(name, 390, ColorScheme.Light, German);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Page_AtThisWidth_CanBeUsedByEverybody(string name, int width, ColorScheme scheme, string language)
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        var height = width < 500 ? 844 : 900;
        await using var visitor = EveryPage.WhoSees(name) switch
        {
            "rep" => await theatre.Visit(erp.Rep.Id, width, height, scheme, language),
            "admin" => await theatre.Visit(await theatre.Sandbox.Admin(), width, height, scheme, language),
            "nobody" => await Visitor.Unknown(theatre.Chromium, theatre.Portal.Address, width, height, scheme, language),
            _ => await theatre.Visit(People.Buyer, width, height, scheme, language),
        };
        await EveryPage.Open(name, visitor.Page, erp);
        (await visitor.Page.EvaluateAsync<string>("document.documentElement.lang")).ShouldBe(language[..2]);

        await visitor.Page.Picture($"{name}-{width}-{scheme.ToString().ToLowerInvariant()}{(language == German ? "-de" : "")}");

        var found = await visitor.Page.RunAxe(Wcag.Rules);
        found.Violations.Select(violation => $"{violation.Id}: {violation.Help}: {string.Join(" | ", violation.Nodes.Take(5).Select(node => node.Target + " " + node.Html))}").ShouldBeEmpty();
        var (content, window) = (await visitor.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"), await visitor.Page.EvaluateAsync<int>("document.documentElement.clientWidth"));
        content.ShouldBeLessThanOrEqualTo(window, "wider than the window");
        if (name != "not-found")
        {
            visitor.ShouldHaveNoComplaints();
        }
    }
}
