using Microsoft.AspNetCore.Components;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Portal.Components;
using PortalIntegration.Portal.SignIn;

namespace PortalIntegration.Portal.Features.Orders;

/// <summary>One order: one question. What happens afterwards is shown by <see cref="OrderWatch"/> in the place of what was shown first.</summary>
public sealed partial class OrderPage
{
    private Task<Outcome<Order>>? _order;
    private DateTimeOffset _askedAt;
    private bool _waited;

    [Inject]
    public required CurrentSession Current { get; init; }

    [Inject]
    public required FindOrders Finding { get; init; }

    /// <summary>At hand before the order is asked for, so that nothing is missed until <see cref="OrderWatch"/> listens.</summary>
    [Inject]
    public required RecentChanges Changes { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    [Inject]
    public required FirstAnswer First { get; init; }

    [CascadingParameter]
    public HttpContext? Context { get; set; }

    [Parameter]
    public required string Number { get; set; }

    private OrderNumber Code => new(PortalUrls.Unescape(Number));

    private Provenance? Source { get; set; }

    protected override async Task OnInitializedAsync()
    {
        _askedAt = Clock.GetUtcNow();
        _order = Ask();
        await First.Wait(_order, Context);
        _waited = true;
    }

    private async Task<Outcome<Order>> Ask()
    {
        var answer = await Current.InScope(session => Finding.Get(session.Scope, Code));
        Source = answer.Provenance;
        return answer;
    }
}
