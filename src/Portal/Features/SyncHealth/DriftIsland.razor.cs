using Microsoft.AspNetCore.Components;
using PortalIntegration.Portal.SignIn;
using PortalIntegration.Sync.Flows;

namespace PortalIntegration.Portal.Features.SyncHealth;

/// <summary>Where two systems disagree, as a flow sees it: the preview of what repairing would change.</summary>
public sealed partial class DriftIsland
{
    private const int Step = 200;
    private const int Named = 20;

    private readonly HashSet<string> _repaired = new(StringComparer.Ordinal);
    private IReadOnlyList<FlowStatus> _flows = [];
    private FlowStatus? _flow;
    private DriftReport? _report;
    private int? _queued;
    private int _shown = Step;
    private bool _asked;

    [Inject]
    public required IFlowBoard Board { get; init; }

    [Inject]
    public required IDrift Drift { get; init; }

    [Inject]
    public required SyncWords Sync { get; init; }

    [Parameter]
    public string? Flow { get; set; }

    protected override TimeSpan Beat => TimeSpan.FromSeconds(1);

    private int Repairable => _report?.Rows.Where(row => row.IsRepaired && !_repaired.Contains(row.Key)).Select(row => row.Key).Distinct(StringComparer.Ordinal).Count() ?? 0;

    protected override async Task Look(PortalSession admin)
    {
        _flows = await Board.Read(Gone);
        _flow = _flows.FirstOrDefault(flow => flow.Name == Flow);
        _report = _flow is null ? null : Drift.Last(admin.Scope, _flow.Name);
    }

    private Task<bool> Begin() => Act(admin =>
    {
        _repaired.Clear();
        (_queued, _shown) = (null, Step);
        _report = Drift.Begin(admin.Scope, _flow!.Name);
        return Task.CompletedTask;
    });

    private Task<bool> Stop() => Act(admin =>
    {
        Drift.Stop(admin.Scope, _flow!.Name);
        return Task.CompletedTask;
    });

    private async Task Repair(IReadOnlyCollection<string>? keys)
    {
        _asked = false;
        await Act(async admin =>
        {
            _queued = await Drift.Repair(admin.Scope, _flow!.Name, keys, Gone);
            if (_queued > 0)
            {
                _repaired.UnionWith(keys ?? [.. _report!.Rows.Where(row => row.IsRepaired).Select(row => row.Key)]);
            }
        });
    }
}
