namespace PortalIntegration.Sync.Storage;

/// <summary>How runs went, in buckets of five minutes, for 48 hours. Counted in the same commit as the end of the run.</summary>
public interface IMeasures
{
    /// <summary>Length of a bucket; they begin at multiples of it since midnight UTC.</summary>
    static TimeSpan Bucket { get; } = TimeSpan.FromMinutes(5);

    static TimeSpan Kept { get; } = TimeSpan.FromHours(48);

    /// <summary>Oldest first. A bucket in which a flow ended no run is not among them.</summary>
    /// <param name="flow">Null for all flows.</param>
    Task<IReadOnlyList<FlowMeasure>> Read(string? flow, DateTimeOffset since, CancellationToken cancel = default);

    /// <summary>Forgets what is older than <see cref="Kept"/>, except when each flow was last done.</summary>
    Task<int> Purge(CancellationToken cancel = default);
}

/// <param name="At">When the bucket begins.</param>
/// <param name="Done">Runs that were done.</param>
/// <param name="Failed">Runs that failed, to be tried again or given up.</param>
/// <param name="LagMax">The longest time from wanted to done.</param>
/// <param name="LagTotal">All of them together: divided by <paramref name="Done"/>, the mean.</param>
public sealed record FlowMeasure(string Flow, DateTimeOffset At, int Done, int Failed, TimeSpan LagMax, TimeSpan LagTotal);
