using System.Diagnostics;
using System.Diagnostics.Metrics;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Connectors.Http;

/// <summary>Spans and metrics of every call: system, operation, lane and outcome, never a payload.</summary>
public static class Telemetry
{
    /// <summary>Name of both the activity source and the meter.</summary>
    public const string Name = "PortalIntegration.Connectors";

    private static readonly ActivitySource _source = new(Name);
    private static readonly Meter _meter = new(Name);

    private static readonly Histogram<double> _duration =
        _meter.CreateHistogram<double>("portal.upstream.duration", "s", "A call with all its waiting and attempts.");

    private static readonly Counter<long> _attempts =
        _meter.CreateCounter<long>("portal.upstream.attempts", "{attempt}", "Requests that were really sent.");

    /// <summary>Events on a call's span, in the order of the pipeline.</summary>
    public static class Events
    {
        /// <summary>The lane let an attempt through: <c>portal.lane</c>, <c>portal.waited_ms</c>, <c>portal.quota_used</c>, <c>portal.quota</c>.</summary>
        public const string Lane = "lane";

        /// <summary>How the circuit breaker stood: <c>portal.breaker</c>.</summary>
        public const string Breaker = "breaker";

        /// <summary>An attempt ended: <c>portal.attempt</c>, <c>portal.took_ms</c>, <c>portal.outcome</c>, <c>http.response.status_code</c>.</summary>
        public const string Attempt = "attempt";

        /// <summary>Another attempt follows after <c>portal.delay_ms</c>.</summary>
        public const string Wait = "wait";
    }

    internal static void LetThrough(Call call, TimeSpan waited, LaneGate gate) => Add(call, Events.Lane, () =>
    {
        var quota = gate.Quota;
        return new ActivityTagsCollection
        {
            ["portal.lane"] = call.Lane.ToString(),
            ["portal.waited_ms"] = waited.TotalMilliseconds,
            ["portal.quota_used"] = quota?.Used,
            ["portal.quota"] = quota?.Limit,
        };
    });

    internal static void AtBreaker(Call call, Core.Ownership.BreakerState state) =>
        Add(call, Events.Breaker, () => new ActivityTagsCollection { ["portal.breaker"] = state.ToString() });

    internal static void Attempted(Call call, TimeSpan took, string outcome) => Add(call, Events.Attempt, () => new ActivityTagsCollection
    {
        ["portal.attempt"] = call.Attempts,
        ["portal.took_ms"] = took.TotalMilliseconds,
        ["portal.outcome"] = outcome,
        ["http.response.status_code"] = call.LastStatus,
    });

    internal static void Waits(Call call, TimeSpan delay) => Add(call, Events.Wait, () => new ActivityTagsCollection { ["portal.delay_ms"] = delay.TotalMilliseconds });

    private static void Add(Call call, string name, Func<ActivityTagsCollection> tags)
    {
        if (call.Span is { IsAllDataRequested: true } span)
        {
            span.AddEvent(new ActivityEvent(name, tags: tags()));
        }
    }

    /// <summary>Whether the call of this span went through a pipeline of this environment: there may be several hosts in one process.</summary>
    public static bool IsOf(PipelineEnvironment environment, Activity span) => ReferenceEquals(span.GetCustomProperty(nameof(PipelineEnvironment)), environment);

    internal static Activity? Start(Call call, PipelineEnvironment environment)
    {
        var activity = _source.StartActivity($"{call.System} {call.Operation.Name}", ActivityKind.Client);
        activity?.SetCustomProperty(nameof(PipelineEnvironment), environment);
        activity?.SetTag("portal.system", call.System);
        activity?.SetTag("portal.operation", call.Operation.Name);
        activity?.SetTag("portal.lane", call.Lane.ToString());
        return activity;
    }

    internal static void End(Activity? activity, Call call, string outcome, TimeSpan took)
    {
        var tags = new TagList
        {
            { "system", call.System },
            { "operation", call.Operation.Name },
            { "lane", call.Lane.ToString() },
            { "outcome", outcome },
        };
        _duration.Record(took.TotalSeconds, tags);
        if (call.Attempts > 0)
        {
            _attempts.Add(call.Attempts, tags);
        }

        activity?.SetTag("portal.outcome", outcome);
        activity?.SetTag("portal.attempts", call.Attempts);
        if (outcome is not ("ok" or nameof(Cause.NotFound)))
        {
            activity?.SetStatus(ActivityStatusCode.Error, outcome);
        }
    }
}
