using System.Collections.Concurrent;
using System.Diagnostics;
using PortalIntegration.Portal.Hosting;

namespace PortalIntegration.Portal.Rehearsal;

/// <summary>Counts every request that really goes out of one host, from the spans of its pipelines.</summary>
internal sealed class CallMeter : IDisposable
{
    private readonly ConcurrentQueue<MeteredCall> _calls = new();
    private readonly ActivityListener _listener;

    public CallMeter(OwnSpans own)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Connectors.Http.Telemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span =>
            {
                if (own.Include(span))
                {
                    Count(span);
                }
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public IReadOnlyList<MeteredCall> Calls => [.. _calls.OrderBy(call => call.At)];

    public void Dispose() => _listener.Dispose();

    private void Count(Activity span)
    {
        foreach (var attempt in span.Events.Where(moment => moment.Name == Connectors.Http.Telemetry.Events.Attempt))
        {
            _calls.Enqueue(new MeteredCall(
                attempt.Timestamp,
                span.GetTagItem("portal.system")?.ToString() ?? "",
                span.GetTagItem("portal.lane")?.ToString() ?? "",
                span.GetTagItem("portal.operation")?.ToString() ?? ""));
        }
    }
}

internal sealed record MeteredCall(DateTimeOffset At, string System, string Lane, string Operation);

/// <summary>How a quota would have fared.</summary>
/// <param name="RanOutAfter">Since the first call; null when it lasted.</param>
/// <param name="Peak">Most calls within any span of the quota's length.</param>
/// <param name="WouldRunOutAfter">Where the quota's span is longer than the rehearsal: when it is used up if it goes on like that; null when it is not.</param>
internal sealed record QuotaVerdict(int Limit, TimeSpan Per, TimeSpan? RanOutAfter, int Peak, TimeSpan? WouldRunOutAfter)
{
    public static QuotaVerdict Of(RehearsalArguments.Rate quota, IReadOnlyList<DateTimeOffset> calls)
    {
        var (first, peak) = (0, 0);
        TimeSpan? ranOut = null;
        for (var last = 0; last < calls.Count; last++)
        {
            while (calls[last] - calls[first] >= quota.Per)
            {
                first++;
            }

            peak = Math.Max(peak, last - first + 1);
            if (ranOut is null && last - first + 1 > quota.Count)
            {
                ranOut = calls[last] - calls[0];
            }
        }

        var took = calls.Count > 1 ? calls[^1] - calls[0] : TimeSpan.Zero;
        var goesOn = ranOut is null && took > TimeSpan.Zero && took < quota.Per && quota.Count * (took / calls.Count) is var at && at < quota.Per ? at : (TimeSpan?)null;
        return new QuotaVerdict(quota.Count, quota.Per, ranOut, peak, goesOn);
    }
}
