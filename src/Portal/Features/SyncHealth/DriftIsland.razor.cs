using Microsoft.AspNetCore.Components;
using PortalIntegration.Portal.SignIn;
using PortalIntegration.Sync.Flows;

namespace PortalIntegration.Portal.Features.SyncHealth;

/// <summary>Where two systems disagree, as a flow sees it: the preview of what repairing would change.</summary>
public sealed partial class DriftIsland
{
    private const int Step = 100;
    private const int Named = 20;

    private readonly HashSet<string> _repaired = new(StringComparer.Ordinal);
    private IReadOnlyList<FlowStatus> _flows = [];
    private FlowStatus? _flow;
    private DriftReport? _report;
    private int? _queued;
    private int _shown = Step;
    private bool _asked;

    /// <summary>What was read here of a report that another node made, by key; null for a key that could not be read.</summary>
    private readonly Dictionary<string, IReadOnlyList<DriftRow>?> _read = new(StringComparer.Ordinal);
    private DateTimeOffset _readOf;

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
        _report = _flow is null ? null : await Drift.Find(admin.Scope, _flow.Name, Gone);
        if (_report is { IsElsewhere: true, FinishedAt: not null } elsewhere)
        {
            await ReadAnew(admin, elsewhere);
        }
    }

    /// <summary>The values of what is shown: the store keeps none.</summary>
    private async Task ReadAnew(PortalSession admin, DriftReport report)
    {
        if (_readOf != report.StartedAt)
        {
            _read.Clear();
            _readOf = report.StartedAt;
        }

        var wanted = report.Rows.Take(_shown).Select(row => row.Key).Distinct(StringComparer.Ordinal).Where(key => !_read.ContainsKey(key)).Take(Step).ToList();
        if (wanted.Count > 0)
        {
            StateHasChanged();
            var found = await Drift.Read(admin.Scope, report.Flow, wanted, Gone);
            foreach (var key in wanted)
            {
                _read[key] = found.GetValueOrDefault(key);
            }
        }
    }

    /// <summary>A row with what both systems say, as far as it is known; null when they agree by now.</summary>
    private DriftRow? Known(DriftRow row) =>
        row.IsRead || _read.GetValueOrDefault(row.Key) is not { } read ? row : read.FirstOrDefault(one => one.Field == row.Field);

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
