using PortalIntegration.Core.Ownership;

namespace PortalIntegration.Sync.Changes;

/// <summary>Tells open pages that something may have changed, so that they ask its owner again. Carries no values.</summary>
public interface IChangeBoard
{
    /// <summary>Called on any thread, soon after a webhook, a poll or our own write named the key, until disposed.</summary>
    IDisposable Watch(Entity entity, string key, Action changed);

    /// <summary>As <see cref="Watch"/>, for every key of an entity.</summary>
    IDisposable WatchAll(Entity entity, Action<string> changed);

    void Tell(Entity entity, string key);
}
