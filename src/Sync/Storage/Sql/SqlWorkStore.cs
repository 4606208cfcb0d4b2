namespace PortalIntegration.Sync.Storage.Sql;

public sealed class SqlWorkStore(StoreDatabase database, Payloads payloads, KeyedHashes hashes, TimeProvider time) : IWorkStore
{
    internal const string ColumnsWithoutPayload = """
        w.sequence AS Sequence, w.flow AS Flow, w.key AS Key, w.line AS Line, w.state AS State, w.lane AS Lane, w.version AS Version, w.revision AS Revision,
        w.due AS Due, w.attempts AS Attempts, w.waits AS Waits, w.leased_until AS LeasedUntil, w.fence AS Fence, w.cause AS Cause, w.detail AS Detail,
        w.first_failed_at AS FirstFailedAt, w.failed_at AS FailedAt, w.note AS Note, w.origin AS Origin, w.correlation AS Correlation,
        w.wanted_at AS WantedAt, w.again_at AS AgainAt, w.holds_up AS HoldsUp, w.added_at AS AddedAt, w.changed_at AS ChangedAt
        """;

    private const string Columns = $"{ColumnsWithoutPayload}, w.payload AS Payload";

    private const int Lanes = 10;
    private const int TermsInAStatement = 100;

    // The numbers of WorkState, as the store keeps them.
    private const int Ready = (int)WorkState.Ready;
    private const int Held = (int)WorkState.Held;
    private const int Dead = (int)WorkState.Dead;
    private const int Done = (int)WorkState.Done;

    /// <summary>
    /// Lane by lane, so that each looks at what is due alone, in its order, and the first that is found ends it: with a hundred thousand items
    /// waiting, most are never touched.
    /// </summary>
    private readonly string _next = $"""
        SELECT sequence FROM (
        {string.Join("\nUNION ALL\n", Enumerable.Range(0, Lanes).Select(lane => $"""
            SELECT sequence FROM (
                SELECT w.sequence FROM work w
                WHERE w.state = {Ready} AND w.lane = {lane} AND w.due <= @now AND (w.leased_until IS NULL OR w.leased_until <= @now) AND {database.In("w.flow", "flows")}
                  AND (w.line IS NULL OR NOT EXISTS (
                      SELECT 1 FROM work e
                      WHERE e.flow = w.flow AND e.line = w.line AND e.sequence < w.sequence AND e.holds_up = 1 AND e.state = {Ready}))
                ORDER BY w.due, w.sequence LIMIT 1 {database.PassLocked}) AS lane{lane}
            """))}
        ) AS lanes LIMIT 1
        """;

    public Task Trigger(WorkTrigger trigger, CancellationToken cancel) =>
        database.Write(session => TriggerWithin(session, [trigger], Now), cancel);

    public Task Trigger(IReadOnlyList<WorkTrigger> triggers, Mark mark, CancellationToken cancel) =>
        database.Write(
            async session =>
            {
                var now = Now;
                await TriggerWithin(session, triggers, now);
                return await SqlMarks.SetWithin(session, mark, now);
            },
            cancel);

    public async Task<(WorkItem Item, bool Added)> Add(NewWork work, CancellationToken cancel)
    {
        var terms = await Terms(work.Terms, cancel);
        var payload = payloads.Protect(work.Payload);
        return await database.Write(
            async session =>
            {
                if (work.Line is { } line)
                {
                    await database.LockLine(session, work.Key.Flow, line);
                }

                var now = Now;
                while (true)
                {
                    var added = await session.First<long?>(
                        $"""
                        INSERT INTO work (flow, key, line, state, holds_up, lane, version, revision, due, attempts, waits, fence, payload, added_at, changed_at,
                            origin, correlation, wanted_at)
                        VALUES (@Flow, @Key, @Line, {Ready}, @holdsUp, @Lane, 1, 1, @now, 0, 0, 0, @payload, @now, @now, @origin, @Correlation, @now)
                        ON CONFLICT (flow, key) DO NOTHING RETURNING sequence
                        """,
                        new
                        {
                            work.Key.Flow,
                            work.Key.Key,
                            work.Line,
                            holdsUp = Number(work.HoldsUp),
                            work.Lane,
                            now,
                            payload,
                            origin = (int)work.Kind,
                            work.Correlation,
                        });
                    if (added is { } sequence)
                    {
                        await AddTerms(session, sequence, terms);
                    }

                    if (await One(session, work.Key) is { } item)
                    {
                        return (item, added is not null);
                    }

                    // The one that was there went in this moment.
                }
            },
            cancel);
    }

    public Task<WorkItem?> Find(WorkKey key, CancellationToken cancel) => database.Read(session => One(session, key), cancel);

    public Task<IReadOnlyList<WorkItem>> List(string flow, IReadOnlyCollection<string>? lines, DateTimeOffset doneSince, int limit, CancellationToken cancel) =>
        database.Read<IReadOnlyList<WorkItem>>(
            async session => lines is { Count: 0 } ? [] :
            [
                .. (await session.All<WorkRow>(
                    $"""
                    SELECT {Columns} FROM work w
                    WHERE w.flow = @flow AND (w.state <> {Done} OR w.changed_at >= @since) {(lines is null ? "" : $"AND {database.In("w.line", "lines")}")}
                    ORDER BY w.state = {Done}, w.sequence DESC LIMIT @limit
                    """,
                    new { flow, lines = lines?.ToArray(), since = doneSince.Milliseconds(), limit })).Select(Item),
            ],
            cancel);

    public Task<WaitingItems> Waiting(IReadOnlyCollection<string> flows, int limit, CancellationToken cancel) =>
        database.Read(
            async session =>
            {
                var waits = $"{database.In("w.flow", "flows")} AND (w.state IN ({Dead}, {Held}) OR (w.state = {Ready} AND w.cause IS NOT NULL))";
                var values = new { flows = flows.ToArray(), limit };
                var counts = await session.All<(long State, long Count)>($"SELECT w.state, COUNT(*) FROM work w WHERE {waits} GROUP BY w.state", values);
                var items = (await session.All<WorkRow>(
                    $"""
                    SELECT {ColumnsWithoutPayload} FROM work w WHERE {waits}
                    ORDER BY CASE w.state WHEN {Dead} THEN 0 WHEN {Held} THEN 1 ELSE 2 END, w.sequence LIMIT @limit
                    """,
                    values)).Select(Item).ToList();
                return new WaitingItems(items, (int)counts.Where(count => count.State == Dead).Sum(count => count.Count), (int)counts.Sum(count => count.Count));
            },
            cancel);

    public async Task<WorkItem?> Claim(IReadOnlyCollection<string> flows, string node, TimeSpan lease, CancellationToken cancel) =>
        await Claim(flows, node, lease, 1, cancel) is [var item] ? item : null;

    public Task<IReadOnlyList<WorkItem>> Claim(IReadOnlyCollection<string> flows, string node, TimeSpan lease, int most, CancellationToken cancel) =>
        database.Write<IReadOnlyList<WorkItem>>(
            async session =>
            {
                var now = Now;
                var asked = new { now, flows = flows.ToArray() };
                var claimed = new List<WorkItem>();
                while (claimed.Count < most && await session.First<long?>(_next, asked) is { } next)
                {
                    await session.Execute(
                        "UPDATE work SET fence = @fence, revision = revision + 1, leased_until = @until, leased_by = @node, again_at = NULL WHERE sequence = @next",
                        new { fence = await database.NextFence(session), until = now + (long)lease.TotalMilliseconds, node, next });
                    claimed.Add(Item((await session.First<WorkRow>($"SELECT {Columns} FROM work w WHERE w.sequence = @next", new { next }))!));
                }

                return claimed;
            },
            cancel);

    public Task<bool> Extend(WorkKey key, long fence, DateTimeOffset until, CancellationToken cancel) =>
        database.Write(
            async session => await session.Execute(
                $"""
                UPDATE work SET leased_until = {database.Greatest("leased_until", "@until")}, revision = revision + 1
                WHERE flow = @Flow AND key = @Key AND fence = @fence AND leased_until IS NOT NULL
                """,
                new { key.Flow, key.Key, fence, until = until.Milliseconds() }) == 1,
            cancel);

    public Task<bool> Save(WorkKey key, long fence, WorkChange change, IReadOnlyList<JournalEntry> journal, CancellationToken cancel) =>
        Change(key, row => row.Fence == fence && row.LeasedUntil is not null, change, journal, takeOver: false, cancel);

    public Task<bool> Amend(WorkKey key, long revision, WorkChange change, IReadOnlyList<JournalEntry> journal, CancellationToken cancel) =>
        Change(key, row => row.Revision == revision, change, journal, takeOver: true, cancel);

    public Task<DateTimeOffset?> NextDue(IReadOnlyCollection<string> flows, CancellationToken cancel) =>
        database.Read(
            async session => Moment.From(await session.First<long?>(
                $"""
                SELECT MIN({database.Greatest("due", "COALESCE(leased_until, 0)")}) FROM work
                WHERE state = {Ready} AND {database.In("flow", "flows")} AND (due > @now OR leased_until > @now)
                """,
                new { flows = flows.ToArray(), now = Now })),
            cancel);

    public Task<DateTimeOffset> Made(CancellationToken cancel) =>
        database.Read(async session => Moment.From(await session.First<long>("SELECT value FROM counters WHERE name = 'made'")), cancel);

    public Task<int> Purge(CancellationToken cancel) =>
        database.Write(
            async session =>
            {
                var over = new { now = Now };
                await session.Execute(
                    $"DELETE FROM work_terms WHERE sequence IN (SELECT sequence FROM work WHERE state = {Done} AND keep_until <= @now)", over);
                return await session.Execute($"DELETE FROM work WHERE state = {Done} AND keep_until <= @now", over);
            },
            cancel);

    /// <summary>In the order of their keys, so that two of these never wait for each other.</summary>
    internal static async Task<bool> TriggerWithin(StoreSession session, IReadOnlyList<WorkTrigger> triggers, long now)
    {
        var least = session.Database.Least;

        // What has no payload of its own waits for nobody's word but for a change: another look may find it mended. Unless an admin put it on hold.
        var over = $"(work.state IN ({Dead}, {Done}) OR (work.state = {Held} AND work.payload IS NULL AND work.note IS NULL))";
        foreach (var trigger in triggers.OrderBy(trigger => trigger.Key.Flow, StringComparer.Ordinal).ThenBy(trigger => trigger.Key.Key, StringComparer.Ordinal))
        {
            await session.Execute(
                $"""
                INSERT INTO work (flow, key, line, state, holds_up, lane, version, revision, due, attempts, waits, fence, added_at, changed_at, origin, correlation, wanted_at)
                VALUES (@Flow, @Key, NULL, {Ready}, 0, @Lane, 1, 1, @due, 0, 0, 0, @now, @now, @origin, @Correlation, @due)
                ON CONFLICT (flow, key) DO UPDATE SET
                    version = work.version + 1,
                    revision = work.revision + 1,
                    lane = {least("work.lane", "@Lane")},
                    due = CASE WHEN {over} THEN @due WHEN work.waits > 0 THEN work.due ELSE {least("work.due", "@due")} END,
                    wanted_at = CASE WHEN {over} THEN @due ELSE {least("work.wanted_at", "@due")} END,
                    again_at = CASE WHEN work.leased_until IS NULL THEN NULL ELSE COALESCE(work.again_at, @due) END,
                    attempts = CASE WHEN {over} THEN 0 ELSE work.attempts END,
                    waits = CASE WHEN {over} THEN 0 ELSE work.waits END,
                    cause = CASE WHEN {over} THEN NULL ELSE work.cause END,
                    detail = CASE WHEN {over} THEN NULL ELSE work.detail END,
                    first_failed_at = CASE WHEN {over} THEN NULL ELSE work.first_failed_at END,
                    failed_at = CASE WHEN {over} THEN NULL ELSE work.failed_at END,
                    note = CASE WHEN {over} THEN NULL ELSE work.note END,
                    origin = @origin,
                    correlation = @Correlation,
                    state = CASE WHEN {over} THEN {Ready} ELSE work.state END
                """,
                new
                {
                    trigger.Key.Flow,
                    trigger.Key.Key,
                    trigger.Lane,
                    due = trigger.Due.Milliseconds() ?? now,
                    now,
                    origin = (int)trigger.Kind,
                    trigger.Correlation,
                });
        }

        return true;
    }

    /// <summary>Writes a change of a row that was read in this transaction for being written.</summary>
    internal async Task ChangeWithin(StoreSession session, HashKey key, WorkRow row, WorkChange change, IReadOnlyList<JournalEntry> journal, bool takeOver, byte[]? payload)
    {
        var now = Now;
        await SqlJournal.Append(session, key, journal);
        if (change.Result is { } result)
        {
            await SqlMeasures.Count(session, row.Flow, result, now, row.WantedAt);
        }

        var again = (change.State != WorkState.Ready || change.Result == RunResult.Done) && change.SeenVersion is { } seen && seen < row.Version;
        if (change.State == WorkState.Done && change.KeepUntil is null && !again)
        {
            await session.Execute("DELETE FROM work_terms WHERE sequence = @Sequence", new { row.Sequence });
            await session.Execute("DELETE FROM work WHERE sequence = @Sequence", new { row.Sequence });
            return;
        }

        var fails = change.Cause is not null;
        var same = change.SameFailure || !change.Release;
        await session.Execute(
            $"""
            UPDATE work SET
                state = @state, holds_up = @holdsUp, lane = COALESCE(@Lane, lane), revision = revision + 1, due = @due,
                attempts = @attempts, waits = @waits, fence = @fence,
                leased_until = {(change.Release ? "NULL" : database.Greatest("leased_until", "@leaseUntil"))},
                {(change.Release ? "leased_by = NULL, again_at = NULL, note = @Note," : "")}
                {(same ? "" : fails
                    ? "cause = @Cause, detail = @Detail, first_failed_at = COALESCE(first_failed_at, @now), failed_at = @now,"
                    : "cause = NULL, detail = NULL, first_failed_at = NULL, failed_at = NULL,")}
                payload = COALESCE(@payload, payload), changed_at = @now, keep_until = @keepUntil, wanted_at = @wantedAt, origin = COALESCE(@origin, origin)
            WHERE sequence = @Sequence
            """,
            new
            {
                state = (int)(again ? WorkState.Ready : change.State),
                holdsUp = Number(change.HoldsUp),
                change.Lane,
                due = again ? now : change.Due.Milliseconds() ?? now,
                attempts = again ? 0 : change.Attempts,
                waits = again ? 0 : change.Waits,
                fence = takeOver ? await database.NextFence(session) : row.Fence,
                leaseUntil = change.LeaseUntil.Milliseconds() ?? 0,
                change.Note,
                change.Cause,
                change.Detail,
                payload,
                now,
                keepUntil = change.KeepUntil.Milliseconds(),
                origin = again ? null : (int?)change.Origin, // who triggered it since is the reason
                wantedAt = again ? row.AgainAt ?? now : change.WantedAt.Milliseconds() ?? row.WantedAt,
                row.Sequence,
            });
        await AddTerms(session, row.Sequence, Terms(key, change.Terms));
    }

    internal byte[]? Protect(WorkChange change) => change.Payload is { } plain ? payloads.Protect(plain) : null;

    internal static Task<WorkRow?> Lock(StoreSession session, WorkKey key) => session.First<WorkRow>(
        $"SELECT {Columns} FROM work w WHERE w.flow = @Flow AND w.key = @Key {session.Database.ForUpdate}", new { key.Flow, key.Key });

    internal WorkItem Item(WorkRow row)
    {
        var payload = row.Payload is null ? null : payloads.TryUnprotect(row.Payload);
        return row.Item(payload);
    }

    private long Now => time.GetUtcNow().Milliseconds();

    private static int Number(bool yes) => yes ? 1 : 0;

    private async Task<bool> Change(
        WorkKey workKey, Func<WorkRow, bool> allowed, WorkChange change, IReadOnlyList<JournalEntry> journal, bool takeOver, CancellationToken cancel)
    {
        var key = await hashes.Key(cancel);
        var payload = Protect(change);
        return await database.Write(
            async session =>
            {
                if (await Lock(session, workKey) is not { } row || !allowed(row))
                {
                    return false;
                }

                await ChangeWithin(session, key, row, takeOver ? change with { Release = true } : change, journal, takeOver, payload);
                return true;
            },
            cancel);
    }

    private async Task<WorkItem?> One(StoreSession session, WorkKey key) =>
        await session.First<WorkRow>($"SELECT {Columns} FROM work w WHERE w.flow = @Flow AND w.key = @Key", new { key.Flow, key.Key }) is { } row ? Item(row) : null;

    private async Task<string[]> Terms(IReadOnlyCollection<string> words, CancellationToken cancel)
    {
        if (words.Count == 0)
        {
            return [];
        }

        return Terms(await hashes.Key(cancel), words);
    }

    private static string[] Terms(HashKey key, IReadOnlyCollection<string> words) =>
        [.. words.Where(word => !string.IsNullOrWhiteSpace(word)).Select(key.Term).Distinct(StringComparer.Ordinal)];

    private static async Task AddTerms(StoreSession session, long sequence, string[] terms)
    {
        foreach (var some in terms.Chunk(TermsInAStatement))
        {
            var values = new Dapper.DynamicParameters(new { sequence });
            for (var i = 0; i < some.Length; i++)
            {
                values.Add($"t{i}", some[i]);
            }

            await session.Execute(
                $"INSERT INTO work_terms (sequence, term) VALUES {string.Join(", ", some.Select((_, i) => $"(@sequence, @t{i})"))} ON CONFLICT DO NOTHING", values);
        }
    }
}
