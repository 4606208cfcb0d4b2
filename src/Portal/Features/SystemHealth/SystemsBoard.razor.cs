using Microsoft.AspNetCore.Components;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.SignIn;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Work;

namespace PortalIntegration.Portal.Features.SystemHealth;

/// <summary>How each system is doing, live. Monitors change with every call, and ages with every second: the screen follows once a second.</summary>
public sealed partial class SystemsBoard : IAsyncDisposable
{
    /// <summary>What waits is looked at less often than the monitors: it is read from the store.</summary>
    private const int BeatsPerLook = 5;

    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    private readonly List<Row> _rows = [];
    private readonly CancellationTokenSource _gone = new();
    private ITimer? _timer;
    private WaitingItems _waiting = WaitingItems.None;
    private bool _storeSilent;
    private bool _refused;
    private int _beats;

    [Inject]
    public required IOwnershipMap Map { get; init; }

    [Inject]
    public required WaitingWork Waiting { get; init; }

    [Inject]
    public required IDeadLetters DeadLetters { get; init; }

    [Inject]
    public required CurrentSession Current { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    [Inject]
    public required ILogger<SystemsBoard> Logger { get; init; }

    /// <summary>Something was given up, so it goes first.</summary>
    private bool Urgent => _storeSilent || _waiting.Dead > 0;

    private string Verdict => _waiting.Dead is > 0 and var dead
        ? $"{SystemsVerdict} {Text[dead == 1 ? "Waiting.OneDead" : "Waiting.ManyDead", dead]}"
        : SystemsVerdict;

    private string SystemsVerdict
    {
        get
        {
            var bad = _rows.Where(row => SystemWords.Loudness(row.Status) is not Components.Controls.StatusKind.Good).ToList();
            return bad.Count switch
            {
                0 => Text["Systems.AllWell"],
                1 => Text["Systems.OneBad", Say.System(bad[0].Status.System)],
                _ => Text["Systems.ManyBad", bad.Count],
            };
        }
    }

    protected override async Task OnInitializedAsync()
    {
        foreach (var system in Map.Systems)
        {
            _rows.Add(new Row(system) { Owns = string.Join(", ", Map.Owned.Where(owned => owned.System == system.System).Select(owned => Text[$"Entity.{owned.Entity}"].Value)) });
        }

        // The loudest first.
        _rows.Sort((one, other) => SystemWords.Loudness(other.Status).CompareTo(SystemWords.Loudness(one.Status)));
        await LookWhatWaits();
        _timer = Clock.CreateTimer(_ => _ = InvokeAsync(OnBeat), null, Beat, Beat);
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

    private async Task OnBeat()
    {
        if (++_beats % BeatsPerLook == 0)
        {
            await LookWhatWaits();
        }

        Refresh();
    }

    private async Task LookWhatWaits()
    {
        try
        {
            _waiting = await Waiting.List(_gone.Token);
            _storeSilent = false;
        }
        catch (StoreUnavailableException)
        {
            _storeSilent = true;
        }
        catch (OperationCanceledException)
        {
            // The page was left.
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
            Log.Isolated(Logger, admin.Person.Value, row.Status.System);
            await row.System.Monitor.Isolate();
            Refresh();
        }
    }

    private async Task Close(Row row)
    {
        if (await MayAct() is { } admin)
        {
            Log.Closed(Logger, admin.Person.Value, row.Status.System);
            await row.System.Monitor.Close();
            Refresh();
        }
    }

    private async Task TryAgain(WorkKey key)
    {
        if (await MayAct() is not { } admin)
        {
            return;
        }

        try
        {
            if (await DeadLetters.TryAgain(admin.Scope, key, _gone.Token))
            {
                Log.TriedAgain(Logger, admin.Person.Value, key.Flow, key.Key);
            }
        }
        catch (StoreUnavailableException unavailable)
        {
            Log.NotTriedAgain(Logger, unavailable, key.Flow, key.Key);
        }

        await LookWhatWaits();
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

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{Actor} isolated the system {System}: nobody asks it until it is opened again.")]
        public static partial void Isolated(ILogger logger, string actor, string system);

        [LoggerMessage(LogLevel.Warning, "{Actor} had {Flow} {Key} tried again after it was given up.")]
        public static partial void TriedAgain(ILogger logger, string actor, string flow, string key);

        [LoggerMessage(LogLevel.Warning, "{Flow} {Key} was not tried again: the store is not to be had.")]
        public static partial void NotTriedAgain(ILogger logger, Exception unavailable, string flow, string key);

        [LoggerMessage(LogLevel.Warning, "{Actor} let calls to the system {System} pass again.")]
        public static partial void Closed(ILogger logger, string actor, string system);
    }
}
