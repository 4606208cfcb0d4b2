using Dapper;

namespace PortalIntegration.Sync.Storage.Sqlite;

public sealed class SqliteMarks(SqliteDatabase database, TimeProvider time) : IMarks
{
    public Task<string?> Get(string name, CancellationToken cancel) =>
        database.Read(connection => connection.QueryFirstOrDefault<string?>("SELECT value FROM marks WHERE name = @name", new { name }), cancel);

    public Task Set(string name, string value, CancellationToken cancel) =>
        database.Write(
            (connection, transaction) => connection.Execute(
                """
                INSERT INTO marks (name, value, changed_at) VALUES (@name, @value, @now)
                ON CONFLICT (name) DO UPDATE SET value = @value, changed_at = @now
                """,
                new { name, value, now = time.GetUtcNow().ToUnixTimeMilliseconds() },
                transaction),
            cancel);
}
