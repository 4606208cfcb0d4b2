using Dapper;

namespace PortalIntegration.Sync.Storage.Sql;

public sealed class SqlWorkDesk(StoreDatabase database, KeyedHashes hashes, TimeProvider time) : IWorkDesk
{
    private const int Ready = (int)WorkState.Ready;
    private const int Held = (int)WorkState.Held;
    private const int Dead = (int)WorkState.Dead;
    private const int Done = (int)WorkState.Done;

    private const string Leased = "w.leased_until IS NOT NULL AND w.leased_until > @now";
    private const string Free = "(w.leased_until IS NULL OR w.leased_until <= @now)";

    public Task<IReadOnlyList<FlowLoad>> Loads(CancellationToken cancel) =>
        database.Read<IReadOnlyList<FlowLoad>>(
            async session =>
            {
                var items = await session.All<LoadRow>(
                    $"""
                    SELECT w.flow AS Flow,
                        {Count($"w.state = {Ready} AND w.cause IS NULL AND {Free}")} AS Ready,
                        {Count($"w.state = {Ready} AND w.due <= @now AND {Free}")} AS Due,
                        MIN(CASE WHEN w.state = {Ready} AND w.due <= @now AND {Free} THEN w.due END) AS OldestDue,
                        MIN(CASE WHEN w.state = {Ready} AND w.wanted_at <= @now THEN w.wanted_at END) AS WantedSince,
                        {Count($"w.state = {Ready} AND {Leased}")} AS Running,
                        {Count($"w.state = {Ready} AND w.cause IS NOT NULL AND {Free}")} AS Failing,
                        {Count($"w.state = {Ready} AND w.cause IS NOT NULL AND w.due <= @now AND {Free}")} AS FailingDue,
                        {Count(Is(WorkStatus.Held))} AS Held,
                        {Count(Is(WorkStatus.OnHold))} AS OnHold,
                        {Count($"w.state = {Dead}")} AS Dead
                    FROM work w GROUP BY w.flow
                    """,
                    new { now = time.GetUtcNow().Milliseconds() });
                var runs = await session.All<(string Flow, long? Done, long? Failed)>(
                    """
                    SELECT flow, MAX(done_at), MAX(failed_at) FROM (
                        SELECT flow, last_done AS done_at, last_failed AS failed_at FROM measures UNION ALL SELECT flow, done_at, NULL FROM flow_last) AS runs
                    GROUP BY flow
                    """);
                var ends = runs.ToDictionary(run => run.Flow, StringComparer.Ordinal);
                return
                [
                    .. items.Concat(runs.Select(run => run.Flow).Except(items.Select(row => row.Flow), StringComparer.Ordinal).Select(flow => new LoadRow { Flow = flow }))
                        .OrderBy(row => row.Flow, StringComparer.Ordinal)
                        .Select(row => row.Load(ends.GetValueOrDefault(row.Flow).Done, ends.GetValueOrDefault(row.Flow).Failed)),
                ];
            },
            cancel);

    public async Task<IReadOnlyList<FailureGroup>> Groups(WorkFilter filter, int limit, CancellationToken cancel)
    {
        WorkStatus[] statuses = [WorkStatus.Failing, WorkStatus.Held, WorkStatus.OnHold, WorkStatus.Dead];
        var (where, values) = await Where(
            filter with { Statuses = filter.Statuses is { } asked ? [.. statuses.Intersect(asked)] : statuses }, cancel);
        values.Add("limit", limit);
        return await database.Read<IReadOnlyList<FailureGroup>>(
            async session =>
            [
                .. (await session.All<(string Flow, string? Cause, string? Detail, long Failing, long Held, long OnHold, long Dead, long? First, long? Last)>(
                    $"""
                    SELECT w.flow, w.cause, w.detail, {Count($"w.state = {Ready}")}, {Count(Is(WorkStatus.Held))}, {Count(Is(WorkStatus.OnHold))}, {Count($"w.state = {Dead}")},
                        MIN(COALESCE(w.first_failed_at, w.changed_at)), MAX(COALESCE(w.failed_at, w.changed_at))
                    FROM work w {where} GROUP BY w.flow, w.cause, w.detail ORDER BY COUNT(*) DESC, w.flow, w.cause, w.detail LIMIT @limit
                    """,
                    values)).Select(row => new FailureGroup(
                        row.Flow, row.Cause, row.Detail, (int)row.Failing, (int)row.Held, (int)row.OnHold, (int)row.Dead, Moment.From(row.First), Moment.From(row.Last))),
            ],
            cancel);
    }

    public async Task<WorkPage> Search(WorkFilter filter, long? after, int limit, CancellationToken cancel)
    {
        var (where, values) = await Where(filter, cancel);
        if (after is not null)
        {
            where.When(after, "w.sequence < @after");
            values.Add("after", after);
        }

        values.Add("limit", limit);
        return await database.Read(
            async session =>
            {
                var rows = await session.All<WorkRow>($"SELECT {SqlWorkStore.ColumnsWithoutPayload} FROM work w {where} ORDER BY w.sequence DESC LIMIT @limit", values);
                return new WorkPage([.. rows.Select(row => row.Item(null))], rows.Count == limit ? rows[^1].Sequence : null);
            },
            cancel);
    }

    public async Task<int> Count(WorkFilter filter, CancellationToken cancel)
    {
        var (where, values) = await Where(filter, cancel);
        return await database.Read(async session => (int)await session.First<long>($"SELECT COUNT(*) FROM work w {where}", values), cancel);
    }

    public async Task<FittingCounts> Fitting(WorkFilter filter, CancellationToken cancel)
    {
        var (where, values) = await Where(filter, cancel);
        return await database.Read(
            async session =>
            {
                var (all, retry, hold, release, discard) = await session.First<(long All, long? Retry, long? Hold, long? Release, long? Discard)>(
                    $"SELECT COUNT(*), {Count(Fits(AdminAction.Retry))}, {Count(Fits(AdminAction.Hold))}, {Count(Fits(AdminAction.Release))}, {Count(Fits(AdminAction.Discard))} FROM work w {where}",
                    values);
                return new FittingCounts((int)all, (int)(retry ?? 0), (int)(hold ?? 0), (int)(release ?? 0), (int)(discard ?? 0));
            },
            cancel);
    }

    /// <summary>The conditions of a filter on <c>work w</c>, with their values.</summary>
    internal async Task<(Conditions Where, DynamicParameters Values)> Where(WorkFilter filter, CancellationToken cancel)
    {
        var values = new DynamicParameters();
        values.Add("now", time.GetUtcNow().Milliseconds());
        values.Add("flows", filter.Flows?.ToArray());
        values.Add("cause", filter.Cause);
        values.Add("detail", filter.Detail);
        values.Add("likeKey", filter.Key is { } key ? Moment.Containing(key) : null);
        values.Add("likeText", filter.Text is { } text ? Moment.Containing(text) : null);
        values.Add("term", filter.Term is { } term ? (await hashes.Key(cancel)).Term(term) : null);
        values.Add("origin", (int?)filter.Origin);
        values.Add("since", filter.Since.Milliseconds());
        values.Add("until", filter.Until.Milliseconds());
        values.Add("sequences", filter.Sequences?.ToArray());
        var where = new Conditions()
            .When(filter.Flows, database.In("w.flow", "flows"))
            .When(filter.Statuses, filter.Statuses is { Count: > 0 } statuses ? string.Join(" OR ", statuses.Select(Is)) : "1 = 0")
            .When(filter.Cause, filter.Cause is "" ? "w.cause IS NULL" : "w.cause = @cause")
            .When(filter.Detail, filter.Detail is "" ? "w.detail IS NULL" : "w.detail = @detail")
            .When(filter.Key, """LOWER(w.key) LIKE @likeKey ESCAPE '\'""")
            .When(filter.Text, """LOWER(COALESCE(w.cause, '') || ' ' || COALESCE(w.detail, '') || ' ' || COALESCE(w.note, '')) LIKE @likeText ESCAPE '\'""")
            .When(filter.Term, "EXISTS (SELECT 1 FROM work_terms t WHERE t.term = @term AND t.sequence = w.sequence)")
            .When(filter.Origin, "w.origin = @origin")
            .When(filter.Since, "COALESCE(w.failed_at, w.changed_at) >= @since")
            .When(filter.Until, "COALESCE(w.failed_at, w.changed_at) < @until")
            .When(filter.Sequences, database.In("w.sequence", "sequences"))
            .When(filter.Fits, filter.Fits is { } action ? Fits(action) : "");
        return (where, values);
    }

    private static string Count(string condition) => $"CAST(SUM(CASE WHEN {condition} THEN 1 ELSE 0 END) AS BIGINT)";

    private static string Is(WorkStatus status) => status switch
    {
        WorkStatus.Ready => $"(w.state = {Ready} AND w.cause IS NULL AND {Free})",
        WorkStatus.Running => $"(w.state = {Ready} AND {Leased})",
        WorkStatus.Failing => $"(w.state = {Ready} AND w.cause IS NOT NULL AND {Free})",
        WorkStatus.Held => $"(w.state = {Held} AND w.note IS NULL)",
        WorkStatus.OnHold => $"(w.state = {Held} AND w.note IS NOT NULL)",
        WorkStatus.Dead => $"w.state = {Dead}",
        _ => $"w.state = {Done}",
    };

    /// <summary>What <see cref="Work.WorkAdmin"/> decides on one item, said of many.</summary>
    private static string Fits(AdminAction action) => action switch
    {
        AdminAction.Retry => $"w.state = {Dead} OR {Is(WorkStatus.Failing)} OR ({Is(WorkStatus.Held)} AND w.payload IS NULL)",
        AdminAction.Hold => $"w.state IN ({Ready}, {Dead})",
        AdminAction.Release => Is(WorkStatus.OnHold),
        _ => $"w.state = {Dead} OR {Is(WorkStatus.OnHold)}",
    };

    private sealed class LoadRow
    {
        public required string Flow { get; init; }

        public long Ready { get; init; }

        public long Due { get; init; }

        public long? OldestDue { get; init; }

        public long? WantedSince { get; init; }

        public long Running { get; init; }

        public long Failing { get; init; }

        public long FailingDue { get; init; }

        public long Held { get; init; }

        public long OnHold { get; init; }

        public long Dead { get; init; }

        public FlowLoad Load(long? done, long? failed) => new()
        {
            Flow = Flow,
            Ready = (int)Ready,
            Due = (int)Due,
            OldestDue = Moment.From(OldestDue),
            WantedSince = Moment.From(WantedSince),
            Running = (int)Running,
            Failing = (int)Failing,
            FailingDue = (int)FailingDue,
            Held = (int)Held,
            OnHold = (int)OnHold,
            Dead = (int)Dead,
            LastDone = Moment.From(done),
            LastFailed = Moment.From(failed),
        };
    }
}
