using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using PortalIntegration.Core;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Demo.RealSystems;
using PortalIntegration.Sync;
using PortalIntegration.Sync.Receipts;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Work;

namespace PortalIntegration.Benchmarks;

/// <summary>
/// What the store bears: events taken (a receipt and a trigger in one commit) and their runs (a claim, and an end with a journal entry), each commit on the disk. A run does
/// nothing else, so that it is the store that is measured; two nodes are two hosts within this process, which share its cores.
/// </summary>
internal static class StoreFigures
{
    private const int Events = 4_000;
    private const int Waiting = 100_000;
    private const int Takers = 16;

    public static async Task MeasureAsync()
    {
        await using var postgres = await PostgresServer.Start(durable: true);
        Console.WriteLine(Statistics.Row("store", "nodes", "events", "carried per second", "commit of a delivery p50 ms", "p99 ms"));
        Console.WriteLine("|---|---|---|---|---|---|");
        await Carry("SQLite", 1, await Sqlite());
        await Carry("PostgreSQL", 1, await Postgres(postgres, "one"));
        await Carry("PostgreSQL", 2, await Postgres(postgres, "two"));

        Console.WriteLine();
        Console.WriteLine(Statistics.Row("store", "waiting items", "this process, MB more", "next item claimed in ms, p50", "p99 ms", "loads and groups of the page, ms"));
        Console.WriteLine("|---|---|---|---|---|---|");
        await Hold("SQLite", await Sqlite());
        await Hold("PostgreSQL", await Postgres(postgres, "hold"));
    }

    private static async Task Carry(string name, int count, Dictionary<string, string?> settings)
    {
        var done = new Counter(Events);
        var nodes = new List<IHost>();
        for (var i = 0; i < count; i++)
        {
            nodes.Add(await Start(settings, done));
        }

        var stopwatch = Stopwatch.GetTimestamp();
        var took = new double[Events];
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, Takers).Select(async taker =>
        {
            var receipts = nodes[taker % count].Services.GetRequiredService<IReceipts>();
            var signal = nodes[taker % count].Services.GetRequiredService<WorkSignal>();
            for (var i = Interlocked.Increment(ref next); i < Events; i = Interlocked.Increment(ref next))
            {
                var started = Stopwatch.GetTimestamp();
                var key = i.ToString(CultureInfo.InvariantCulture);
                await receipts.Take(new Receipt("erp", key, key), [new WorkTrigger(new WorkKey(Nothing.FlowName, key), (int)Lane.Sync) { Kind = TriggerKind.Webhook }]);
                took[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
                signal.Raise();
            }
        }));
        await done.All.Task.WaitAsync(TimeSpan.FromMinutes(10));
        var seconds = Stopwatch.GetElapsedTime(stopwatch).TotalSeconds;
        Console.WriteLine(Statistics.Row(name, count, Events, Events / seconds, Statistics.Quantile(took, 0.5), Statistics.Quantile(took, 0.99)));
        await Stop(nodes);
    }

    private static async Task Hold(string name, Dictionary<string, string?> settings)
    {
        var done = new Counter(int.MaxValue);
        var host = await Start(settings, done);
        var store = host.Services.GetRequiredService<IWorkStore>();
        var before = Resident();
        var later = DateTimeOffset.UnixEpoch.AddYears(100);
        foreach (var some in Enumerable.Range(0, Waiting).Chunk(5_000))
        {
            await store.Trigger(
                [.. some.Select(i => new WorkTrigger(new WorkKey(Nothing.FlowName, $"waits-{i}"), (int)Lane.Sync, later))], new Mark("bench", "x"));
        }

        var took = new List<double>();
        for (var i = 0; i < 300; i++)
        {
            await store.Trigger(new WorkTrigger(new WorkKey("claimed", $"{i}"), (int)Lane.Sync));
            var started = Stopwatch.GetTimestamp();
            var item = await store.Claim([Nothing.FlowName, "claimed"], "bench", TimeSpan.FromMinutes(1));
            took.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            await store.Save(item!.Key, item.Fence, new WorkChange { State = WorkState.Done }, []);
        }

        var desk = host.Services.GetRequiredService<IWorkDesk>();
        var looked = Stopwatch.GetTimestamp();
        await desk.Loads();
        await desk.Groups(new WorkFilter(), 50);
        var page = Stopwatch.GetElapsedTime(looked).TotalMilliseconds;
        Console.WriteLine(Statistics.Row(
            name, Waiting, (double)(Resident() - before) / 1_000_000, Statistics.Quantile(took, 0.5), Statistics.Quantile(took, 0.99), page));
        await Stop([host]);
    }

    private static long Resident()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using var process = Process.GetCurrentProcess();
        process.Refresh();
        return process.WorkingSet64;
    }

    private static async Task<IHost> Start(Dictionary<string, string?> settings, Counter done)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IOwnershipMap, NoSystems>();
        builder.Services.AddSync(builder.Configuration);
        builder.Services.AddSingleton<IFlow>(new Nothing(done));
        var host = builder.Build();
        await host.Services.GetRequiredService<IWorkStore>().Made();
        await host.StartAsync();
        return host;
    }

    private static async Task Stop(List<IHost> hosts)
    {
        foreach (var host in hosts)
        {
            await host.StopAsync();
            await ((IAsyncDisposable)host).DisposeAsync();
        }
    }

    private static Task<Dictionary<string, string?>> Sqlite() =>
        Task.FromResult(new Dictionary<string, string?> { ["State:Directory"] = Directory.CreateTempSubdirectory("portal-figures-").FullName });

    private static async Task<Dictionary<string, string?>> Postgres(PostgresServer server, string database)
    {
        await using var connection = new NpgsqlConnection(server.Connection("postgres"));
        await connection.OpenAsync();
        await using var create = new NpgsqlCommand($"CREATE DATABASE {database}", connection);
        await create.ExecuteNonQueryAsync();
        return new Dictionary<string, string?>
        {
            ["State:Directory"] = "unused",
            ["State:Kind"] = "postgresql",
            ["State:ConnectionString"] = $"{server.Connection(database)};Maximum Pool Size=40",
        };
    }

    private sealed class Counter(int all)
    {
        private int _left = all;

        public TaskCompletionSource All { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void One()
        {
            if (Interlocked.Decrement(ref _left) == 0)
            {
                All.SetResult();
            }
        }
    }

    /// <summary>Does nothing, and says in the journal that it did.</summary>
    private sealed class Nothing(Counter done) : IFlow
    {
        public const string FlowName = "nothing";

        public string Name => FlowName;

        public Task<Next> Run(Lease lease, CancellationToken cancel)
        {
            lease.Note(new JournalEntry { At = DateTimeOffset.UnixEpoch, Key = lease.Item.Key, System = "erp", Asked = "get", Read = "nothing", Answered = "nothing", By = FlowName });
            return Task.FromResult<Next>(new Next.Done { Committed = _ => done.One() });
        }
    }

    private sealed class NoSystems : IOwnershipMap
    {
        public IReadOnlyList<ISystemConnection> Systems => [];

        public IReadOnlyList<OwnedEntity> Owned => [];

        public TPort Owner<TPort>()
            where TPort : class => throw new InvalidOperationException("Nothing is asked here.");

        public string? OwnerOf(Entity entity) => null;

        public NotAvailable? Lacking(Feature feature) => null;

        public void Moved(Entity entity)
        {
        }
    }
}
