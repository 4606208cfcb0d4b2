using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using PortalIntegration.Core;

namespace PortalIntegration.Connectors.Reference;

/// <summary>One thing that changed, and when, in the system's own time.</summary>
internal readonly record struct Stamped(string Key, DateTimeOffset At);

/// <summary>Where a feed of changes stands: within a round of pages, or before the next round.</summary>
/// <param name="Since">What the round asks for; null for everything.</param>
/// <param name="Next">The page to go on with; null before a round.</param>
/// <param name="AsOf">When the round began, in the system's own time: where the next one goes on.</param>
internal sealed record ChangeCursor(DateTimeOffset? Since, string? Next, DateTimeOffset? AsOf)
{
    /// <summary>
    /// A round goes back by this behind where the last one began: a change that was stamped and not yet committed then is not missed. What was told is told
    /// once all the same.
    /// </summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromSeconds(30);

    /// <summary>As many as a cursor remembers; beyond, some may be told twice, which costs a look.</summary>
    private const int MostRemembered = 500;

    public static ChangeCursor Beginning { get; } = new(null, null, null);

    /// <summary>Only the system's own clock is wanted: what changes later is told.</summary>
    public static ChangeCursor Now { get; } = new(null, null, null) { FromNow = true };

    /// <summary>What was told of the overlap, with its times.</summary>
    public IReadOnlyList<string> Told { get; init; } = [];

    /// <summary>Nothing that stands already is told.</summary>
    public bool FromNow { get; init; }

    /// <summary>How many to ask for.</summary>
    public int PageSize => FromNow ? 1 : Ask.LargestBatch;

    /// <summary>As the contract's <c>changedSince</c>.</summary>
    public string? ChangedSince() => Since is not { } since ? null
        : Text(since - DateTimeOffset.UnixEpoch > Overlap ? since - Overlap : since);

    /// <summary>Null when it is none of ours.</summary>
    public static ChangeCursor? Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<ChangeCursor>(Base64Url.DecodeFromChars(text));
        }
        catch (Exception foreign) when (foreign is FormatException or JsonException)
        {
            return null;
        }
    }

    public Changes After(IReadOnlyList<Stamped> items, string? next, DateTimeOffset asOf)
    {
        if (FromNow)
        {
            return new Changes([], new ChangeCursor(asOf, null, null).Write(), More: false);
        }

        var began = AsOf ?? asOf;
        var told = Told.ToHashSet(StringComparer.Ordinal);
        IReadOnlyList<string> keys = [.. items.Where(item => !told.Contains(Mark(item))).Select(item => item.Key)];
        IReadOnlyList<string> remembered =
        [
            .. Told.Concat(items.Select(Mark)).Distinct(StringComparer.Ordinal).Where(mark => TimeOf(mark) >= began - Overlap).TakeLast(MostRemembered),
        ];
        return next is null
            ? new Changes(keys, new ChangeCursor(began, null, null) { Told = remembered }.Write(), More: false)
            : new Changes(keys, new ChangeCursor(Since, next, began) { Told = remembered }.Write(), More: true);
    }

    /// <summary>The same round from its first page, when the system no longer knows the page.</summary>
    public ChangeCursor Restarted() => this with { Next = null, AsOf = null };

    private string Write() => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(this));

    private static string Text(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);

    private static string Mark(Stamped item) => string.Create(CultureInfo.InvariantCulture, $"{item.At.UtcTicks}@{item.Key}");

    private static DateTimeOffset TimeOf(string mark) =>
        long.TryParse(mark.AsSpan(0, Math.Max(0, mark.IndexOf('@', StringComparison.Ordinal))), NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            ? new DateTimeOffset(ticks, TimeSpan.Zero)
            : DateTimeOffset.MinValue;
}
