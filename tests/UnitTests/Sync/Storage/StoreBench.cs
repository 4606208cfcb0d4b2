using Microsoft.AspNetCore.DataProtection;
using Microsoft.Data.Sqlite;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Storage.Sql;
using PortalIntegration.Sync.Storage.Sqlite;
using PortalIntegration.Tests;

namespace PortalIntegration.UnitTests.Sync.Storage;

/// <summary>One kind of store, empty, for one test.</summary>
public interface IStoreGround : IAsyncDisposable
{
    /// <summary>The store as one more process sees it.</summary>
    Task<StoreDatabase> Open(TimeProvider clock);

    /// <summary>How a node is told of it.</summary>
    Task<(string Key, string Value)[]> Settings();

    /// <summary>Nobody can write until it is disposed of.</summary>
    Task<IAsyncDisposable> Cut();

    /// <summary>It is deleted, with all that is in it. No process may have it open.</summary>
    Task Empty();
}

/// <summary>Everything that a store keeps, as two processes see it.</summary>
public abstract class StoreBench(IStoreGround ground) : IAsyncLifetime
{
    private StoreDatabase? _first;
    private StoreDatabase? _second;

    private protected ManualTimeProvider Clock { get; } = ManualClock.Start();

    private protected Payloads Payloads { get; } = new(new EphemeralDataProtectionProvider());

    private protected StoreDatabase Database => _first!;

    private protected StoreDatabase Other => _second!;

    private protected IStoreGround Ground => ground;

    private protected IWorkStore Work => Of(Database);

    private protected IWorkDesk Desk => new SqlWorkDesk(Database, Hashes(Database), Clock);

    private protected IJournal Log => new SqlJournal(Database, Hashes(Database));

    private protected IAdminJobs Jobs => JobsOf(Database);

    public virtual async ValueTask InitializeAsync()
    {
        _first = await ground.Open(Clock);
        _second = await ground.Open(Clock);
    }

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var database in new[] { _first, _second }.OfType<IAsyncDisposable>())
        {
            await database.DisposeAsync();
        }

        await ground.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected KeyedHashes Hashes(StoreDatabase database) => new(database, Payloads, Clock);

    private protected SqlWorkStore Of(StoreDatabase database) => new(database, Payloads, Hashes(database), Clock);

    private protected SqlAdminJobs JobsOf(StoreDatabase database) =>
        new(database, Of(database), new SqlWorkDesk(database, Hashes(database), Clock), Hashes(database), Payloads, Clock);
}

/// <summary>A file in a directory of its own.</summary>
internal sealed class SqliteGround : IStoreGround
{
    private readonly TemporaryDirectory _directory = new();

    public string File => Path.Combine(_directory.Path, "state", "portal.db");

    public Task<StoreDatabase> Open(TimeProvider clock) => Task.FromResult<StoreDatabase>(new SqliteDatabase(File, TimeSpan.FromSeconds(5), clock));

    public Task<(string Key, string Value)[]> Settings() =>
        Task.FromResult<(string, string)[]>([("State:Directory", Path.GetDirectoryName(File)!), ("State:BusyTimeout", "00:00:02")]);

    public async Task<IAsyncDisposable> Cut()
    {
        var other = new SqliteConnection($"Data Source={File};Pooling=False");
        await other.OpenAsync();
        await using var command = other.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        await command.ExecuteNonQueryAsync();
        return other;
    }

    public Task Empty()
    {
        SqliteConnection.ClearAllPools();
        if (Directory.Exists(Path.GetDirectoryName(File)))
        {
            Directory.Delete(Path.GetDirectoryName(File)!, recursive: true);
        }

        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }
}
