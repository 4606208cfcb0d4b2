using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Work;

namespace PortalIntegration.Sync.Schedules;

/// <summary>Puts the items of every standing flow into the queue when the portal starts.</summary>
internal sealed partial class StandingWork(IEnumerable<IFlow> flows, IWorkStore store, WorkSignal signal, TimeProvider time, ILogger<StandingWork> logger)
    : BackgroundService
{
    public async Task Stand(CancellationToken cancel)
    {
        foreach (var flow in flows.OfType<IStandingFlow>())
        {
            foreach (var key in flow.Keys)
            {
                await store.Trigger(new WorkTrigger(new WorkKey(flow.Name, key), (int)Lane.Sync) { Kind = TriggerKind.Schedule }, cancel);
            }
        }

        signal.Raise();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (true)
        {
            try
            {
                await Stand(stoppingToken);
                return;
            }
            catch (StoreUnavailableException unavailable)
            {
                Log.StoreUnavailable(logger, unavailable);
            }

            await Task.Delay(TimeSpan.FromSeconds(5), time, stoppingToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 5401, Level = LogLevel.Error, Message = "Schedules do not run yet: the store is not to be had")]
        public static partial void StoreUnavailable(ILogger logger, Exception unavailable);
    }
}
