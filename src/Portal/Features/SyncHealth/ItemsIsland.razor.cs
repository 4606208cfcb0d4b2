using System.Globalization;
using Microsoft.AspNetCore.Components;
using PortalIntegration.Portal.SignIn;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Work;

namespace PortalIntegration.Portal.Features.SyncHealth;

/// <summary>Items of the queue that a filter finds, and what an admin does to some or all of them.</summary>
public sealed partial class ItemsIsland
{
    private const int PageSize = 50;

    private const int Named = 5;

    private static readonly (AdminAction Action, string Symbol)[] Actions =
        [(AdminAction.Retry, "arrow-clockwise"), (AdminAction.Hold, "pause-circle"), (AdminAction.Release, "arrow-right"), (AdminAction.Discard, "x-circle-fill")];

    /// <summary>By their sequence.</summary>
    private readonly HashSet<long> _chosen = [];
    private int _choices;
    private FittingCounts? _fitting;
    private WorkPage? _page;
    private int _count;
    private AdminAction? _asked;
    private AdminJob? _job;

    [Inject]
    public required IWorkDesk Desk { get; init; }

    [Inject]
    public required IWorkAdmin Admin { get; init; }

    [Inject]
    public required SyncWords Sync { get; init; }

    [Parameter, EditorRequired]
    public required SyncFilter Filter { get; set; }

    [Parameter]
    public long? After { get; set; }

    protected override TimeSpan Beat => TimeSpan.FromSeconds(1);

    protected override async Task Look(PortalSession admin)
    {
        var filter = Filter.ToWork();
        _page = await Desk.Search(filter, After, PageSize, Gone);
        _chosen.IntersectWith(_page.Items.Select(item => item.Sequence));

        // What the buttons say is what they do: while others are ticked than were counted, they say nothing.
        var choices = _choices;
        var some = _chosen.Count > 0;
        var fitting = await Desk.Fitting(some ? Chosen : filter, Gone);
        _count = some ? await Desk.Count(filter, Gone) : fitting.All;
        _fitting = choices == _choices ? fitting : null;
        if (_job is { } job)
        {
            _job = await Admin.Job(admin.Scope, job.Id, Gone) ?? job;
        }
    }

    private string? Why(WorkItem item) => item switch
    {
        { OnHold: true } => item.Note,
        { Cause: null } => null,
        { Detail: { Length: > 0 } detail } => $"{Sync.Short(item.Cause)} · {detail}",
        _ => Sync.Short(item.Cause),
    };

    private Task Tick(long sequence, ChangeEventArgs change)
    {
        if (change.Value is true)
        {
            _chosen.Add(sequence);
        }
        else
        {
            _chosen.Remove(sequence);
        }

        return Recount();
    }

    private Task TickAll(ChangeEventArgs change)
    {
        _chosen.Clear();
        if (change.Value is true)
        {
            _chosen.UnionWith(_page!.Items.Select(item => item.Sequence));
        }

        return Recount();
    }

    private Task Recount()
    {
        _choices++;
        _fitting = null;
        return LookNow();
    }

    private WorkFilter Chosen => new() { Sequences = [.. _chosen] };

    /// <summary>How many an action is for, of what is ticked, or of all that was found; none while that is not counted.</summary>
    private int Fitting(AdminAction action) => _fitting?.Of(action) ?? 0;

    /// <summary>What will happen, with how many: "Try all 12 again", "Discard the 2 ticked".</summary>
    private string Label(AdminAction action) => Fitting(action) == 0 ? Words[$"Action.{action}"] : Capital(Words[$"Do.{action}", Many(action)]);

    private string Title(AdminAction action) => Capital(Words[$"Ask.{action}.Title", Many(action)]);

    private string Ticked()
    {
        var keys = _page!.Items.Where(item => _chosen.Contains(item.Sequence)).Select(item => item.Key.Key).ToList();
        return string.Join(", ", keys.Take(Named)) + (keys.Count > Named ? Words["Ask.AndMore", keys.Count - Named] : "");
    }

    private string? ReasonLabel(AdminAction action) => action is AdminAction.Hold or AdminAction.Discard ? Words[$"Ask.{action}.Reason"].Value : null;

    private string Many(AdminAction action)
    {
        var (some, all) = (Fitting(action), _fitting?.All ?? 0);
        return Words[(_chosen.Count > 0, some == all) switch
        {
            (true, true) => "Many.Ticked",
            (true, false) => "Many.SomeTicked",
            (false, true) => "Many.All",
            _ => "Many.Some",
        }, some, all];
    }

    private static string Capital(string text) => text.Length == 0 ? text : char.ToUpper(text[0], CultureInfo.CurrentCulture) + text[1..];

    private async Task Do(string? reason)
    {
        if (_asked is not { } action)
        {
            return;
        }

        _asked = null;
        var done = await Act(async admin =>
        {
            if (_chosen.Count == 0)
            {
                _job = await Admin.Start(admin.Scope, action, Filter.ToWork(), reason, Gone);
                return;
            }

            var fitting = await Desk.Search(Chosen with { Fits = action }, null, PageSize, Gone);
            if (fitting.Items.Count > 0)
            {
                _job = await Admin.Start(admin.Scope, action, [.. fitting.Items.Select(item => item.Key)], reason, Gone);
            }
        });
        if (done)
        {
            _chosen.Clear();
            await Recount();
        }
    }
}
