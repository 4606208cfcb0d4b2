using PortalIntegration.Core;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Sync.Catalogue;

namespace PortalIntegration.UnitTests.Sync.Catalogue;

public sealed class ProductIndexTests
{
    private static readonly Category[] _categories = [new("fix", "Fixing", null), new("bolt", "Bolts", "fix"), new("nut", "Nuts", "fix"), new("paint", "Paint", null)];

    private readonly ProductIndex _index = new(
        [
            Product("ZZ-9", "Anchor for M8 bolts", "Zinc", "fix"),
            Product("HX-0800", "Hex bolt M8", "Steel, zinc plated", "bolt"),
            Product("HX-0801", "Hex nut M8", null, "nut"),
            Product("M8", "Washer", "For hex heads", null),
            Product("P-1", "Grünbein paint", "Covers HEXAGONS", "paint"),
        ],
        _categories);

    [Theory]
    [InlineData("hex", "HX-0800 HX-0801 M8 P-1")]
    [InlineData("HEX m8", "HX-0800 HX-0801 M8")]
    [InlineData("m8", "M8 HX-0800 HX-0801 ZZ-9")]
    [InlineData("hx-08", "HX-0800 HX-0801")]
    [InlineData("x-0801", "HX-0801")]
    [InlineData("xagon", "P-1")]
    [InlineData("grünbein", "P-1")]
    [InlineData("GRÜN", "P-1")]
    [InlineData("boltsteel", "")]
    [InlineData("0800hex", "")]
    [InlineData("", "HX-0800 HX-0801 M8 P-1 ZZ-9")]
    [InlineData("  ", "HX-0800 HX-0801 M8 P-1 ZZ-9")]
    [InlineData("no such", "")]
    public void Search_FindsAllWordsAnywhere_TheNearestFirst(string text, string skus) =>
        string.Join(' ', _index.Search(text, null, 0, 50).Items.Select(product => product.Sku)).ShouldBe(skus);

    [Fact]
    public void Search_InACategory_LooksBelowItTooAndCountsAllCategories()
    {
        var hits = _index.Search("m8", ["fix"], 0, 50);

        hits.Items.Select(product => product.Sku.Value).ShouldBe(["HX-0800", "HX-0801", "ZZ-9"]);
        hits.Total.ShouldBe(3);
        hits.Facets.OrderBy(facet => facet.Key, StringComparer.Ordinal).Select(facet => (facet.Key, facet.Value)).ShouldBe([("bolt", 1), ("fix", 1), ("nut", 1)]);
    }

    [Fact]
    public void Search_InSeveralCategories_FindsWhatStandsInAnyOfThem()
    {
        _index.Search("", ["bolt", "nut"], 0, 50).Items.Select(product => product.Sku.Value).Order(StringComparer.Ordinal)
            .ShouldBe(_index.Search("", ["bolt"], 0, 50).Items.Concat(_index.Search("", ["nut"], 0, 50).Items).Select(product => product.Sku.Value).Order(StringComparer.Ordinal));
        _index.Search("", ["bolt", "fix"], 0, 50).Total.ShouldBe(_index.Search("", ["fix"], 0, 50).Total);
        _index.Search("", [], 0, 50).Total.ShouldBe(_index.Count);
    }

    [Fact]
    public void Search_RandomTextsOverRandomProducts_FindsWhatLookingAtEachOneFinds()
    {
        var dice = new Random(20261121);
        string Word(int longest) => new([.. Enumerable.Range(0, dice.Next(1, longest + 1)).Select(_ => "abcÄß- 1"[dice.Next(8)])]);
        var products = Enumerable.Range(0, 400).Select(at => Product($"{Word(3).Trim()}-{at}", $"n{Word(12)}", dice.Next(3) == 0 ? null : Word(20), _categories[dice.Next(4)].Code)).ToList();
        var index = new ProductIndex(products, _categories);
        for (var round = 0; round < 500; round++)
        {
            var text = string.Join(' ', Enumerable.Range(0, dice.Next(0, 4)).Select(_ => Word(3)));
            var words = text.ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var category = dice.Next(3) == 0 ? "fix" : null;
            var expected = products.Where(product => (category is null || product.CategoryCode != "paint")
                && words.All(word => new[] { product.Sku.Value, product.Name, product.Description ?? "" }.Any(field => field.ToLowerInvariant().Contains(word, StringComparison.Ordinal))))
                .Select(product => product.Sku.Value).Order(StringComparer.Ordinal).ToList();
            var take = dice.Next(1, 40);

            var found = new List<string>();
            for (var skip = 0; skip <= expected.Count; skip += take)
            {
                var hits = index.Search(text, category is null ? null : [category], skip, take);
                hits.Total.ShouldBe(expected.Count, text);
                found.AddRange(hits.Items.Select(product => product.Sku.Value));
            }

            found.Order(StringComparer.Ordinal).ShouldBe(expected);
        }
    }

    [Fact]
    public void Find_EverySkuAndNoOther()
    {
        _index.Products.ShouldAllBe(product => _index.Find(product.Sku) == product);
        _index.Find(new Sku("hx-0800")).ShouldBeNull();
        ProductIndex.Empty.Find(new Sku("M8")).ShouldBeNull();
    }

    private static Product Product(string sku, string name, string? description, string? category) =>
        new() { Sku = new Sku(sku), Name = name, Description = description, CategoryCode = category, SalesUnit = "PCE" };
}
