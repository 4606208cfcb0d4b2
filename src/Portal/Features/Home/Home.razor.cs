using Microsoft.AspNetCore.Components;
using PortalIntegration.Core;
using PortalIntegration.Core.Credit;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Quotations;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.SignIn;

namespace PortalIntegration.Portal.Features.Home;

/// <summary>What somebody wants to know who looks in for ten seconds.</summary>
public sealed partial class Home
{
    private PortalSession? _known;
    private Task<Outcome<Page<OrderSummary>>>? _orders;
    private Task<Outcome<CreditStanding>>? _credit;
    private Task<Outcome<Page<Quotation>>>? _approvals;
    private Task<Outcome<PortalSession>>? _session;

    [Inject]
    public required IOwnershipMap Map { get; init; }

    [Inject]
    public required CurrentSession Current { get; init; }

    protected override async Task OnInitializedAsync()
    {
        _known = await Current.LastConfirmed();
        if (_known is { IsRep: true, Acting: null })
        {
            _session = Current.Get();
        }
        else if (_known is not { IsAdmin: true })
        {
            _orders = Current.ForCustomer((session, customer) =>
                Map.Owner<IOrders>().Search(session.ActingScope, new OrderQuery { Customer = customer, Limit = 8 }));
            if (_known is { Role: Role.Approver } or { Scope.OrderLimit: not null } && Map.OwnerOf(Entity.Quotations) is not null)
            {
                _approvals = Current.ForCustomer((session, customer) => Map.Owner<IQuotations>().List(
                    session.ActingScope, new QuotationQuery { Customer = customer, Kind = QuotationKind.Approval, State = _known.Role == Role.Approver ? QuotationState.Open : null, Limit = 5 }));
            }

            _credit = Current.ForCustomer((session, customer) => Map.Owner<ICredit>().Get(session.ActingScope, customer));
        }
    }
}
