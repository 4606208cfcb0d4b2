using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Flows;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Work;

namespace PortalIntegration.Sync.Schedules;

/// <summary>
/// Asks the owner of orders which ones have changed, and has each looked at again. What it names twice is looked at once; a page of the answer
/// and how far it brings us are one commit.
/// </summary>
internal sealed partial class OrderPolling(
    IOwnershipMap map,
    Followers followers,
    IWorkStore store,
    IMarks marks,
    WorkSignal signal,
    IOptions<OrderPollingOptions> options,
    TimeProvider time,
    ILogger<OrderPolling> logger) : IStandingFlow
{
    public const string FlowName = "order-poll";

    private const int MostPages = 50;

    private static readonly Scope Ours = Scope.ForPortal(FlowName, Lane.Sync);

    public string Name => FlowName;

    public IReadOnlyList<string> Keys => map.OwnerOf(Entity.Orders) is { } owner ? [owner] : [];

    public async Task<Next> Run(Lease lease, CancellationToken cancel)
    {
        var system = lease.Item.Key.Key;
        if (map.OwnerOf(Entity.Orders) != system)
        {
            return new Next.Done(); // it owned them once
        }

        var name = $"{FlowName}:{system}";
        var cursor = await marks.Get(name, cancel);
        var orders = map.Owner<IOrders>();
        for (var page = 0; page < MostPages; page++)
        {
            var at = time.GetUtcNow();
            var started = time.GetTimestamp();
            var answer = await orders.ChangedSince(Ours, cursor, cancel);
            if (!answer.Try(out var changes))
            {
                return await Failed(lease, answer.Failure!, name, cursor, cancel);
            }

            await store.Trigger([.. changes.Keys.Distinct(StringComparer.Ordinal).SelectMany(key => followers.Of(Entity.Orders, key, TriggerKind.Poll))], new Mark(name, changes.Cursor), cancel);
            cursor = changes.Cursor;
            if (changes.Keys.Count > 0)
            {
                signal.Raise();
                lease.Note(new JournalEntry
                {
                    At = at,
                    Key = lease.Item.Key,
                    System = system,
                    Asked = "changedSince",
                    Read = string.Create(CultureInfo.InvariantCulture, $"{changes.Keys.Count} orders"),
                    Took = time.GetElapsedTime(started),
                    By = FlowName,
                });
            }

            if (!changes.More)
            {
                break;
            }
        }

        return new Next.Later(time.GetUtcNow() + Interval(system)) { Fresh = true };
    }

    private async Task<Next> Failed(Lease lease, Failure failure, string mark, string? cursor, CancellationToken cancel)
    {
        if (lease.Item.Waits == 0)
        {
            lease.Note(new JournalEntry
            {
                At = failure.At,
                Key = lease.Item.Key,
                System = failure.System,
                Asked = "changedSince",
                Answered = failure.Cause.ToString(),
                By = FlowName,
            });
        }

        if (failure.Cause is Cause.Rejected or Cause.NotFound or Cause.Stale && cursor is not null)
        {
            // It does not take its own cursor any more: from now on, then. What changed in between is seen when somebody looks.
            Log.CursorRefused(logger, failure.System, failure.Cause);
            await marks.Forget(mark, cancel);
        }

        return new Next.Retry(failure) { Endless = true };
    }

    private TimeSpan Interval(string system) =>
        map.Systems.FirstOrDefault(candidate => candidate.System == system)?.Find<IWebhooks>() is null ? options.Value.Interval : options.Value.RepairInterval;

    private static partial class Log
    {
        [LoggerMessage(EventId = 5411, Level = LogLevel.Warning, Message = "{System} refuses the cursor of its changes ({Cause}); following them from now on")]
        public static partial void CursorRefused(ILogger logger, string system, Cause cause);
    }
}
