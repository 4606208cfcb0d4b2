using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Storage.Sql;
using PortalIntegration.Sync.Storage.Sqlite;
using PortalIntegration.Tests;

namespace PortalIntegration.UnitTests.Sync.Storage;

public sealed class SqliteWorkStoreTests() : WorkStoreContract(new SqliteGround());

/// <summary>What is SQLite's own.</summary>
public sealed class SqliteDatabaseTests : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ManualTimeProvider _clock = ManualClock.Start();
    private readonly SqliteDatabase _database;
    private readonly SqliteDatabase _secondDatabase;
    private readonly Payloads _payloads = new(new EphemeralDataProtectionProvider());

    public SqliteDatabaseTests()
    {
        _database = Open();
        _secondDatabase = Open();
        Store = Work(_database, _payloads);
        Second = Work(_secondDatabase, _payloads);
    }

    private ManualTimeProvider Clock => _clock;

    private IWorkStore Store { get; }

    private IWorkStore Second { get; }

    private string File => Path.Combine(_directory.Path, "state", "portal.db");

    [Fact]
    public async Task Fault10_EveryCommit_IsSynchronousFullInTheWriteAheadLog()
    {
        (await _database.Pragma("synchronous")).ShouldBe("2");
        (await _database.Pragma("journal_mode")).ShouldBe("wal");
        (await _database.Pragma("busy_timeout")).ShouldBe("30000", "as it was opened with");
    }

    [Fact]
    public async Task Files_AreReadableByThisUserAlone()
    {
        await Store.Trigger(new WorkTrigger(new WorkKey("flow", "a"), 2));

        new DirectoryInfo(Path.GetDirectoryName(File)!).UnixFileMode.ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public async Task Write_StoreLockedByAnother_IsUnavailableAfterTheBusyTimeout()
    {
        await Store.Add(new NewWork(new WorkKey("flow", "a"), null, 1, [0], HoldsUp: false));
        await using var other = new SqliteConnection($"Data Source={File}");
        await other.OpenAsync();
        await using var impatient = Open(TimeSpan.FromMilliseconds(300));
        using (other.BeginTransaction(deferred: false))
        {
            await Should.ThrowAsync<StoreUnavailableException>(() => Work(impatient, _payloads).Trigger(new WorkTrigger(new WorkKey("flow", "b"), 2), CancellationToken.None));
            (await Store.Find(new WorkKey("flow", "a"))).ShouldNotBeNull("reading goes on");
        }

        await Store.Trigger(new WorkTrigger(new WorkKey("flow", "b"), 2));
    }

    [Fact]
    public async Task Write_FileDeletedWhileOpen_GoesOnWithAnEmptyStore()
    {
        await Store.Trigger(new WorkTrigger(new WorkKey("flow", "a"), 2));
        Directory.Delete(Path.GetDirectoryName(File)!, recursive: true);

        (await Store.Find(new WorkKey("flow", "a"))).ShouldBeNull();
        await Store.Trigger(new WorkTrigger(new WorkKey("flow", "b"), 2));

        (await Second.Find(new WorkKey("flow", "b"))).ShouldNotBeNull("what was committed is in the file that others open");
    }

    [Fact]
    public async Task Open_FileIsNoDatabase_IsUnavailableAndSaysSo()
    {
        var broken = Path.Combine(_directory.Path, "broken.db");
        await System.IO.File.WriteAllTextAsync(broken, new string('x', 8192));
        await using var database = new SqliteDatabase(broken, TimeSpan.FromSeconds(1), Clock);

        await Should.ThrowAsync<StoreUnavailableException>(() => database.Pragma("synchronous"));
    }

    [Fact]
    public async Task Open_DirectoryCannotBeMade_IsUnavailable()
    {
        var occupied = Path.Combine(_directory.Path, "occupied");
        await System.IO.File.WriteAllTextAsync(occupied, "a file where the directory should be");
        await using var database = new SqliteDatabase(Path.Combine(occupied, "state", "portal.db"), TimeSpan.FromSeconds(1), Clock);
        var store = Work(database, _payloads);

        await Should.ThrowAsync<StoreUnavailableException>(() => store.Find(new WorkKey("flow", "a"), CancellationToken.None));
        await Should.ThrowAsync<StoreUnavailableException>(() => store.Trigger(new WorkTrigger(new WorkKey("flow", "a"), 2), CancellationToken.None));
    }

    [Fact]
    public async Task Payload_KeysCannotBeReadNow_IsUnavailableAndNotLost()
    {
        var keys = Path.Combine(_directory.Path, "keys");
        var store = Work(_database, new Payloads(DataProtectionProvider.Create(new DirectoryInfo(keys))));
        await store.Add(new NewWork(new WorkKey("flow", "a"), null, 1, [1, 2, 3], HoldsUp: false), CancellationToken.None);
        var later = Work(_database, new Payloads(Unreadable(keys)));

        await Should.ThrowAsync<StoreUnavailableException>(() => later.Add(new NewWork(new WorkKey("flow", "b"), null, 1, [1], HoldsUp: false), CancellationToken.None));
        await Should.ThrowAsync<StoreUnavailableException>(() => later.Find(new WorkKey("flow", "a"), CancellationToken.None));
    }

    [Fact]
    public async Task Write_ThatThrows_LeavesNothingBehind()
    {
        await Should.ThrowAsync<InvalidOperationException>(() => _database.Write<bool>(async session =>
        {
            await session.Execute("INSERT INTO marks (name, value, changed_at) VALUES ('m', 'v', 0)");
            throw new InvalidOperationException("a bug");
        }));

        (await new SqlMarks(_database, Clock).Get("m", CancellationToken.None)).ShouldBeNull();
    }

    [Fact]
    public async Task Open_StoreOfANewerPortal_RefusesAndSaysWhy()
    {
        await _database.Write(session => session.Execute("INSERT INTO schema_version (version) VALUES (99); UPDATE counters SET value = 99 WHERE name = 'oldest_reader'"));

        await using var older = Open();
        var refusal = await Should.ThrowAsync<InvalidOperationException>(() => older.Pragma("user_version"));
        refusal.Message.ShouldContain("99");
        refusal.Message.ShouldContain("State:Directory");
    }

    [Fact]
    public async Task Payload_AtRest_IsNotReadable()
    {
        await Store.Add(new NewWork(new WorkKey("flow", "a"), null, 1, Encoding.UTF8.GetBytes("Ana Lindqvist"), HoldsUp: false));
        await DisposeDatabases();

        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(File)!))
        {
            Encoding.UTF8.GetString(await System.IO.File.ReadAllBytesAsync(file)).ShouldNotContain("Lindqvist");
        }
    }

    [Fact]
    public async Task Payload_KeysGone_IsLostAndSaysSo()
    {
        await Store.Add(new NewWork(new WorkKey("flow", "a"), null, 1, [1, 2, 3], HoldsUp: false));

        var stranger = Work(_database, new Payloads(new EphemeralDataProtectionProvider()));

        var item = (await stranger.Find(new WorkKey("flow", "a"), CancellationToken.None)).ShouldNotBeNull();
        item.PayloadLost.ShouldBeTrue();
        item.Payload.ShouldBeNull();
    }

    public async ValueTask DisposeAsync()
    {
        await DisposeDatabases();
        _directory.Dispose();
    }

    /// <summary>A disk that fails while keys are read and written.</summary>
    private static IDataProtectionProvider Unreadable(string directory)
    {
        var services = new ServiceCollection();
        services.AddDataProtection();
        services.Configure<KeyManagementOptions>(keys => keys.XmlRepository = new FailingKeys(directory));
        return services.BuildServiceProvider().GetRequiredService<IDataProtectionProvider>();
    }

    private sealed class FailingKeys(string directory) : IXmlRepository
    {
        public IReadOnlyCollection<XElement> GetAllElements() => throw new IOException($"{directory} cannot be read");

        public void StoreElement(XElement element, string friendlyName) => throw new IOException($"{directory} cannot be written");
    }

    private SqlWorkStore Work(StoreDatabase database, Payloads payloads) => new(database, payloads, new KeyedHashes(database, payloads, Clock), Clock);

    private SqliteDatabase Open(TimeSpan? patience = null) => new(File, patience ?? TimeSpan.FromSeconds(30), Clock);

    private async Task DisposeDatabases()
    {
        await _database.DisposeAsync();
        await _secondDatabase.DisposeAsync();
    }
}
