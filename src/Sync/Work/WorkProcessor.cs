using System.Collections.Frozen;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Sync.Flows;
using PortalIntegration.Sync.Nodes;
using PortalIntegration.Sync.Storage;

namespace PortalIntegration.Sync.Work;

/// <summary>Takes one item, runs its flow, and writes what it came to.</summary>
internal sealed partial class WorkProcessor
{
    private readonly FrozenDictionary<string, IFlow> _flows;
    private readonly string[] _names;
    private readonly FlowSwitches _switches;
    private readonly IWorkStore _store;
    private readonly Backoff _backoff;
    private readonly WorkerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<WorkProcessor> _logger;

    public WorkProcessor(
        IEnumerable<IFlow> flows, FlowSwitches switches, IWorkStore store, ThisNode node, Backoff backoff, IOptions<WorkerOptions> options, TimeProvider time, ILogger<WorkProcessor> logger)
    {
        _flows = flows.ToFrozenDictionary(flow => flow.Name, StringComparer.Ordinal);
        _names = [.. _flows.Keys.Order(StringComparer.Ordinal)];
        _switches = switches;
        _store = store;
        Node = node.Name;
        _backoff = backoff;
        _options = options.Value;
        _time = time;
        _logger = logger;
    }

    public string Node { get; }

    public async Task<WorkItem?> Claim(CancellationToken cancel) => await _store.Claim(await Running(cancel), Node, _options.Lease, cancel);

    public async Task<IReadOnlyList<WorkItem>> Claim(int most, CancellationToken cancel) =>
        await _store.Claim(await Running(cancel), Node, _options.Lease, most, cancel);

    public async Task<DateTimeOffset?> NextDue(CancellationToken cancel) => await _store.NextDue(await Running(cancel), cancel);

    /// <summary>Claims and runs one item. False when none is due.</summary>
    public async Task<bool> RunOne(CancellationToken cancel)
    {
        if (await Claim(cancel) is not { } item)
        {
            return false;
        }

        await Run(item, cancel);
        return true;
    }

    /// <summary>Flows that are neither off nor paused: what waits of the others goes on waiting.</summary>
    private async ValueTask<string[]> Running(CancellationToken cancel)
    {
        await _switches.Look(cancel);
        return Array.TrueForAll(_names, _switches.Runs) ? _names : Array.FindAll(_names, _switches.Runs);
    }

    /// <summary>Runs a claimed item to what comes next. Throws only when the store is not to be had.</summary>
    /// <param name="abort">Fires when the node must not wait for the run any longer; the item is then taken over when its lease ends.</param>
    public async Task Run(WorkItem item, CancellationToken abort)
    {
        using var activity = SyncTelemetry.Activities.StartActivity(
            $"{item.Key.Flow} run", ActivityKind.Internal, ActivityContext.TryParse(item.Correlation, null, out var trigger) ? trigger : default);
        activity?.SetTag("work.flow", item.Key.Flow);
        activity?.SetTag("work.key", item.Key.Key);
        var started = _time.GetTimestamp();
        var lease = new Lease(_store, item);
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(abort);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(abort);
        var renewing = Renew(lease, lost, ended.Token);
        Next next;
        try
        {
            next = await _flows[item.Key.Flow].Run(lease, lost.Token);
        }
        catch (OperationCanceledException) when (lost.IsCancellationRequested)
        {
            next = new Next.Abandoned();
        }
        catch (StoreUnavailableException)
        {
            throw;
        }
        catch (Exception bug)
        {
            Log.Bug(_logger, bug, item.Key.Flow, item.Key.Key);
            next = new Next.Retry(new Failure(Cause.Malformed, "portal", item.Key.Flow, _time.GetUtcNow(), bug.GetType().Name));
        }
        finally
        {
            await ended.CancelAsync();
            await renewing;
        }

        var result = await Settle(lease, next);
        activity?.SetTag("work.result", result);
        SyncTelemetry.Runs.Record(
            _time.GetElapsedTime(started).TotalSeconds,
            new KeyValuePair<string, object?>("flow", item.Key.Flow),
            new KeyValuePair<string, object?>("result", result));
    }

    private async Task<string> Settle(Lease lease, Next next)
    {
        var item = lease.Item;
        var now = _time.GetUtcNow();
        if (next is Next.Retry { Endless: false } last && (!last.Failure.RetryCanHelp || item.Attempts + Counted(last.Failure) >= _options.MaxAttempts))
        {
            next = new Next.Dead(last.Failure) { Payload = last.Payload, Committed = last.Committed };
        }

        WorkChange? change = next switch
        {
            Next.Done done => new WorkChange { State = WorkState.Done, KeepUntil = done.KeepUntil, Result = RunResult.Done },
            Next.Retry retry => new WorkChange
            {
                State = WorkState.Ready,
                Due = Due(retry, now, item.Waits + 1),
                Attempts = item.Attempts + Counted(retry.Failure),
                Waits = item.Waits + 1,
                Cause = retry.Failure.Cause.ToString(),
                Detail = What(retry.Failure),
                Result = RunResult.Failed,
                HoldsUp = retry.HoldsUp,
                Lane = AfterFirst(item),
            },
            Next.Later later => new WorkChange
            {
                State = WorkState.Ready,
                Due = later.Due,
                Attempts = later.Fresh ? 0 : item.Attempts,
                Waits = later.Fresh ? 0 : item.Waits,
                Cause = later.Failure?.Cause.ToString(),
                Detail = later.Failure is { } still ? What(still) : null,
                WantedAt = later.Fresh ? later.Due : null,
                Origin = later.Fresh && item.Origin == TriggerKind.Admin ? TriggerKind.Own : null, // an admin's word is for one run
                Result = later.Fresh ? RunResult.Done : null,
                HoldsUp = later.HoldsUp,
                Lane = AfterFirst(item),
            },
            Next.Held held => new WorkChange { State = WorkState.Held, Cause = held.Cause, Detail = held.Detail, Attempts = item.Attempts },
            Next.Dead dead => new WorkChange
            {
                State = WorkState.Dead,
                Cause = dead.Failure.Cause.ToString(),
                Detail = What(dead.Failure),
                Attempts = item.Attempts + Counted(dead.Failure),
                Result = RunResult.Failed,
            },
            _ => null,
        };
        if (change is null || !await lease.End(change with { Payload = next.Payload, SeenVersion = item.Version }, CancellationToken.None))
        {
            Log.LeaseLost(_logger, item.Key.Flow, item.Key.Key);
            return "lost";
        }

        if (next is Next.Dead given)
        {
            Log.DeadLetter(_logger, item.Key.Flow, item.Key.Key, given.Failure.System, given.Failure.Operation, given.Failure.Cause);
            SyncTelemetry.DeadLetters.Add(1, new KeyValuePair<string, object?>("flow", item.Key.Flow));
        }

        next.Committed?.Invoke(change);
        return next.GetType().Name;
    }

    private DateTimeOffset Due(Next.Retry retry, DateTimeOffset now, int waits)
    {
        var due = _backoff.Due(now, waits, retry.Failure);
        return retry is { Latest: { } latest, Failure.RetryAfter: null } && latest < due ? latest : due;
    }

    /// <summary>Without the system's own words: they may name people.</summary>
    private static string What(Failure failure)
    {
        var what = $"{failure.System} {failure.Operation}";
        return failure.Code is { Length: > 0 } code ? $"{what}: {code}" : what;
    }

    private static int Counted(Failure failure) => failure.CountsAsAttempt ? 1 : 0;

    /// <summary>Nobody waits before a screen any more for what was put off.</summary>
    private static int? AfterFirst(WorkItem item) => item.Lane == (int)Core.Scopes.Lane.Interactive ? (int)Core.Scopes.Lane.Order : null;

    private async Task Renew(Lease lease, CancellationTokenSource lost, CancellationToken ended)
    {
        while (true)
        {
            try
            {
                await Task.Delay(_options.Lease / 3, _time, ended);
                if (!await lease.Extend(_time.GetUtcNow() + _options.Lease, ended))
                {
                    await lost.CancelAsync();
                    return;
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (StoreUnavailableException unavailable)
            {
                // The next third may do better; when none does, the lease runs out and a write is refused.
                Log.NotRenewed(_logger, unavailable, lease.Item.Key.Flow, lease.Item.Key.Key);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 5001, Level = LogLevel.Error, Message = "A run of {Flow} {Key} threw: a bug")]
        public static partial void Bug(ILogger logger, Exception bug, string flow, string key);

        [LoggerMessage(EventId = 5002, Level = LogLevel.Warning, Message = "Lease of {Flow} {Key} lost: whoever has it now goes on")]
        public static partial void LeaseLost(ILogger logger, string flow, string key);

        [LoggerMessage(EventId = 5003, Level = LogLevel.Error, Message = "Dead letter: {Flow} {Key} was given up after {System} {Operation} ended {Cause}")]
        public static partial void DeadLetter(ILogger logger, string flow, string key, string system, string operation, Cause cause);

        [LoggerMessage(EventId = 5004, Level = LogLevel.Warning, Message = "Lease of {Flow} {Key} not renewed: the store is not to be had")]
        public static partial void NotRenewed(ILogger logger, Exception unavailable, string flow, string key);
    }
}
