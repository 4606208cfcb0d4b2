using System.Net.Sockets;
using Npgsql;
using PortalIntegration.Sync.Storage.Sql;

namespace PortalIntegration.Sync.Storage.Postgres;

/// <summary>
/// A PostgreSQL that several nodes share. Everything that only PostgreSQL has is in this folder. Transactions are read committed; a row that is about to be written is
/// locked when it is read.
/// </summary>
public sealed class PostgresDatabase : StoreDatabase, IAsyncDisposable
{
    private const int MostTries = 5;
    private const int Slots = 8;

    private readonly NpgsqlDataSource _source;
    private readonly TimeProvider _time;
    private readonly Lock _preparing = new();
    private readonly Lock _asking = new();
    private Task? _preparation;
    private volatile bool _prepared;

    /// <param name="connectionString">Npgsql's words; pooling and timeouts are set here where it says nothing of them.</param>
    /// <param name="busyTimeout">How long a statement may wait for another commit, and a connection for being made.</param>
    public PostgresDatabase(string connectionString, TimeSpan busyTimeout, TimeProvider time)
    {
        _time = time;
        var asked = new NpgsqlConnectionStringBuilder(connectionString);
        asked.ApplicationName = string.IsNullOrEmpty(asked.ApplicationName) ? "PortalIntegration" : asked.ApplicationName;
        asked.MaxAutoPrepare = asked.MaxAutoPrepare == 0 ? 100 : asked.MaxAutoPrepare;
        asked.AutoPrepareMinUsages = 2;
        asked.Timeout = Math.Max(1, (int)busyTimeout.TotalSeconds);
        asked.CommandTimeout = Math.Max(2, (int)busyTimeout.TotalSeconds * 2);
        // A commit that was answered is in the server's log on the disk, whatever the server, the database or the user has set.
        asked.Options = $"{asked.Options} -c synchronous_commit=on -c lock_timeout={(int)busyTimeout.TotalMilliseconds} -c idle_in_transaction_session_timeout=60000".Trim();
        _source = new NpgsqlDataSourceBuilder(asked.ConnectionString).Build();
    }

    /// <summary>What this portal knows of the tables; another in tests of an upgrade.</summary>
    internal IReadOnlyList<SchemaStep> Schema { get; set; } = PostgresSchema.Steps;

    internal override string ForUpdate => "FOR UPDATE";

    internal override string PassLocked => "FOR UPDATE OF w SKIP LOCKED";

    internal override int Slot => Random.Shared.Next(Slots);

    internal override string In(string column, string parameter) => $"{column} = ANY(@{parameter})";

    internal override string Least(string one, string other) => $"LEAST({one}, {other})";

    internal override string Greatest(string one, string other) => $"GREATEST({one}, {other})";

    public override async Task<T> Write<T>(Func<StoreSession, Task<T>> work, CancellationToken cancel = default)
    {
        for (var tried = 1; ; tried++)
        {
            try
            {
                return await Guarded(
                    async () =>
                    {
                        await using var connection = await Open(cancel);
                        await using var transaction = await connection.BeginTransactionAsync(cancel);
                        var result = await work(new StoreSession(this, connection, transaction, cancel));

                        // From here on it may stand: nobody who waits for it is told otherwise because he went.
                        await transaction.CommitAsync(CancellationToken.None);
                        return result;
                    },
                    cancel);
            }
            catch (StoreUnavailableException unavailable) when (tried < MostTries && unavailable.InnerException is PostgresException { SqlState: { } state } && Collided(state))
            {
                // Two commits waited for each other, and this one was chosen to give way: nothing of it stands.
            }
        }
    }

    public override Task<T> Read<T>(Func<StoreSession, Task<T>> work, CancellationToken cancel = default) =>
        Guarded(
            async () =>
            {
                await using var connection = await Open(cancel);
                return await work(new StoreSession(this, connection, null, cancel));
            },
            cancel);

    /// <summary>A connection to keep.</summary>
    internal Task<NpgsqlConnection> Connect(CancellationToken cancel) => Guarded(() => Open(cancel), cancel);

    /// <summary>Without a transaction, for what cannot await.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot be read or written now.</exception>
    internal T AtOnce<T>(Func<NpgsqlConnection, T> work)
    {
        try
        {
            using var connection = OpenAtOnce();
            return work(connection);
        }
        catch (Exception failure) when (IsOutage(failure))
        {
            throw Unavailable(failure);
        }
    }

    /// <summary>Gives the room of what was deleted free to be written over; until then its bytes are in the files, and in backups as long as they are kept.</summary>
    internal override Task Compact(CancellationToken cancel) =>
        Read(
            async session =>
            {
                await session.ExecuteHoweverLong($"VACUUM {string.Join(", ", Privacy.KeptPlaces.All.Select(place => place.Table))}");
                return true;
            },
            cancel);

    internal override Task<long> NextFence(StoreSession session) => session.First<long>("SELECT nextval('fence')");

    internal override Task LockLine(StoreSession session, string flow, string line) =>
        session.Execute("SELECT pg_advisory_xact_lock(hashtextextended(@place, 1))", new { place = $"{flow}\n{line}" });

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private static bool Collided(string state) => state is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected;

    private async Task<NpgsqlConnection> Open(CancellationToken cancel)
    {
        if (!_prepared)
        {
            Task preparing;
            lock (_asking)
            {
                // One thread waits for it, not one for everybody who asks.
                preparing = _preparation is null or { IsCompleted: true } ? _preparation = Task.Run(Prepare, CancellationToken.None) : _preparation;
            }

            await preparing.WaitAsync(cancel);
        }

        return await _source.OpenConnectionAsync(cancel);
    }

    /// <summary>For data protection, which does not await.</summary>
    private NpgsqlConnection OpenAtOnce()
    {
        Prepare();
        return _source.OpenConnection();
    }

    private void Prepare()
    {
        lock (_preparing)
        {
            if (!_prepared)
            {
                using var connection = _source.OpenConnection();
                PostgresSchema.Apply(connection, _time.GetUtcNow(), Schema);
                _prepared = true;
            }
        }
    }

    private static async Task<T> Guarded<T>(Func<Task<T>> work, CancellationToken cancel)
    {
        try
        {
            return await work();
        }
        catch (Exception failure) when (IsOutage(failure) && !(failure is OperationCanceledException && cancel.IsCancellationRequested))
        {
            throw Unavailable(failure);
        }
    }

    /// <summary>A statement that PostgreSQL does not understand, or a value that breaks a rule, is a bug; anything else is that the store is not to be had now.</summary>
    private static bool IsOutage(Exception failure) =>
        failure is NpgsqlException or TimeoutException or SocketException or IOException or OperationCanceledException
        && failure is not PostgresException { SqlState: ['2', '2' or '3', ..] or ['4', '2', ..] };

    private static StoreUnavailableException Unavailable(Exception failure) => new(
        failure is PostgresException said ? $"PostgreSQL {said.SqlState}: {said.MessageText}" : $"PostgreSQL: {failure.Message}", failure);
}
