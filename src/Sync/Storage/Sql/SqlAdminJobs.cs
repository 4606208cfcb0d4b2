using System.Text.Json;

namespace PortalIntegration.Sync.Storage.Sql;

public sealed class SqlAdminJobs(
    StoreDatabase database, SqlWorkStore work, SqlWorkDesk desk, KeyedHashes hashes, Payloads payloads, TimeProvider time) : IAdminJobs
{
    /// <summary>Items of a filter that are listed in one commit: far cheaper than being decided on. The first of them at the start.</summary>
    private const int Listed = 10_000;

    private const string Columns = """
        id AS Id, action AS Action, who AS Who, reason AS Reason, subject AS Subject, filter AS Filter, listed_to AS ListedTo, last AS Last, total AS Total,
        applied AS Applied, unapplied AS Unapplied, gone AS Gone, refused AS Refused, started_at AS StartedAt, finished_at AS FinishedAt
        """;

    public async Task<AdminResult> Apply(WorkKey key, Func<WorkItem, AdminDecision> decide, AuditEntry audit, CancellationToken cancel)
    {
        var hashKey = await hashes.Key(cancel);
        return await database.Write(
            async session =>
            {
                var result = await Decide(session, hashKey, key, decide);
                if (result == AdminResult.Applied)
                {
                    await SqlAudit.Append(session, audit);
                }

                return result;
            },
            cancel);
    }

    public async Task<AdminJob> Start(NewAdminJob job, WorkTrigger runner, CancellationToken cancel)
    {
        // It may hold words such as a PO number.
        var kept = job.Filter is { } filter ? payloads.Protect(JsonSerializer.SerializeToUtf8Bytes(filter)) : null;
        var (where, values) = await desk.Where(job.Filter ?? new WorkFilter(), cancel);
        return await database.Write(
            async session =>
            {
                var now = time.GetUtcNow();
                var (total, last) = kept is null
                    ? (job.Keys!.Count, 0)
                    : await session.First<(long, long)>($"SELECT COUNT(*), COALESCE(MAX(w.sequence), 0) FROM work w {where}", values);
                await session.Execute(
                    """
                    INSERT INTO admin_jobs (id, action, who, reason, subject, filter, listed_to, last, total, applied, unapplied, gone, refused, started_at)
                    VALUES (@id, @action, @Who, @Reason, @Subject, @kept, 0, @last, @total, 0, 0, 0, 0, @now)
                    """,
                    new { id = Id(job.Id), action = (int)job.Action, job.Who, job.Reason, job.Subject, kept, last, total, now = now.Milliseconds() });
                var position = 0;
                foreach (var key in job.Keys ?? [])
                {
                    await session.Execute(
                        "INSERT INTO admin_job_items (job, position, flow, key, result) VALUES (@id, @position, @Flow, @Key, 0)",
                        new { id = Id(job.Id), position = ++position, key.Flow, key.Key });
                }

                if (kept is not null)
                {
                    await List(session, (await Row(session, job.Id))!, cancel);
                }

                await SqlAudit.Append(session, new AuditEntry(now, job.Who, ActionName(job.Action), job.Subject, job.Reason, (int)total));
                await SqlWorkStore.TriggerWithin(session, [runner], now.Milliseconds());
                return (await Row(session, job.Id))!.Job;
            },
            cancel);
    }

    public async Task<AdminJob?> Advance(Guid id, int limit, Func<AdminJob, WorkItem, AdminDecision> decide, CancellationToken cancel)
    {
        var hashKey = await hashes.Key(cancel);
        return await database.Write(
            async session =>
            {
                // One at a time, whoever holds the lease by now.
                if (await Row(session, id, database.ForUpdate) is not { } row || row.FinishedAt is not null)
                {
                    return (await Row(session, id))?.Job;
                }

                if (row.Filter is not null && row.ListedTo < row.Last)
                {
                    await List(session, row, cancel);
                }
                else
                {
                    await Step(session, hashKey, row, limit, decide);
                }

                return (await Row(session, id))!.Job;
            },
            cancel);
    }

    public Task<AdminJob?> Find(Guid id, CancellationToken cancel) => database.Read(async session => (await Row(session, id))?.Job, cancel);

    public Task<IReadOnlyList<AdminJob>> Recent(int limit, CancellationToken cancel) =>
        database.Read<IReadOnlyList<AdminJob>>(
            async session => [.. (await session.All<JobRow>($"SELECT {Columns} FROM admin_jobs ORDER BY started_at DESC, id DESC LIMIT @limit", new { limit })).Select(row => row.Job)],
            cancel);

    public Task<AdminJobPage> Results(Guid id, AdminResult? result, long? after, int limit, CancellationToken cancel) =>
        database.Read(
            async session =>
            {
                var rows = await session.All<(long Position, string Flow, string Key, long Result)>(
                    $"""
                    SELECT position, flow, key, result FROM admin_job_items
                    {new Conditions().When(id, "job = @id").When(result, "result = @result").When(after, "position > @after")}
                    ORDER BY position LIMIT @limit
                    """,
                    new { id = Id(id), result = (int?)result, after, limit });
                return new AdminJobPage(
                    [.. rows.Select(row => new AdminJobItem(new WorkKey(row.Flow, row.Key), (AdminResult)row.Result))], rows.Count == limit ? rows[^1].Position : null);
            },
            cancel);

    public Task<int> Purge(DateTimeOffset before, CancellationToken cancel) =>
        database.Write(
            async session =>
            {
                var limit = new { before = before.Milliseconds() };
                await session.Execute("DELETE FROM admin_job_items WHERE job IN (SELECT id FROM admin_jobs WHERE finished_at < @before)", limit);
                return await session.Execute("DELETE FROM admin_jobs WHERE finished_at < @before", limit);
            },
            cancel);

    private async Task List(StoreSession session, JobRow row, CancellationToken cancel)
    {
        // Of what the keys cannot open any more, nobody knows which items were meant.
        var filter = payloads.TryUnprotect(row.Filter!) is { } plain ? JsonSerializer.Deserialize<WorkFilter>(plain)! : new WorkFilter { Statuses = [] };
        var (where, values) = await desk.Where(filter, cancel);
        where.When(row, "w.sequence > @from AND w.sequence <= @to");
        values.Add("id", row.Id);
        values.Add("from", row.ListedTo);
        values.Add("to", row.Last);
        values.Add("most", Listed);
        var listed = await session.Execute(
            $"""
            INSERT INTO admin_job_items (job, position, flow, key, result)
            SELECT @id, w.sequence, w.flow, w.key, 0 FROM work w {where} ORDER BY w.sequence LIMIT @most
            """,
            values);
        var to = listed < Listed ? row.Last : await session.First<long>("SELECT MAX(position) FROM admin_job_items WHERE job = @Id", new { row.Id });
        await session.Execute(
            $"""
            UPDATE admin_jobs SET listed_to = @to, total = CASE WHEN @to < last THEN total ELSE (SELECT COUNT(*) FROM admin_job_items WHERE job = @Id) END
            WHERE id = @Id
            """,
            new { row.Id, to });
    }

    private async Task Step(StoreSession session, HashKey hashKey, JobRow row, int limit, Func<AdminJob, WorkItem, AdminDecision> decide)
    {
        var next = await session.All<(long Position, string Flow, string Key)>(
            "SELECT position, flow, key FROM admin_job_items WHERE job = @Id AND result = 0 ORDER BY position LIMIT @limit", new { row.Id, limit });
        var results = new Dictionary<AdminResult, int>();

        // In the order of their keys, as every commit of many items takes them.
        foreach (var (position, flow, key) in next.OrderBy(item => item.Flow, StringComparer.Ordinal).ThenBy(item => item.Key, StringComparer.Ordinal))
        {
            var result = await Decide(session, hashKey, new WorkKey(flow, key), item => decide(row.Job, item));
            results[result] = results.GetValueOrDefault(result) + 1;
            await session.Execute(
                "UPDATE admin_job_items SET result = @result WHERE job = @Id AND position = @position", new { row.Id, position, result = (int)result });
        }

        await session.Execute(
            """
            UPDATE admin_jobs SET applied = applied + @applied, unapplied = unapplied + @unapplied, gone = gone + @gone, refused = refused + @refused, finished_at = @finished
            WHERE id = @Id
            """,
            new
            {
                row.Id,
                applied = results.GetValueOrDefault(AdminResult.Applied),
                unapplied = results.GetValueOrDefault(AdminResult.NoLongerApplies),
                gone = results.GetValueOrDefault(AdminResult.Gone),
                refused = results.GetValueOrDefault(AdminResult.Refused),
                finished = next.Count < limit ? time.GetUtcNow().Milliseconds() : (long?)null,
            });
    }

    private async Task<AdminResult> Decide(StoreSession session, HashKey hashKey, WorkKey key, Func<WorkItem, AdminDecision> decide)
    {
        if (await SqlWorkStore.Lock(session, key) is not { } row)
        {
            return AdminResult.Gone;
        }

        var decision = decide(work.Item(row));
        if (decision is { Result: AdminResult.Applied, Change: { } change })
        {
            await work.ChangeWithin(session, hashKey, row, change with { Release = true }, decision.Entry is { } entry ? [entry] : [], takeOver: true, work.Protect(change));
        }

        return decision.Result;
    }

    private static Task<JobRow?> Row(StoreSession session, Guid id, string locked = "") =>
        session.First<JobRow>($"SELECT {Columns} FROM admin_jobs WHERE id = @id {locked}", new { id = Id(id) });

    private static string Id(Guid id) => id.ToString("N");

    private static string ActionName(AdminAction action) => JsonNamingPolicy.CamelCase.ConvertName(action.ToString());

    private sealed class JobRow
    {
        public required string Id { get; init; }

        public long Action { get; init; }

        public required string Who { get; init; }

        public string? Reason { get; init; }

        public required string Subject { get; init; }

        public byte[]? Filter { get; init; }

        public long ListedTo { get; init; }

        public long Last { get; init; }

        public long Total { get; init; }

        public long Applied { get; init; }

        public long Unapplied { get; init; }

        public long Gone { get; init; }

        public long Refused { get; init; }

        public long StartedAt { get; init; }

        public long? FinishedAt { get; init; }

        public AdminJob Job => new()
        {
            Id = Guid.Parse(Id),
            Action = (AdminAction)Action,
            Who = Who,
            Reason = Reason,
            Subject = Subject,
            StartedAt = Moment.From(StartedAt),
            FinishedAt = Moment.From(FinishedAt),
            Total = (int)Total,
            Applied = (int)Applied,
            NoLongerApplies = (int)Unapplied,
            Gone = (int)Gone,
            Refused = (int)Refused,
        };
    }
}
