namespace PortalIntegration.Sync.Storage.Sql;

public sealed class SqlAudit(StoreDatabase database) : IAudit
{
    public Task Write(AuditEntry entry, CancellationToken cancel) => database.Write(session => Append(session, entry), cancel);

    public Task<AuditPage> Read(AuditFilter filter, long? after, int limit, CancellationToken cancel)
    {
        var where = new Conditions()
            .When(filter.Who, "who = @Who")
            .When(filter.Action, "action = @Action")
            .When(filter.Text, """LOWER(subject || ' ' || COALESCE(reason, '')) LIKE @like ESCAPE '\'""")
            .When(filter.Since, "at >= @since")
            .When(filter.Until, "at < @until")
            .When(after, "id < @after");
        return database.Read(
            async session =>
            {
                var rows = await session.All<(long Id, long At, string Who, string Action, string Subject, string? Reason, long Count)>(
                    $"SELECT id, at, who, action, subject, reason, items FROM audit {where} ORDER BY id DESC LIMIT @limit",
                    new
                    {
                        filter.Who,
                        filter.Action,
                        like = filter.Text is { } text ? Moment.Containing(text) : null,
                        since = filter.Since.Milliseconds(),
                        until = filter.Until.Milliseconds(),
                        after,
                        limit,
                    });
                return new AuditPage(
                    [.. rows.Select(row => new AuditEntry(Moment.From(row.At), row.Who, row.Action, row.Subject, row.Reason, (int)row.Count))],
                    rows.Count == limit ? rows[^1].Id : null);
            },
            cancel);
    }

    public Task<int> Purge(DateTimeOffset before, CancellationToken cancel) =>
        database.Write(session => session.Execute("DELETE FROM audit WHERE at < @before", new { before = before.Milliseconds() }), cancel);

    internal static Task<int> Append(StoreSession session, AuditEntry entry) => session.Execute(
        "INSERT INTO audit (at, who, action, subject, reason, items) VALUES (@at, @Who, @Action, @Subject, @Reason, @Count)",
        new { at = entry.At.Milliseconds(), entry.Who, entry.Action, entry.Subject, entry.Reason, entry.Count });
}
