using Microsoft.Extensions.Options;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Sync.Work;

/// <summary>When to try again: full jitter, and never before a system said.</summary>
internal sealed class Backoff(IOptions<WorkerOptions> options, Random random)
{
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(20);

    /// <param name="waits">Times it was put off in a row, this one included: from 1.</param>
    public DateTimeOffset Due(DateTimeOffset now, int waits, Failure failure)
    {
        var cap = options.Value.BackoffCap;
        var ceiling = Math.Min(cap.TotalMilliseconds, options.Value.BackoffBase.TotalMilliseconds * Math.Pow(2, Math.Clamp(waits - 1, 0, 30)));
        var wait = TimeSpan.FromMilliseconds(random.NextDouble() * ceiling);
        var due = now + (wait < Least ? Least : wait);
        if (failure.RetryAfter is not { } asked)
        {
            return due;
        }

        // Everybody who was told the same would come back in the same moment: spread them over a tenth more.
        var earliest = failure.At + asked + TimeSpan.FromMilliseconds(random.NextDouble() * Math.Min(asked.TotalMilliseconds / 10, 5_000));
        return earliest > due ? earliest : due;
    }
}
