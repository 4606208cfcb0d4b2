using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using PortalIntegration.Sync.Storage.Sql;

namespace PortalIntegration.Sync.Storage.Sqlite;

/// <summary>
/// One SQLite file: write-ahead log, <c>synchronous=FULL</c>, one writer at a time. Everything that only SQLite has is in this folder.
/// </summary>
/// <remarks>
/// Writers of this process queue here, without blocking threads; those of other processes on the same file are waited for by SQLite's own
/// busy handler, at most <see cref="StateOptions.BusyTimeout"/>.
/// </remarks>
public sealed class SqliteDatabase : StoreDatabase, IAsyncDisposable
{
    // https://sqlite.org/rescode.html
    private const int Perm = 3;
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int IoError = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int Protocol = 15; // the log's locks could not be had
    private const int NotADatabase = 26;

    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly string _connectionString;
    private readonly TimeSpan _busyTimeout;
    private readonly TimeProvider _time;
    private SqliteConnection? _writer;

    /// <param name="path">The file; its directory is made when missing, for this user alone.</param>
    public SqliteDatabase(string path, TimeSpan busyTimeout, TimeProvider time)
    {
        _time = time;
        Path = path;
        _busyTimeout = busyTimeout;
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWriteCreate,
            // SQLite's busy handler waits, not the driver's loop: it would sleep 150 ms at a time.
            DefaultTimeout = 1,
        }.ToString();
    }

    public string Path { get; }

    /// <summary>What this portal knows of the tables; another in tests of an upgrade.</summary>
    internal IReadOnlyList<SchemaStep> Schema { get; set; } = SqliteSchema.Steps;

    internal override string ForUpdate => ""; // its transaction keeps every other writer out

    internal override string PassLocked => "";

    internal override int Slot => 0;

    internal override string In(string column, string parameter) => $"{column} IN @{parameter}";

    internal override string Least(string one, string other) => $"MIN({one}, {other})";

    internal override string Greatest(string one, string other) => $"MAX({one}, {other})";

    internal override async Task<long> NextFence(StoreSession session) =>
        await session.First<long>("UPDATE counters SET value = value + 1 WHERE name = 'fence' RETURNING value");

    internal override Task LockLine(StoreSession session, string flow, string line) => Task.CompletedTask;

    /// <summary>As <see cref="StoreDatabase.Write"/>, in one <c>BEGIN IMMEDIATE</c> transaction.</summary>
    public override async Task<T> Write<T>(Func<StoreSession, Task<T>> work, CancellationToken cancel = default)
    {
        await _writing.WaitAsync(cancel);
        try
        {
            // SQLite works on the calling thread, whatever is awaited; a browser's circuit must not wait for the disk.
            return await Task.Run(
                () => Guarded(async () =>
                {
                    var connection = Writer();
                    await using var transaction = connection.BeginTransaction(deferred: false);
                    var result = await work(new StoreSession(this, connection, transaction, CancellationToken.None));
                    await transaction.CommitAsync(CancellationToken.None);
                    return result;
                }),
                CancellationToken.None);
        }
        catch (StoreUnavailableException unavailable) when (unavailable.InnerException is SqliteException { SqliteErrorCode: not (Busy or Locked) })
        {
            // It may be made whole again: the next write opens it anew.
            CloseAll();
            throw;
        }
        finally
        {
            _writing.Release();
        }
    }

    public override async Task<T> Read<T>(Func<StoreSession, Task<T>> work, CancellationToken cancel = default)
    {
        if (Volatile.Read(ref _writer) is null || !File.Exists(Path))
        {
            await Write(static _ => Task.FromResult(true), cancel); // makes the schema
        }

        return await Task.Run(
            () => Guarded(async () =>
            {
                await using var connection = Open();
                return await work(new StoreSession(this, connection, null, CancellationToken.None));
            }),
            cancel);
    }

    /// <summary>A pragma's value as the writing connection has it.</summary>
    internal Task<string> Pragma(string name, CancellationToken cancel = default) =>
        Write(async session => await session.First<string>($"PRAGMA {name}") ?? "", cancel);

    /// <summary>The file is written anew without what was deleted, and the log is emptied.</summary>
    internal override async Task Compact(CancellationToken cancel)
    {
        await _writing.WaitAsync(cancel);
        try
        {
            await Task.Run(
                () => Guarded(() =>
                {
                    Writer().Execute("VACUUM");
                    return Writer().QueryFirst<(long Busy, long Pages, long Moved)>("PRAGMA wal_checkpoint(TRUNCATE)").Busy == 0
                        ? Task.FromResult(true)
                        : throw new StoreUnavailableException("SQLite: the log could not be emptied while another connection reads.");
                }),
                CancellationToken.None);
        }
        finally
        {
            _writing.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _writing.WaitAsync();
        try
        {
            CloseAll();
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>The store is not to be had now; any other error is a bug.</summary>
    private static async Task<T> Guarded<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode is Perm or Busy or Locked or ReadOnly or IoError or Corrupt or Full or CannotOpen or Protocol or NotADatabase)
        {
            throw new StoreUnavailableException($"SQLite {failure.SqliteErrorCode}/{failure.SqliteExtendedErrorCode}: {failure.Message}", failure);
        }
        catch (Exception disk) when (disk is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException(disk.Message, disk);
        }
    }

    private void CloseAll()
    {
        _writer?.Dispose();
        _writer = null;
        using var pooled = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(pooled);
    }

    private SqliteConnection Writer()
    {
        if (_writer is not null && !File.Exists(Path))
        {
            // Somebody deleted it under us. SQLite would go on writing into the file that nobody can open any more.
            CloseAll();
        }

        if (_writer is null)
        {
            PrivateDirectory.Make(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!);
            var connection = Open();
            try
            {
                SqliteSchema.Apply(connection, _time.GetUtcNow(), Schema);
            }
            catch
            {
                connection.Dispose();
                throw;
            }

            Volatile.Write(ref _writer, connection);
        }

        return _writer!;
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            connection.Open();
            var wait = ((int)_busyTimeout.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
            connection.Execute($"PRAGMA busy_timeout={wait}; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
