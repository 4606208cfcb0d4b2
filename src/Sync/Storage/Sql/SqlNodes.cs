namespace PortalIntegration.Sync.Storage.Sql;

public sealed class SqlNodes(StoreDatabase database, TimeProvider time) : INodes
{
    public Task Beat(string node, DateTimeOffset startedAt, CancellationToken cancel) =>
        database.Write(
            session => session.Execute(
                "INSERT INTO nodes (node, started_at, seen_at) VALUES (@node, @started, @now) ON CONFLICT (node) DO UPDATE SET seen_at = @now",
                new { node, started = startedAt.Milliseconds(), now = time.GetUtcNow().Milliseconds() }),
            cancel);

    public Task Leave(string node, CancellationToken cancel) =>
        database.Write(session => session.Execute("DELETE FROM nodes WHERE node = @node", new { node }), cancel);

    public Task<IReadOnlyList<NodeSign>> Living(DateTimeOffset since, CancellationToken cancel) =>
        database.Read<IReadOnlyList<NodeSign>>(
            async session =>
            [
                .. (await session.All<(string Node, long Started, long Seen)>(
                    "SELECT node, started_at, seen_at FROM nodes WHERE seen_at >= @since ORDER BY started_at, node", new { since = since.Milliseconds() }))
                    .Select(row => new NodeSign(row.Node, Moment.From(row.Started), Moment.From(row.Seen))),
            ],
            cancel);

    public Task<int> Purge(DateTimeOffset before, CancellationToken cancel) =>
        database.Write(session => session.Execute("DELETE FROM nodes WHERE seen_at < @before", new { before = before.Milliseconds() }), cancel);
}
