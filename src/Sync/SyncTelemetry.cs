using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace PortalIntegration.Sync;

/// <summary>Spans and figures of what the portal carries.</summary>
public static class SyncTelemetry
{
    public const string Name = "PortalIntegration.Sync";

    private static readonly Meter Meter = new(Name);

    internal static ActivitySource Activities { get; } = new(Name);

    /// <summary>Seconds a run took, by flow and result.</summary>
    internal static Histogram<double> Runs { get; } = Meter.CreateHistogram<double>("portal.sync.run.duration", "s");

    internal static Counter<long> DeadLetters { get; } = Meter.CreateCounter<long>("portal.sync.dead_letters");

    /// <summary>Deliveries received, by system and verdict.</summary>
    internal static Counter<long> Deliveries { get; } = Meter.CreateCounter<long>("portal.sync.deliveries");
}
