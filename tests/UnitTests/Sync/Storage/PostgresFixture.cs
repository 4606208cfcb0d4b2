using System.Globalization;
using Npgsql;
using PortalIntegration.Sync.Storage.Postgres;
using PortalIntegration.Sync.Storage.Sql;

[assembly: AssemblyFixture(typeof(PortalIntegration.UnitTests.Sync.Storage.PostgresFixture))]

namespace PortalIntegration.UnitTests.Sync.Storage;

/// <summary>
/// A PostgreSQL for all tests of this assembly, started when the first asks for it. Where it cannot be installed, its tests are skipped with the reason; with
/// <c>CI</c> set, they fail.
/// </summary>
public sealed class PostgresFixture : IAsyncDisposable
{
    private readonly SemaphoreSlim _starting = new(1, 1);
    private PostgresServer? _server;
    private string? _missing;
    private int _databases;

    /// <summary>A connection string to a new, empty database.</summary>
    public async Task<string> NewDatabase()
    {
        var server = await Start();
        var name = string.Create(CultureInfo.InvariantCulture, $"t{Interlocked.Increment(ref _databases)}");
        await using var connection = new NpgsqlConnection(server.Connection("postgres"));
        await connection.OpenAsync();
        await using var create = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await create.ExecuteNonQueryAsync();

        // Many databases with few connections each, on one small server.
        return $"{server.Connection(name)};Maximum Pool Size=12";
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    private async Task<PostgresServer> Start()
    {
        await _starting.WaitAsync();
        try
        {
            if (_server is null && _missing is null)
            {
                _server = await PostgresServer.Start();
            }
        }
        catch (ServerMissingException missing) when (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI")))
        {
            _missing = missing.Message;
            await Console.Error.WriteLineAsync($"\nTHE TESTS ON POSTGRESQL ARE SKIPPED: {missing.Message}\n");
        }
        finally
        {
            _starting.Release();
        }

        if (_missing is not null)
        {
            Assert.Skip(_missing);
        }

        return _server!;
    }
}

/// <summary>A database of its own.</summary>
internal sealed class PostgresGround(PostgresFixture postgres) : IStoreGround
{
    private readonly Lazy<Task<string>> _database = new(postgres.NewDatabase);

    public Task<string> ConnectionString => _database.Value;

    public async Task<StoreDatabase> Open(TimeProvider clock) => new PostgresDatabase(await ConnectionString, TimeSpan.FromSeconds(30), clock);

    public async Task<(string Key, string Value)[]> Settings() =>
        [("State:Kind", "postgresql"), ("State:ConnectionString", await ConnectionString), ("State:BusyTimeout", "00:00:10")];

    /// <summary>Every line to it is cut, and no new one is let in.</summary>
    public async Task<IAsyncDisposable> Cut()
    {
        var name = new NpgsqlConnectionStringBuilder(await ConnectionString).Database!;
        await Maintain(name, $"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false");
        await Maintain(name, $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
        return new Mending(this, name);
    }

    public async Task Empty()
    {
        await using var connection = new NpgsqlConnection(await ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var drop = new NpgsqlCommand("DROP SCHEMA public CASCADE; CREATE SCHEMA public", connection);
        await drop.ExecuteNonQueryAsync();
    }

    private async Task Maintain(string name, string sql)
    {
        var elsewhere = new NpgsqlConnectionStringBuilder(await ConnectionString) { Database = "postgres", Pooling = false };
        await using var connection = new NpgsqlConnection(elsewhere.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Mending(PostgresGround ground, string name) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await ground.Maintain(name, $"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true");
    }
}
