using System.Text.Json;

namespace PortalIntegration.Sync.Alerts;

/// <summary>Why an alert is told.</summary>
public enum AlertChange
{
    Raised,

    /// <summary>Still on, and twice as much of it as was told.</summary>
    Worse,

    /// <summary>Still on, and told long ago.</summary>
    StillOn,

    Cleared,
}

/// <summary>One thing to tell.</summary>
/// <param name="Id">The same however often it is delivered.</param>
/// <param name="At">When it was seen.</param>
public sealed record Alert(string Id, AlertChange Change, Condition Condition, DateTimeOffset At);

/// <summary>What is on, and what was told of it. A new one for every round; nothing in it is guessed, so rounds may be repeated.</summary>
internal sealed record AlertLedger
{
    public IReadOnlyList<Entry> On { get; init; } = [];

    /// <summary>What is not seen any more and not told as over yet: what comes back meanwhile was never away.</summary>
    public IReadOnlyList<Entry> Leaving { get; init; } = [];

    /// <summary>When it was last looked.</summary>
    public DateTimeOffset LookedAt { get; init; }

    /// <param name="ToldCount">The condition's count when it was told last.</param>
    /// <param name="Times">How often it was told.</param>
    public sealed record Entry(Condition Condition, DateTimeOffset RaisedAt, DateTimeOffset ToldAt, int ToldCount, int Times)
    {
        /// <summary>Since when it is not seen any more; null while it is.</summary>
        public DateTimeOffset? GoneSince { get; init; }
    }

    /// <summary>What follows from what is wrong now.</summary>
    /// <param name="repeatAfter">After which what is still on is told again; zero for never.</param>
    /// <param name="clearAfter">How long a thing must be away before it is told as over; zero for at once.</param>
    public (AlertLedger Next, IReadOnlyList<Alert> Tell) Follow(IReadOnlyCollection<Condition> now, DateTimeOffset at, TimeSpan repeatAfter, TimeSpan clearAfter)
    {
        var before = On.Concat(Leaving).ToDictionary(entry => entry.Condition.Key);
        List<Entry> next = [];
        List<Alert> tell = [];
        foreach (var condition in now.OrderByDescending(condition => condition.Severity).ThenBy(condition => condition.Since))
        {
            if (!before.Remove(condition.Key, out var known))
            {
                next.Add(new Entry(condition, at, at, condition.Count, 1));
                tell.Add(Told(next[^1], AlertChange.Raised, at));
                continue;
            }

            // Its beginning is when it was first seen to begin: a source may forget the oldest of many.
            var still = known with { GoneSince = null, Condition = condition with { Since = condition.Since < known.Condition.Since ? condition.Since : known.Condition.Since } };
            AlertChange? change = condition.Count >= 2 * known.ToldCount ? AlertChange.Worse
                : repeatAfter > TimeSpan.Zero && at - known.ToldAt >= repeatAfter ? AlertChange.StillOn
                : null;
            if (change is { } told)
            {
                still = still with { ToldAt = at, ToldCount = condition.Count, Times = known.Times + 1 };
                tell.Add(Told(still, told, at));
            }

            next.Add(still);
        }

        var gone = before.Values.Select(entry => entry with { GoneSince = entry.GoneSince ?? at }).ToLookup(entry => at - entry.GoneSince!.Value >= clearAfter);
        tell.AddRange(gone[true].Select(over => Told(over with { Times = over.Times + 1 }, AlertChange.Cleared, at)));
        return (new AlertLedger { On = next, Leaving = [.. gone[false]], LookedAt = at }, tell);
    }

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, AlertJson.Options);

    /// <summary>Empty where there is none, or none that can be read: then what is on is told once more.</summary>
    public static AlertLedger Read(byte[]? written)
    {
        try
        {
            return written is null ? new AlertLedger() : JsonSerializer.Deserialize<AlertLedger>(written, AlertJson.Options) ?? new AlertLedger();
        }
        catch (JsonException)
        {
            return new AlertLedger();
        }
    }

    private static Alert Told(Entry entry, AlertChange change, DateTimeOffset at) =>
        new(FormattableString.Invariant($"{entry.Condition.Key}:{entry.RaisedAt.ToUnixTimeMilliseconds()}:{entry.Times}"), change, entry.Condition, at);
}
