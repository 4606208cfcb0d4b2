using Dapper;
using Microsoft.Data.Sqlite;

namespace PortalIntegration.Sync.Storage.Sqlite;

public sealed class SqliteWorkStore(SqliteDatabase database, Payloads payloads, TimeProvider time) : IWorkStore
{
    private const string ColumnsWithoutPayload = """
        sequence AS Sequence, flow AS Flow, key AS Key, line AS Line, state AS State, lane AS Lane, version AS Version, revision AS Revision,
        due AS Due, attempts AS Attempts, waits AS Waits, leased_until AS LeasedUntil, fence AS Fence, cause AS Cause,
        added_at AS AddedAt, changed_at AS ChangedAt
        """;

    private const string Columns = $"{ColumnsWithoutPayload}, payload AS Payload";

    public Task Trigger(WorkTrigger trigger, CancellationToken cancel) =>
        database.Write(
            (connection, transaction) =>
            {
                TriggerWithin(connection, transaction, trigger, Now);
                return true;
            },
            cancel);

    public Task Trigger(IReadOnlyList<WorkTrigger> triggers, Mark mark, CancellationToken cancel) =>
        database.Write(
            (connection, transaction) =>
            {
                var now = Now;
                foreach (var trigger in triggers)
                {
                    TriggerWithin(connection, transaction, trigger, now);
                }

                return SqliteMarks.SetWithin(connection, transaction, mark, now);
            },
            cancel);

    public Task<(WorkItem Item, bool Added)> Add(NewWork work, CancellationToken cancel) =>
        database.Write(
            (connection, transaction) =>
            {
                var now = Now;
                var added = connection.Execute(
                    """
                    INSERT INTO work (flow, key, line, state, holds_up, lane, version, revision, due, attempts, waits, fence, payload, added_at, changed_at)
                    VALUES (@Flow, @Key, @Line, @Ready, @HoldsUp, @Lane, 1, 1, @now, 0, 0, 0, @payload, @now, @now)
                    ON CONFLICT (flow, key) DO NOTHING
                    """,
                    new
                    {
                        work.Key.Flow,
                        work.Key.Key,
                        work.Line,
                        Ready = (int)WorkState.Ready,
                        work.HoldsUp,
                        work.Lane,
                        now,
                        payload = payloads.Protect(work.Payload),
                    },
                    transaction);
                return (One(connection, transaction, work.Key)!, added == 1);
            },
            cancel);

    public Task<WorkItem?> Find(WorkKey key, CancellationToken cancel) =>
        database.Read(connection => One(connection, null, key), cancel);

    public Task<IReadOnlyList<WorkItem>> List(string flow, IReadOnlyCollection<string>? lines, DateTimeOffset doneSince, int limit, CancellationToken cancel) =>
        database.Read<IReadOnlyList<WorkItem>>(
            connection => lines is { Count: 0 } ? [] :
            [
                .. connection.Query<Row>(
                    $"""
                    SELECT {Columns} FROM work
                    WHERE flow = @flow AND (state <> @Done OR changed_at >= @since) {(lines is null ? "" : "AND line IN @lines")}
                    ORDER BY state = @Done, sequence DESC LIMIT @limit
                    """,
                    new { flow, lines, Done = (int)WorkState.Done, since = Milliseconds(doneSince), limit }).Select(Item),
            ],
            cancel);

    public Task<WaitingItems> Waiting(IReadOnlyCollection<string> flows, int limit, CancellationToken cancel) =>
        database.Read(
            connection =>
            {
                const string Waits = "flow IN @flows AND (state IN (@Dead, @Held) OR (state = @Ready AND cause IS NOT NULL))";
                var values = new { flows, limit, Dead = (int)WorkState.Dead, Held = (int)WorkState.Held, Ready = (int)WorkState.Ready };
                var counts = connection.Query<(long State, long Count)>($"SELECT state, COUNT(*) FROM work WHERE {Waits} GROUP BY state", values).ToList();
                var items = connection.Query<Row>(
                    $"""
                    SELECT {ColumnsWithoutPayload} FROM work WHERE {Waits}
                    ORDER BY CASE state WHEN @Dead THEN 0 WHEN @Held THEN 1 ELSE 2 END, sequence LIMIT @limit
                    """,
                    values).Select(Item).ToList();
                return new WaitingItems(
                    items, (int)counts.Where(count => count.State == (int)WorkState.Dead).Sum(count => count.Count), (int)counts.Sum(count => count.Count));
            },
            cancel);

    public Task<WorkItem?> Claim(IReadOnlyCollection<string> flows, string node, TimeSpan lease, CancellationToken cancel) =>
        database.Write(
            (connection, transaction) =>
            {
                var now = Now;
                var next = connection.QueryFirstOrDefault<long?>(
                    """
                    SELECT w.sequence FROM work w
                    WHERE w.state = @Ready AND w.due <= @now AND (w.leased_until IS NULL OR w.leased_until <= @now) AND w.flow IN @flows
                      AND (w.line IS NULL OR NOT EXISTS (
                          SELECT 1 FROM work e
                          WHERE e.flow = w.flow AND e.line = w.line AND e.sequence < w.sequence AND e.holds_up = 1 AND e.state = @Ready))
                    ORDER BY w.lane, w.due, w.sequence LIMIT 1
                    """,
                    new { Ready = (int)WorkState.Ready, now, flows },
                    transaction);
                if (next is null)
                {
                    return null;
                }

                var until = now + (long)lease.TotalMilliseconds;
                connection.Execute(
                    "UPDATE work SET fence = @fence, revision = revision + 1, leased_until = @until, leased_by = @node WHERE sequence = @next",
                    new { fence = NextFence(connection, transaction), until, node, next },
                    transaction);
                return Item(connection.QuerySingle<Row>($"SELECT {Columns} FROM work WHERE sequence = @next", new { next }, transaction));
            },
            cancel);

    public Task<bool> Extend(WorkKey key, long fence, DateTimeOffset until, CancellationToken cancel) =>
        database.Write(
            (connection, transaction) => connection.Execute(
                """
                UPDATE work SET leased_until = MAX(leased_until, @until), revision = revision + 1
                WHERE flow = @Flow AND key = @Key AND fence = @fence AND leased_until IS NOT NULL
                """,
                new { key.Flow, key.Key, fence, until = Milliseconds(until) },
                transaction) == 1,
            cancel);

    public Task<bool> Save(WorkKey key, long fence, WorkChange change, IReadOnlyList<JournalEntry> journal, CancellationToken cancel) =>
        Change(key, row => row.Fence == fence && row.LeasedUntil is not null, change, journal, takeOver: false, cancel);

    public Task<bool> Amend(WorkKey key, long revision, WorkChange change, IReadOnlyList<JournalEntry> journal, CancellationToken cancel) =>
        Change(key, row => row.Revision == revision, change with { Release = true }, journal, takeOver: true, cancel);

    public Task<DateTimeOffset?> NextDue(IReadOnlyCollection<string> flows, CancellationToken cancel) =>
        database.Read(
            connection =>
            {
                var next = connection.QueryFirstOrDefault<long?>(
                    """
                    SELECT MIN(MAX(due, COALESCE(leased_until, 0))) FROM work
                    WHERE state = @Ready AND flow IN @flows AND (due > @now OR leased_until > @now)
                    """,
                    new { Ready = (int)WorkState.Ready, flows, now = Now });
                return next is { } due ? DateTimeOffset.FromUnixTimeMilliseconds(due) : (DateTimeOffset?)null;
            },
            cancel);

    public Task<DateTimeOffset> Made(CancellationToken cancel) =>
        database.Read(
            connection => DateTimeOffset.FromUnixTimeMilliseconds(connection.ExecuteScalar<long>("SELECT value FROM counters WHERE name = 'made'")), cancel);

    public Task<int> Purge(CancellationToken cancel) =>
        database.Write(
            (connection, transaction) => connection.Execute(
                "DELETE FROM work WHERE state = @Done AND keep_until <= @now", new { Done = (int)WorkState.Done, now = Now }, transaction),
            cancel);

    internal static void TriggerWithin(SqliteConnection connection, SqliteTransaction transaction, WorkTrigger trigger, long now) =>
        connection.Execute(
            """
            INSERT INTO work (flow, key, line, state, holds_up, lane, version, revision, due, attempts, waits, fence, added_at, changed_at)
            VALUES (@Flow, @Key, NULL, @Ready, 0, @Lane, 1, 1, @due, 0, 0, 0, @now, @now)
            ON CONFLICT (flow, key) DO UPDATE SET
                version = version + 1,
                revision = revision + 1,
                lane = MIN(lane, @Lane),
                due = CASE WHEN state IN (@Dead, @Done) THEN @due WHEN waits > 0 THEN due ELSE MIN(due, @due) END,
                attempts = CASE WHEN state IN (@Dead, @Done) THEN 0 ELSE attempts END,
                waits = CASE WHEN state IN (@Dead, @Done) THEN 0 ELSE waits END,
                cause = CASE WHEN state IN (@Dead, @Done) THEN NULL ELSE cause END,
                state = CASE WHEN state IN (@Dead, @Done) THEN @Ready ELSE state END
            """,
            new
            {
                trigger.Key.Flow,
                trigger.Key.Key,
                Ready = (int)WorkState.Ready,
                Dead = (int)WorkState.Dead,
                Done = (int)WorkState.Done,
                trigger.Lane,
                due = trigger.Due is { } due ? Milliseconds(due) : now,
                now,
            },
            transaction);

    private static long Milliseconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds();

    private static long NextFence(SqliteConnection connection, SqliteTransaction transaction)
    {
        connection.Execute("UPDATE counters SET value = value + 1 WHERE name = 'fence'", transaction: transaction);
        return connection.ExecuteScalar<long>("SELECT value FROM counters WHERE name = 'fence'", transaction: transaction);
    }

    private long Now => Milliseconds(time.GetUtcNow());

    private Task<bool> Change(WorkKey key, Func<Row, bool> allowed, WorkChange change, IReadOnlyList<JournalEntry> journal, bool takeOver, CancellationToken cancel) =>
        database.Write(
            (connection, transaction) =>
            {
                var row = connection.QueryFirstOrDefault<Row>(
                    $"SELECT {Columns} FROM work WHERE flow = @Flow AND key = @Key", new { key.Flow, key.Key }, transaction);
                if (row is null || !allowed(row))
                {
                    return false;
                }

                SqliteJournal.Append(connection, transaction, journal);
                var again = change.State != WorkState.Ready && change.SeenVersion is { } seen && seen < row.Version;
                if (change.State == WorkState.Done && change.KeepUntil is null && !again)
                {
                    connection.Execute("DELETE FROM work WHERE sequence = @Sequence", new { row.Sequence }, transaction);
                    return true;
                }

                var now = Now;
                connection.Execute(
                    """
                    UPDATE work SET
                        state = @state, holds_up = @HoldsUp, lane = COALESCE(@Lane, lane), revision = revision + 1, due = @due,
                        attempts = @attempts, waits = @waits, fence = @fence,
                        leased_until = CASE WHEN @Release THEN NULL ELSE MAX(leased_until, @leaseUntil) END,
                        leased_by = CASE WHEN @Release THEN NULL ELSE leased_by END,
                        cause = @Cause, payload = COALESCE(@payload, payload), changed_at = @now, keep_until = @keepUntil
                    WHERE sequence = @Sequence
                    """,
                    new
                    {
                        state = (int)(again ? WorkState.Ready : change.State),
                        change.HoldsUp,
                        change.Lane,
                        due = !again && change.Due is { } due ? Milliseconds(due) : now,
                        attempts = again ? 0 : change.Attempts,
                        waits = again ? 0 : change.Waits,
                        fence = takeOver ? NextFence(connection, transaction) : row.Fence,
                        change.Release,
                        leaseUntil = change.LeaseUntil is { } until ? Milliseconds(until) : 0,
                        change.Cause,
                        payload = change.Payload is { } plain ? payloads.Protect(plain) : null,
                        now,
                        keepUntil = change.KeepUntil is { } keep ? Milliseconds(keep) : (long?)null,
                        row.Sequence,
                    },
                    transaction);
                return true;
            },
            cancel);

    private WorkItem? One(SqliteConnection connection, SqliteTransaction? transaction, WorkKey key) =>
        connection.QueryFirstOrDefault<Row>($"SELECT {Columns} FROM work WHERE flow = @Flow AND key = @Key", new { key.Flow, key.Key }, transaction) is { } row
            ? Item(row)
            : null;

    private WorkItem Item(Row row)
    {
        var payload = row.Payload is null ? null : payloads.TryUnprotect(row.Payload);
        return new WorkItem
        {
            Key = new WorkKey(row.Flow, row.Key),
            Sequence = row.Sequence,
            Line = row.Line,
            State = (WorkState)row.State,
            Lane = (int)row.Lane,
            Version = row.Version,
            Revision = row.Revision,
            Due = DateTimeOffset.FromUnixTimeMilliseconds(row.Due),
            Attempts = (int)row.Attempts,
            Waits = (int)row.Waits,
            LeasedUntil = row.LeasedUntil is { } until ? DateTimeOffset.FromUnixTimeMilliseconds(until) : null,
            Fence = row.Fence,
            Cause = row.Cause,
            Payload = payload,
            PayloadLost = row.Payload is not null && payload is null,
            AddedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.AddedAt),
            ChangedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.ChangedAt),
        };
    }

    private sealed class Row
    {
        public long Sequence { get; init; }

        public required string Flow { get; init; }

        public required string Key { get; init; }

        public string? Line { get; init; }

        public long State { get; init; }

        public long Lane { get; init; }

        public long Version { get; init; }

        public long Revision { get; init; }

        public long Due { get; init; }

        public long Attempts { get; init; }

        public long Waits { get; init; }

        public long? LeasedUntil { get; init; }

        public long Fence { get; init; }

        public string? Cause { get; init; }

        public byte[]? Payload { get; init; }

        public long AddedAt { get; init; }

        public long ChangedAt { get; init; }
    }
}
