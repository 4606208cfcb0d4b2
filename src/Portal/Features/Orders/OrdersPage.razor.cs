using Microsoft.AspNetCore.Components;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Portal.SignIn;

namespace PortalIntegration.Portal.Features.Orders;

/// <summary>The orders of the account acted for, newest first.</summary>
public sealed partial class OrdersPage
{
    private Task<Outcome<Page<OrderSummary>>>? _orders;

    [Inject]
    public required CurrentSession Current { get; init; }

    [Inject]
    public required FindOrders Finding { get; init; }

    [Inject]
    public required IOwnershipMap Map { get; init; }

    [SupplyParameterFromQuery]
    public string? Q { get; set; }

    [SupplyParameterFromQuery]
    public string? Status { get; set; }

    /// <summary>The cursor of the page, as the owner gave it.</summary>
    [SupplyParameterFromQuery]
    public string? Page { get; set; }

    private OrderStatus? Wanted => Enum.TryParse<OrderStatus>(Status, ignoreCase: true, out var status) && Enum.IsDefined(status) ? status : null;

    private bool IsFiltered => !string.IsNullOrWhiteSpace(Q) || Wanted is not null;

    private NotAvailable? Lacking(OrderStatus status) => status switch
    {
        OrderStatus.Backordered => Map.Lacking(Feature.BackorderedStatus),
        OrderStatus.CreditHold => Map.Lacking(Feature.CreditHoldStatus),
        OrderStatus.Returned => Map.Lacking(Feature.ReturnedStatus),
        _ => null,
    };

    private string Heading => Page is not null ? Words["List.Older"] : IsFiltered ? Words["List.Found"] : Words["List.Newest"];

    protected override void OnInitialized() =>
        _orders = Current.ForCustomer((session, customer) => Finding.List(session.ActingScope, customer, Q, Wanted, Page));
}
