using System.Globalization;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Work;

namespace PortalIntegration.Sync.Schedules;

/// <summary>Where the ERP quotes by draft: removes, every hour, the portal's drafts that nobody touched for two days.</summary>
internal sealed class DraftSweep(IOwnershipMap map, TimeProvider time) : IStandingFlow
{
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(2);

    public string Name => "draft-sweep";

    public IReadOnlyList<string> Keys =>
        map.OwnerOf(Entity.Orders) is { } owner && map.Owner<IQuoting>().Quoting.Kind == QuotingKind.Draft ? [owner] : [];

    public async Task<Next> Run(Lease lease, CancellationToken cancel)
    {
        if (!Keys.Contains(lease.Item.Key.Key))
        {
            return new Next.Done();
        }

        var now = time.GetUtcNow();
        var swept = await map.Owner<IQuoting>().SweepDrafts(Scope.ForPortal(Name, Lane.Batch), now - Abandoned, cancel);
        if (!swept.Try(out var count))
        {
            return new Next.Retry(swept.Failure!) { Endless = true };
        }

        if (count > 0)
        {
            lease.Note(new JournalEntry
            {
                At = now,
                Key = lease.Item.Key,
                System = lease.Item.Key.Key,
                Asked = "sweepDrafts",
                Changed = string.Create(CultureInfo.InvariantCulture, $"{count} removed"),
                By = Name,
            });
        }

        return new Next.Later(now.AddHours(1)) { Fresh = true };
    }
}
