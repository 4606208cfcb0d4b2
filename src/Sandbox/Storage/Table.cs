namespace PortalIntegration.Sandbox.Storage;

/// <summary>A record that lists can order by its last change.</summary>
internal interface IRow
{
    string Key { get; }

    DateTimeOffset UpdatedAt { get; }
}

internal sealed record Tombstone(string Key, DateTimeOffset DeletedAt);

internal sealed record Slice<T>(IReadOnlyList<T> Items, string? NextCursor);

/// <summary>
/// Rows by key and by time of change. Not safe for threads: the owner holds its system's lock.
/// </summary>
internal sealed class Table<T>
    where T : class, IRow
{
    private readonly Dictionary<string, (T Row, long Stamp)> rows = new(StringComparer.Ordinal);
    private readonly SortedSet<(long Stamp, string Key)> byChange = new(Comparer<(long Stamp, string Key)>.Create(
        (a, b) => a.Stamp != b.Stamp ? a.Stamp.CompareTo(b.Stamp) : string.CompareOrdinal(a.Key, b.Key)));

    private readonly List<Tombstone> tombstones = [];

    public int Count => rows.Count;

    public IEnumerable<T> All => rows.Values.Select(r => r.Row);

    public T? Find(string key) => rows.TryGetValue(key, out var found) ? found.Row : null;

    /// <summary>Adds or replaces; also to be called after a row that changes in place got a new time.</summary>
    public void Put(T row)
    {
        if (rows.TryGetValue(row.Key, out var old))
        {
            byChange.Remove((old.Stamp, row.Key));
        }

        rows[row.Key] = (row, row.UpdatedAt.UtcTicks);
        byChange.Add((row.UpdatedAt.UtcTicks, row.Key));
        tombstones.RemoveAll(t => t.Key == row.Key);
    }

    public void Clear()
    {
        rows.Clear();
        byChange.Clear();
        tombstones.Clear();
    }

    public bool Delete(string key, DateTimeOffset at)
    {
        if (!rows.Remove(key, out var old))
        {
            return false;
        }

        byChange.Remove((old.Stamp, key));
        tombstones.Add(new Tombstone(key, at));
        return true;
    }

    public IReadOnlyList<Tombstone> DeletedSince(DateTimeOffset? since) =>
        since is { } from ? tombstones.Where(t => t.DeletedAt >= from).ToList() : [];

    /// <summary>By time of change, oldest first, from the cursor on.</summary>
    public Slice<T> ByChange(DateTimeOffset? since, string? cursor, int limit, Func<T, bool>? filter = null)
    {
        var lower = (Stamp: since?.UtcTicks ?? 0, Key: "");
        var after = Cursor.ReadChange(cursor);
        if (after is { } mark && mark.Stamp >= lower.Stamp)
        {
            lower = mark;
        }

        var items = new List<T>(Math.Min(limit, 64));
        (long Stamp, string Key) last = (0, "");
        foreach (var entry in byChange.GetViewBetween(lower, (long.MaxValue, "")))
        {
            if (after is { } passed && entry == passed)
            {
                continue;
            }

            var row = rows[entry.Key].Row;
            if (filter is not null && !filter(row))
            {
                continue;
            }

            if (items.Count == limit)
            {
                return new Slice<T>(items, Cursor.Change(last.Stamp, last.Key));
            }

            items.Add(row);
            last = entry;
        }

        return new Slice<T>(items, null);
    }

    /// <summary>By change when a time is given; else in the order asked for.</summary>
    public Slice<T> List(DateTimeOffset? since, string? cursor, int limit, Func<T, bool> filter, Func<IEnumerable<T>, IEnumerable<T>> order) =>
        since is null ? ByPosition(order(All.Where(filter)).ToList(), cursor, limit) : ByChange(since, cursor, limit, filter);

    /// <summary>A list that is ordered already, from the offset in the cursor on.</summary>
    public static Slice<T> ByPosition(IReadOnlyList<T> ordered, string? cursor, int limit)
    {
        var from = Cursor.ReadPosition(cursor);
        var items = ordered.Skip(from).Take(limit).ToList();
        var next = from + items.Count;
        return new Slice<T>(items, next < ordered.Count && items.Count > 0 ? Cursor.Position(next) : null);
    }
}
