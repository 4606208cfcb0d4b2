using Microsoft.AspNetCore.Components;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Portal.Components.Controls;
using PortalIntegration.Portal.Features.SystemHealth;
using PortalIntegration.Portal.SignIn;
using PortalIntegration.Sync.Alerts;
using PortalIntegration.Sync.Flows;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Work;

namespace PortalIntegration.Portal.Features.SyncHealth;

/// <summary>How everything that the portal carries is doing, live: the first line answers.</summary>
public sealed partial class SyncBoard
{
    private HealthPicture? _picture;
    private AlertsNow? _alerts;
    private IReadOnlyList<ChannelProof>? _proofs;
    private bool _proving;
    private string? _pausing;

    [Inject]
    public required ReadHealth Health { get; init; }

    [Inject]
    public required IAlerts Alerts { get; init; }

    [Inject]
    public required IFlowBoard Board { get; init; }

    [Inject]
    public required IWorkAdmin Admin { get; init; }

    [Inject]
    public required SyncWords Sync { get; init; }

    [Inject]
    public required IOwnershipMap Map { get; init; }

    private string Verdict
    {
        get
        {
            if (SilentSince is not null)
            {
                return Words["Verdict.StoreSilent"];
            }

            if (_picture is null)
            {
                return Words["Verdict.Looking"];
            }

            var all = Map.Systems.Select(system => system.Monitor.Status).ToList();
            var systems = all.Where(status => SystemWords.Loudness(status) is StatusKind.Bad).ToList();
            var limping = all.Where(status => SystemWords.Loudness(status) is StatusKind.Warning).ToList();
            var ill = _picture.Flows.Count(row => row.Verdict.Health >= FlowHealth.Late);
            return (ill, systems.Count) switch
            {
                (0, 0) when limping.Count > 0 => Words[limping.Count == 1 ? "Verdict.OneLimps" : "Verdict.Limping", limping.Count == 1 ? Say.System(limping[0].System) : limping.Count],
                (0, 0) when _picture.Flows.Count(row => row.Verdict.Reason is FlowReason.Paused) is > 0 and var paused => Words[paused == 1 ? "Verdict.OnePaused" : "Verdict.Paused", paused],
                (0, 0) => Words["Verdict.AllWell"],
                (0, 1) => Words["Verdict.OneSystem", Say.System(systems[0].System)],
                (0, _) => Words["Verdict.Systems", systems.Count],
                (1, 0) => Words["Verdict.OneFlow", Sync.Flow(_picture.Flows.First(row => row.Verdict.Health >= FlowHealth.Late).Flow)],
                (_, 0) => Words["Verdict.Flows", ill],
                _ => Words["Verdict.Both", ill + systems.Count],
            };
        }
    }

    protected override async Task Look(PortalSession admin)
    {
        // Alerts answer without the store, too.
        _alerts = await Alerts.Now(Gone);
        _picture = await Health.Read(admin.Scope, Gone);
    }

    private Task<bool> Retry(FailureGroup group) => Act(admin => Admin.Start(admin.Scope, AdminAction.Retry, WorkFilter.Of(group), null, Gone));

    private Task<bool> SetMode((string Flow, FlowMode Mode) wanted) => Act(admin => Board.SetMode(admin.Scope, wanted.Flow, wanted.Mode, Gone));

    private Task<bool> Resume(string flow) => Act(admin => Board.Resume(admin.Scope, flow, Gone));

    private Task<bool> RunNow(string flow) => Act(admin => Board.RunNow(admin.Scope, flow, Gone));

    private async Task Pause(string? why)
    {
        var flow = _pausing!;
        _pausing = null;
        await Act(admin => Board.Pause(admin.Scope, flow, why ?? "", Gone));
    }

    private async Task Prove()
    {
        _proving = true;
        StateHasChanged();
        await Act(async admin => _proofs = await Alerts.Prove(admin.Scope, Gone));
        _proving = false;
    }
}
