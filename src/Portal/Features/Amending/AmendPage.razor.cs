using Microsoft.AspNetCore.Components;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Portal.Components;
using PortalIntegration.Portal.Features.Orders;
using PortalIntegration.Portal.SignIn;

namespace PortalIntegration.Portal.Features.Amending;

/// <summary>Whose order it is is asked before anything is shown; what may be done to it, <see cref="AmendIsland"/> asks.</summary>
public sealed partial class AmendPage
{
    private Task<Outcome<Order>>? _order;
    private bool _waited;

    [Inject]
    public required CurrentSession Current { get; init; }

    [Inject]
    public required FindOrders Finding { get; init; }

    [Inject]
    public required IOwnershipMap Map { get; init; }

    [Inject]
    public required FirstAnswer First { get; init; }

    [CascadingParameter]
    public HttpContext? Context { get; set; }

    [Parameter]
    public required string Number { get; set; }

    private OrderNumber Code => new(PortalUrls.Unescape(Number));

    protected override async Task OnInitializedAsync()
    {
        _order = Current.InScope(session => Finding.Get(session.Scope, Code));
        await First.Wait(_order, Context);
        _waited = true;
    }
}
