using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Work;

namespace PortalIntegration.Portal.Features.SystemHealth;

/// <summary>What the portal carries and has not delivered: given up first, then what waits for somebody, then what is tried again.</summary>
public sealed class WaitingWork(IWorkStore store, IEnumerable<IFlow> flows)
{
    private const int Most = 50;

    private readonly List<string> _flows = [.. flows.Select(flow => flow.Name)];

    /// <exception cref="StoreUnavailableException">The store cannot be read now.</exception>
    public Task<WaitingItems> List(CancellationToken cancel) => store.Waiting(_flows, Most, cancel);
}
