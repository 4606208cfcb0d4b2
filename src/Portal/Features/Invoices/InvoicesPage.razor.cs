using Microsoft.AspNetCore.Components;
using PortalIntegration.Core;
using PortalIntegration.Core.Credit;
using PortalIntegration.Core.Invoices;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Portal.SignIn;

namespace PortalIntegration.Portal.Features.Invoices;

/// <summary>Invoices and credit notes of the account acted for, newest first, and what their owner says of its credit.</summary>
public sealed partial class InvoicesPage
{
    private Task<Outcome<Page<Invoice>>>? _invoices;
    private Task<Outcome<CreditStanding>>? _credit;

    [Inject]
    public required CurrentSession Current { get; init; }

    [Inject]
    public required IOwnershipMap Map { get; init; }

    /// <summary>The cursor of the page, as the owner gave it.</summary>
    [SupplyParameterFromQuery]
    public string? Page { get; set; }

    protected override void OnInitialized()
    {
        _invoices = Current.ForCustomer((session, customer) =>
            Map.Owner<IInvoices>().List(session.ActingScope, customer, string.IsNullOrWhiteSpace(Page) ? null : Page));
        _credit = Current.ForCustomer((session, customer) => Map.Owner<ICredit>().Get(session.ActingScope, customer));
    }
}
