using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Storage;

namespace PortalIntegration.Sync.Flows;

/// <summary>Who wants to know that something has changed: open pages, and every flow that follows it and is not off.</summary>
internal sealed class Followers(IEnumerable<Reconciler> flows)
{
    private readonly IReadOnlyList<Reconciler> _flows = [.. flows];

    public IEnumerable<WorkTrigger> Of(Entity entity, string key, TriggerKind kind)
    {
        if (entity == Entity.Orders)
        {
            yield return OrderChangedFlow.Look(key, kind);
        }

        foreach (var flow in _flows)
        {
            if (flow.Trigger(entity, key, kind) is { } trigger)
            {
                yield return trigger;
            }
        }
    }

    /// <summary>Whether open pages, or any flow that can run, follow it.</summary>
    public bool Follow(Entity entity) => entity == Entity.Orders ||
        _flows.Any(flow => flow.Impossible is null && (flow.Definition.Follows.Contains(entity) || flow.Definition.FollowsToo.Contains(entity)));
}
