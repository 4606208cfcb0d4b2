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

internal sealed class DeadLetters(IWorkStore store, WorkSignal signal, TimeProvider time) : IDeadLetters
{
    public async Task<bool> TryAgain(Scope scope, WorkKey key, CancellationToken cancel)
    {
        // Taken on the revision that was read: of two admins, one does it.
        while (scope.Role is Role.Admin && await store.Find(key, cancel) is { State: WorkState.Dead } item)
        {
            var entry = new JournalEntry { At = time.GetUtcNow(), Key = key, Asked = "tryAgain", Read = item.Cause, Changed = "queued again", By = scope.Actor };
            if (await store.Amend(key, item.Revision, new WorkChange { State = WorkState.Ready }, [entry], cancel))
            {
                signal.Raise();
                return true;
            }
        }

        return false;
    }
}
