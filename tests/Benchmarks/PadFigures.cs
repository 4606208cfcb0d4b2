using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using PortalIntegration.Core;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.Features.OrderPad;

namespace PortalIntegration.Benchmarks;

/// <summary>The order pad's question: 100 lines, recognised, priced and checked for stock, through the portal's own composition.</summary>
internal static class PadFigures
{
    private const int Lines = 100;
    private const int WarmUp = 5;

    /// <summary>Every run asks for other products, so that nothing is answered from memory.</summary>
    private const int Runs = 15;

    public static async Task MeasureAsync()
    {
        await using var arranged = await Arrangement.StartAsync(TimeSpan.FromMilliseconds(20));
        await using var inside = await InsidePortal.StartAsync(arranged);
        var skus = await Skus(arranged, Lines * (WarmUp + Runs));
        var (person, number) = await Arrangement.FindBuyer(arranged.Control, arranged.Crm);
        var customer = new CustomerNumber(number);
        var scope = Scope.ForPerson(new PersonId(person), Role.Buyer, [new ScopedAccount(new AccountId("benchmark"), customer, "Benchmark")]);
        var ask = inside.Services.GetRequiredService<AskAboutLines>();

        Console.WriteLine($"\nOrder pad, upstream delay 20 ms, {Runs} times\n");
        Console.WriteLine(Statistics.Row("Lines", "answered p50 ms", "p95 ms", "slowest call p50 ms", "answered ÷ slowest", "upstream calls"));
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (var typed in new[] { true, false })
        {
            List<double> took = [], slowest = [];
            var calls = 0;
            for (var i = 0; i < WarmUp + Runs; i++)
            {
                var lines = skus.Skip(i * Lines).Take(Lines).Select((sku, at) => Line(at, sku, known: !typed)).ToList();
                await arranged.ForgetCalls();
                var started = Stopwatch.GetTimestamp();
                var answer = await ask.Ask(scope, customer, lines);
                var elapsed = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
                if (answer.Lines.Any(line => !line.IsComplete))
                {
                    throw new InvalidOperationException("A line was not answered.");
                }

                if (i >= WarmUp)
                {
                    var made = await arranged.Calls();
                    took.Add(elapsed);
                    slowest.Add(made.Max(call => call.Milliseconds));
                    calls = made.Count;
                }
            }

            Console.WriteLine(Statistics.Row(
                typed ? "100, just typed or pasted" : "100, known from before", Statistics.Quantile(took, 0.5), Statistics.Quantile(took, 0.95), Statistics.Quantile(slowest, 0.5),
                (Statistics.Quantile(took, 0.5) / Statistics.Quantile(slowest, 0.5)).ToString("0.00", System.Globalization.CultureInfo.InvariantCulture), calls));
        }
    }

    internal static async Task<List<string>> Skus(Arrangement arranged, int count)
    {
        var skus = new List<string>();
        string? cursor = null;
        do
        {
            var page = await arranged.ReadErp($"products?limit=200{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}");
            skus.AddRange(page.GetProperty("items").EnumerateArray().Select(product => product.GetProperty("sku").GetString()!));
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (skus.Count < count && cursor is not null);
        return skus.Count >= count ? skus : throw new InvalidOperationException($"{skus.Count} products are too few for {count}.");
    }

    private static PadLine Line(int at, string sku, bool known) => new($"l{at}", 1, sku, known ? sku : null, "100", known ? "PCE" : null);
}
