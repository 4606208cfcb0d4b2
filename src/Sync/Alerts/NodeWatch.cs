using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Sync.Nodes;
using PortalIntegration.Sync.Storage;

namespace PortalIntegration.Sync.Alerts;

/// <summary>
/// This node's part of watching. What it alone knows it leaves in the store, where the round that one node makes for all finds it. When the store itself does
/// not answer there is no queue to tell it through: this node then tells it at once, on every channel.
/// </summary>
internal sealed partial class NodeWatch(
    NodeConditions conditions,
    IMarks marks,
    ThisNode node,
    IEnumerable<IAlertChannel> channels,
    IOptions<AlertOptions> options,
    TimeProvider time,
    ILogger<NodeWatch> logger) : BackgroundService
{
    private static readonly ConditionKey Store = new(ConditionKind.StoreUnavailable, "store");

    private AlertLedger _store = new();
    private DateTimeOffset? _storeSilentSince;
    private volatile IReadOnlyList<Condition> _seen = [];

    /// <summary>Where a node leaves what it sees.</summary>
    public static string MarkOf(string node) => $"alert-node:{node}";

    /// <summary>Since when this node's store does not answer; null while it does.</summary>
    public Condition? StoreSilent => _storeSilentSince is { } since ? new Condition(Store, Severity.Bad, since) : null;

    /// <summary>What this node alone knew to be wrong when it last looked.</summary>
    public IReadOnlyList<Condition> Seen => _seen;

    public async Task LookOnce(CancellationToken cancel)
    {
        var seen = await conditions.Look(cancel);
        _seen = seen;
        try
        {
            await marks.Set(new Mark(MarkOf(node.Name), JsonSerializer.Serialize(new NodeSeen(time.GetUtcNow(), seen), AlertJson.Options)), cancel);
            _storeSilentSince = null;
        }
        catch (StoreUnavailableException)
        {
            _storeSilentSince ??= time.GetUtcNow();
        }

        (_store, var tell) = _store.Follow(StoreSilent is { } silent ? [silent] : [], time.GetUtcNow(), options.Value.RepeatAfter, options.Value.ClearAfter);
        foreach (var alert in tell)
        {
            AlertLog.Told(logger, alert);
            foreach (var channel in channels.Where(channel => channel.Configured))
            {
                var answer = await channel.Tell(alert, cancel);
                if (!answer.Succeeded)
                {
                    Log.NotTold(logger, alert.Id, channel.Name, answer.Failure!.Cause);
                }
            }
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await marks.Forget(MarkOf(node.Name), cancellationToken);
        }
        catch (StoreUnavailableException)
        {
            // What is left there ages, and is then not looked at.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (true)
        {
            await LookOnce(stoppingToken);
            await Task.Delay(options.Value.Interval, time, stoppingToken);
        }
    }

    internal sealed record NodeSeen(DateTimeOffset At, IReadOnlyList<Condition> Conditions);

    private static partial class Log
    {
        [LoggerMessage(EventId = 5504, Level = LogLevel.Error, Message = "Alert {Alert} was not told by {Channel}: {Cause}")]
        public static partial void NotTold(ILogger logger, string alert, string channel, Cause cause);
    }
}
