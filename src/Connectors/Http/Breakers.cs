using System.Collections.Concurrent;
using Polly;
using Polly.CircuitBreaker;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;

namespace PortalIntegration.Connectors.Http;

/// <summary>The circuit breakers of one system, one a capability, isolated and closed together.</summary>
internal sealed class Breakers(BreakerOptions options, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Breaker> _all = new();
    private readonly CircuitBreakerManualControl _hand = new();
    private volatile bool _isolated;

    public bool Isolated => _isolated;

    public Breaker this[string capability] => _all.GetOrAdd(capability, Make);

    public IReadOnlyList<(string Capability, BreakerState State, DateTimeOffset? RetriesAt)> Look() =>
        [.. _all.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => (entry.Key, entry.Value.State, entry.Value.RetriesAt))];

    public async Task Isolate()
    {
        _isolated = true;
        await _hand.IsolateAsync();
    }

    public async Task Close()
    {
        _isolated = false;
        await _hand.CloseAsync();
    }

    /// <summary>Whether the system failed, rather than answered something unwelcome or was asked too often.</summary>
    public static bool Counts(Cause cause) => cause is Cause.Unreachable or Cause.TimedOut or Cause.Interrupted or Cause.ServerError or Cause.Unavailable or Cause.Malformed;

    private Breaker Make(string capability)
    {
        var state = new CircuitBreakerStateProvider();
        var breaker = new Breaker(state);
        breaker.Pipeline = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpResponseMessage>
            {
                FailureRatio = options.FailureRatio,
                MinimumThroughput = options.MinimumAttempts,
                SamplingDuration = options.Window,
                BreakDurationGenerator = arguments => ValueTask.FromResult(BreakAfter(arguments.HalfOpenAttempts)),
                StateProvider = state,
                ManualControl = _hand,
                ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception switch
                {
                    CallFailedException failed => Counts(failed.Failure.Cause),

                    // A caller who leaves says nothing about the system; but it must not close a breaker that was being probed.
                    OperationCanceledException => state.CircuitState == CircuitState.HalfOpen,
                    _ => false,
                }),
                OnOpened = arguments =>
                {
                    breaker.RetriesAt = arguments.IsManual ? null : time.GetUtcNow() + arguments.BreakDuration;
                    return default;
                },
                OnClosed = _ =>
                {
                    breaker.RetriesAt = null;
                    return default;
                },
            })
            .Build();
        return breaker;
    }

    private TimeSpan BreakAfter(int failedProbes)
    {
        var span = options.FirstBreak * Math.Pow(2, Math.Min(failedProbes, 16));
        return span < options.LongestBreak ? span : options.LongestBreak;
    }

    internal sealed class Breaker(CircuitBreakerStateProvider state)
    {
        private long _retriesAt;

        public ResiliencePipeline<HttpResponseMessage> Pipeline { get; set; } = ResiliencePipeline<HttpResponseMessage>.Empty;

        public BreakerState State => state.CircuitState switch
        {
            CircuitState.Closed => BreakerState.Closed,
            CircuitState.Open => BreakerState.Open,
            CircuitState.HalfOpen => BreakerState.HalfOpen,
            CircuitState.Isolated => BreakerState.Isolated,
            _ => throw new InvalidOperationException($"No rule for {state.CircuitState}."),
        };

        public DateTimeOffset? RetriesAt
        {
            get => Interlocked.Read(ref _retriesAt) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;
            set => Interlocked.Exchange(ref _retriesAt, value?.UtcTicks ?? 0);
        }
    }
}
