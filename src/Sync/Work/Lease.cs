using PortalIntegration.Sync.Storage;

namespace PortalIntegration.Sync.Work;

/// <summary>One item in the hands of one node. Every write carries its fence.</summary>
public sealed class Lease(IWorkStore store, WorkItem item)
{
    private readonly List<JournalEntry> _journal = [];

    public WorkItem Item { get; } = item;

    /// <summary>Written with the next write, with why the item runs.</summary>
    public void Note(JournalEntry entry) => _journal.Add(entry.Origin is null ? entry with { Origin = Item.Origin } : entry);

    /// <summary>Writes the payload in the middle of a run. False when the lease is lost: stop at once.</summary>
    /// <param name="until">The least that the lease lasts from now on.</param>
    public Task<bool> Checkpoint(byte[] payload, DateTimeOffset until, bool holdsUp, CancellationToken cancel) => Write(payload, until, holdsUp, cancel);

    /// <summary>Writes what was noted so far: a process that is killed later does not take it along. False when the lease is lost: stop at once.</summary>
    public async Task<bool> Flush(CancellationToken cancel) => _journal.Count == 0 || await Write(null, null, Item.HoldsUp, cancel);

    internal Task<bool> Extend(DateTimeOffset until, CancellationToken cancel) => store.Extend(Item.Key, Item.Fence, until, cancel);

    internal Task<bool> End(WorkChange change, CancellationToken cancel) => store.Save(Item.Key, Item.Fence, change, [.. _journal], cancel);

    private async Task<bool> Write(byte[]? payload, DateTimeOffset? until, bool holdsUp, CancellationToken cancel)
    {
        var saved = await store.Save(
            Item.Key,
            Item.Fence,
            new WorkChange
            {
                State = WorkState.Ready,
                Release = false,
                LeaseUntil = until,
                Due = Item.Due,
                Attempts = Item.Attempts,
                Waits = Item.Waits,
                SameFailure = true,
                Payload = payload,
                HoldsUp = holdsUp,
            },
            [.. _journal],
            cancel);
        if (saved)
        {
            _journal.Clear();
        }

        return saved;
    }
}
