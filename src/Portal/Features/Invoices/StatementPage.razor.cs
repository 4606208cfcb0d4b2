using Microsoft.AspNetCore.Components;
using PortalIntegration.Core.Credit;
using PortalIntegration.Core.Invoices;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Portal.SignIn;

namespace PortalIntegration.Portal.Features.Invoices;

/// <summary>What the account acted for has still to pay: the owner's own sums, none is made here.</summary>
public sealed partial class StatementPage
{
    private Task<Outcome<Statement>>? _statement;
    private Task<Outcome<CreditStanding>>? _credit;

    [Inject]
    public required CurrentSession Current { get; init; }

    [Inject]
    public required IOwnershipMap Map { get; init; }

    private NotAvailable? Lacking => Map.Lacking(Feature.Statements);

    protected override void OnInitialized()
    {
        _statement = Current.ForCustomer((session, customer) => Map.Owner<IInvoices>().Statement(session.ActingScope, customer));
        _credit = Current.ForCustomer((session, customer) => Map.Owner<ICredit>().Get(session.ActingScope, customer));
    }

    private string Age(AgeingBucket bucket) => (bucket.FromDays, bucket.ToDays) switch
    {
        (null, _) => Words["Age.NotDue"],
        ({ } from, { } to) => Words["Age.FromTo", from, to],
        ({ } from, null) => Words["Age.From", from - 1],
    };
}
