using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using PortalIntegration.Connectors.Tryton.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Connectors.Tryton;

/// <summary>A record with the times that Tryton keeps of it.</summary>
internal abstract record StampRow : IdentifiedRow
{
    public required DateTimeOffset CreateDate { get; init; }

    /// <summary>Null until the first change.</summary>
    public required DateTimeOffset? WriteDate { get; init; }
}

/// <summary>One model to poll.</summary>
internal abstract record Feed(string Model)
{
    public abstract Task<Outcome<IReadOnlyList<Stamped>>> Read(TrytonRpc rpc, PortCall call, object?[] domain, object?[] order, int limit);
}

/// <param name="Condition">Clauses beside the times; null for every record.</param>
/// <param name="Keys">What the portal calls the things that the record is about.</param>
internal sealed record Feed<TRow>(string Model, object?[]? Condition, Func<TRow, IEnumerable<string?>> Keys) : Feed(Model)
    where TRow : StampRow
{
    public override async Task<Outcome<IReadOnlyList<Stamped>>> Read(TrytonRpc rpc, PortCall call, object?[] domain, object?[] order, int limit)
    {
        var rows = await rpc.Search<TRow>(call, Model, Domain.All(Condition, domain), order: order, limit: limit);
        return rows.Select<IReadOnlyList<Stamped>>(found =>
            [.. found.Select(row => new Stamped(row.Id, row.WriteDate ?? row.CreateDate, [.. Keys(row).OfType<string>().Distinct(StringComparer.Ordinal)]))]);
    }
}

internal sealed record Stamped(long Id, DateTimeOffset At, IReadOnlyList<string> Keys);

/// <summary>
/// Polls for changes by time. Tryton has no change feed: <c>write_date</c> is null until the first change, so that records just made are
/// found by <c>create_date</c>, in a list of their own. Both hold the time at which their transaction began, so that a record may
/// appear behind one already seen: each poll looks back by <see cref="Overlap"/> and leaves out what it has told.
/// </summary>
internal sealed class ChangeFeed(TrytonRpc rpc, IReadOnlyList<Feed> feeds)
{
    /// <summary>Longer than any transaction of Tryton's is expected to take.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromMinutes(2);

    private const int PageSize = 200;
    private const int MostRemembered = 500;
    private static readonly string[] Times = ["write_date", "create_date"];

    /// <param name="cursor">Null: everything.</param>
    public async Task<Outcome<Changes>> Since(PortCall call, string? cursor)
    {
        if (!TryRead(cursor, out var marks))
        {
            return Outcome.Failed<Changes>(rpc.Failure(call, Cause.Rejected, "The cursor is not one of ours."));
        }

        var streams = feeds.SelectMany(feed => Times.Select(time => (Feed: feed, Time: time))).ToList();
        var pages = await Task.WhenAll(streams.Select(stream => Next(call, stream.Feed, stream.Time, marks.GetValueOrDefault(Name(stream.Feed, stream.Time)))));
        if (Array.Find(pages, page => !page.Succeeded) is { } failed)
        {
            return failed.As<Changes>();
        }

        var keys = pages.SelectMany(page => page.Value.Keys).Distinct(StringComparer.Ordinal).ToList();
        var next = streams.Zip(pages).ToDictionary(pair => Name(pair.First.Feed, pair.First.Time), pair => pair.Second.Value.Mark, StringComparer.Ordinal);
        return pages[0].Select(_ => new Changes(keys, JsonSerializer.Serialize(next), next.Values.Any(mark => mark.More)));
    }

    /// <summary>A cursor from which on only what changes later is told.</summary>
    public async Task<Outcome<Changes>> FromNowOn(PortCall call)
    {
        var streams = feeds.SelectMany(feed => Times.Select(time => (Feed: feed, Time: time))).ToList();
        var newest = await Task.WhenAll(streams.Select(stream => stream.Feed.Read(
            rpc, call, Kind(stream.Time), [new[] { stream.Time, "DESC" }, new[] { "id", "DESC" }], PageSize)));
        if (Array.Find(newest, page => !page.Succeeded) is { } failed)
        {
            return failed.As<Changes>();
        }

        var marks = streams.Zip(newest).ToDictionary(
            pair => Name(pair.First.Feed, pair.First.Time),
            pair => pair.Second.Value is [var last, ..] rows ? Mark.After(last.At, last.Id, more: false, [], rows) : Mark.Start,
            StringComparer.Ordinal);
        return newest[0].Select(_ => new Changes([], JsonSerializer.Serialize(marks), More: false));
    }

    private async Task<Outcome<(Mark Mark, IEnumerable<string> Keys)>> Next(PortCall call, Feed feed, string time, Mark? given)
    {
        var mark = given ?? Mark.Start;
        var since = mark.More
            ? Domain.Any(Domain.From(time, mark.At.AddMicroseconds(1)), Domain.All(Domain.Is(time, mark.At), new object[] { "id", ">", mark.Id }))
            : Domain.From(time, mark.At - (mark.At - Mark.Start.At > Overlap ? Overlap : TimeSpan.Zero));
        var page = await feed.Read(
            rpc, call, Domain.All(Kind(time), since), [new[] { time, "ASC" }, new[] { "id", "ASC" }], PageSize);
        return page.Select(rows =>
        {
            var told = mark.Told.ToHashSet(StringComparer.Ordinal);
            var fresh = rows.Where(row => !told.Contains(Mark.Of(row))).ToList();
            var next = rows is [.., var last] && (last.At > mark.At || mark.More || rows.Count == PageSize)
                ? Mark.After(last.At, last.Id, rows.Count == PageSize, mark.Told, rows)
                : Mark.After(mark.At, mark.Id, more: false, mark.Told, rows);
            return (next, fresh.SelectMany(row => row.Keys));
        });
    }

    private static object?[] Kind(string time) =>
        time is "create_date" ? Domain.Is("write_date", value: null) : Domain.IsNot("write_date", value: null);

    private static string Name(Feed feed, string time) => $"{feed.Model}/{time}";

    private static bool TryRead(string? cursor, out IReadOnlyDictionary<string, Mark> marks)
    {
        marks = new Dictionary<string, Mark>(StringComparer.Ordinal);
        if (cursor is null)
        {
            return true;
        }

        try
        {
            marks = JsonSerializer.Deserialize<Dictionary<string, Mark>>(cursor) ?? marks;
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>How far one list has been told.</summary>
    /// <param name="At">Time of the last record told, in UTC.</param>
    /// <param name="Id">Its id, which orders records of the same time.</param>
    /// <param name="More">The last page was full: the next one begins right behind it, without looking back.</param>
    /// <param name="Told">Records within <see cref="Overlap"/> before <paramref name="At"/>, with their times.</param>
    private sealed record Mark(
        [property: JsonPropertyName("at")] DateTimeOffset At,
        [property: JsonPropertyName("id")] long Id,
        [property: JsonPropertyName("more")] bool More,
        [property: JsonPropertyName("told")] IReadOnlyList<string> Told)
    {
        public static Mark Start { get; } = new(DateTimeOffset.UnixEpoch, 0, More: false, []);

        public static string Of(Stamped row) => Of(row.Id, row.At);

        public static Mark After(DateTimeOffset at, long id, bool more, IEnumerable<string> told, IEnumerable<Stamped> rows)
        {
            // What is told twice costs its reader one look; a cursor without end would cost more.
            var remembered = told.Concat(rows.Select(Of))
                .Where(entry => TimeOf(entry) >= at - Overlap)
                .Distinct(StringComparer.Ordinal)
                .TakeLast(MostRemembered);
            return new Mark(at, id, more, [.. remembered]);
        }

        private static string Of(long id, DateTimeOffset at) => string.Create(CultureInfo.InvariantCulture, $"{id}@{at.UtcTicks}");

        private static DateTimeOffset TimeOf(string entry) =>
            long.TryParse(entry.AsSpan(entry.IndexOf('@', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture, out var ticks)
                ? new DateTimeOffset(ticks, TimeSpan.Zero)
                : DateTimeOffset.UnixEpoch;
    }
}
