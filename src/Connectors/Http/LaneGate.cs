using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Connectors.Http;

/// <summary>
/// Lets attempts through by lane: as many at a time and as many per window as the system allows, the most urgent first. The lower
/// lanes may use only a part of both, so that a checkout never waits for a batch. A system that says "not before" is not asked before.
/// </summary>
/// <remarks>
/// System.Threading.RateLimiting has neither priorities nor a clock that can be given. The window slides over single calls, so that
/// no span of that length sees more than the quota, wherever the system begins to count.
/// </remarks>
internal sealed class LaneGate
{
    private static readonly Lane[] _lanes = Enum.GetValues<Lane>();

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly int _concurrency;
    private readonly int? _quota;
    private readonly Func<int> _nodes;
    private readonly TimeSpan _window;
    private readonly int _longestQueue;
    private readonly LinkedList<Waiter>[] _waiting = [.. _lanes.Select(_ => new LinkedList<Waiter>())];
    private readonly List<TimeSpan> _spent = [];
    private readonly ITimer _wake;
    private int _running;
    private int _queued;
    private TimeSpan _pausedUntil;
    private TimeSpan _lowerPausedUntil;
    private int _throttledInARow;

    /// <param name="nodes">How many nodes call this system: each has its part of the quota.</param>
    public LaneGate(SystemSettings settings, TimeProvider time, Func<int> nodes)
    {
        _nodes = nodes;
        _time = time;
        _origin = time.GetTimestamp();
        _concurrency = settings.Concurrency;
        _quota = settings.Quota;
        _window = settings.QuotaWindow;
        _longestQueue = Math.Max(100, settings.Concurrency * 20);
        _wake = time.CreateTimer(_ => Pump(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public int InFlight
    {
        get
        {
            lock (_lock)
            {
                return _running;
            }
        }
    }

    public QuotaStatus? Quota
    {
        get
        {
            if (Allowed is not { } limit)
            {
                return null;
            }

            lock (_lock)
            {
                var now = Forget();
                return new QuotaStatus(limit, _spent.Count, _window, _time.GetUtcNow() + (_spent.Count == 0 ? TimeSpan.Zero : _spent[0] + _window - now));
            }
        }
    }

    /// <summary>This node's part of the quota.</summary>
    private int? Allowed => _quota is { } quota ? Math.Max(1, quota / Math.Max(1, _nodes())) : null;

    private TimeSpan Now => _time.GetElapsedTime(_origin);

    /// <summary>What a lane may use of a system's allowance.</summary>
    internal static int Share(Lane lane, int whole) => Math.Max(1, lane switch
    {
        Lane.Interactive => whole,
        Lane.Order => whole * 9 / 10,
        Lane.Sync => whole * 6 / 10,
        Lane.Batch => whole * 3 / 10,
        _ => throw new ArgumentOutOfRangeException(nameof(lane)),
    });

    /// <summary>Waits until the call may be sent. Give the pass back with <see cref="Leave"/>.</summary>
    /// <exception cref="CallFailedException">It cannot be within the call's time.</exception>
    public Task<Pass> Enter(Call call, CancellationToken cancel)
    {
        Waiter waiter;
        lock (_lock)
        {
            var now = Forget();
            if (call.IsProbe)
            {
                return Task.FromResult(Grant(now));
            }

            if (_waiting.Take((int)call.Lane + 1).All(queue => queue.Count == 0) && MayGo(call.Lane, now))
            {
                return Task.FromResult(Grant(now));
            }

            var wait = EarliestByRule(call.Lane, now) - now;
            if (wait >= call.Remaining)
            {
                throw call.NotAsked(Cause.Throttled, now < _pausedUntil ? "The system asked not to be called before." : "The quota is used up.", wait);
            }

            if (_queued >= _longestQueue)
            {
                throw call.NotAsked(Cause.QueueFull, $"{_queued} calls are waiting already.");
            }

            waiter = new Waiter();
            waiter.Place = _waiting[(int)call.Lane].AddLast(waiter);
            _queued++;
            SetWake(now);
        }

        return Wait(waiter, cancel);
    }

    public void Leave(Pass pass, bool sent)
    {
        lock (_lock)
        {
            _running--;
            if (!sent && _spent.LastIndexOf(pass.At) is >= 0 and var at)
            {
                _spent.RemoveAt(at);
            }

            Pump();
        }
    }

    /// <summary>The system answered "too many", or a success. Only it knows how its quota stands; ours is an estimate.</summary>
    public void Heed(Failure? failure)
    {
        lock (_lock)
        {
            if (failure is null)
            {
                _throttledInARow = 0;
                return;
            }

            if (failure.Cause != Cause.Throttled)
            {
                return;
            }

            if (failure.RetryAfter is { } retryAfter)
            {
                _pausedUntil = Max(_pausedUntil, Now + retryAfter);
                return;
            }

            // No time named: the lanes that nobody waits for leave what there is to the others.
            var seconds = Math.Min(60, 1 << Math.Min(6, _throttledInARow++));
            _lowerPausedUntil = Max(_lowerPausedUntil, Now + TimeSpan.FromSeconds(seconds));
        }
    }

    /// <summary>An administrator knows better than what the system said last.</summary>
    public void ForgetPauses()
    {
        lock (_lock)
        {
            (_pausedUntil, _lowerPausedUntil, _throttledInARow) = (TimeSpan.Zero, TimeSpan.Zero, 0);
            Pump();
        }
    }

    private async Task<Pass> Wait(Waiter waiter, CancellationToken cancel)
    {
        await using var registration = cancel.Register(() =>
        {
            lock (_lock)
            {
                if (waiter.Place?.List is { } queue)
                {
                    queue.Remove(waiter.Place);
                    _queued--;
                    waiter.Granted.TrySetCanceled(cancel);
                }
            }
        });
        return await waiter.Granted.Task;
    }

    private void Pump()
    {
        lock (_lock)
        {
            var now = Forget();
            foreach (var lane in _lanes)
            {
                var queue = _waiting[(int)lane];
                while (queue.First is { } first)
                {
                    if (!MayGo(lane, now))
                    {
                        SetWake(now);
                        return; // a lower lane may use less still
                    }

                    queue.RemoveFirst();
                    _queued--;
                    first.Value.Granted.SetResult(Grant(now));
                }
            }
        }
    }

    private Pass Grant(TimeSpan now)
    {
        _running++;
        if (_quota is not null)
        {
            _spent.Add(now);
        }

        return new Pass(now);
    }

    private bool MayGo(Lane lane, TimeSpan now) => _running < Share(lane, _concurrency) && EarliestByRule(lane, now) <= now;

    /// <summary>When pauses and quota allow the lane a call, were nobody before it.</summary>
    private TimeSpan EarliestByRule(Lane lane, TimeSpan now)
    {
        var earliest = Max(now, _pausedUntil);
        if (lane is Lane.Sync or Lane.Batch)
        {
            earliest = Max(earliest, _lowerPausedUntil);
        }

        if (Allowed is { } quota && _spent.Count - Share(lane, quota) is >= 0 and var last)
        {
            earliest = Max(earliest, _spent[last] + _window);
        }

        return earliest;
    }

    private TimeSpan Forget()
    {
        var now = Now;
        var over = _spent.FindIndex(at => at + _window > now);
        _spent.RemoveRange(0, over < 0 ? _spent.Count : over);
        return now;
    }

    private void SetWake(TimeSpan now)
    {
        var earliest = TimeSpan.MaxValue;
        foreach (var lane in _lanes.Where(lane => _waiting[(int)lane].Count > 0))
        {
            var rule = EarliestByRule(lane, now);
            earliest = rule > now && rule < earliest ? rule : earliest;
        }

        _wake.Change(earliest == TimeSpan.MaxValue ? Timeout.InfiniteTimeSpan : earliest - now + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
    }

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    internal readonly record struct Pass(TimeSpan At);

    private sealed class Waiter
    {
        public LinkedListNode<Waiter>? Place { get; set; }

        public TaskCompletionSource<Pass> Granted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
