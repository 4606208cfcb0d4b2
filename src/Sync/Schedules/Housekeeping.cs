using Microsoft.Extensions.Options;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Work;

namespace PortalIntegration.Sync.Schedules;

/// <summary>Forgets, every hour, what was kept for its number of days.</summary>
internal sealed class Housekeeping(IWorkStore store, IReceipts receipts, IJournal journal, IOptions<StateOptions> options, TimeProvider time) : IStandingFlow
{
    public string Name => "housekeeping";

    public IReadOnlyList<string> Keys { get; } = ["store"];

    public async Task<Next> Run(Lease lease, CancellationToken cancel)
    {
        var before = time.GetUtcNow().AddDays(-options.Value.JournalDays);
        await store.Purge(cancel);
        await receipts.Purge(before, cancel);
        await journal.Purge(before, cancel);
        return new Next.Later(time.GetUtcNow().AddHours(1)) { Fresh = true };
    }
}
