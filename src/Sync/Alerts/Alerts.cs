using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Work;

namespace PortalIntegration.Sync.Alerts;

internal sealed class Alerts(
    IWorkStore store,
    IAudit audit,
    NodeWatch watch,
    IEnumerable<IAlertChannel> channels,
    WorkSignal signal,
    IOptions<AlertOptions> options,
    TimeProvider time,
    ILogger<Alerts> logger) : IAlerts
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a test shows on the health endpoint.</summary>
    private static readonly TimeSpan TestShown = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Unwatched = TimeSpan.FromMinutes(1);

    private volatile Alert? _test;

    /// <summary>What this node read last, for when it cannot be read.</summary>
    private volatile AlertLedger _last = new();

    public async Task<AlertsNow> Now(CancellationToken cancel)
    {
        List<Condition> on = [];
        DateTimeOffset? looked = null;
        if (watch.StoreSilent is { } silent)
        {
            on.Add(silent);
        }

        try
        {
            var ledger = AlertLedger.Read((await store.Find(AlertRound.Key, cancel))?.Payload);
            _last = ledger;
            looked = LookedAt(ledger);
            on.AddRange(ledger.On.Select(entry => entry.Condition));
            if (looked is { } last && time.GetUtcNow() - last > Unwatched + (3 * options.Value.Interval))
            {
                // Who watches is late himself, and what he said last may be over, or only the beginning.
                on.Add(new Condition(new ConditionKey(ConditionKind.FlowLate, AlertRound.FlowName), Severity.Bad, last));
            }
        }
        catch (StoreUnavailableException)
        {
            if (on.Count == 0)
            {
                on.Add(new Condition(new ConditionKey(ConditionKind.StoreUnavailable, "store"), Severity.Bad, time.GetUtcNow()));
            }

            // What was wrong is not over because it cannot be looked up; and this node still sees how its own calls end.
            looked = LookedAt(_last);
            on.AddRange(watch.Seen);
            on = [.. on.Concat(_last.On.Select(entry => entry.Condition)).DistinctBy(condition => condition.Key)];
        }

        if (_test is { } test && time.GetUtcNow() - test.At < TestShown)
        {
            on.Add(test.Condition);
        }

        return new AlertsNow(
            [.. on.OrderBy(condition => condition.Key.Kind is ConditionKind.Test).ThenByDescending(condition => condition.Severity).ThenBy(condition => condition.Since)],
            looked,
            options.Value.Interval)
        {
            Channels = [new("log", true), new("health", true), .. channels.Select(channel => new ChannelStanding(channel.Name, channel.Configured))],
        };
    }

    private static DateTimeOffset? LookedAt(AlertLedger ledger) => ledger.LookedAt == default ? null : ledger.LookedAt;

    public async Task<IReadOnlyList<ChannelProof>?> Prove(Scope scope, CancellationToken cancel)
    {
        if (scope.Role is not Role.Admin)
        {
            return null;
        }

        var now = time.GetUtcNow();
        var test = new Alert($"test:{Guid.CreateVersion7(now):N}", AlertChange.Raised, new Condition(new ConditionKey(ConditionKind.Test, scope.Actor), Severity.Warning, now), now);
        await Audit(test, cancel);
        AlertLog.Told(logger, test);
        _test = test;
        var shown = (await Now(cancel)).On.Contains(test.Condition);
        List<ChannelProof> proofs = [new("log", ProofResult.Told), new("health", shown ? ProofResult.Told : ProofResult.Failed)];
        proofs.AddRange(await Task.WhenAll(channels.Select(channel => Prove(channel, test, cancel))));
        return proofs;
    }

    /// <summary>A test is for days when things are broken: without the store it goes on, and the log has who asked.</summary>
    private async Task Audit(Alert test, CancellationToken cancel)
    {
        try
        {
            await audit.Write(new AuditEntry(test.At, test.Condition.Key.Subject, "proveAlerts", "alerts"), cancel);
        }
        catch (StoreUnavailableException)
        {
        }
    }

    private async Task<ChannelProof> Prove(IAlertChannel channel, Alert test, CancellationToken cancel)
    {
        if (!channel.Configured)
        {
            return new ChannelProof(channel.Name, ProofResult.NotConfigured);
        }

        var started = time.GetTimestamp();
        try
        {
            var item = AlertDelivery.Item(channel.Name, test);
            await store.Add(item, cancel);
            signal.Raise();
            while (true)
            {
                var now = await store.Find(item.Key, cancel);
                var took = time.GetElapsedTime(started);
                if (now?.State is WorkState.Done)
                {
                    return new ChannelProof(channel.Name, ProofResult.Told, Took: took);
                }

                if (now is { State: WorkState.Ready, Waits: > 0, Cause: { } cause })
                {
                    return new ChannelProof(channel.Name, ProofResult.Failed, new Failure(Enum.TryParse<Cause>(cause, out var named) ? named : Cause.Malformed, item.Key.Flow, "tell", now.ChangedAt, now.Detail));
                }

                if (took > Patience)
                {
                    return new ChannelProof(channel.Name, ProofResult.Waits);
                }

                await Task.Delay(Glance, time, cancel);
            }
        }
        catch (StoreUnavailableException)
        {
            // As a real one would be told then: past the queue.
            var answer = await channel.Tell(test, cancel);
            return new ChannelProof(channel.Name, answer.Succeeded ? ProofResult.Told : ProofResult.Failed, answer.Failure, time.GetElapsedTime(started));
        }
    }
}
