using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Storage;

namespace PortalIntegration.Sync.Work;

/// <summary>What was given up, in the hands of an admin.</summary>
public interface IDeadLetters
{
    /// <summary>
    /// Queues an item that was given up once more, from where it stands, as if it had not failed yet; the journal keeps who did. True when this call
    /// did it; false when it is not given up (any more), there is none, or the scope is not an admin's: then nothing was changed.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read or written now; nothing was changed.</exception>
    Task<bool> TryAgain(Scope scope, WorkKey key, CancellationToken cancel = default);
}

internal sealed class DeadLetters(IWorkAdmin admin) : IDeadLetters
{
    public async Task<bool> TryAgain(Scope scope, WorkKey key, CancellationToken cancel) => await admin.Retry(scope, key, cancel) == AdminResult.Applied;
}
