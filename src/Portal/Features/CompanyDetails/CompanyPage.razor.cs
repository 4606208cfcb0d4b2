using Microsoft.AspNetCore.Components;
using PortalIntegration.Core;
using PortalIntegration.Core.Accounts;
using PortalIntegration.Core.Contacts;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Portal.SignIn;

namespace PortalIntegration.Portal.Features.CompanyDetails;

/// <summary>The account acted for as the CRM has it: where it gets goods and invoices, and who its people are. Those who may, change both from here.</summary>
public sealed partial class CompanyPage
{
    private Task<Outcome<Account>>? _account;
    private Task<Outcome<Page<Person>>>? _people;
    private PortalSession? _session;

    [Inject]
    public required CurrentSession Current { get; init; }

    [Inject]
    public required ChangeCompany Company { get; init; }

    [Inject]
    public required IOwnershipMap Map { get; init; }

    /// <summary>The cursor of the people's page, as the owner gave it.</summary>
    [SupplyParameterFromQuery]
    public string? Page { get; set; }

    /// <summary>For what is offered. Whether it may be done, the guard says.</summary>
    private bool MayManage => _session is { Acting: not null, Scope.MayManage: true };

    protected override async Task OnInitializedAsync()
    {
        _account = Current.ForAccount((session, account) => Company.Account(session.ActingScope, account));
        _people = Current.ForAccount((session, account) => Company.People(session.ActingScope, account, string.IsNullOrWhiteSpace(Page) ? null : Page));
        _session = await Current.LastConfirmed();
    }
}
