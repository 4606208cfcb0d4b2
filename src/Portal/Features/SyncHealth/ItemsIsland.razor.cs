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

    private readonly HashSet<WorkKey> _chosen = [];
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
        _count = await Desk.Count(filter, Gone);
        _chosen.IntersectWith(_page.Items.Select(item => item.Key));
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

    private void Tick(WorkKey key, ChangeEventArgs change)
    {
        if (change.Value is true)
        {
            _chosen.Add(key);
        }
        else
        {
            _chosen.Remove(key);
        }
    }

    private void TickAll(ChangeEventArgs change)
    {
        _chosen.Clear();
        if (change.Value is true)
        {
            _chosen.UnionWith(_page!.Items.Select(item => item.Key));
        }
    }

    private void Ask(AdminAction action) => _asked = action;

    private string Title(AdminAction action) => Words[$"Ask.{action}.Title", Many];

    private string? ReasonLabel(AdminAction action) => action is AdminAction.Hold or AdminAction.Discard ? Words[$"Ask.{action}.Reason"].Value : null;

    private string Many => (_chosen.Count > 0 ? _chosen.Count : _count).ToString("N0", CultureInfo.CurrentCulture);

    private async Task Do(string? reason)
    {
        if (_asked is not { } action)
        {
            return;
        }

        _asked = null;
        await Act(async admin => _job = _chosen.Count > 0
            ? await Admin.Start(admin.Scope, action, [.. _chosen], reason, Gone)
            : await Admin.Start(admin.Scope, action, Filter.ToWork(), reason, Gone));
        _chosen.Clear();
    }
}
