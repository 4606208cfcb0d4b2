using PortalIntegration.Core.Outcomes;
using PortalIntegration.Sync.Work;

namespace PortalIntegration.UnitTests.Sync.Alerts;

/// <summary>A flow that ends as it is told to.</summary>
internal sealed class ScriptedFlow : IFlow
{
    public const string FlowName = "scripted";

    public string Name => FlowName;

    public Func<string, Next> Ends { get; set; } = _ => new Next.Done();

    public static Next Refused(string key) => new Next.Dead(new Failure(Cause.Rejected, "erp", "updateCustomer", ManualClock.Start().GetUtcNow(), key));

    public Task<Next> Run(Lease lease, CancellationToken cancel) => Task.FromResult(Ends(lease.Item.Key.Key));
}
