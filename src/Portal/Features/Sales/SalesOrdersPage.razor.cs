using Microsoft.AspNetCore.Components;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.SignIn;

namespace PortalIntegration.Portal.Features.Sales;

/// <summary>"Where is my order?" on the telephone: found over all accounts in care.</summary>
public sealed partial class SalesOrdersPage
{
    private Task<Outcome<Page<OrderSummary>>>? _orders;
    private IReadOnlyList<ScopedAccount> _accounts = [];

    [Inject]
    public required CurrentSession Current { get; init; }

    [Inject]
    public required FindInCare Finding { get; init; }

    [SupplyParameterFromQuery]
    public string? Q { get; set; }

    /// <summary>The cursor of the page, as the owner gave it.</summary>
    [SupplyParameterFromQuery]
    public string? Page { get; set; }

    private bool Searches => !string.IsNullOrWhiteSpace(Q);

    protected override void OnInitialized() => _orders = Current.InScope(session =>
    {
        _accounts = session.Scope.Accounts;
        return Finding.Find(session.Scope, Q, string.IsNullOrWhiteSpace(Page) ? null : Page);
    });

    private string? NameOf(CustomerNumber customer) => _accounts.FirstOrDefault(account => account.Customer == customer)?.Name;
}
