namespace PortalIntegration.Sync.Nodes;

/// <summary>Tells this process apart from others on the same store.</summary>
public sealed class ThisNode(TimeProvider time)
{
    public string Name { get; } = $"{Environment.MachineName}:{Environment.ProcessId}:{Guid.NewGuid():N}";

    public DateTimeOffset StartedAt { get; } = time.GetUtcNow();
}
