using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace PortalIntegration.BrowserTests.Looks;

/// <summary>What axe holds every page to: WCAG 2.2 A and AA, some of which axe leaves out unless it is asked for by name, and its own good practice.</summary>
internal static class Wcag
{
    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    private static readonly object Everything = new
    {
        runOnly = new { type = "tag", values = (string[])["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
        resultTypes = (string[])["violations"],
    };

    private static readonly object Colours = new { runOnly = new { type = "rule", values = (string[])["color-contrast", "link-in-text-block"] }, resultTypes = (string[])["violations"] };

    /// <summary>What axe finds on the page as it stands; empty for nothing.</summary>
    /// <param name="coloursOnly">All that another theme of a page that was looked at already can change.</param>
    public static async Task<string[]> Violations(this IPage page, bool coloursOnly = false)
    {
        if (!await page.EvaluateAsync<bool>("() => typeof globalThis.axe === 'object'"))
        {
            await page.EvaluateAsync(Axe);
        }

        return await page.EvaluateAsync<string[]>(
            """
            async options => {
              const { violations } = await axe.run(document, options);
              return violations.map(one => `${one.id}: ${one.help}: ${one.nodes.slice(0, 5).map(node => `${node.target.join(' ')} ${node.html}`).join(' | ')}`);
            }
            """,
            coloursOnly ? Colours : Everything);
    }
}
