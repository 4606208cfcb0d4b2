using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PortalIntegration.Core;
using PortalIntegration.Core.Accounts;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Credit;
using PortalIntegration.Core.Customers;
using PortalIntegration.Core.Opportunities;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Schedules;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Work;

namespace PortalIntegration.Sync.Flows;

/// <summary>
/// Asks the owner of every followed entity what has changed, and has whoever follows it look again: what a webhook never told is seen then. What is named twice is
/// looked at once; a page of the answer and how far it brings us are one commit.
/// </summary>
internal sealed partial class FeedPolling(
    IOwnershipMap map,
    Followers followers,
    FlowSwitches switches,
    IWorkStore store,
    IMarks marks,
    WorkSignal signal,
    IOptions<PollingOptions> options,
    TimeProvider time,
    ILogger<FeedPolling> logger) : IStandingFlow
{
    public const string FlowName = "poll";

    private const int MostPages = 50;

    private static readonly Scope Ours = Scope.ForPortal(FlowName, Lane.Sync);

    /// <summary>Entities that have a feed, with what a system lacks that has none.</summary>
    private static readonly (Entity Entity, Feature Feature)[] Feeds =
    [
        (Entity.Orders, Feature.OrderChanges),
        (Entity.Accounts, Feature.AccountChanges),
        (Entity.Customers, Feature.CustomerChanges),
        (Entity.Credit, Feature.CreditChanges),
        (Entity.Opportunities, Feature.OpportunityChanges),
        (Entity.Catalogue, Feature.ProductChanges),
    ];

    public string Name => FlowName;

    public IReadOnlyList<string> Keys => [.. Feeds.Where(Stands).Select(feed => feed.Entity.ToString())];

    public async Task<Next> Run(Lease lease, CancellationToken cancel)
    {
        if (!Enum.TryParse<Entity>(lease.Item.Key.Key, out var entity) || !Array.Exists(Feeds, feed => feed.Entity == entity && Stands(feed)))
        {
            return new Next.Done(); // not any more
        }

        await switches.Look(cancel);
        var system = map.OwnerOf(entity)!;
        var name = $"{FlowName}:{entity}:{system}";
        var cursor = await marks.Get(name, cancel);
        // The catalogue tells everything the first time: that is what comparing all of it is for.
        var tellsAll = entity == Entity.Catalogue && cursor is null;
        for (var page = 0; page < MostPages; page++)
        {
            var started = time.GetTimestamp();
            var answer = await Ask(entity, cursor, cancel);
            if (!answer.Try(out var changes))
            {
                return await Failed(lease, answer.Failure!, name, cursor, cancel);
            }

            var triggers = tellsAll ? [] : changes.Keys.Distinct(StringComparer.Ordinal).SelectMany(key => followers.Of(entity, key, TriggerKind.Poll)).ToList();
            await store.Trigger(triggers, new Mark(name, changes.Cursor), cancel);
            if (triggers.Count > 0)
            {
                signal.Raise();
                lease.Note(new JournalEntry
                {
                    At = time.GetUtcNow(),
                    Key = lease.Item.Key,
                    System = system,
                    Asked = "changedSince",
                    Read = string.Create(CultureInfo.InvariantCulture, $"{changes.Keys.Count} {entity}"),
                    Took = time.GetElapsedTime(started),
                    By = FlowName,
                });
            }

            if (!changes.More)
            {
                break;
            }

            cursor = changes.Cursor;
        }

        return new Next.Later(time.GetUtcNow() + Interval(system)) { Fresh = true };
    }

    private bool Stands((Entity Entity, Feature Feature) feed) => map.OwnerOf(feed.Entity) is not null && map.Lacking(feed.Feature) is null && followers.Follow(feed.Entity);

    private Task<Outcome<Core.Changes>> Ask(Entity entity, string? cursor, CancellationToken cancel) => entity switch
    {
        Entity.Orders => map.Owner<IOrders>().ChangedSince(Ours, cursor, cancel),
        Entity.Accounts => map.Owner<IAccounts>().ChangedSince(Ours, cursor, cancel),
        Entity.Customers => map.Owner<ICustomers>().ChangedSince(Ours, cursor, cancel),
        Entity.Credit => map.Owner<ICredit>().ChangedSince(Ours, cursor, cancel),
        Entity.Opportunities => map.Owner<IOpportunities>().ChangedSince(Ours, cursor, cancel),
        Entity.Catalogue => map.Owner<ICatalog>().ChangedSince(Ours, cursor, cancel),
        _ => throw new InvalidOperationException($"{entity} has no feed."),
    };

    private async Task<Next> Failed(Lease lease, Failure failure, string mark, string? cursor, CancellationToken cancel)
    {
        if (lease.Item.Waits == 0)
        {
            lease.Note(new JournalEntry { At = failure.At, Key = lease.Item.Key, System = failure.System, Asked = "changedSince", Answered = failure.Cause.ToString(), By = FlowName });
        }

        if (failure.Cause is Cause.Rejected or Cause.NotFound or Cause.Stale && cursor is not null)
        {
            // It does not take its own cursor any more: from now on, then. What changed in between is seen when all keys are compared.
            Log.CursorRefused(logger, failure.System, failure.Cause);
            await marks.Forget(mark, cancel);
        }

        return new Next.Retry(failure) { Endless = true };
    }

    private TimeSpan Interval(string system) =>
        map.Systems.FirstOrDefault(candidate => candidate.System == system)?.Find<IWebhooks>() is null ? options.Value.Interval : options.Value.RepairInterval;

    private static partial class Log
    {
        [LoggerMessage(EventId = 5511, Level = LogLevel.Warning, Message = "{System} refuses the cursor of its changes ({Cause}); following them from now on")]
        public static partial void CursorRefused(ILogger logger, string system, Cause cause);
    }
}
