namespace PortalIntegration.Sync.Storage.Sql;

public sealed class SqlMarks(StoreDatabase database, TimeProvider time) : IMarks
{
    public Task<string?> Get(string name, CancellationToken cancel) =>
        database.Read(session => session.First<string>("SELECT value FROM marks WHERE name = @name", new { name }), cancel);

    public Task<IReadOnlyList<Mark>> Under(string prefix, CancellationToken cancel) =>
        database.Read<IReadOnlyList<Mark>>(
            async session =>
            [
                .. (await session.All<(string Name, string Value)>(
                    "SELECT name, value FROM marks WHERE SUBSTR(name, 1, @length) = @prefix ORDER BY name", new { prefix, length = prefix.Length }))
                    .Select(row => new Mark(row.Name, row.Value)),
            ],
            cancel);

    public Task Set(Mark mark, CancellationToken cancel) =>
        database.Write(session => SetWithin(session, mark, time.GetUtcNow().Milliseconds()), cancel);

    public Task<bool> Exchange(Mark mark, string before, CancellationToken cancel) =>
        database.Write(
            async session => await session.Execute(
                "UPDATE marks SET value = @Value, changed_at = @now WHERE name = @Name AND value = @before",
                new { mark.Name, mark.Value, before, now = time.GetUtcNow().Milliseconds() }) == 1,
            cancel);

    public Task Forget(string name, CancellationToken cancel) =>
        database.Write(session => session.Execute("DELETE FROM marks WHERE name = @name", new { name }), cancel);

    internal static Task<int> SetWithin(StoreSession session, Mark mark, long now) =>
        session.Execute(
            """
            INSERT INTO marks (name, value, changed_at) VALUES (@Name, @Value, @now)
            ON CONFLICT (name) DO UPDATE SET value = @Value, changed_at = @now
            """,
            new { mark.Name, mark.Value, now });
}
