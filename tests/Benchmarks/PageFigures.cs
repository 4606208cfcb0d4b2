using System.Diagnostics;
using System.Text.Json;

namespace PortalIntegration.Benchmarks;

/// <summary>
/// Read pages as a browser gets them: until the last byte, which is when every panel is filled. Beside each, a bare endpoint that makes
/// the same upstream calls at the same time and passes their bodies on: what the portal adds to that is its own.
/// </summary>
internal static class PageFigures
{
    /// <summary>Enough for the compiler to have come to rest: until then most of the processor time is its own.</summary>
    private const int WarmUps = 200;
    private const int Runs = 200;

    public static async Task MeasureAsync()
    {
        await using var arranged = await Arrangement.StartAsync(TimeSpan.FromMilliseconds(20));
        await using var fanOut = await FanOut.StartAsync(arranged);
        var customer = await arranged.SignInAsync();
        var sku = await Sku(arranged);
        var order = await Order(arranged, customer);

        Console.WriteLine($"\nPages, upstream delay 20 ms, {Runs} loads one after the other\n");
        Console.WriteLine(Statistics.Row("Page", "first byte p50 ms", "whole p50 ms", "whole p95 ms", "slowest call p50 ms", "whole ÷ slowest", "upstream calls", "of them", "CPU ms a page", "CPU ms bare", "CPU ÷ bare"));
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|");
        var pages = new[] { ("product", $"/products/{sku}"), ("order", $"/orders/{order}"), ("catalogue search", "/catalog?q=bearing"), ("orders", "/orders"), ("home", "/") };
        foreach (var (_, path) in pages)
        {
            await WarmUp(arranged, new Uri(arranged.Portal.Address, path));
        }

        foreach (var (name, path) in pages)
        {
            await Measure(arranged, fanOut, name, new Uri(arranged.Portal.Address, path), customer, sku, order);
        }
    }

    private static async Task Measure(Arrangement arranged, FanOut fanOut, string name, Uri page, string customer, string sku, string order)
    {
        await WarmUp(arranged, page);
        List<double> first = [], whole = [], slowest = [];
        IReadOnlyList<UpstreamCall> calls = [];
        var cpu = arranged.Portal.ProcessorTime;
        for (var i = 0; i < Runs; i++)
        {
            var (firstByte, lastByte) = await Load(arranged.Browser, page);
            first.Add(firstByte);
            whole.Add(lastByte);
        }

        cpu = arranged.Portal.ProcessorTime - cpu;
        for (var i = 0; i < 20; i++)
        {
            await arranged.ForgetCalls();
            await Load(arranged.Browser, page);
            calls = await arranged.Calls();
            slowest.Add(calls.Count == 0 ? double.NaN : calls.Max(call => call.Milliseconds));
        }

        var bare = await fanOut.ProcessorTimeOf(calls, customer, sku, order, WarmUps, Runs);
        var perPage = cpu.TotalMilliseconds / Runs;
        var ratio = Statistics.Quantile(whole, 0.5) / Statistics.Quantile(slowest, 0.5);
        Console.WriteLine(Statistics.Row(
            name, Statistics.Quantile(first, 0.5), Statistics.Quantile(whole, 0.5), Statistics.Quantile(whole, 0.95), Statistics.Quantile(slowest, 0.5),
            ratio.ToString("0.00", System.Globalization.CultureInfo.InvariantCulture), calls.Count,
            string.Join(", ", calls.GroupBy(call => call.Operation).Select(group => group.Count() == 1 ? group.Key : $"{group.Count()} {group.Key}").Order(StringComparer.Ordinal)),
            perPage, bare, (perPage / bare).ToString("0.0", System.Globalization.CultureInfo.InvariantCulture)));
    }

    private static async Task WarmUp(Arrangement arranged, Uri page)
    {
        for (var i = 0; i < WarmUps; i++)
        {
            await Load(arranged.Browser, page);
        }
    }

    private static async Task<(double FirstByte, double LastByte)> Load(HttpClient browser, Uri page)
    {
        var started = Stopwatch.GetTimestamp();
        using var response = await browser.GetAsync(page, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        await using var body = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[16 * 1024];
        double? first = null;
        while (await body.ReadAsync(buffer) > 0)
        {
            first ??= Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }

        return (first ?? double.NaN, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }

    private static async Task<string> Sku(Arrangement arranged) =>
        (await arranged.ReadErp("products?limit=1")).GetProperty("items")[0].GetProperty("sku").GetString()!;

    private static async Task<string> Order(Arrangement arranged, string customer)
    {
        var orders = (await arranged.ReadErp($"orders?customerNumber={customer}&limit=50")).GetProperty("items").EnumerateArray().ToList();
        var shipped = orders.Find(order => order.GetProperty("status").GetString() is "shipped" or "invoiced" or "partlyShipped");
        return (shipped.ValueKind == JsonValueKind.Undefined ? orders[0] : shipped).GetProperty("number").GetString()!;
    }
}
