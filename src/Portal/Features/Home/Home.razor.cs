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
    /// <summary>What is shown at most of what has been sent, invoiced or cancelled lately.</summary>
    private const int MostClosed = 6;

    private Task<Outcome<Page<OrderSummary>>>? _open;
    private Task<Outcome<Page<OrderSummary>>>? _latest;
    private Task<Outcome<CreditStanding>>? _credit;
    private Task<Outcome<Page<Quotation>>>? _approvals;
    private Task<Outcome<PortalSession>>? _session;

    [Inject]
    public required IOwnershipMap Map { get; init; }

    [Inject]
    public required CurrentSession Current { get; init; }

    private bool IsApprover => _known?.Role is Role.Approver;

    protected override async Task OnInitializedAsync()
    {
        _known = await Current.LastConfirmed();
        if (_known is { IsRep: true, Acting: null })
        {
            _session = Current.Get();
        }
        else if (_known is not { IsAdmin: true })
        {
            _open = Search(new OrderQuery { ToCome = true, Limit = 10 });
            _latest = Search(new OrderQuery { Limit = 25 });
            if (_known is { Role: Role.Approver } or { Scope.OrderLimit: not null } && Map.OwnerOf(Entity.Quotations) is not null)
            {
                _approvals = Current.ForCustomer((session, customer) => Map.Owner<IQuotations>().List(
                    session.ActingScope, new QuotationQuery { Customer = customer, Kind = QuotationKind.Approval, State = _known.Role == Role.Approver ? QuotationState.Open : null, Limit = 5 }));
            }

            _credit = Current.ForCustomer((session, customer) => Map.Owner<ICredit>().Get(session.ActingScope, customer));
        }
    }

    private Task<Outcome<Page<OrderSummary>>> Search(OrderQuery query) =>
        Current.ForCustomer((session, customer) => Map.Owner<IOrders>().Search(session.ActingScope, query with { Customer = customer }));

    /// <summary>What needs nobody any more, but may have moved since the last look.</summary>
    private static IEnumerable<OrderSummary> Closed(Page<OrderSummary> latest) => latest.Items.Where(order => !order.Status.IsToCome()).Take(MostClosed);
}
