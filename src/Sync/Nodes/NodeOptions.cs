using PortalIntegration.Core.Settings;

namespace PortalIntegration.Sync.Nodes;

/// <summary>How nodes on one store know of each other; section <c>Sync:Nodes</c>.</summary>
public sealed class NodeOptions
{
    public const string Section = "Sync:Nodes";

    /// <summary>
    /// How often a node gives a sign of life, 1 to 60 seconds. One that gave none for three times as long counts as gone, and its part of every quota falls to the others.
    /// </summary>
    [Within("00:00:01", "00:01:00")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(10);
}
