using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PortalIntegration.Sync.Storage;

namespace PortalIntegration.Sync.Work;

/// <summary>
/// Keeps this node's share of the queue running: woken by a signal, by the next due time, and by a slow poll for what other nodes added.
/// </summary>
internal sealed partial class Worker(
    WorkProcessor processor, WorkSignal signal, IOptions<WorkerOptions> options, TimeProvider time, ILogger<Worker> logger) : BackgroundService
{
    private readonly ConcurrentDictionary<Task, byte> _running = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        using var slots = new SemaphoreSlim(options.Value.Concurrency);
        using var abort = new CancellationTokenSource();
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                var free = await Free(slots, stoppingToken);
                var items = await TryClaim(free, stoppingToken);
                foreach (var item in items)
                {
                    Start(item, slots, abort.Token);
                }

                if (items.Count < free)
                {
                    slots.Release(free - items.Count);
                    if (items.Count == 0)
                    {
                        await Idle(stoppingToken);
                    }
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stops taking; what runs may end.
        }

        await Stop(abort);
    }

    private void Start(WorkItem item, SemaphoreSlim slots, CancellationToken abort)
    {
        var run = Task.Run(
            async () =>
            {
                try
                {
                    await processor.Run(item, abort);
                }
                catch (StoreUnavailableException unavailable)
                {
                    Log.StoreUnavailable(logger, unavailable);
                }
                catch (OperationCanceledException) when (abort.IsCancellationRequested)
                {
                    // Cut by the stop: its lease runs out.
                }
                catch (Exception bug)
                {
                    Log.Bug(logger, bug, item.Key.Flow, item.Key.Key);
                }
                finally
                {
                    slots.Release();
                    signal.RaiseHere(); // the next of its line may start
                }
            },
            CancellationToken.None);
        _running[run] = 0;
        _ = run.ContinueWith(
            ended => _running.TryRemove(ended, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Takes the slots that are free, one at least: what is claimed together costs one commit.</summary>
    private static async Task<int> Free(SemaphoreSlim slots, CancellationToken stopping)
    {
        await slots.WaitAsync(stopping);
        var taken = 1;
        while (await slots.WaitAsync(TimeSpan.Zero, CancellationToken.None))
        {
            taken++;
        }

        return taken;
    }

    private async Task<IReadOnlyList<WorkItem>> TryClaim(int most, CancellationToken stopping)
    {
        try
        {
            return await processor.Claim(most, stopping);
        }
        catch (StoreUnavailableException unavailable)
        {
            Log.StoreUnavailable(logger, unavailable);
            return [];
        }
    }

    private async Task Idle(CancellationToken stopping)
    {
        var wait = options.Value.PollInterval;
        try
        {
            if (await processor.NextDue(stopping) is { } due && due - time.GetUtcNow() is var left && left < wait)
            {
                wait = left > TimeSpan.FromMilliseconds(5) ? left : TimeSpan.FromMilliseconds(5);
            }
        }
        catch (StoreUnavailableException unavailable)
        {
            Log.StoreUnavailable(logger, unavailable);
        }

        await signal.Wait(wait, stopping);
    }

    private async Task Stop(CancellationTokenSource abort)
    {
        var running = Task.WhenAll(_running.Keys);
        try
        {
            await running.WaitAsync(options.Value.StopTimeout, time);
        }
        catch (TimeoutException)
        {
            Log.CutOff(logger, _running.Count);
            await abort.CancelAsync();
            await running;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 5011, Level = LogLevel.Error, Message = "The store is not to be had; work waits")]
        public static partial void StoreUnavailable(ILogger logger, Exception unavailable);

        [LoggerMessage(EventId = 5013, Level = LogLevel.Error, Message = "What became of {Flow} {Key} could not be written; it runs again when its lease ends")]
        public static partial void Bug(ILogger logger, Exception bug, string flow, string key);

        [LoggerMessage(EventId = 5012, Level = LogLevel.Warning, Message = "{Count} items were still running at the stop; they go on after the next start")]
        public static partial void CutOff(ILogger logger, int count);
    }
}
