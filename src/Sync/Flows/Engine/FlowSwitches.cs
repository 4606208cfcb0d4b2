using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using PortalIntegration.Sync.Storage;

namespace PortalIntegration.Sync.Flows;

/// <summary>Why a flow does not run.</summary>
/// <param name="By">An admin's id; null when its brake stopped it.</param>
public sealed record FlowPause(string? By, string Why, DateTimeOffset At);

/// <summary>
/// What each flow may do now: as configured, as an admin set it since, and whether it is paused. Kept as marks, so that all nodes obey; looked at again every
/// second.
/// </summary>
internal sealed partial class FlowSwitches(IReadOnlyDictionary<string, FlowSettings> settings, IMarks marks, TimeProvider time, ILogger<FlowSwitches> logger) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private const string TotalPrefix = "keys:";

    private readonly ConcurrentDictionary<string, State> _states = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _totals = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _one = new(1);
    private DateTimeOffset _read = DateTimeOffset.MinValue;

    /// <summary>A flow was paused, resumed or set to another mode, in this node.</summary>
    public event Action<string>? Changed;

    public FlowSettings Settings(string flow) => settings[flow];

    public FlowMode Mode(string flow) => _states.GetValueOrDefault(flow)?.Mode ?? settings[flow].Mode;

    public FlowPause? Paused(string flow) => _states.GetValueOrDefault(flow)?.Paused;

    /// <summary>Since when its brake is released; null while it holds.</summary>
    public DateTimeOffset? Released(string flow) => _states.GetValueOrDefault(flow)?.Released;

    /// <summary>How many keys it has in all, since they were counted; null before.</summary>
    public int? Total(string flow) => _totals.TryGetValue(flow, out var total) ? total : null;

    /// <summary>All keys of a flow were gone through: so many there are. A mark of its own, which no admin's click can meet.</summary>
    public async Task Counted(string flow, int total, CancellationToken cancel)
    {
        await marks.Set(new Mark(TotalPrefix + flow, total.ToString(CultureInfo.InvariantCulture)), cancel);
        _totals[flow] = total;
    }

    /// <summary>Whether its items may be taken. A flow without a switch always runs.</summary>
    public bool Runs(string flow) => !settings.ContainsKey(flow) || (Mode(flow) != FlowMode.Off && Paused(flow) is null);

    /// <summary>Reads the marks again when the last look is a second old.</summary>
    public async ValueTask Look(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (now - _read < Fresh && now >= _read)
        {
            return;
        }

        await _one.WaitAsync(cancel);
        try
        {
            foreach (var flow in settings.Keys)
            {
                var text = await marks.Get(Name(flow), cancel);
                _states[flow] = text is null ? new State() : JsonSerializer.Deserialize<State>(text) ?? new State();
            }

            foreach (var mark in await marks.Under(TotalPrefix, cancel))
            {
                _totals[mark.Name[TotalPrefix.Length..]] = int.Parse(mark.Value, CultureInfo.InvariantCulture);
            }

            _read = now;
        }
        finally
        {
            _one.Release();
        }
    }

    public Task SetMode(string flow, FlowMode mode, CancellationToken cancel) => Write(flow, state => state with { Mode = mode }, cancel);

    public async Task Pause(string flow, FlowPause pause, CancellationToken cancel)
    {
        if (pause.By is null)
        {
            Log.Braked(logger, flow, pause.Why);
        }

        await Write(flow, state => state with { Paused = pause, Released = null }, cancel);
    }

    /// <summary>Its brake is released for as long as it looks back.</summary>
    public Task Resume(string flow, CancellationToken cancel) => Write(flow, state => state with { Paused = null, Released = time.GetUtcNow() }, cancel);

    private async Task Write(string flow, Func<State, State> change, CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        try
        {
            var text = await marks.Get(Name(flow), cancel);
            var changed = change(text is null ? new State() : JsonSerializer.Deserialize<State>(text) ?? new State());
            await marks.Set(new Mark(Name(flow), JsonSerializer.Serialize(changed)), cancel);
            _states[flow] = changed;
        }
        finally
        {
            _one.Release();
        }

        Changed?.Invoke(flow);
    }

    public void Dispose() => _one.Dispose();

    private static string Name(string flow) => $"flow:{flow}";

    private sealed record State
    {
        public FlowMode? Mode { get; init; }

        public FlowPause? Paused { get; init; }

        public DateTimeOffset? Released { get; init; }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 5501, Level = LogLevel.Error, Message = "The brake of {Flow} stopped it: {Why} It waits for an admin")]
        public static partial void Braked(ILogger logger, string flow, string why);
    }
}
