using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using PortalIntegration.Core;
using PortalIntegration.Portal.SignIn;
using PortalIntegration.Sync.Placing;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Work;

namespace PortalIntegration.Portal.Features.SyncHealth;

/// <summary>One key of one flow: how it stands, what an admin can do to it, and all that was done.</summary>
public sealed partial class ItemIsland
{
    private const int MostEntries = 200;

    private WorkItem? _item;
    private IReadOnlyList<JournalEntry>? _journal;
    private MendableOrder? _mendable;
    private AdminAction? _asked;
    private AdminResult? _result;
    private bool _mending;

    [Inject]
    public required IWorkStore Store { get; init; }

    [Inject]
    public required IJournal Journal { get; init; }

    [Inject]
    public required IWorkAdmin Admin { get; init; }

    [Inject]
    public required IMendOrders Mending { get; init; }

    [Inject]
    public required SyncWords Sync { get; init; }

    [Parameter, EditorRequired]
    public required string Flow { get; set; }

    [Parameter, EditorRequired]
    public required string Key { get; set; }

    [Inject]
    public required IOptions<StateOptions> State { get; init; }

    private WorkKey Name => new(Flow, Key);

    /// <summary>Something was done about it, as long as the journal remembers.</summary>
    private bool WasSeen => _journal is { Count: > 0 };

    protected override async Task Look(PortalSession admin)
    {
        _item = await Store.Find(Name, Gone);
        _journal = await Journal.Read(Name, MostEntries, Gone);
        _mendable = Flow == FlowRow.PlaceOrder && SubmissionId.TryParse(Key, out var id) ? await Mending.Find(admin.Scope, id, Gone) : null;
        _mending = _mending && _mendable is not null;
    }

    private async Task Do(AdminAction action, string? reason)
    {
        _asked = null;
        await Act(async admin => _result = action switch
        {
            AdminAction.Retry => await Admin.Retry(admin.Scope, Name, Gone),
            AdminAction.Hold => await Admin.Hold(admin.Scope, Name, reason!, Gone),
            AdminAction.Release => await Admin.Release(admin.Scope, Name, Gone),
            _ => await Admin.Discard(admin.Scope, Name, reason!, Gone),
        });
    }

    private async Task Mend(OrderMend mend)
    {
        _mending = false;
        if (SubmissionId.TryParse(Key, out var id))
        {
            await Act(async admin => _result = await Mending.MendAndRetry(admin.Scope, id, mend, Gone));
        }
    }
}
