using Npgsql;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Storage.Postgres;
using PortalIntegration.Sync.Storage.Sql;
using PortalIntegration.Tests;

namespace PortalIntegration.UnitTests.Sync.Storage;

public sealed class PostgresWorkStoreTests(PostgresFixture postgres) : WorkStoreContract(new PostgresGround(postgres));

/// <summary>What is PostgreSQL's own.</summary>
public sealed class PostgresDatabaseTests(PostgresFixture postgres) : IAsyncDisposable
{
    private readonly ManualTimeProvider _clock = ManualClock.Start();
    private readonly PostgresGround _ground = new(postgres);

    [Fact]
    public async Task Fault10_EveryCommit_WaitsForTheLogWhateverTheServerSays()
    {
        await using var plain = new NpgsqlConnection(await _ground.ConnectionString);
        await plain.OpenAsync();
        await using var show = new NpgsqlCommand("SHOW synchronous_commit", plain);
        (await show.ExecuteScalarAsync()).ShouldBe("off", "the server of these tests would not wait");
        await using var database = await Open();

        (await database.Read(session => session.First<string>("SHOW synchronous_commit"))).ShouldBe("on");
    }

    [Fact]
    public async Task Open_ManyNodesAtOnce_MakeTheTablesOnce()
    {
        var databases = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Open()));

        var made = await Task.WhenAll(databases.Select(database =>
            database.Read(async session => (await session.All<long>("SELECT version FROM schema_version"), await session.All<long>("SELECT value FROM counters WHERE name = 'made'")))));

        made.ShouldAllBe(found => found.Item1.Count == found.Item1.Max() && found.Item1.Distinct().Count() == found.Item1.Count && found.Item2.Count == 1);
        foreach (var database in databases)
        {
            await database.DisposeAsync();
        }
    }

    [Fact]
    public async Task Open_StoreOfANewerPortal_RefusesAndSaysWhy()
    {
        await using (var database = await Open())
        {
            await database.Write(session => session.Execute("INSERT INTO schema_version (version) VALUES (99); UPDATE counters SET value = 99 WHERE name = 'oldest_reader'"));
        }

        await using var older = await Open();
        var refusal = await Should.ThrowAsync<InvalidOperationException>(() => older.Read(session => session.First<long>("SELECT 1")));
        refusal.Message.ShouldContain("99");
        refusal.Message.ShouldContain("State:ConnectionString");
    }

    [Fact]
    public async Task Open_NobodyListens_IsUnavailable()
    {
        await using var nowhere = new PostgresDatabase("Host=127.0.0.1;Port=9;Database=d;Username=u;Password=geheim", TimeSpan.FromSeconds(1), _clock);

        var failure = await Should.ThrowAsync<StoreUnavailableException>(() => nowhere.Read(session => session.First<long>("SELECT 1")));
        failure.ToString().ShouldNotContain("geheim");
    }

    [Fact]
    public async Task Open_WrongPassword_IsUnavailable()
    {
        var wrong = new NpgsqlConnectionStringBuilder(await _ground.ConnectionString) { Password = "geheim" };
        await using var database = new PostgresDatabase(wrong.ConnectionString, TimeSpan.FromSeconds(5), _clock);

        (await Should.ThrowAsync<StoreUnavailableException>(() => database.Read(session => session.First<long>("SELECT 1")))).ToString().ShouldNotContain("geheim");
    }

    [Fact]
    public async Task Write_RowHeldByAnother_IsUnavailableAfterTheBusyTimeout()
    {
        await using var database = await Open();
        await database.Write(session => session.Execute("INSERT INTO marks (name, value, changed_at) VALUES ('m', '1', 0)"));
        await using var impatient = new PostgresDatabase(await _ground.ConnectionString, TimeSpan.FromSeconds(5), _clock);
        await using var other = new NpgsqlConnection(await _ground.ConnectionString);
        await other.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await using var hold = new NpgsqlCommand("UPDATE marks SET value = '2'", other, transaction);
        await hold.ExecuteNonQueryAsync();

        await Should.ThrowAsync<StoreUnavailableException>(() => impatient.Write(session => session.Execute("UPDATE marks SET value = '3'")));

        await transaction.RollbackAsync();
        (await impatient.Write(session => session.Execute("UPDATE marks SET value = '3'"))).ShouldBe(1);
    }

    [Fact]
    public async Task Write_TwoThatWaitForEachOther_BothComeThrough()
    {
        await using var database = await Open();
        await database.Write(session => session.Execute("INSERT INTO marks (name, value, changed_at) VALUES ('a', '', 0), ('b', '', 0)"));
        using var meet = new SemaphoreSlim(0);
        var tries = 0;
        Task<int> Both(string first, string second) => database.Write(async session =>
        {
            await session.Execute("UPDATE marks SET value = value || 'x' WHERE name = @first", new { first });
            if (Interlocked.Increment(ref tries) == 2)
            {
                meet.Release(2);
            }

            await meet.WaitAsync(TimeSpan.FromSeconds(5));
            return await session.Execute("UPDATE marks SET value = value || 'x' WHERE name = @second", new { second });
        });

        await Task.WhenAll(Both("a", "b"), Both("b", "a"));

        tries.ShouldBeGreaterThan(2, "one of them gave way");
        (await database.Read(session => session.All<string>("SELECT value FROM marks WHERE name IN ('a', 'b')"))).ShouldBe(["xx", "xx"]);
    }

    [Fact]
    public async Task Write_ThatThrows_LeavesNothingBehind()
    {
        await using var database = await Open();

        await Should.ThrowAsync<InvalidOperationException>(() => database.Write<bool>(async session =>
        {
            await session.Execute("INSERT INTO marks (name, value, changed_at) VALUES ('m', 'v', 0)");
            throw new InvalidOperationException("a bug");
        }));

        (await database.Read(session => session.First<string>("SELECT value FROM marks WHERE name = 'm'"))).ShouldBeNull();
    }

    [Fact]
    public async Task Statement_ThatIsWrong_IsABugAndNoOutage()
    {
        await using var database = await Open();

        await Should.ThrowAsync<PostgresException>(() => database.Read(session => session.First<long>("SELECT nonsense")));
    }

    public ValueTask DisposeAsync() => _ground.DisposeAsync();

    private async Task<PostgresDatabase> Open() => (PostgresDatabase)await _ground.Open(_clock);
}
