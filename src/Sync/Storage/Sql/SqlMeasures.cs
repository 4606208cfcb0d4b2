namespace PortalIntegration.Sync.Storage.Sql;

public sealed class SqlMeasures(StoreDatabase database, TimeProvider time) : IMeasures
{
    public Task<IReadOnlyList<FlowMeasure>> Read(string? flow, DateTimeOffset since, CancellationToken cancel) =>
        database.Read<IReadOnlyList<FlowMeasure>>(
            async session =>
            [
                .. (await session.All<(string Flow, long At, long Done, long Failed, long LagMax, long LagTotal)>(
                    $"""
                    SELECT flow, at, CAST(SUM(done) AS BIGINT), CAST(SUM(failed) AS BIGINT), MAX(lag_max), CAST(SUM(lag_total) AS BIGINT) FROM measures
                    {new Conditions().When(flow, "flow = @flow").When(since, "at >= @since")}
                    GROUP BY flow, at ORDER BY at, flow
                    """,
                    new { flow, since = since.Milliseconds() - (long)IMeasures.Bucket.TotalMilliseconds + 1 }))
                    .Select(row => new FlowMeasure(
                        row.Flow, Moment.From(row.At), (int)row.Done, (int)row.Failed, TimeSpan.FromMilliseconds(row.LagMax), TimeSpan.FromMilliseconds(row.LagTotal))),
            ],
            cancel);

    public Task<int> Purge(CancellationToken cancel) =>
        database.Write(
            async session =>
            {
                var limit = new { before = (time.GetUtcNow() - IMeasures.Kept).Milliseconds() };
                await session.Execute(
                    $"""
                    INSERT INTO flow_last (flow, done_at) SELECT flow, MAX(last_done) FROM measures WHERE at < @before AND last_done IS NOT NULL GROUP BY flow
                    ON CONFLICT (flow) DO UPDATE SET done_at = {database.Greatest("flow_last.done_at", "excluded.done_at")}
                    """,
                    limit);
                return await session.Execute("DELETE FROM measures WHERE at < @before", limit);
            },
            cancel);

    internal static Task<int> Count(StoreSession session, string flow, RunResult result, long now, long wantedAt)
    {
        var greatest = session.Database.Greatest;
        var done = result == RunResult.Done;
        var lag = done ? Math.Max(0, now - wantedAt) : 0;
        return session.Execute(
            $"""
            INSERT INTO measures (flow, at, slot, done, failed, lag_max, lag_total, last_done, last_failed) VALUES (@flow, @at, @slot, @done, @failed, @lag, @lag, @doneAt, @failedAt)
            ON CONFLICT (flow, at, slot) DO UPDATE SET
                done = measures.done + excluded.done, failed = measures.failed + excluded.failed,
                lag_max = {greatest("measures.lag_max", "excluded.lag_max")}, lag_total = measures.lag_total + excluded.lag_total,
                last_done = COALESCE(excluded.last_done, measures.last_done), last_failed = COALESCE(excluded.last_failed, measures.last_failed)
            """,
            new
            {
                flow,
                at = now - (now % (long)IMeasures.Bucket.TotalMilliseconds),
                slot = session.Database.Slot,
                done = done ? 1 : 0,
                failed = done ? 0 : 1,
                lag,
                doneAt = done ? now : (long?)null,
                failedAt = done ? (long?)null : now,
            });
    }
}
