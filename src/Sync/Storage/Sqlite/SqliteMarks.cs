using Dapper;
using Microsoft.Data.Sqlite;

namespace PortalIntegration.Sync.Storage.Sqlite;

public sealed class SqliteMarks(SqliteDatabase database, TimeProvider time) : IMarks
{
    public Task<string?> Get(string name, CancellationToken cancel) =>
        database.Read(connection => connection.QueryFirstOrDefault<string?>("SELECT value FROM marks WHERE name = @name", new { name }), cancel);

    public Task Set(Mark mark, CancellationToken cancel) =>
        database.Write((connection, transaction) => SetWithin(connection, transaction, mark, time.GetUtcNow().ToUnixTimeMilliseconds()), cancel);

    public Task Forget(string name, CancellationToken cancel) =>
        database.Write((connection, transaction) => connection.Execute("DELETE FROM marks WHERE name = @name", new { name }, transaction), cancel);

    internal static int SetWithin(SqliteConnection connection, SqliteTransaction transaction, Mark mark, long now) =>
        connection.Execute(
            """
            INSERT INTO marks (name, value, changed_at) VALUES (@Name, @Value, @now)
            ON CONFLICT (name) DO UPDATE SET value = @Value, changed_at = @now
            """,
            new { mark.Name, mark.Value, now },
            transaction);
}
