using PortalIntegration.Core.Settings;

namespace PortalIntegration.Sync.Schedules;

/// <summary>How often the owners are asked what has changed; section <c>Sync:Polling</c>.</summary>
public sealed class PollingOptions
{
    public const string Section = "Sync:Polling";

    /// <summary>For a system that sends no webhooks, 0.2 to 3600 seconds.</summary>
    [Within("00:00:00.2", "01:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>For a system that sends them, to catch what never arrived, 1 to 86400 seconds.</summary>
    [Within("00:00:01", "1.00:00:00")]
    public TimeSpan RepairInterval { get; set; } = TimeSpan.FromSeconds(60);
}
