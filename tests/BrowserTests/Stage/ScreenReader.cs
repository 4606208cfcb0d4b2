using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace PortalIntegration.BrowserTests.Stage;

/// <summary>
/// Somebody who hears the page: asks the browser for what it tells assistive technology (the accessibility tree), and for what it would say by itself (live regions).
/// Moves by Tab alone.
/// </summary>
public sealed class ScreenReader
{
    private const int MostSteps = 200;

    private readonly IPage _page;
    private readonly ICDPSession _browser;

    private ScreenReader(IPage page, ICDPSession browser)
    {
        _page = page;
        _browser = browser;
    }

    /// <summary>Listens from the next page on; where the page is not loaded again, what stands there already was not said.</summary>
    public static async Task<ScreenReader> Of(IPage page)
    {
        await page.Context.AddInitScriptAsync(
            """
            window.saidAloud = [];
            const live = '[role=status], [role=alert], [role=log], [aria-live]:not([aria-live=off])';
            new MutationObserver(changes => {
              const regions = new Set(changes.map(change => (change.target.nodeType === 1 ? change.target : change.target.parentElement)?.closest(live)).filter(Boolean));
              for (const region of regions) {
                const words = region.textContent.replace(/\s+/g, ' ').trim();
                if (words && region.checkVisibility()) window.saidAloud.push(words);
              }
            }).observe(document, { subtree: true, childList: true, characterData: true });
            """);
        return new ScreenReader(page, await page.Context.NewCDPSessionAsync(page));
    }

    /// <summary>Where the focus is, as it is read out.</summary>
    public async Task<Heard> Focus()
    {
        var focused = await _browser.SendAsync("Runtime.evaluate", new() { ["expression"] = "document.activeElement ?? document.body" });
        var id = focused!.Value.GetProperty("result").GetProperty("objectId").GetString()!;
        var tree = await _browser.SendAsync("Accessibility.getPartialAXTree", new() { ["objectId"] = id, ["fetchRelatives"] = false });
        return Read(tree!.Value.GetProperty("nodes")[0]);
    }

    /// <summary>Presses Tab until a thing of this kind and name is read out.</summary>
    public async Task<Heard> TabTo(string role, string name, bool backwards = false)
    {
        // A page may still be on its way: Tabs are quick, and none of them waits.
        await Finds(role, name);
        var wanted = new Regex(name);
        var passed = new List<string>();
        for (var step = 0; step < MostSteps; step++)
        {
            var heard = await Focus();
            if (heard.Role == role && wanted.IsMatch(heard.Name))
            {
                return heard;
            }

            passed.Add(heard.ToString());
            await _page.Keyboard.PressAsync(backwards ? "Shift+Tab" : "Tab");
        }

        throw new InvalidOperationException($"No {role} /{name}/ was heard in {MostSteps} Tabs. Heard: {string.Join("; ", passed.Distinct())}");
    }

    public async Task Press(string role, string name, string key = "Enter")
    {
        await TabTo(role, name);
        await _page.Keyboard.PressAsync(key);
    }

    /// <summary>Tabs to a field and types; what stood there is replaced.</summary>
    public async Task Type(string role, string name, string text)
    {
        await TabTo(role, name);
        await _page.Keyboard.PressAsync("Control+a");
        await _page.Keyboard.TypeAsync(text);
    }

    /// <summary>Waits until the page says this by itself.</summary>
    public async Task Hears(string words, float within = 60_000) => await _page.WaitForFunctionAsync(
        "words => window.saidAloud.some(said => new RegExp(words).test(said))", words, new() { Timeout = within });

    /// <summary>The whole page in the order in which it is read, without what is not read. A page that is being loaded is waited for, as its reader would.</summary>
    public async Task<IReadOnlyList<Heard>> Page()
    {
        for (var look = 0; ; look++)
        {
            var page = await PageNow();
            if (look == 50 || page.Any(heard => heard.Role is "main" or "dialog"))
            {
                return page;
            }

            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits until a thing of this kind and name can be read on the page.</summary>
    public async Task Finds(string role, string name, int within = 60_000)
    {
        var wanted = new Regex(name);
        for (var waited = 0; ; waited += 200)
        {
            var page = await Page();
            if (page.Any(heard => heard.Role == role && wanted.IsMatch(heard.Name)))
            {
                return;
            }

            waited.ShouldBeLessThan(within, $"no {role} /{name}/ among {string.Join("; ", page.Where(heard => heard.Role == role).Take(60))}");
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }
    }

    private async Task<IReadOnlyList<Heard>> PageNow()
    {
        var tree = await _browser.SendAsync("Accessibility.getFullAXTree");
        var nodes = tree!.Value.GetProperty("nodes").EnumerateArray().Where(node => Value(node, "role") != "InlineTextBox") // the pieces of a line, which share their numbers
            .ToDictionary(node => node.GetProperty("nodeId").GetString()!);
        return [.. nodes.Values.Where(node => !node.TryGetProperty("parentId", out _)).SelectMany(root => ReadFrom(root, null))];

        IEnumerable<Heard> ReadFrom(JsonElement node, string? parent)
        {
            var ignored = node.GetProperty("ignored").GetBoolean();
            var below = ignored ? parent : node.GetProperty("nodeId").GetString();
            var inside = node.GetProperty("childIds").EnumerateArray().SelectMany(id => nodes.TryGetValue(id.GetString()!, out var child) ? ReadFrom(child, below) : []);
            return ignored ? inside : inside.Prepend(Read(node) with { Parent = parent });
        }
    }

    private static Heard Read(JsonElement node)
    {
        var properties = node.TryGetProperty("properties", out var given)
            ? given.EnumerateArray().ToLookup(one => one.GetProperty("name").GetString()!, one => one.GetProperty("value"))
            : Enumerable.Empty<JsonElement>().ToLookup(_ => "", one => one);
        return new Heard(
            node.GetProperty("nodeId").GetString()!,
            node.TryGetProperty("parentId", out var parent) ? parent.GetString() : null,
            Value(node, "role"),
            Regex.Replace(Value(node, "name"), @"\s+", " ").Trim(),
            Value(node, "description"),
            properties["focusable"].Any(value => value.GetProperty("value").GetBoolean()),
            properties["level"].Select(value => value.GetProperty("value").GetInt32()).FirstOrDefault());
    }

    private static string Value(JsonElement node, string name) =>
        node.TryGetProperty(name, out var given) && given.TryGetProperty("value", out var value) ? value.ToString() : "";

    /// <summary>One thing on the page as the browser tells it.</summary>
    /// <param name="Level">Of a heading, else 0.</param>
    public sealed record Heard(string Id, string? Parent, string Role, string Name, string Description, bool IsFocusable, int Level)
    {
        public override string ToString() => $"{Role} '{Name}'";
    }
}
