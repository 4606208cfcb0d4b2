using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Connectors.Http;

/// <summary>One attempt, as the monitor remembers it.</summary>
internal sealed class AttemptRecord(long at, TimeSpan took)
{
    public long At => at;

    public TimeSpan Took => took;

    public bool Failed { get; set; }
}

/// <summary>What the last minutes of calls to one system were like. Forgotten with the process.</summary>
internal sealed class SystemWatch(TimeProvider time)
{
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    private const int MostAttempts = 2_000;

    private readonly Lock _lock = new();
    private readonly Queue<AttemptRecord> _attempts = new();
    private readonly Dictionary<string, DateTimeOffset?> _failingSince = [];
    private DateTimeOffset? _allFailingSince;
    private DateTimeOffset? _lastSuccess;
    private Failure? _lastFailure;

    public AttemptRecord Attempted(TimeSpan took, bool failed)
    {
        lock (_lock)
        {
            Forget();
            var record = new AttemptRecord(time.GetTimestamp(), took) { Failed = failed };
            _attempts.Enqueue(record);
            return record;
        }
    }

    /// <summary>A call ended with an answer that makes sense, be it a refusal.</summary>
    public void Answered(string capability)
    {
        lock (_lock)
        {
            _lastSuccess = time.GetUtcNow();
            _allFailingSince = null;
            _failingSince[capability] = null;
        }
    }

    /// <summary>A call failed. Answers since when the capability has been failing.</summary>
    public DateTimeOffset Failed(string capability, Failure failure)
    {
        lock (_lock)
        {
            _lastFailure = failure;
            _allFailingSince ??= failure.At;
            var since = _failingSince.GetValueOrDefault(capability);
            _failingSince[capability] = since ??= failure.At;
            return since.Value;
        }
    }

    public DateTimeOffset? FailingSince(string capability)
    {
        lock (_lock)
        {
            return _failingSince.GetValueOrDefault(capability);
        }
    }

    public Picture Look()
    {
        lock (_lock)
        {
            Forget();
            var times = _attempts.Select(attempt => attempt.Took).Order().ToList();
            return new Picture(
                times.Count,
                _attempts.Count(attempt => attempt.Failed),
                Percentile(times, 0.50),
                Percentile(times, 0.95),
                _allFailingSince,
                _lastSuccess,
                _lastFailure,
                new Dictionary<string, DateTimeOffset?>(_failingSince));
        }
    }

    private static TimeSpan? Percentile(List<TimeSpan> sorted, double share) =>
        sorted.Count == 0 ? null : sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Count) - 1, 0, sorted.Count - 1)];

    private void Forget()
    {
        while (_attempts.TryPeek(out var oldest) && (_attempts.Count > MostAttempts || time.GetElapsedTime(oldest.At) > Window))
        {
            _attempts.Dequeue();
        }
    }

    internal sealed record Picture(
        int Calls,
        int Failures,
        TimeSpan? P50,
        TimeSpan? P95,
        DateTimeOffset? FailingSince,
        DateTimeOffset? LastSuccess,
        Failure? LastFailure,
        IReadOnlyDictionary<string, DateTimeOffset?> Capabilities);
}
