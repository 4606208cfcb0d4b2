using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace PortalIntegration.Benchmarks;

/// <summary>
/// How long a change of the ERP's takes to stand in the CRM: a credit limit is changed there, its webhook reaches the portal, <c>credit-to-crm</c> reads
/// the owner and the account, and updates it. Both ends are told by the systems' own clocks, which are one machine's here.
/// </summary>
internal static class SyncFigures
{
    private const int Accounts = 3000;
    private const string Secret = "whsec_cG9ydGFsLWJlbmNobWFyay1zZWNyZXQtMDAwMQ==";

    private static readonly string[] Others = ["account-to-erp", "terms-to-crm", "order-to-crm", "opportunity-to-order", "product-to-crm"];

    public static async Task MeasureAsync()
    {
        Console.WriteLine("\nWebhook to updated target, credit-to-crm, upstream delay 20 ms, 32 items at the same time\n");
        Console.WriteLine(Statistics.Row("events a second", "events", "p50 ms", "p99 ms", "sync calls an event", "CPU ms an event"));
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (var (rate, count) in new[] { (10, 200), (50, 1000), (200, 2000) })
        {
            await using var arranged = await StartAsync();
            await Measure(arranged, rate, count);
        }

        await using var one = await StartAsync();
        await OneKey(one, 100);
    }

    private static Task<Arrangement> StartAsync() => Arrangement.StartAsync(
        TimeSpan.FromMilliseconds(20),
        ["--accounts", $"{Accounts}", "--quota", "10000000", "--orders", "100", "--skus", "100"],
        portal => new Dictionary<string, string?>
        {
            ["Sync__Webhooks__PublicAddress"] = portal.ToString(),
            ["Sync__Worker__Concurrency"] = "32",
            ["Systems__erp__WebhookSecrets__0"] = Secret,
            ["Systems__crm__WebhookSecrets__0"] = Secret,
            ["Systems__crm__Concurrency"] = "64",
            ["Sync__Flows__credit-to-crm__Mode"] = "apply",
            ["Sync__Flows__credit-to-crm__BrakeShare"] = "1",
        }.Concat(Others.Select(flow => KeyValuePair.Create<string, string?>($"Sync__Flows__{flow}__Mode", "off"))));

    private static async Task Measure(Arrangement arranged, int rate, int count)
    {
        var linked = await Linked(arranged);
        await Subscribed(arranged);
        // The first comparison of an account writes every field; what is measured is a change after it.
        await Run(arranged, linked.Take(count + 50).ToList(), rate: 100, limit: 1000);
        await Settled(arranged, linked.Take(count + 50).ToList(), 1000);
        await arranged.ForgetCalls();
        using var process = Process.GetProcessById(arranged.Portal.Id);
        var before = process.TotalProcessorTime;

        var changed = await Run(arranged, linked.Take(count).ToList(), rate, limit: 2000);
        var stood = await Settled(arranged, linked.Take(count).ToList(), 2000);
        process.Refresh();
        var took = changed.Select(pair => (stood[pair.Key] - pair.Value).TotalMilliseconds).ToList();
        var calls = await arranged.Calls(lane => lane is "sync");
        Console.WriteLine(Statistics.Row(
            rate, count, Statistics.Quantile(took, 0.5), Statistics.Quantile(took, 0.99), calls.Count / (double)count, (process.TotalProcessorTime - before).TotalMilliseconds / count));
    }

    private static async Task OneKey(Arrangement arranged, int events)
    {
        var (account, customer) = (await Linked(arranged))[0];
        await Subscribed(arranged);
        await Change(arranged, customer, 1000);
        await Settled(arranged, [(account, customer)], 1000);
        await Task.Delay(TimeSpan.FromSeconds(2));
        await arranged.ForgetCalls();

        await Parallel.ForEachAsync(Enumerable.Range(1, events), async (at, _) => await Change(arranged, customer, at == events ? 5000 : 5000 + at));
        await Change(arranged, customer, 5000);
        await Settled(arranged, [(account, customer)], 5000);
        await Task.Delay(TimeSpan.FromSeconds(2));
        var calls = (await arranged.Calls(lane => lane is "sync")).CountBy(call => call.Operation).OrderBy(call => call.Key, StringComparer.Ordinal);
        Console.WriteLine($"\n{events + 1} changes of one customer within a moment: {string.Join(", ", calls.Select(call => $"{call.Value} {call.Key}"))}");
    }

    private static async Task<List<(string Account, string Customer)>> Linked(Arrangement arranged)
    {
        var found = new List<(string, string)>();
        string? cursor = null;
        do
        {
            var page = await arranged.ReadCrm($"accounts?limit=200{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}");
            found.AddRange(page.GetProperty("items").EnumerateArray()
                .Where(account => account.GetProperty("erpCustomerNumber").ValueKind == JsonValueKind.String)
                .Select(account => (account.GetProperty("id").GetString()!, account.GetProperty("erpCustomerNumber").GetString()!)));
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);

        return [.. found.Skip(20)]; // the first ones of the seed are special
    }

    private static async Task Subscribed(Arrangement arranged)
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            var hooks = await arranged.Control.GetFromJsonAsync<JsonElement>(new Uri(arranged.Erp, "/control/webhooks"));
            if (hooks.GetProperty("subscriptions").GetArrayLength() > 0)
            {
                return;
            }

            await Task.Delay(100);
        }

        throw new InvalidOperationException("The portal has not subscribed.");
    }

    /// <summary>Changes each customer's limit, so many a second; answers when each was changed.</summary>
    private static async Task<Dictionary<string, DateTimeOffset>> Run(Arrangement arranged, List<(string Account, string Customer)> linked, int rate, int limit)
    {
        var changed = new Dictionary<string, DateTimeOffset>();
        var sent = new List<Task>();
        var started = Stopwatch.GetTimestamp();
        for (var at = 0; at < linked.Count; at++)
        {
            var wait = TimeSpan.FromSeconds(at / (double)rate) - Stopwatch.GetElapsedTime(started);
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait);
            }

            var (account, customer) = linked[at];
            changed[account] = TimeProvider.System.GetUtcNow();
            sent.Add(Change(arranged, customer, limit));
        }

        await Task.WhenAll(sent);
        return changed;
    }

    private static async Task Change(Arrangement arranged, string customer, int limit)
    {
        using var answer = await arranged.Control.PutAsJsonAsync(new Uri(arranged.Erp, $"/control/erp/customers/{customer}"), new { creditLimit = limit });
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>When each account came to hold this limit.</summary>
    private static async Task<Dictionary<string, DateTimeOffset>> Settled(Arrangement arranged, List<(string Account, string Customer)> linked, int limit)
    {
        var wanted = linked.Select(pair => pair.Account).ToHashSet(StringComparer.Ordinal);
        for (var attempt = 0; attempt < 120; attempt++)
        {
            var stood = new Dictionary<string, DateTimeOffset>();
            string? cursor = null;
            do
            {
                var page = await arranged.ReadCrm($"accounts?limit=200{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}");
                foreach (var account in page.GetProperty("items").EnumerateArray().Where(account => wanted.Contains(account.GetProperty("id").GetString()!)))
                {
                    if (account.GetProperty("customFields").TryGetProperty("creditLimit", out var value) && value.ValueKind == JsonValueKind.Number && value.GetDecimal() == limit)
                    {
                        stood[account.GetProperty("id").GetString()!] = account.GetProperty("updatedAt").GetDateTimeOffset();
                    }
                }

                cursor = page.GetProperty("nextCursor").GetString();
            }
            while (cursor is not null);

            if (stood.Count == wanted.Count)
            {
                return stood;
            }

            await Task.Delay(500);
        }

        throw new InvalidOperationException($"Not every account came to hold {limit} within a minute.");
    }
}
