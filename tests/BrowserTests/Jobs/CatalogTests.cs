using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using PortalIntegration.BrowserTests.Stage;
using static Microsoft.Playwright.Assertions;

namespace PortalIntegration.BrowserTests.Jobs;

/// <summary>The catalogue is searched while one types and narrowed down by categories, several at once, without a mouse.</summary>
public sealed class CatalogTests(Theatre theatre)
{
    private const float Patience = 60_000;

    [Fact]
    public async Task Search_AsTyped_AndTwoCategories_ByKeyboardAlone()
    {
        var (word, one, other) = await WordInTwoCategories();
        await using var buyer = await theatre.Visit(People.Buyer);
        var page = buyer.Page;
        await page.GotoAsync("/catalog");
        await page.WaitForFunctionAsync("() => globalThis.portalHearsKeys === true");
        await page.EvaluateAsync("window.neverLoadedAgain = true");

        // What is found follows what is typed; the field keeps the focus and what stands in it.
        await page.TabTo("#catalog-words");
        await page.Keyboard.TypeAsync(word);
        await page.WaitForURLAsync($"**/catalog?q={Uri.EscapeDataString(word)}");
        await Expect(page.Locator("main h1")).ToContainTextAsync(word, new() { Timeout = Patience });
        await Expect(page.Locator("#catalog-words")).ToBeFocusedAsync();
        await Expect(page.Locator("#catalog-words")).ToHaveValueAsync(word);
        await Expect(page.Locator("main tbody .sku").First).ToBeVisibleAsync(new() { Timeout = Patience });

        // One category, and then another beside it: what stands in either.
        var together = await Count(one) + await Count(other);
        await Choose(one);
        await Expect(page.Locator(".chips .chip")).ToHaveCountAsync(2, new() { Timeout = Patience });
        await Choose(other);
        await page.WaitForURLAsync(url => Categories(url).SetEquals([one, other]));
        await Expect(page.Locator(".chips .chip")).ToHaveCountAsync(3, new() { Timeout = Patience });
        await Expect(page.Locator(".page-head-below")).ToContainTextAsync(new Regex($@"\b{together} products"), new() { Timeout = Patience });

        // A chip gives its part up, and the words stay.
        await Settled();
        await page.TabTo(".chips li:nth-child(2) .chip");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync(url => Categories(url).SetEquals([other]) && url.Contains("q=", StringComparison.Ordinal));
        await Expect(page.Locator(".chips .chip")).ToHaveCountAsync(2, new() { Timeout = Patience });
        (await page.EvaluateAsync<bool>("window.neverLoadedAgain === true")).ShouldBeTrue();
        buyer.ShouldHaveNoComplaints();

        ILocator Link(string category) => page.Locator($".not-phone > .category-list > li > a[href$='category={category}']:not(.chosen)");

        async Task<int> Count(string category) => int.Parse(
            Regex.Match(await Link(category).Locator(".category-count").InnerTextAsync(new() { Timeout = Patience }), @"\d+").Value, CultureInfo.InvariantCulture);

        // Nothing is filled in any more that would take the focus away.
        Task Settled() => Expect(page.Locator("main [aria-busy=true], main .fill-waits")).ToHaveCountAsync(0, new() { Timeout = Patience });

        async Task Choose(string category)
        {
            await Settled();
            await Link(category).PressAsync("Enter", new() { Timeout = Patience });
            await page.WaitForURLAsync(url => Categories(url).Contains(category));
        }
    }

    private static HashSet<string> Categories(string url) =>
        [.. new Uri(url).Query.TrimStart('?').Split('&').Where(part => part.StartsWith("category=", StringComparison.Ordinal)).Select(part => Uri.UnescapeDataString(part["category=".Length..]))];

    /// <summary>A word that products in several categories of the first level have, and two of those.</summary>
    private async Task<(string Word, string One, string Other)> WordInTwoCategories()
    {
        var top = (await theatre.Sandbox.Erp.Get("erp/v1/categories")).GetProperty("items").EnumerateArray()
            .Where(category => category.GetProperty("parentId").ValueKind == JsonValueKind.Null).Select(category => category.GetProperty("id").GetString()!).ToList();
        foreach (var word in (await Goods.InStock(theatre.Sandbox, 50)).SelectMany(product => product.Name.Split(' ')).Where(word => word.Length > 3 && word.All(char.IsAsciiLetter)).Distinct())
        {
            var found = new List<string>();
            foreach (var category in top)
            {
                var page = await theatre.Sandbox.Erp.Get($"erp/v1/products?q={Uri.EscapeDataString(word)}&category={Uri.EscapeDataString(category)}&limit=1");
                if (page.GetProperty("items").GetArrayLength() > 0)
                {
                    found.Add(category);
                }
            }

            if (found is [var one, var other, ..])
            {
                return (word, one, other);
            }
        }

        throw new InvalidOperationException("No word stands in two categories.");
    }
}
