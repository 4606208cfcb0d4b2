using Microsoft.AspNetCore.Components;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Portal.Components.Controls;
using PortalIntegration.Portal.SignIn;

namespace PortalIntegration.Portal.Features.Backorders;

/// <summary>What the account acted for still waits for, over all of its orders.</summary>
public sealed partial class BackordersPage
{
    private Task<Outcome<BackorderList>>? _backorders;

    [Inject]
    public required CurrentSession Current { get; init; }

    [Inject]
    public required FindBackorders Finding { get; init; }

    [Inject]
    public required IOwnershipMap Map { get; init; }

    [SupplyParameterFromQuery]
    public string? Q { get; set; }

    [SupplyParameterFromQuery]
    public string? Change { get; set; }

    [SupplyParameterFromQuery]
    public string? Sort { get; set; }

    private BackorderChange? Wanted => Enum.TryParse<BackorderChange>(Change, ignoreCase: true, out var change) && Enum.IsDefined(change) ? change : null;

    private BackorderSort Order => Enum.TryParse<BackorderSort>(Sort, ignoreCase: true, out var sort) && Enum.IsDefined(sort) ? sort : BackorderSort.Promised;

    private bool IsFiltered => !string.IsNullOrWhiteSpace(Q) || Wanted is not null;

    private NotAvailable? Lacking => Map.Lacking(Feature.Backorders);

    protected override void OnInitialized()
    {
        if (Lacking is null)
        {
            _backorders = Current.ForCustomer((session, customer) => Finding.List(session.ActingScope, customer));
        }
    }

    private static StatusKind KindOf(BackorderChange change) => change switch
    {
        BackorderChange.Later => StatusKind.Warning,
        BackorderChange.DateLost => StatusKind.Bad,
        BackorderChange.Earlier or BackorderChange.DateFound => StatusKind.Good,
        BackorderChange.Split => StatusKind.Notice,
        _ => StatusKind.Neutral,
    };

    private string Tell(BackorderChange change, Backorder line) => change switch
    {
        BackorderChange.Later => Days("Later.Days", BackorderList.DaysMoved(line) ?? 0),
        BackorderChange.Earlier => Days("Earlier.Days", -(BackorderList.DaysMoved(line) ?? 0)),
        BackorderChange.Split => Words["Split.Into", line.Deliveries.Count],
        _ => Words[$"Change.{change}"],
    };

    private string Days(string name, int days) => days == 1 ? Words[$"{name}.One"] : Words[name, days];
}
