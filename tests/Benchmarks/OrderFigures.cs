using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Placing;

namespace PortalIntegration.Benchmarks;

/// <summary>Orders from many customers at once: durable here, looked up, created in the ERP, confirmed.</summary>
internal static class OrderFigures
{
    private const int Orders = 200;

    public static async Task MeasureAsync()
    {
        Console.WriteLine($"\nPlacing, {Orders} orders of 3 lines, upstream delay 20 ms and 25 ms of the ERP's own work on a new order\n");
        Console.WriteLine(Statistics.Row("At the same time", "orders per second", "one order p50 ms", "p95 ms", "upstream calls an order"));
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var concurrency in new[] { 1, 8, 32 })
        {
            await using var arranged = await Arrangement.StartAsync(TimeSpan.FromMilliseconds(20));
            await using var inside = await InsidePortal.StartAsync(arranged, ("Sync:Worker:Concurrency", "32"));
            await Measure(arranged, inside.Services.GetRequiredService<IPlaceOrders>(), concurrency);
        }
    }

    private static async Task Measure(Arrangement arranged, IPlaceOrders placing, int concurrency)
    {
        var skus = (await arranged.ReadErp("products?limit=20")).GetProperty("items").EnumerateArray().Select(product => new Sku(product.GetProperty("sku").GetString()!)).ToList();
        var customers = await WithoutLimit(arranged);
        await Run(placing, customers, skus, 20, concurrency);
        await arranged.ForgetCalls();

        var started = Stopwatch.GetTimestamp();
        var took = await Run(placing, customers, skus, Orders, concurrency);
        var elapsed = Stopwatch.GetElapsedTime(started);
        var calls = await arranged.Calls();
        Console.WriteLine(Statistics.Row(
            concurrency, Orders / elapsed.TotalSeconds, Statistics.Quantile(took, 0.5), Statistics.Quantile(took, 0.95), calls.Count / (double)Orders));
    }

    /// <summary>Customers whom the ERP will not refuse for their credit.</summary>
    private static async Task<List<CustomerNumber>> WithoutLimit(Arrangement arranged)
    {
        var customers = new List<CustomerNumber>();
        foreach (var customer in (await arranged.ReadErp("customers?limit=100")).GetProperty("items").EnumerateArray())
        {
            var number = customer.GetProperty("number").GetString()!;
            var credit = await arranged.ReadErp($"customers/{number}/credit");
            if (!credit.GetProperty("onHold").GetBoolean() && (credit.GetProperty("limit").ValueKind == JsonValueKind.Null || credit.GetProperty("available").GetDecimal() > 20_000))
            {
                customers.Add(new CustomerNumber(number));
            }
        }

        return customers;
    }

    private static async Task<List<double>> Run(IPlaceOrders placing, List<CustomerNumber> customers, List<Sku> skus, int count, int concurrency)
    {
        var took = new List<double>();
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = concurrency }, async (at, cancel) =>
        {
            var customer = customers[at % customers.Count];
            var scope = Scope.ForPerson(new PersonId("benchmark"), Role.Buyer, [new ScopedAccount(new AccountId("benchmark"), customer, "Benchmark")]);
            var id = new SubmissionId(Guid.NewGuid());
            var started = Stopwatch.GetTimestamp();
            var done = new TaskCompletionSource<Placing>(TaskCreationOptions.RunContinuationsAsynchronously);
            using var watch = placing.Watch(scope, id, placing => { if (placing.IsFinal) { done.TrySetResult(placing); } });
            await placing.Submit(scope, new Submission
            {
                Id = id,
                OrderedBy = new OrderedBy(new PersonId("benchmark"), "Benchmark"),
                Policy = PricePolicy.PriceOfTheDay,
                Request = new QuoteRequest
                {
                    Submission = id,
                    Customer = customer,
                    PoNumber = $"BM-{at}",
                    Lines = [.. Enumerable.Range(0, 3).Select(line => new OrderLineRequest($"{line}", skus[(at + line) % skus.Count], 10))],
                },
            }, cancel);
            var placed = await done.Task.WaitAsync(TimeSpan.FromSeconds(120), cancel);
            if (placed.State != PlacingState.Confirmed)
            {
                throw new InvalidOperationException($"An order was not placed: {placed.Failure}");
            }

            lock (took)
            {
                took.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        });
        return took;
    }
}
