using PortalIntegration.Core;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Portal.Features.OrderPad;
using PortalIntegration.Sync.Catalogue;
using PortalIntegration.Tests.Fuzz;

namespace PortalIntegration.UnitTests.Fuzz;

/// <summary>What a visitor types: texts to search for, categories, quantities.</summary>
[Collection(ConnectorFuzzTests.Alone)]
public sealed class SearchFuzzTests
{
    [Fact]
    public async Task SearchInMemory_AnyText_Answers()
    {
        var words = new[] { "hex", "bolt", "M8", "zinc", "Grünbein", "İstanbul", "ﬁtting", "a-b/c", "½\"", "日本" };
        var making = new Mutator(1);
        var index = new ProductIndex(
            [.. Enumerable.Range(0, 2_000).Select(i => new Product
            {
                Sku = new Sku($"SKU-{i:0000}"),
                Name = $"{making.Of(words)} {making.Of(words)} {making.Text(20)}",
                Description = i % 3 == 0 ? null : making.Text(60),
                SalesUnit = "PCE",
                CategoryCode = i % 5 == 0 ? null : $"c{i % 7}",
            })],
            [.. Enumerable.Range(0, 7).Select(i => new Category($"c{i}", $"Category {i}", i > 3 ? "c1" : null))]);

        await FuzzLength.Run("searches in memory", FuzzLength.Of(3_000, 200_000), mutator =>
        {
            var text = mutator.Dice.Next(4) switch { 0 => mutator.Text(2_000), 1 => mutator.Of(words) + mutator.Text(4), 2 => new string(mutator.Of<char>(['a', ' ', '\ud800', '*', '%']), mutator.Dice.Next(5_000)), _ => mutator.Text(12) };
            List<string>? categories = mutator.Dice.Next(3) == 0 ? null : [.. Enumerable.Range(0, mutator.Dice.Next(40)).Select(_ => mutator.Dice.Next(2) == 0 ? "c1" : mutator.Text(10))];
            var hits = index.Search(text, categories, mutator.Of([0, 0, 10, 5_000, int.MaxValue]), mutator.Of([1, 50, 200]));
            hits.Items.Count.ShouldBeLessThanOrEqualTo(200);
            hits.Total.ShouldBeInRange(0, 2_000);
            return Task.CompletedTask;
        });
    }

    [Fact]
    public Task TypedQuantity_AnyText_IsReadOrRefused() => FuzzLength.Run("typed quantities", FuzzLength.Of(5_000, 500_000), mutator =>
    {
        const string letters = "0123456789.,-+ eE\u00a0\u2212٣";
        var text = mutator.Dice.Next(3) == 0
            ? mutator.Text(50)
            : string.Concat(Enumerable.Range(0, mutator.Dice.Next(24)).Select(_ => letters[mutator.Dice.Next(letters.Length)]));
        var reading = TypedQuantity.Read(text);
        (reading.Value is null).ShouldBe(reading.Fault is not null, text);
        if (reading.Value is { } value)
        {
            value.ShouldBeInRange(0.000001m, 999_999_999.999999m);
        }

        return Task.CompletedTask;
    });
}
