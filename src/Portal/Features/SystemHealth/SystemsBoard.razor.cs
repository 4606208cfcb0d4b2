using Microsoft.AspNetCore.Components;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.Components.Controls;
using PortalIntegration.Portal.Features.SyncHealth;
using PortalIntegration.Portal.SignIn;

namespace PortalIntegration.Portal.Features.SystemHealth;

/// <summary>How each system is doing, live. Monitors change with every call, and ages with every second: the screen follows once a second.</summary>
public sealed partial class SystemsBoard : IAsyncDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    private readonly List<Row> _rows = [];
    private readonly CancellationTokenSource _gone = new();
    private ITimer? _timer;
    private bool _refused;

    [Inject]
    public required IOwnershipMap Map { get; init; }

    [Inject]
    public required SystemSwitch Switches { get; init; }

    [Inject]
    public required CurrentSession Current { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    private string SystemsVerdict
    {
        get
        {
            var bad = _rows.Where(row => SystemWords.Loudness(row.Status) is StatusKind.Bad).ToList();
            var limping = _rows.Where(row => SystemWords.Loudness(row.Status) is StatusKind.Warning).ToList();
            return (bad.Count, limping.Count) switch
            {
                (0, 0) => Text["Systems.AllWell"],
                (0, 1) => Text["Systems.OneLimps", Say.System(limping[0].Status.System)],
                (0, _) => Text["Systems.ManyLimp", limping.Count],
                (1, _) => Text["Systems.OneBad", Say.System(bad[0].Status.System)],
                _ => Text["Systems.ManyBad", bad.Count],
            };
        }
    }

    protected override void OnInitialized()
    {
        foreach (var system in Map.Systems)
        {
            _rows.Add(new Row(system) { Owns = string.Join(", ", Map.Owned.Where(owned => owned.System == system.System).Select(owned => Text[$"Entity.{owned.Entity}"].Value)) });
        }

        // The loudest first.
        _rows.Sort((one, other) => SystemWords.Loudness(other.Status).CompareTo(SystemWords.Loudness(one.Status)));
        _timer = Clock.CreateTimer(_ => _ = InvokeAsync(Refresh), null, Beat, Beat);
    }

    public async ValueTask DisposeAsync()
    {
        await _gone.CancelAsync();
        _gone.Dispose();
        if (_timer is not null)
        {
            await _timer.DisposeAsync();
        }
    }

    private void Refresh()
    {
        foreach (var row in _rows)
        {
            row.Status = row.System.Monitor.Status;
        }

        StateHasChanged();
    }

    private async Task Probe(Row row)
    {
        row.Probing = true;
        StateHasChanged();
        row.Probed = await row.System.Monitor.Probe(_gone.Token);
        row.Probing = false;
        Refresh();
    }

    private async Task Isolate(Row row)
    {
        if (await MayAct() is { } admin)
        {
            await Switches.Isolate(admin.Scope, row.System, _gone.Token);
            Refresh();
        }
    }

    private async Task Close(Row row)
    {
        if (await MayAct() is { } admin)
        {
            await Switches.Close(admin.Scope, row.System, _gone.Token);
            Refresh();
        }
    }

    /// <summary>Asked again for every command: this page may have been open since before the right was taken away. Null when it was.</summary>
    private async Task<PortalSession?> MayAct()
    {
        var answer = await Current.Get(_gone.Token);
        var admin = answer.Try(out var session) && session.Role is Role.Admin ? session : null;
        _refused = admin is null;
        return admin;
    }

    private sealed class Row(ISystemConnection system)
    {
        public ISystemConnection System { get; } = system;

        public SystemStatus Status { get; set; } = system.Monitor.Status;

        public required string Owns { get; init; }

        public Outcome<Done>? Probed { get; set; }

        public bool Probing { get; set; }
    }
}
