using PortalIntegration.Core.Settings;

namespace PortalIntegration.Sync.Work;

/// <summary>How work is taken from the queue; section <c>Sync:Worker</c>.</summary>
public sealed class WorkerOptions
{
    public const string Section = "Sync:Worker";

    /// <summary>Items that run at the same time in this node, 1 to 100.</summary>
    [Within(1, 100)]
    public int Concurrency { get; set; } = 8;

    /// <summary>How often the queue is looked at when nothing signals, 0.05 to 60 seconds.</summary>
    [Within("00:00:00.05", "00:01:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long an item belongs to a node that gives no sign of life, 1 to 600 seconds. A running item's lease is renewed at a third of it.
    /// </summary>
    [Within("00:00:01", "00:10:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>First wait after a failure, 0.01 to 60 seconds; doubled each time, and any share of it is taken (full jitter).</summary>
    [Within("00:00:00.01", "00:01:00")]
    public TimeSpan BackoffBase { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Longest wait after a failure, 1 to 3600 seconds.</summary>
    [Within("00:00:01", "01:00:00")]
    public TimeSpan BackoffCap { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Attempts of an item before it is given up, 1 to 100. Being throttled or not asked costs none.</summary>
    [Within(1, 100)]
    public int MaxAttempts { get; set; } = 10;

    /// <summary>How long running items may take to end when the portal stops, 0 to 300 seconds.</summary>
    [Within("00:00:00", "00:05:00")]
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(20);
}
