using Microsoft.Playwright;

namespace PortalIntegration.BrowserTests.Stage;

/// <summary>Somebody without a mouse.</summary>
public static class KeyboardOnly
{
    private const int MostSteps = 150;

    /// <summary>A shortcut, once the page hears keys: nobody's fingers are faster than its script, this is.</summary>
    public static async Task PressShortcut(this IPage page, string key)
    {
        await page.WaitForFunctionAsync("() => globalThis.portalHearsKeys === true");
        await page.Keyboard.PressAsync(key);
    }

    /// <summary>Presses Tab until this has the focus: what cannot be reached so cannot be used.</summary>
    public static async Task TabTo(this IPage page, string selector)
    {
        // The page may still be on its way: Tabs are quick, and none of them waits.
        await page.Locator($"{selector} >> visible=true").First.WaitForAsync(new() { Timeout = 60_000 });
        for (var step = 0; step < MostSteps; step++)
        {
            if (await page.EvaluateAsync<bool>("selector => document.activeElement?.matches(selector) === true", selector))
            {
                return;
            }

            await page.Keyboard.PressAsync("Tab");
        }

        throw new InvalidOperationException($"{selector} was not reached with {MostSteps} Tabs; the focus is on {await page.EvaluateAsync<string>("document.activeElement?.outerHTML.slice(0, 200)")}.");
    }
}
