using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using PortalIntegration.Connectors.Odoo.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Connectors.Odoo;

/// <summary>A record with the time of its last change, which Odoo sets when it creates it, too.</summary>
internal abstract record StampRow : OdooRow
{
    public required DateTimeOffset WriteDate { get; init; }
}

/// <summary>One model to poll.</summary>
internal abstract record Feed(string Model)
{
    public abstract Task<Outcome<IReadOnlyList<Stamped>>> Read(OdooRpc rpc, PortCall call, object?[] domain, string order, int limit);
}

/// <param name="Condition">Beside the time; null for every record.</param>
/// <param name="Keys">What the portal calls the things that these records are about, of each: may ask further.</param>
internal sealed record Feed<TRow>(string Model, object?[]? Condition, Func<PortCall, IReadOnlyList<TRow>, Task<Outcome<ILookup<long, string>>>> Keys) : Feed(Model)
    where TRow : StampRow
{
    /// <param name="key">What the portal calls the thing that the record is about; null where it is about none.</param>
    public Feed(string model, object?[]? condition, Func<TRow, string?> key)
        : this(model, condition, (_, _) => throw new InvalidOperationException("The key is on the record."))
    {
        Key = key;
    }

    private Func<TRow, string?>? Key { get; }

    public override async Task<Outcome<IReadOnlyList<Stamped>>> Read(OdooRpc rpc, PortCall call, object?[] domain, string order, int limit)
    {
        // Archived records change too.
        var found = await rpc.Search<TRow>(call, Model, Domain.All(Condition, domain), order, limit: limit, archived: true);
        if (!found.Try(out var rows) || Key is not null || rows is [])
        {
            return found.Select<IReadOnlyList<Stamped>>(all => [.. all.Select(row => new Stamped(row.Id, row.WriteDate, Key?.Invoke(row) is { } key ? [key] : []))]);
        }

        var asked = await Keys(call, rows);
        return asked.Select<IReadOnlyList<Stamped>>(keys => [.. rows.Select(row => new Stamped(row.Id, row.WriteDate, [.. keys[row.Id]]))]);
    }
}

internal sealed record Stamped(long Id, DateTimeOffset At, IReadOnlyList<string> Keys);

/// <summary>
/// Polls for changes by time. <c>write_date</c> is when the transaction began, so that a record may appear behind one already seen: each poll looks
/// back by <see cref="Overlap"/> and leaves out what it has told. Odoo answers whole seconds and compares with more: a second that a
/// page ends in is read for itself, by id; and what was seen within two seconds of its change is told again.
/// </summary>
internal sealed class ChangeFeed(OdooRpc rpc, IReadOnlyList<Feed> feeds)
{
    /// <summary>Longer than any transaction of Odoo's is expected to take.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromMinutes(2);

    private const int PageSize = 200;
    private const int MostRemembered = 500;
    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);

    /// <summary>A record may change again within the second in which it was seen, and would look the same.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);

    /// <summary>The two clocks may differ by this.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    /// <param name="cursor">Null: everything.</param>
    public async Task<Outcome<Changes>> Since(PortCall call, string? cursor)
    {
        if (!TryRead(cursor, out var marks))
        {
            return Outcome.Failed<Changes>(rpc.Failure(call, Cause.Rejected, "The cursor is not one of ours."));
        }

        var pages = await Task.WhenAll(feeds.Select(feed => Next(call, feed, marks.GetValueOrDefault(feed.Model) ?? Mark.Start)));
        if (Array.Find(pages, page => !page.Succeeded) is { } failed)
        {
            return failed.As<Changes>();
        }

        var keys = pages.SelectMany(page => page.Value.Keys).Distinct(StringComparer.Ordinal).ToList();
        var next = feeds.Zip(pages).ToDictionary(pair => pair.First.Model, pair => pair.Second.Value.Mark, StringComparer.Ordinal);
        return pages[0].Select(_ => new Changes(keys, JsonSerializer.Serialize(next), next.Values.Any(mark => mark.More)));
    }

    /// <summary>A cursor from which on only what changes later is told.</summary>
    public async Task<Outcome<Changes>> FromNowOn(PortCall call)
    {
        var newest = await Task.WhenAll(feeds.Select(feed => feed.Read(rpc, call, Domain.Everything, "write_date desc, id desc", PageSize)));
        if (Array.Find(newest, page => !page.Succeeded) is { } failed)
        {
            return failed.As<Changes>();
        }

        var marks = feeds.Zip(newest).ToDictionary(
            pair => pair.First.Model,
            pair => pair.Second.Value is [var last, ..] rows ? Mark.Start.Polled(last.At, rows, Now) : Mark.Start,
            StringComparer.Ordinal);
        return newest[0].Select(_ => new Changes([], JsonSerializer.Serialize(marks), More: false));
    }

    private DateTimeOffset Now => rpc.Pipeline.Time.GetUtcNow();

    private async Task<Outcome<(Mark Mark, IEnumerable<string> Keys)>> Next(PortCall call, Feed feed, Mark mark)
    {
        if (mark.Second is { } second)
        {
            var within = await feed.Read(
                rpc,
                call,
                Domain.All(Domain.From("write_date", second), Domain.Before("write_date", second + OneSecond), Domain.Above("id", mark.Id)),
                "id",
                PageSize);
            return within.Select(rows => (
                rows.Count == PageSize ? mark.Within(second, rows, Now) : mark.After(second + OneSecond, rows, Now),
                Fresh(mark, rows)));
        }

        var since = mark.More || mark.At - Mark.Start.At < Overlap ? mark.At : mark.At - Overlap;
        var page = await feed.Read(rpc, call, Domain.From("write_date", since), "write_date, id", PageSize);
        return page.Select(rows =>
        {
            if (rows.Count < PageSize)
            {
                return (mark.Polled(rows is [.., var last] && last.At > mark.At ? last.At : mark.At, rows, Now), Fresh(mark, rows));
            }

            var end = rows[^1].At;
            var whole = rows.Where(row => row.At < end).ToList();
            return (mark.Within(end, whole, Now) with { Id = 0 }, Fresh(mark, whole));
        });
    }

    private static IEnumerable<string> Fresh(Mark mark, IEnumerable<Stamped> rows)
    {
        var told = mark.Told.ToHashSet(StringComparer.Ordinal);
        return rows.Where(row => !told.Contains(Mark.Of(row))).SelectMany(row => row.Keys);
    }

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

    /// <summary>How far one model has been told.</summary>
    /// <param name="At">Everything before was told.</param>
    /// <param name="Second">The second that is being read by id; null while reading by time.</param>
    /// <param name="Id">The last id told of <paramref name="Second"/>.</param>
    /// <param name="More">The last page was full: the next one goes on without looking back.</param>
    /// <param name="Told">Records within <see cref="Overlap"/> before <paramref name="At"/>, with their times.</param>
    private sealed record Mark(
        [property: JsonPropertyName("at")] DateTimeOffset At,
        [property: JsonPropertyName("second")] DateTimeOffset? Second,
        [property: JsonPropertyName("id")] long Id,
        [property: JsonPropertyName("more")] bool More,
        [property: JsonPropertyName("told")] IReadOnlyList<string> Told)
    {
        public static Mark Start { get; } = new(DateTimeOffset.UnixEpoch, null, 0, More: false, []);

        public static string Of(Stamped row) => string.Create(CultureInfo.InvariantCulture, $"{row.Id}@{row.At.ToUnixTimeSeconds()}");

        /// <summary>The page was not full.</summary>
        public Mark Polled(DateTimeOffset at, IEnumerable<Stamped> rows, DateTimeOffset now) =>
            new(at, null, 0, More: false, Remembered(at, rows, now));

        /// <summary>The page was full: on within this second.</summary>
        public Mark Within(DateTimeOffset second, IReadOnlyList<Stamped> rows, DateTimeOffset now) =>
            new(second, second, rows is [.., var last] ? last.Id : 0, More: true, Remembered(second, rows, now));

        /// <summary>A second was read to its end.</summary>
        public Mark After(DateTimeOffset at, IReadOnlyList<Stamped> rows, DateTimeOffset now) =>
            new(at, null, 0, More: true, Remembered(at, rows, now));

        // What is told twice costs its reader one look; a cursor without end would cost more.
        private IReadOnlyList<string> Remembered(DateTimeOffset at, IEnumerable<Stamped> rows, DateTimeOffset now) =>
        [
            .. Told
                .Concat(rows.Where(row => (now - row.At).Duration() > Skew || now - row.At > Settled).Select(Of))
                .Where(entry => TimeOf(entry) >= at - Overlap)
                .Distinct(StringComparer.Ordinal)
                .TakeLast(MostRemembered),
        ];

        private static DateTimeOffset TimeOf(string entry) =>
            long.TryParse(entry.AsSpan(entry.IndexOf('@', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture, out var seconds)
                ? DateTimeOffset.FromUnixTimeSeconds(seconds)
                : DateTimeOffset.UnixEpoch;
    }
}
