using Microsoft.Extensions.Options;
using PortalIntegration.Sync.Flows;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Work;

namespace PortalIntegration.Sync.Schedules;

/// <summary>Forgets, every hour, what was kept for its number of days.</summary>
internal sealed class Housekeeping(
    IWorkStore store,
    IReceipts receipts,
    IJournal journal,
    IMeasures measures,
    IAudit audit,
    IAdminJobs jobs,
    INodes nodes,
    IMarks marks,
    IOptions<StateOptions> options,
    TimeProvider time) : IStandingFlow
{
    public string Name => "housekeeping";

    public IReadOnlyList<string> Keys { get; } = ["store"];

    public async Task<Next> Run(Lease lease, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var keep = options.Value;
        await store.Purge(cancel);
        await receipts.Purge(now.AddDays(-keep.ReceiptDays), cancel);
        await journal.Purge(now.AddDays(-keep.JournalDays), cancel);
        await jobs.Purge(now.AddDays(-keep.JournalDays), cancel);
        await audit.Purge(now.AddDays(-keep.AuditDays), cancel);
        await measures.Purge(cancel);
        await nodes.Purge(now.AddDays(-1), cancel);
        await KeptDrift.Purge(marks, now.AddDays(-keep.JournalDays), cancel);
        return new Next.Later(time.GetUtcNow().AddHours(1)) { Fresh = true };
    }
}
