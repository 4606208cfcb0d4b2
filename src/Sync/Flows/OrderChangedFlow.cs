using PortalIntegration.Core.Ownership;
using PortalIntegration.Sync.Changes;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Work;

namespace PortalIntegration.Sync.Flows;

/// <summary>
/// An order may have changed: open pages are told to ask its owner again. The key is the order's number; a hundred events for it, in whatever
/// order, are one run.
/// </summary>
internal sealed class OrderChangedFlow(IChangeBoard board, TimeProvider time) : IFlow
{
    public const string FlowName = "order-changed";

    public string Name => FlowName;

    public static WorkTrigger Look(string number, TriggerKind kind) => new(new WorkKey(FlowName, number), (int)Core.Scopes.Lane.Sync) { Kind = kind };

    public Task<Next> Run(Lease lease, CancellationToken cancel)
    {
        lease.Note(new JournalEntry { At = time.GetUtcNow(), Key = lease.Item.Key, Asked = "look again", Changed = "open pages told", By = FlowName });
        return Task.FromResult<Next>(new Next.Done { Committed = _ => board.Tell(Entity.Orders, lease.Item.Key.Key) });
    }
}
