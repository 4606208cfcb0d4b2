using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Sync.Catalogue;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.Benchmarks;

/// <summary>The catalogue's search in memory: how long it takes to fill from an ERP over the loopback, what it holds, how fast it answers.</summary>
internal static class SearchFigures
{
    private const int Questions = 4_000;

    public static async Task MeasureAsync()
    {
        Console.WriteLine(Statistics.Row("SKUs", "filled in s", "memory MB", "search p50 ms", "p99 ms", "slowest ms", "hits of a search, p50", "slowest kind, p99 ms"));
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach (var skus in new[] { 2_000, 100_000 })
        {
            await MeasureAsync(skus);
        }
    }

    private static async Task MeasureAsync(int skus)
    {
        var (erp, crm) = (ServerProcess.FreeAddress(), ServerProcess.FreeAddress());
        await using var sandbox = await ServerProcess.StartAsync(
            "Sandbox", erp, "/control/about",
            ["--erp-url", erp.ToString(), "--crm-url", crm.ToString(), "--skus", skus.ToString(CultureInfo.InvariantCulture), "--simulation", "off"]);
        long empty;
        await using (var without = await InsidePortal.StartAsync(erp, crm, ("Sync:CatalogueSnapshot:Enabled", "false")))
        {
            empty = GC.GetTotalMemory(forceFullCollection: true);
        }

        await using var portal = await InsidePortal.StartAsync(erp, crm, ("Ownership:Entities:Catalogue:Freshness", "86400"));
        var started = TimeProvider.System.GetTimestamp();
        var snapshot = portal.Services.GetRequiredService<ICatalogueSnapshot>();
        while (snapshot.Status.State is not SnapshotState.Ready)
        {
            await Task.Delay(20);
            if (TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromMinutes(10))
            {
                throw new TimeoutException($"Not filled: {snapshot.Status}");
            }
        }

        var filled = TimeProvider.System.GetElapsedTime(started);
        var held = GC.GetTotalMemory(forceFullCollection: true) - empty;

        var products = new List<Product>();
        for (string? cursor = null; products.Count < snapshot.Status.Products;)
        {
            var page = snapshot.Search(new CatalogQuery("", Cursor: cursor, Limit: 5_000))!.Value;
            products.AddRange(page.Items);
            cursor = page.Next;
        }

        var dice = new Random(4);
        var kinds = Kinds(products, dice);
        foreach (var warm in Enumerable.Range(0, 200))
        {
            snapshot.Search(new CatalogQuery(kinds[warm % kinds.Length].Text(), Limit: 25));
        }

        var times = kinds.ToDictionary(kind => kind.Name, _ => new List<double>());
        var hits = new List<double>();
        for (var question = 0; question < Questions; question++)
        {
            var (name, text) = kinds[question % kinds.Length];
            var query = new CatalogQuery(text(), Limit: 25);
            var asked = TimeProvider.System.GetTimestamp();
            var answer = snapshot.Search(query)!;
            times[name].Add(TimeProvider.System.GetElapsedTime(asked).TotalMilliseconds);
            hits.Add(answer.Value.Total ?? 0);
        }

        var all = times.Values.SelectMany(kind => kind).ToList();
        var slowest = times.MaxBy(kind => Statistics.Quantile(kind.Value, 0.99));
        Console.WriteLine(Statistics.Row(
            snapshot.Status.Products, filled.TotalSeconds, held / 1e6, Precise(Statistics.Quantile(all, 0.5)), Precise(Statistics.Quantile(all, 0.99)), Precise(all.Max()),
            Statistics.Quantile(hits, 0.5), $"{slowest.Key} {Precise(Statistics.Quantile(slowest.Value, 0.99))}"));
    }

    /// <summary>As people type, and what is worst for a search: a part that nearly everything has, and one that nothing has.</summary>
    private static (string Name, Func<string> Text)[] Kinds(List<Product> products, Random dice)
    {
        Product Any() => products[dice.Next(products.Count)];
        string Words(int count) => string.Join(' ', (Any().Name + " " + Any().Description).Split(' ').OrderBy(_ => dice.Next()).Take(count));
        return
        [
            ("whole SKU", () => Any().Sku.Value),
            ("beginning of a SKU", () => Any().Sku.Value[..4]),
            ("a word", () => Words(1)),
            ("two words", () => string.Join(' ', Any().Name.Split(' ').OrderBy(_ => dice.Next()).Take(2))),
            ("middle of a name", () => Any().Name is { Length: > 6 } name ? name[2..6] : "abc"),
            ("one letter", () => ((char)('a' + dice.Next(26))).ToString()),
            ("nothing has it", () => $"zq{dice.Next(10_000)}x"),
            ("words of two products", () => $"{Words(1)} {Words(1)}"),
        ];
    }

    private static string Precise(double milliseconds) => milliseconds.ToString("0.00", CultureInfo.InvariantCulture);
}
