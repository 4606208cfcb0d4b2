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

    internal static Activity? Start(Call call)
    {
        var activity = _source.StartActivity($"{call.System} {call.Operation.Name}", ActivityKind.Client);
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
