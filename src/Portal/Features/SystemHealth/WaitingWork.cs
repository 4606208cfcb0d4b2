using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Work;

namespace PortalIntegration.Portal.Features.SystemHealth;

/// <summary>What the portal carries and has not delivered: given up first, then what waits for somebody, then what is tried again.</summary>
public sealed class WaitingWork(IWorkStore store, IEnumerable<IFlow> flows, TimeProvider clock)
{
    public const int Most = 50;

    /// <exception cref="StoreUnavailableException">The store cannot be read now.</exception>
    public async Task<IReadOnlyList<WorkItem>> List(CancellationToken cancel)
    {
        List<WorkItem> waiting = [];
        foreach (var flow in flows)
        {
            waiting.AddRange((await store.List(flow.Name, null, clock.GetUtcNow(), 1_000, cancel)).Where(Waits));
        }

        return [.. waiting.OrderBy(item => item.State switch { WorkState.Dead => 0, WorkState.Held => 1, _ => 2 }).ThenBy(item => item.AddedAt).Take(Most)];
    }

    /// <summary>What merely comes back on its schedule waits for nothing.</summary>
    private static bool Waits(WorkItem item) => item.State is WorkState.Dead or WorkState.Held || (item.State is WorkState.Ready && item.Cause is not null);
}
