namespace PortalIntegration.Sync.Storage;

/// <summary>
/// How many keys each flow has changed lately, over all nodes that share the store: what a brake counts. Lost ones cost nothing but the count.
/// </summary>
public interface IFlowChanges
{
    /// <summary>Counts a change that is about to be made, and forgets those before a moment; of several nodes one after the other, so that none counts past another.</summary>
    /// <param name="emptied">How many fields their owner has emptied.</param>
    /// <returns>How many keys have changed since, this one included, and how many fields were emptied.</returns>
    Task<(int Keys, int Emptied)> Add(string flow, string key, int emptied, DateTimeOffset since, CancellationToken cancel = default);
}

/// <summary>Of a store that one node has to itself: counting costs no commit, and a restart begins anew.</summary>
internal sealed class OwnFlowChanges(TimeProvider time) : IFlowChanges
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (Dictionary<string, DateTimeOffset> Changed, Queue<DateTimeOffset> Emptied)> _flows = new(StringComparer.Ordinal);

    public Task<(int Keys, int Emptied)> Add(string flow, string key, int emptied, DateTimeOffset since, CancellationToken cancel)
    {
        lock (_lock)
        {
            if (!_flows.TryGetValue(flow, out var counted))
            {
                _flows[flow] = counted = (new(StringComparer.Ordinal), new());
            }

            var now = time.GetUtcNow();
            foreach (var old in counted.Changed.Where(entry => entry.Value < since).Select(entry => entry.Key).ToList())
            {
                counted.Changed.Remove(old);
            }

            while (counted.Emptied.TryPeek(out var first) && first < since)
            {
                counted.Emptied.Dequeue();
            }

            counted.Changed[key] = now;
            for (var i = 0; i < emptied; i++)
            {
                counted.Emptied.Enqueue(now);
            }

            return Task.FromResult((counted.Changed.Count, counted.Emptied.Count));
        }
    }
}
