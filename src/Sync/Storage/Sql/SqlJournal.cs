using System.Text.Json;

namespace PortalIntegration.Sync.Storage.Sql;

public sealed class SqlJournal(StoreDatabase database, KeyedHashes hashes) : IJournal
{
    private const string Columns = """
        id AS Id, at AS At, flow AS Flow, key AS Key, system AS System, asked AS Asked, read AS Read, changed AS Changed, changes AS Changes, written AS Written,
        answered AS Answered, took AS Took, by AS By, origin AS Origin, trace AS Trace
        """;

    public async Task Write(IReadOnlyList<JournalEntry> entries, CancellationToken cancel)
    {
        var key = await hashes.Key(cancel);
        await database.Write(
            async session =>
            {
                await Append(session, key, entries);
                return true;
            },
            cancel);
    }

    public Task<IReadOnlyList<JournalEntry>> Read(WorkKey key, int limit, CancellationToken cancel) =>
        database.Read<IReadOnlyList<JournalEntry>>(
            async session =>
            [
                .. (await session.All<Row>(
                    $"SELECT {Columns} FROM journal WHERE flow = @Flow AND key = @Key ORDER BY id DESC LIMIT @limit",
                    new { key.Flow, key.Key, limit })).Select(Entry),
            ],
            cancel);

    public Task<JournalPage> Search(JournalFilter filter, long? after, int limit, CancellationToken cancel)
    {
        var where = new Conditions()
            .When(filter.Flow, "flow = @Flow")
            .When(filter.Key, """LOWER(key) LIKE @likeKey ESCAPE '\'""")
            .When(filter.System, "system = @System")
            .When(filter.Trace, "trace = @Trace")
            .When(filter.Since, "at >= @since")
            .When(filter.Until, "at < @until")
            .When(after, "id < @after")
            .When(filter.Text, """
                LOWER(asked || ' ' || COALESCE(read, '') || ' ' || COALESCE(changed, '') || ' ' || COALESCE(changes, '') || ' ' || COALESCE(written, '') || ' '
                    || COALESCE(answered, '') || ' ' || by) LIKE @likeText ESCAPE '\'
                """);
        return database.Read(
            async session =>
            {
                var rows = await session.All<Row>(
                    $"SELECT {Columns} FROM journal {where} ORDER BY id DESC LIMIT @limit",
                    new
                    {
                        filter.Flow,
                        filter.System,
                        filter.Trace,
                        since = filter.Since.Milliseconds(),
                        until = filter.Until.Milliseconds(),
                        likeKey = filter.Key is { } part ? Moment.Containing(part) : null,
                        likeText = filter.Text is { } text ? Moment.Containing(text) : null,
                        after,
                        limit,
                    });
                return new JournalPage([.. rows.Select(Entry)], rows.Count == limit ? rows[^1].Id : null);
            },
            cancel);
    }

    public Task<int> Purge(DateTimeOffset before, CancellationToken cancel) =>
        database.Write(session => session.Execute("DELETE FROM journal WHERE at < @before", new { before = before.Milliseconds() }), cancel);

    internal static async Task Append(StoreSession session, HashKey key, IReadOnlyList<JournalEntry> entries)
    {
        foreach (var entry in entries)
        {
            await session.Execute(
                """
                INSERT INTO journal (at, flow, key, system, asked, read, changed, changes, written, answered, took, by, origin, trace)
                VALUES (@at, @Flow, @Key, @System, @Asked, @Read, @Changed, @changes, @Written, @Answered, @took, @By, @origin, @Trace)
                """,
                new
                {
                    at = entry.At.Milliseconds(),
                    entry.Key.Flow,
                    entry.Key.Key,
                    entry.System,
                    entry.Asked,
                    entry.Read,
                    entry.Changed,
                    changes = entry.Changes.Count == 0 ? null : JsonSerializer.Serialize(entry.Changes.Select(change => Masked(key, change))),
                    entry.Written,
                    entry.Answered,
                    took = entry.Took is { } took ? (long)took.TotalMilliseconds : (long?)null,
                    entry.By,
                    origin = (int?)entry.Origin,
                    entry.Trace,
                });
        }
    }

    private static FieldChange Masked(HashKey key, FieldChange change) =>
        change.Personal ? change with { From = key.Mask(change.From), To = key.Mask(change.To) } : change;

    private static JournalEntry Entry(Row row) => new()
    {
        At = Moment.From(row.At),
        Key = new WorkKey(row.Flow, row.Key),
        System = row.System,
        Asked = row.Asked,
        Read = row.Read,
        Changed = row.Changed,
        Changes = row.Changes is null ? [] : JsonSerializer.Deserialize<FieldChange[]>(row.Changes)!,
        Written = row.Written,
        Answered = row.Answered,
        Took = row.Took is { } took ? TimeSpan.FromMilliseconds(took) : null,
        By = row.By,
        Origin = (TriggerKind?)row.Origin,
        Trace = row.Trace,
    };

    private sealed class Row
    {
        public long Id { get; init; }

        public long At { get; init; }

        public required string Flow { get; init; }

        public required string Key { get; init; }

        public string? System { get; init; }

        public required string Asked { get; init; }

        public string? Read { get; init; }

        public string? Changed { get; init; }

        public string? Changes { get; init; }

        public string? Written { get; init; }

        public string? Answered { get; init; }

        public long? Took { get; init; }

        public required string By { get; init; }

        public long? Origin { get; init; }

        public string? Trace { get; init; }
    }
}
