using Microsoft.Extensions.Options;
using PortalIntegration.Sync.Flows;
using PortalIntegration.Sync.Schedules;
using PortalIntegration.Sync.Storage;

namespace PortalIntegration.Sync.Alerts;

/// <summary>What shows in the store, whichever node looks: what was given up, what waits too long, what was set aside.</summary>
internal sealed class StoreConditions(IWorkDesk desk, IReceipts receipts, IFlowBoard board, IOptions<AlertOptions> options, TimeProvider time) : IConditions
{
    private const int Most = 1_000;

    /// <summary>How long a delivery that was set aside is worth an alert: nobody mends an old one.</summary>
    private static readonly TimeSpan QuarantineTold = TimeSpan.FromHours(24);

    public async Task<IReadOnlyList<Condition>> Look(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        List<Condition> found = [];
        var off = (await board.Read(cancel)).Where(flow => flow.Mode is FlowMode.Off || flow.Impossible is not null).Select(flow => flow.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var load in await desk.Loads(cancel))
        {
            var late = options.Value.LateAfterFor(load.Flow);
            if (load.Flow == WebhookSubscriptions.FlowName || off.Contains(load.Flow))
            {
                continue; // a system each, see below; or it is meant to wait
            }

            if (FlowStanding.IsLate(load, now, late))
            {
                found.Add(new Condition(new ConditionKey(ConditionKind.FlowLate, load.Flow), Severity.Bad, load.WantedSince!.Value, FlowStanding.Wanted(load)));
            }
        }

        var dead = await desk.Groups(new WorkFilter { Statuses = [WorkStatus.Dead] }, Most, cancel);
        found.AddRange(dead.GroupBy(group => group.Flow).Select(flow => new Condition(
            new ConditionKey(ConditionKind.DeadLetters, flow.Key), Severity.Bad, flow.Min(group => group.FirstSeen) ?? now, flow.Sum(group => group.Dead))));

        // One that is being tried again just now is lost all the same.
        var lost = await desk.Search(new WorkFilter { Flows = [WebhookSubscriptions.FlowName], Statuses = [WorkStatus.Failing, WorkStatus.Running, WorkStatus.Dead] }, null, Most, cancel);
        found.AddRange(
            from item in lost.Items
            where item.FirstFailedAt is { } since && now - since >= options.Value.LateAfterFor(item.Key.Flow)
            select new Condition(new ConditionKey(ConditionKind.SubscriptionLost, item.Key.Key), Severity.Warning, item.FirstFailedAt!.Value));

        var aside = (await receipts.Quarantined(Most, cancel)).Where(delivery => now - delivery.At < QuarantineTold);
        found.AddRange(aside.GroupBy(delivery => delivery.System).Select(system => new Condition(
            new ConditionKey(ConditionKind.Quarantined, system.Key), Severity.Warning, system.Min(delivery => delivery.At), system.Count())));
        return found;
    }
}
