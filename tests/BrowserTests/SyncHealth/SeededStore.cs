using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Storage.Sql;

namespace PortalIntegration.BrowserTests.SyncHealth;

/// <summary>A store as a portal leaves it behind that has had a bad night: written by the portal's own code, before a portal is started on it.</summary>
internal sealed class SeededStore(string directory) : IAsyncDisposable
{
    private readonly ServiceProvider _services = Services(directory);

    public IWorkStore Work => _services.GetRequiredService<IWorkStore>();

    public IReceipts Receipts => _services.GetRequiredService<IReceipts>();

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    /// <summary>Items that their flow gave up.</summary>
    /// <param name="cause">Name of a cause.</param>
    public Task Dead(string flow, IEnumerable<string> keys, string cause, string detail, TimeSpan ago) =>
        Failed(flow, keys, WorkState.Dead, cause, detail, ago);

    /// <summary>Items that failed and wait for their next try, which is a long way off.</summary>
    public Task Failing(string flow, IEnumerable<string> keys, string cause, string detail, TimeSpan ago) =>
        Failed(flow, keys, WorkState.Ready, cause, detail, ago);

    /// <summary>Makes a store that was made a day ago: a young one does not believe for a minute that an order which is not found is nowhere.</summary>
    public static async Task OfYesterday(string directory)
    {
        await using var store = new SeededStore(directory);
        await store.Age(TimeSpan.FromDays(1));
    }

    /// <summary>Lets the store have been made some time ago.</summary>
    private async Task Age(TimeSpan by)
    {
        await Work.Made();
        await _services.GetRequiredService<StoreDatabase>().Write(
            session => session.Execute("UPDATE counters SET value = value - @by WHERE name = 'made'", new { by = (long)by.TotalMilliseconds }), CancellationToken.None);
    }

    /// <summary>Many triggers are one commit; how each ended is written past the store, which would need a commit for each.</summary>
    private async Task Failed(string flow, IEnumerable<string> keys, WorkState state, string cause, string detail, TimeSpan ago)
    {
        await Work.Trigger([.. keys.Select(key => new WorkTrigger(new WorkKey(flow, key), (int)Lane.Sync))], new Mark("seed", flow));
        var database = _services.GetRequiredService<StoreDatabase>();
        var now = TimeProvider.System.GetUtcNow();
        await database.Write(
            session => session.Execute(
                """
                UPDATE work SET state = @state, cause = @cause, detail = @detail, attempts = 3, waits = 3, due = @due, first_failed_at = @first, failed_at = @now, wanted_at = @first
                WHERE flow = @flow AND cause IS NULL
                """,
                new { state = (int)state, cause, detail, flow, due = now.AddHours(2).ToUnixTimeMilliseconds(), first = (now - ago).ToUnixTimeMilliseconds(), now = now.ToUnixTimeMilliseconds() }),
            CancellationToken.None);
    }

    private static ServiceProvider Services(string directory)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSync(new ConfigurationBuilder().AddInMemoryCollection([new("State:Directory", directory)]).Build());
        return services.BuildServiceProvider();
    }
}
