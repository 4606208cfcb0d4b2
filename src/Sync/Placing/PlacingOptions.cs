using PortalIntegration.Core.Settings;

namespace PortalIntegration.Sync.Placing;

/// <summary>How orders are brought to the ERP; section <c>Sync:Placing</c>.</summary>
public sealed class PlacingOptions
{
    public const string Section = "Sync:Placing";

    /// <summary>
    /// How long one attempt to create an order may take in all, 1 to 300 seconds. Longer than the ERP's <c>AttemptTimeout</c>, and longer than
    /// its connector needs for every call of one create. No write goes out after it, and who takes over waits for its end.
    /// </summary>
    [Within("00:00:01", "00:05:00")]
    public TimeSpan CreateTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>What a lease lasts beyond <see cref="CreateTimeout"/>, so that the answer can still be written, 0.1 to 60 seconds.</summary>
    [Within("00:00:00.1", "00:01:00")]
    public TimeSpan LeaseMargin { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Creates that ended without a clear answer, with nothing found afterwards, before an order is given up, 1 to 100.</summary>
    [Within(1, 100)]
    public int MaxCreates { get; set; } = 6;

    /// <summary>How fast orders that waited for the ERP go out when it is back, per second and node, 0.1 to 1000.</summary>
    [Within(0.1, 1000, Unit = "orders a second and node")]
    public double PacePerSecond { get; set; } = 5;
}
