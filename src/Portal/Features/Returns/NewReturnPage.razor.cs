using Microsoft.AspNetCore.Components;
using PortalIntegration.Core;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Returns;
using PortalIntegration.Portal.Components;
using PortalIntegration.Portal.SignIn;

namespace PortalIntegration.Portal.Features.Returns;

/// <summary>Whose order it is is asked before anything is shown; the rest is <see cref="NewReturnIsland"/>'s.</summary>
public sealed partial class NewReturnPage
{
    private Task<Outcome<Returnable>>? _returnable;
    private bool _waited;

    [Inject]
    public required CurrentSession Current { get; init; }

    [Inject]
    public required SendBack Sending { get; init; }

    [Inject]
    public required IOwnershipMap Map { get; init; }

    [Inject]
    public required FirstAnswer First { get; init; }

    [CascadingParameter]
    public HttpContext? Context { get; set; }

    [SupplyParameterFromQuery]
    public string? Order { get; set; }

    /// <summary>Shows only what came with this delivery.</summary>
    [SupplyParameterFromQuery]
    public string? Shipment { get; set; }

    /// <summary>Shows only what stands on this invoice.</summary>
    [SupplyParameterFromQuery]
    public string? Invoice { get; set; }

    private OrderNumber? Code => PlainText.Typed(Order) is { Length: > 0 } number ? new OrderNumber(number) : null;

    protected override async Task OnInitializedAsync()
    {
        if (Code is { } code && Map.Lacking(Feature.ReturnCreation) is null)
        {
            _returnable = Current.InScope(session => Sending.Returnable(session.Scope, code));
            await First.Wait(_returnable, Context);
            _waited = true;
        }
    }
}
