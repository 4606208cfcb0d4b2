using Dapper;
using Microsoft.Data.Sqlite;

namespace PortalIntegration.Sync.Storage.Sqlite;

public sealed class SqliteJournal(SqliteDatabase database) : IJournal
{
    public Task Write(IReadOnlyList<JournalEntry> entries, CancellationToken cancel) =>
        database.Write(
            (connection, transaction) =>
            {
                Append(connection, transaction, entries);
                return true;
            },
            cancel);

    public Task<IReadOnlyList<JournalEntry>> Read(WorkKey key, int limit, CancellationToken cancel) =>
        database.Read<IReadOnlyList<JournalEntry>>(
            connection =>
            [
                .. connection.Query<Row>(
                    """
                    SELECT at AS At, system AS System, asked AS Asked, read AS Read, changed AS Changed, answered AS Answered, took AS Took, by AS By
                    FROM journal WHERE flow = @Flow AND key = @Key ORDER BY id DESC LIMIT @limit
                    """,
                    new { key.Flow, key.Key, limit }).Select(row => new JournalEntry
                    {
                        At = DateTimeOffset.FromUnixTimeMilliseconds(row.At),
                        Key = key,
                        System = row.System,
                        Asked = row.Asked,
                        Read = row.Read,
                        Changed = row.Changed,
                        Answered = row.Answered,
                        Took = row.Took is { } took ? TimeSpan.FromMilliseconds(took) : null,
                        By = row.By,
                    }),
            ],
            cancel);

    public Task<int> Purge(DateTimeOffset before, CancellationToken cancel) =>
        database.Write(
            (connection, transaction) => connection.Execute(
                "DELETE FROM journal WHERE at < @before", new { before = before.ToUnixTimeMilliseconds() }, transaction),
            cancel);

    internal static void Append(SqliteConnection connection, SqliteTransaction transaction, IReadOnlyList<JournalEntry> entries)
    {
        foreach (var entry in entries)
        {
            connection.Execute(
                """
                INSERT INTO journal (at, flow, key, system, asked, read, changed, answered, took, by)
                VALUES (@at, @Flow, @Key, @System, @Asked, @Read, @Changed, @Answered, @took, @By)
                """,
                new
                {
                    at = entry.At.ToUnixTimeMilliseconds(),
                    entry.Key.Flow,
                    entry.Key.Key,
                    entry.System,
                    entry.Asked,
                    entry.Read,
                    entry.Changed,
                    entry.Answered,
                    took = entry.Took is { } took ? (long)took.TotalMilliseconds : (long?)null,
                    entry.By,
                },
                transaction);
        }
    }

    private sealed class Row
    {
        public long At { get; init; }

        public string? System { get; init; }

        public required string Asked { get; init; }

        public string? Read { get; init; }

        public string? Changed { get; init; }

        public string? Answered { get; init; }

        public long? Took { get; init; }

        public required string By { get; init; }
    }
}
