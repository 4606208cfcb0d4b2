using System.Globalization;

namespace PortalIntegration.Sync.Flows;

/// <summary>Stops a flow that changes more than it should: a first comparison, or a system that lost its data, must not wreck the other one.</summary>
internal sealed class Brake(FlowSettings settings, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, DateTimeOffset> _changed = new(StringComparer.Ordinal);
    private readonly Queue<DateTimeOffset> _emptied = new();

    /// <summary>How many keys there are in all, once they were counted.</summary>
    public int? Total { get; set; }

    /// <summary>Counts a change that is about to be made. A sentence says why it must not be; null lets it pass.</summary>
    /// <param name="emptied">How many fields their owner has emptied.</param>
    /// <param name="released">When an admin released the brake.</param>
    public string? Stops(string key, int emptied, DateTimeOffset? released)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            var since = now - settings.BrakeWindow;
            if (released > since)
            {
                _changed.Clear();
                _emptied.Clear();
                return null;
            }

            foreach (var old in _changed.Where(entry => entry.Value < since).Select(entry => entry.Key).ToList())
            {
                _changed.Remove(old);
            }

            while (_emptied.TryPeek(out var first) && first < since)
            {
                _emptied.Dequeue();
            }

            _changed[key] = now;
            for (var i = 0; i < emptied; i++)
            {
                _emptied.Enqueue(now);
            }

            var most = Math.Max(settings.BrakeKeys, (int)Math.Min(settings.BrakeShare * (Total ?? 0), 1_000_000_000));
            if (settings.BrakeShare < 1 && _changed.Count > most)
            {
                return Text($"It was about to change {_changed.Count} keys within {settings.BrakeWindow.TotalMinutes} minutes; {most} are allowed.");
            }

            return _emptied.Count > settings.BrakeEmptied
                ? Text($"{_emptied.Count} fields have turned empty at their owner within {settings.BrakeWindow.TotalMinutes} minutes; {settings.BrakeEmptied} are allowed.")
                : null;
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
