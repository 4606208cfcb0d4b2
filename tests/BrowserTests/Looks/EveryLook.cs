using Microsoft.Playwright;
using PortalIntegration.BrowserTests.Stage;

namespace PortalIntegration.BrowserTests.Looks;

/// <summary>How a page must look to everybody: at two widths and in both themes axe finds nothing, who hears it finds his way, nothing is wider than the window, and a picture is left for people to look at.</summary>
public static class EveryLook
{
    public const int Desk = 1440;
    public const int Phone = 390;

    private const int Tablet = 800;
    private const int Laptop = 1024;

    /// <summary>
    /// Looks at the page as it stands, without loading it again. What is found is told for all looks at once. A theme is another set of colours and nothing else: in a width's
    /// second theme, only what hangs on colours is asked again.
    /// </summary>
    /// <param name="name">Of the pictures.</param>
    public static Task ShouldLookRightEverywhere(this IPage page, string name) =>
        ShouldLookRight(page, name, new(Desk, ColorScheme.Light), new(Desk, ColorScheme.Dark, IsRecoloured: true), new(Phone, ColorScheme.Dark), new(Phone, ColorScheme.Light, IsRecoloured: true));

    /// <summary>
    /// A page that is looked at in two languages: together they look at each width in each theme. Its elements are the same in both, and with them its colours; its words are
    /// not, and so all rules are asked in each language at each width.
    /// </summary>
    /// <param name="second">In the second of the languages.</param>
    public static async Task ShouldLookRightInItsLanguage(this IPage page, string name, bool second)
    {
        await (second ? ShouldLookRight(page, name, new(Desk, ColorScheme.Dark), new(Phone, ColorScheme.Light)) : ShouldLookRight(page, name, new(Desk, ColorScheme.Light), new(Phone, ColorScheme.Dark)));
        await page.ShouldHoldWhateverTheSystemsWrite();
    }

    /// <summary>However long the words and high the amounts of a system are, they never make the page wider than its window. Afterwards it says again what it said.</summary>
    private static async Task ShouldHoldWhateverTheSystemsWrite(this IPage page)
    {
        await page.EvaluateAsync(
            """
            () => {
              window.asWritten = [];
              const walk = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
              for (let node = walk.nextNode(); node; node = walk.nextNode()) {
                const at = node.parentElement;
                // Cells with words of ours alone, which are known to fit, say so.
                const ours = '.own, .flows td:not(.words, .flow-state), .owners td:not(.words), .systems td:not(.words), .way td:not(.words), .pad-table td:not(.pad-name)';
                if (!node.data.trim() || !at.closest('tbody td, dd, h1, .rows, .page-head-below, .page-head-above')
                    || at.closest(`${ours}, button, .button, label, legend, time, select, svg, .badge-status, .unseen, .source-tip, .keys`)) continue;
                const longest = node.data.split(/\s+/).sort((one, other) => other.length - one.length)[0];
                window.asWritten.push([node, node.data]);
                node.data = at.closest('.figure') ? node.data.replace(/\d[\d.,]*/, '1.234.567,89')
                  : at.closest('.num') ? node.data.replace(/\d[\d.,]*/, '1.234.567')
                  : longest.length > 2 ? node.data.replace(longest, 'Donaudampfschifffahrtskapitaensmuetzenabzeichen7') : node.data;
              }
            }
            """);
        var wide = new List<string>();
        foreach (var width in new[] { Phone, Tablet, Laptop, Desk })
        {
            await page.SetViewportSizeAsync(width, 900);
            if (await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth") is var content && content > width)
            {
                wide.Add($"with long words {content} pixels wide in a window of {width}");
            }
        }

        await page.EvaluateAsync("() => window.asWritten.forEach(([node, text]) => { node.data = text; })");
        wide.ShouldBeEmpty();
    }

    private static async Task ShouldLookRight(IPage page, string name, params IReadOnlyList<Look> looks)
    {
        var reader = await ScreenReader.Of(page);
        var found = new List<string>();
        foreach (var look in looks)
        {
            await page.SetViewportSizeAsync(look.Width, look.Width == Phone ? 844 : 900);
            await page.EmulateMediaAsync(new() { ColorScheme = look.Scheme });
            await page.EvaluateAsync(
                """
                () => {
                  window.scrollTo({ top: 0, behavior: 'instant' }); // what happens to be half under the top bar is no finding
                  document.getAnimations().forEach(one => { try { one.finish(); } catch { one.cancel(); } });
                }
                """);
            await page.Picture($"{name}-{look}");
            found.AddRange((await page.Violations(look.IsRecoloured)).Select(violation => $"{look}: {violation}"));
            if (!look.IsRecoloured)
            {
                found.AddRange(Listening.Wrong(await reader.Page()).Select(wrong => $"{look}: heard: {wrong}"));
            }

            if (await page.EvaluateAsync<int[]>("() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]") is [var content, var window] && content > window)
            {
                found.Add($"{look}: {content} pixels wide in a window of {window}");
            }
        }

        // No picture, but what stands side by side on the desk must find room on a tablet and a small laptop too.
        foreach (var width in new[] { Tablet, Laptop })
        {
            await page.SetViewportSizeAsync(width, 900);
            if (await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth") is var wide && wide > width)
            {
                found.Add($"{wide} pixels wide in a window of {width}");
            }
        }

        found.ShouldBeEmpty();
    }

    /// <param name="IsRecoloured">Nothing but the theme has changed since the look before.</param>
    private sealed record Look(int Width, ColorScheme Scheme, bool IsRecoloured = false)
    {
        public override string ToString() => $"{Width}-{Scheme.ToString().ToLowerInvariant()}";
    }
}
