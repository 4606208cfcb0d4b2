using System.Collections.Concurrent;
using PortalIntegration.Core;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Sync.Changes;

namespace PortalIntegration.Portal.Features.Orders;

/// <summary>
/// Remembers for a few minutes when an order was last said to have changed, so that a page does not miss what happened between its own
/// question and the moment it began to listen. It listens from the first page on that has it at hand, which is before that page asks.
/// </summary>
public sealed class RecentChanges : IDisposable
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _told = new(StringComparer.Ordinal);
    private readonly IChangeBoard _board;
    private readonly TimeProvider _clock;
    private readonly IDisposable _watch;

    public RecentChanges(IChangeBoard board, TimeProvider clock)
    {
        _board = board;
        _clock = clock;
        _watch = board.WatchAll(Entity.Orders, Remember);
    }

    /// <summary>Whether the order was told of at or after that moment of the portal's own clock.</summary>
    public bool ToldSince(OrderNumber number, DateTimeOffset moment) => _told.TryGetValue(number.Value, out var at) && at >= moment;

    public IDisposable Watch(OrderNumber number, Action changed) => _board.Watch(Entity.Orders, number.Value, changed);

    public void Dispose() => _watch.Dispose();

    private void Remember(string key)
    {
        var now = _clock.GetUtcNow();
        _told[key] = now;
        foreach (var (old, at) in _told)
        {
            if (now - at > KeptFor)
            {
                _told.TryRemove(new(old, at));
            }
        }
    }
}
