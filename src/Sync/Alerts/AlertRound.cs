using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PortalIntegration.Sync.Schedules;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Work;

namespace PortalIntegration.Sync.Alerts;

/// <summary>
/// Looks for all nodes whether something is wrong, and queues what is to be told. What was told stands in the item's own payload, written in the same
/// commit: a round that was cut off is made again, and finds its alerts queued under the same ids.
/// </summary>
internal sealed class AlertRound(
    IServiceProvider services,
    IWorkStore store,
    IMarks marks,
    INodes nodes,
    IEnumerable<IAlertChannel> channels,
    WorkSignal signal,
    IOptions<AlertOptions> options,
    TimeProvider time,
    ILogger<AlertRound> logger) : IStandingFlow
{
    public const string FlowName = "alert-round";

    public static WorkKey Key { get; } = new(FlowName, "all");

    public string Name => FlowName;

    public IReadOnlyList<string> Keys { get; } = [Key.Key];

    public async Task<Next> Run(Lease lease, CancellationToken cancel)
    {
        List<Condition> seen = [];
        // Some of them look at the flows, of which this is one: so they are not asked for before they are needed.
        foreach (var source in services.GetServices<IConditions>())
        {
            seen.AddRange(await source.Look(cancel));
        }

        seen.AddRange(await OfNodes(cancel));
        var now = time.GetUtcNow();
        var conditions = seen.GroupBy(condition => condition.Key).Select(Merged).ToList();
        var (ledger, tell) = AlertLedger.Read(lease.Item.Payload).Follow(conditions, now, options.Value.RepeatAfter, options.Value.ClearAfter);
        foreach (var alert in tell)
        {
            foreach (var channel in channels.Where(channel => channel.Configured && alert.Condition.Key.Subject != AlertDelivery.FlowOf(channel.Name)))
            {
                await store.Add(AlertDelivery.Item(channel.Name, alert), cancel);
            }
        }

        return new Next.Later(now + options.Value.Interval)
        {
            Fresh = true,
            Payload = ledger.Write(),
            Committed = _ =>
            {
                foreach (var alert in tell)
                {
                    AlertLog.Told(logger, alert);
                }

                if (tell.Count > 0)
                {
                    signal.Raise();
                }
            },
        };
    }

    /// <summary>What several nodes see is one condition: since the first saw it, and with all of theirs.</summary>
    private static Condition Merged(IGrouping<ConditionKey, Condition> same) =>
        same.First() with { Since = same.Min(condition => condition.Since), Count = same.Sum(condition => condition.Count), Until = same.Min(condition => condition.Until) };

    private async Task<List<Condition>> OfNodes(CancellationToken cancel)
    {
        var least = time.GetUtcNow() - (3 * options.Value.Interval) - TimeSpan.FromSeconds(10);
        List<Condition> seen = [];
        foreach (var node in await nodes.Living(least, cancel))
        {
            if (await marks.Get(NodeWatch.MarkOf(node.Node), cancel) is { } mark
                && JsonSerializer.Deserialize<NodeWatch.NodeSeen>(mark, AlertJson.Options) is { } view && view.At >= least)
            {
                seen.AddRange(view.Conditions);
            }
        }

        return seen;
    }
}
