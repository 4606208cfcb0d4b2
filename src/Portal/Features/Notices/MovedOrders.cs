using System.Collections.Concurrent;
using System.Threading.Channels;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Changes;

namespace PortalIntegration.Portal.Features.Notices;

/// <summary>
/// Remembers for a few minutes which orders were told to have changed, and whose they are, so that open pages can be told of their own. Whose an order is is asked once a node, only while
/// somebody looks, and so many times a minute at most: what comes in a storm is left out, the pages themselves show it.
/// </summary>
public sealed partial class MovedOrders(IChangeBoard board, IOwnershipMap map, TimeProvider clock, ILogger<MovedOrders> logger) : BackgroundService
{
    /// <summary>So many owners are asked for in a minute.</summary>
    public const int MostInAMinute = 60;

    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(5);

    /// <summary>Changes come in swarms (a shipment is several events): one question answers them.</summary>
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(1);

    private readonly Scope _scope = Scope.ForPortal("order-notices", Lane.Sync);
    private readonly ConcurrentDictionary<string, byte> _waiting = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Moved> _moved = new(StringComparer.Ordinal);
    private readonly Channel<string> _told = Channel.CreateBounded<string>(new BoundedChannelOptions(MostInAMinute) { FullMode = BoundedChannelFullMode.Wait });
    private long _lookedAt = DateTimeOffset.MinValue.UtcTicks;

    private bool SomebodyLooks => clock.GetUtcNow().UtcTicks - Interlocked.Read(ref _lookedAt) < KeptFor.Ticks;

    /// <summary>Numbers of the orders of a scope that moved after a moment, the newest first.</summary>
    /// <param name="since">As <paramref name="now"/> of the question before; null for nothing yet.</param>
    /// <param name="now">To ask with the next time.</param>
    public IReadOnlyList<OrderNumber> Since(Scope scope, long? since, out long now)
    {
        now = clock.GetUtcNow().UtcTicks;
        Interlocked.Exchange(ref _lookedAt, now);
        // While no change comes in, nothing is thrown away: what is old is not told for all that.
        var oldest = now - KeptFor.Ticks;
        return since is not { } from
            ? []
            : [.. _moved.Where(entry => entry.Value.At > Math.Max(from, oldest) && scope.Covers(entry.Value.Customer)).OrderByDescending(entry => entry.Value.At).Select(entry => new OrderNumber(entry.Key))];
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var watch = board.WatchAll(Entity.Orders, Told);
        var (minute, asked) = (0L, 0);
        try
        {
            await foreach (var number in _told.Reader.ReadAllAsync(stoppingToken))
            {
                await Task.Delay(Calm, clock, stoppingToken);
                _waiting.TryRemove(number, out _);
                var now = clock.GetUtcNow();
                (minute, asked) = now.UtcTicks / TimeSpan.TicksPerMinute == minute ? (minute, asked + 1) : (now.UtcTicks / TimeSpan.TicksPerMinute, 1);
                if (asked <= MostInAMinute && SomebodyLooks)
                {
                    await Ask(number, stoppingToken);
                }

                foreach (var (old, moved) in _moved)
                {
                    if (now.UtcTicks - moved.At > KeptFor.Ticks)
                    {
                        _moved.TryRemove(new(old, moved));
                    }
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The portal stops.
        }
    }

    private void Told(string number)
    {
        if (SomebodyLooks && _waiting.TryAdd(number, 0) && !_told.Writer.TryWrite(number))
        {
            _waiting.TryRemove(number, out _);
        }
    }

    private async Task Ask(string number, CancellationToken cancel)
    {
        try
        {
            if ((await map.Owner<IOrders>().Get(_scope, new OrderNumber(number), cancel)).Try(out var order))
            {
                _moved[number] = new Moved(order.Customer, clock.GetUtcNow().UtcTicks);
            }
        }
        catch (Exception bug) when (bug is not OperationCanceledException)
        {
            // A mistake of a connector's is no reason to tell nobody of anything any more.
            Log.NotAsked(logger, bug);
        }
    }

    private sealed record Moved(CustomerNumber Customer, long At);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Whose an order is that moved could not be asked.")]
        public static partial void NotAsked(ILogger logger, Exception exception);
    }
}
