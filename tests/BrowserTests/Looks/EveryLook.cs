using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using PortalIntegration.BrowserTests.Stage;

namespace PortalIntegration.BrowserTests.Looks;

/// <summary>How a page must look to everybody: at two widths and in both themes axe finds nothing, who hears it finds his way, nothing is wider than the window, and a picture is left for people to look at.</summary>
public static class EveryLook
{
    public const int Desk = 1440;
    public const int Phone = 390;

    /// <summary>Looks at the page as it stands, without loading it again. What is found is told for all looks at once.</summary>
    /// <param name="name">Of the pictures.</param>
    public static Task ShouldLookRightEverywhere(this IPage page, string name) => ShouldLookRight(page, name, (Desk, ColorScheme.Light), (Desk, ColorScheme.Dark), (Phone, ColorScheme.Dark), (Phone, ColorScheme.Light));

    /// <summary>The same page in another language: each width once and each theme once, since its colours and its order are those of the first.</summary>
    public static Task ShouldLookRightInAnotherLanguage(this IPage page, string name) => ShouldLookRight(page, name, (Desk, ColorScheme.Dark), (Phone, ColorScheme.Light));

    private static async Task ShouldLookRight(IPage page, string name, params IReadOnlyList<(int Width, ColorScheme Scheme)> looks)
    {
        var reader = await ScreenReader.Of(page);
        var found = new List<string>();
        foreach (var (width, scheme) in looks)
        {
            var look = $"{width}-{scheme.ToString().ToLowerInvariant()}";
            await page.SetViewportSizeAsync(width, width == Phone ? 844 : 900);
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            await page.EvaluateAsync("window.scrollTo({ top: 0, behavior: 'instant' })"); // what happens to be half under the top bar is no finding
            await page.EvaluateAsync("() => document.getAnimations().forEach(one => { try { one.finish(); } catch { one.cancel(); } })");
            await page.Picture($"{name}-{look}");
            found.AddRange((await page.RunAxe(Wcag.Rules)).Violations.Select(violation =>
                $"{look}: {violation.Id}: {violation.Help}: {string.Join(" | ", violation.Nodes.Take(5).Select(node => node.Target + " " + node.Html))}"));
            found.AddRange(Listening.Wrong(await reader.Page()).Select(wrong => $"{look}: heard: {wrong}"));
            var (content, window) = (await page.EvaluateAsync<int>("document.documentElement.scrollWidth"), await page.EvaluateAsync<int>("document.documentElement.clientWidth"));
            if (content > window)
            {
                found.Add($"{look}: {content} pixels wide in a window of {window}");
            }
        }

        found.ShouldBeEmpty();
    }
}
