using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Storage;

namespace PortalIntegration.Sync.Work;

/// <summary>
/// Runs what an admin does to many items, some hundred in a commit, so that others get at the store in between. Cut off anywhere, it goes on with the items that have no
/// result yet.
/// </summary>
internal sealed class AdminJobFlow(IAdminJobs jobs, IServiceProvider services, WorkSignal signal, IStepObserver steps) : IFlow
{
    public const string FlowName = "admin-job";

    /// <summary>A commit of a job stands.</summary>
    public const string Advanced = "admin-job:advanced";

    private const int Together = 200;

    public string Name => FlowName;

    /// <summary>In the order's lane: an admin waits for it, and customers come first.</summary>
    public static WorkTrigger Run(Guid id) => new(new WorkKey(FlowName, id.ToString("N")), (int)Lane.Order) { Kind = TriggerKind.Admin };

    public async Task<Next> Run(Lease lease, CancellationToken cancel)
    {
        var admin = (WorkAdmin)services.GetService(typeof(IWorkAdmin))!;
        var id = Guid.Parse(lease.Item.Key.Key);
        while (await jobs.Advance(id, Together, (job, item) => admin.Decide(job.Action, item, job.Who, job.Reason), cancel) is { FinishedAt: null })
        {
            steps.Reached(Advanced);
            signal.Raise();
            cancel.ThrowIfCancellationRequested();
        }

        signal.Raise();
        return new Next.Done();
    }
}
