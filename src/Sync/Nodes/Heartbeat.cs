using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Sync.Storage;

namespace PortalIntegration.Sync.Nodes;

/// <summary>Says that this node lives, and counts the others.</summary>
internal sealed partial class Heartbeat(INodes nodes, ThisNode me, IOptions<NodeOptions> options, TimeProvider time, ILogger<Heartbeat> logger) : BackgroundService, IQuotaShare
{
    private volatile int _nodes = 1;

    public int Nodes => _nodes;

    public async Task Beat(CancellationToken cancel)
    {
        await nodes.Beat(me.Name, me.StartedAt, cancel);
        _nodes = Math.Max(1, (await nodes.Living(time.GetUtcNow() - (3 * options.Value.Heartbeat), cancel)).Count);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await nodes.Leave(me.Name, cancellationToken);
        }
        catch (StoreUnavailableException unavailable)
        {
            Log.Silent(logger, unavailable); // it is missed soon enough
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Beat(stoppingToken);
            }
            catch (StoreUnavailableException unavailable)
            {
                Log.Silent(logger, unavailable);
            }

            await Task.Delay(options.Value.Heartbeat, time, stoppingToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 5511, Level = LogLevel.Warning, Message = "No sign of life given: the store is not to be had")]
        public static partial void Silent(ILogger logger, Exception unavailable);
    }
}
