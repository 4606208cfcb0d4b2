using PortalIntegration.Sync.Storage.Sql;

namespace PortalIntegration.Sync.Storage.Postgres;

/// <summary>Counted in the store, for all nodes: a row a key, and their sum beside them, so that a count costs the same however many there are.</summary>
public sealed class PostgresFlowChanges(PostgresDatabase database, TimeProvider time) : IFlowChanges
{
    private const string Line = "changes";

    public Task<(int Keys, int Emptied)> Add(string flow, string key, int emptied, DateTimeOffset since, CancellationToken cancel) =>
        database.Write(
            async session =>
            {
                await database.LockLine(session, flow, Line);
                await session.Execute("SET LOCAL synchronous_commit = off"); // a count that a crash forgets is worth no wait for the disk
                var values = new { flow, key, emptied, since = since.Milliseconds(), now = time.GetUtcNow().Milliseconds() };
                var old = await session.All<long>("DELETE FROM flow_changes WHERE flow = @flow AND at < @since RETURNING emptied", values);
                var added = await session.First<bool>(
                    """
                    INSERT INTO flow_changes (flow, key, at, emptied) VALUES (@flow, @key, @now, @emptied)
                    ON CONFLICT (flow, key) DO UPDATE SET at = @now, emptied = flow_changes.emptied + @emptied RETURNING xmax = 0
                    """,
                    values);
                var sum = await session.First<(long Keys, long Emptied)>(
                    """
                    INSERT INTO flow_changed (flow, keys, emptied) VALUES (@flow, @more, @emptied)
                    ON CONFLICT (flow) DO UPDATE SET keys = flow_changed.keys + @more, emptied = flow_changed.emptied + @emptied RETURNING keys, emptied
                    """,
                    new { flow, more = (added ? 1 : 0) - old.Count, emptied = emptied - old.Sum() });
                return ((int)sum.Keys, (int)sum.Emptied);
            },
            cancel);
}
