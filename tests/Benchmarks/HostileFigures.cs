using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Placing;
using PortalIntegration.Tests.Hostile;

namespace PortalIntegration.Benchmarks;

/// <summary>
/// Fifty buyers load pages and order, first in peace and then beside a hostile net: a thousand silent sockets, slow headers and bodies, ten megabytes posted to every kind of address,
/// storms of sign-ins and of forged deliveries. The net is a process of its own, on the same machine. Every order is looked for in the sandbox's ERP.
/// </summary>
internal static class HostileFigures
{
    private const int Buyers = 50;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(40);

    /// <summary>Between two pages of one buyer, who reads.</summary>
    private static readonly TimeSpan Reads = TimeSpan.FromSeconds(1);

    private static readonly AttackSize Size = new(Idle: 500, Sockets: 500, SlowHeaders: 100, SlowBodies: 100, LargePosts: 2, SignIns: 4, Webhooks: 4);

    /// <summary>Runs inside the child process until its input ends.</summary>
    public static async Task AttackAsync(Uri portal)
    {
        IReadOnlyDictionary<string, int> answers;
        await using (var attack = Attack.Begin(portal, Size))
        {
            var over = Task.Run(() => Console.In.ReadLine()); // the console's own waits where it is called
            while (!over.IsCompleted)
            {
                await Task.WhenAny(over, Task.Delay(TimeSpan.FromSeconds(5)));
                Console.WriteLine(FormattableString.Invariant($"open {attack.Open}"));
            }

            answers = new SortedDictionary<string, int>(attack.Answers.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);
        }

        foreach (var (answer, count) in answers)
        {
            Console.WriteLine(FormattableString.Invariant($"answer {answer}: {count}"));
        }
    }

    public static async Task MeasureAsync()
    {
        await using var arranged = await Arrangement.StartAsync(TimeSpan.FromMilliseconds(20));
        await using var inside = await InsidePortal.StartAsync(arranged, ("Sync:Worker:Concurrency", "16"));
        var address = new Uri(inside.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        var skus = (await arranged.ReadErp("products?limit=20")).GetProperty("items").EnumerateArray().Select(product => new Sku(product.GetProperty("sku").GetString()!)).ToList();
        var buyers = await SignedIn(arranged, address);
        Console.WriteLine($"\nHostile load, {buyers.Count} buyers, a page a second each and an order every fourth page, upstream delay 20 ms, {Length.TotalSeconds} s each\n");
        Console.WriteLine(Statistics.Row("", "pages", "whole p50 ms", "p95 ms", "p99 ms", "slowest ms", "not answered", "orders", "of them in the ERP once", "lost", "memory MB"));
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|");
        await Run("warming up", buyers, inside, arranged, address, skus, tell: false);
        await Run("in peace", buyers, inside, arranged, address, skus, tell: true);

        using var net = Process.Start(new ProcessStartInfo("dotnet", [typeof(HostileFigures).Assembly.Location, "hostile-net", address.ToString()])
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true,
        })!;
        var said = new ConcurrentQueue<string>();
        net.OutputDataReceived += (_, line) =>
        {
            if (line.Data is { } words)
            {
                said.Enqueue(words);
            }
        };
        net.BeginOutputReadLine();
        await Task.Delay(TimeSpan.FromSeconds(10)); // until all of them stand
        await Run("beside the net", buyers, inside, arranged, address, skus, tell: true);
        await net.StandardInput.WriteLineAsync("over");
        await net.WaitForExitAsync();
        await Run("after it", buyers, inside, arranged, address, skus, tell: true);

        Console.WriteLine($"\nSilent connections that stood: {string.Join(", ", said.Where(line => line.StartsWith("open", StringComparison.Ordinal)).Select(line => line[5..]))}\n");
        Console.WriteLine(Statistics.Row("What the net was answered", "times"));
        Console.WriteLine("|---|---|");
        foreach (var line in said.Where(line => line.StartsWith("answer ", StringComparison.Ordinal)))
        {
            var at = line.LastIndexOf(": ", StringComparison.Ordinal);
            Console.WriteLine(Statistics.Row(line["answer ".Length..at], int.Parse(line[(at + 2)..], CultureInfo.InvariantCulture)));
        }

        buyers.ForEach(buyer => buyer.Browser.Dispose());
    }

    private static async Task Run(string name, List<Buyer> buyers, InsidePortal inside, Arrangement arranged, Uri address, List<Sku> skus, bool tell)
    {
        var placing = inside.Services.GetRequiredService<IPlaceOrders>();
        var (took, ordered, unanswered) = (new ConcurrentBag<double>(), new ConcurrentBag<(SubmissionId Id, CustomerNumber Customer)>(), 0);
        var memory = 0L;
        var started = Stopwatch.GetTimestamp();
        string[] pages = ["/", "/orders", "/catalog?q=bearing", $"/products/{skus[0]}"];
        await Task.WhenAll(buyers.Select(async (buyer, at) =>
        {
            await Task.Delay(Reads * at / buyers.Count);
            for (var i = 0; Stopwatch.GetElapsedTime(started) < Length; i++)
            {
                var asked = Stopwatch.GetTimestamp();
                try
                {
                    using var answer = await buyer.Browser.GetAsync(new Uri(address, pages[i % pages.Length]));
                    answer.EnsureSuccessStatusCode();
                    took.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
                }
                catch (Exception failed) when (failed is HttpRequestException or TaskCanceledException)
                {
                    Interlocked.Increment(ref unanswered);
                }

                if (i % 4 == 3)
                {
                    var id = new SubmissionId(Guid.NewGuid());
                    var customer = buyer.Scope.Accounts[0].Customer!.Value;
                    if ((await placing.Submit(buyer.Scope, Order(id, buyer.Scope, customer, skus[(at + i) % skus.Count]))).Verdict == SubmitVerdict.Accepted)
                    {
                        ordered.Add((id, customer));
                    }
                }

                memory = Math.Max(memory, Environment.WorkingSet);
                await Task.Delay(Reads);
            }
        }));

        var (once, lost) = (0, 0);
        var everything = Scope.ForPortal("benchmark", Lane.Interactive);
        foreach (var (id, customer) in ordered)
        {
            for (var tries = 0; tries < 1_200 && (await placing.Find(everything, id))?.IsFinal is not true; tries++)
            {
                await Task.Delay(50);
            }

            var found = (await arranged.ReadErp($"orders?customerNumber={customer}&externalReference={Uri.EscapeDataString(id.ExternalReference)}")).GetProperty("items").GetArrayLength();
            once += found == 1 ? 1 : 0;
            lost += found == 0 ? 1 : 0;
        }

        if (tell)
        {
            List<double> times = [.. took];
            Console.WriteLine(Statistics.Row(
                name, times.Count, Statistics.Quantile(times, 0.5), Statistics.Quantile(times, 0.95), Statistics.Quantile(times, 0.99), times.Max(), unanswered, ordered.Count, once, lost, memory / 1024 / 1024));
        }
    }

    private static Submission Order(SubmissionId id, Scope scope, CustomerNumber customer, Sku sku) => new()
    {
        Id = id,
        OrderedBy = new OrderedBy(new PersonId(scope.Actor), "Buyer"),
        Policy = PricePolicy.PriceOfTheDay,
        Request = new QuoteRequest { Submission = id, Customer = customer, Lines = [new OrderLineRequest("1", sku, 10)] },
    };

    /// <summary>Buyers of one customer each, without a limit of their own, and their customers freed of holds and limits; each in a browser of his own.</summary>
    private static async Task<List<Buyer>> SignedIn(Arrangement arranged, Uri address)
    {
        var buyers = new List<Buyer>();
        string? cursor = null;
        do
        {
            var page = await arranged.ReadCrm($"contacts?limit=100{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}");
            foreach (var contact in page.GetProperty("items").EnumerateArray())
            {
                if (buyers.Count == Buyers || !Orders(contact, out var role) || contact.GetProperty("accountIds") is var accounts && accounts.GetArrayLength() != 1)
                {
                    continue;
                }

                var account = accounts[0].GetString()!;
                var linked = await arranged.ReadCrm($"accounts/{account}");
                if (!linked.TryGetProperty("erpCustomerNumber", out var number) || number.ValueKind != JsonValueKind.String)
                {
                    continue;
                }

                var customer = new CustomerNumber(number.GetString()!);
                using var freed = await arranged.Control.PutAsJsonAsync(new Uri(arranged.Erp, $"/control/erp/customers/{customer}"), new { status = "active", unlimited = true });
                freed.EnsureSuccessStatusCode();
                var person = new PersonId(contact.GetProperty("id").GetString()!);
                buyers.Add(new Buyer(
                    await SignIn(address, person), Scope.ForPerson(person, role, [new ScopedAccount(new AccountId(account), customer, linked.GetProperty("name").GetString()!)])));
            }

            cursor = page.TryGetProperty("nextCursor", out var next) ? next.GetString() : null;
        }
        while (cursor is not null && buyers.Count < Buyers);
        return buyers.Count == Buyers ? buyers : throw new InvalidOperationException($"The seed has {buyers.Count} such buyers and not {Buyers}.");
    }

    /// <summary>Whether this contact may order, and without a limit of his own.</summary>
    private static bool Orders(JsonElement contact, out Role role)
    {
        role = default;
        if (!contact.TryGetProperty("portal", out var portal) || portal.ValueKind != JsonValueKind.Object
            || (portal.TryGetProperty("orderLimit", out var limit) && limit.ValueKind != JsonValueKind.Null))
        {
            return false;
        }

        role = portal.GetProperty("role").GetString() switch { "buyer" => Role.Buyer, "approver" => Role.Approver, _ => Role.Viewer };
        return role != Role.Viewer;
    }

    private static async Task<HttpClient> SignIn(Uri address, PersonId person)
    {
        var browser = Arrangement.NewBrowser();
        using var form = new HtmlParser().ParseDocument(await browser.GetStringAsync(new Uri(address, "/sign-in")));
        using var answer = await browser.PostAsync(new Uri(address, "/sign-in"), new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["__RequestVerificationToken"] = form.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!,
            ["person"] = person.Value,
        }));
        answer.EnsureSuccessStatusCode();
        return answer.RequestMessage!.RequestUri!.AbsolutePath == "/" ? browser : throw new InvalidOperationException($"Sign-in led to {answer.RequestMessage.RequestUri}.");
    }

    private sealed record Buyer(HttpClient Browser, Scope Scope);
}
