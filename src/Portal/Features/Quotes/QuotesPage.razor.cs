using Microsoft.AspNetCore.Components;
using PortalIntegration.Core;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Quotations;
using PortalIntegration.Portal.SignIn;

namespace PortalIntegration.Portal.Features.Quotes;

/// <summary>What the ERP keeps for the account acted for, newest first.</summary>
public sealed partial class QuotesPage
{
    private Task<Outcome<Page<Quotation>>>? _quotations;

    [Inject]
    public required CurrentSession Current { get; init; }

    [Inject]
    public required HandleQuotes Quotes { get; init; }

    [SupplyParameterFromQuery]
    public string? Kind { get; set; }

    [SupplyParameterFromQuery]
    public string? State { get; set; }

    /// <summary>The cursor of the page, as the owner gave it.</summary>
    [SupplyParameterFromQuery]
    public string? Page { get; set; }

    private QuotationKind? WantedKind => Enum.TryParse<QuotationKind>(Kind, ignoreCase: true, out var kind) && Enum.IsDefined(kind) ? kind : null;

    private QuotationState? WantedState => Enum.TryParse<QuotationState>(State, ignoreCase: true, out var state) && Enum.IsDefined(state) ? state : null;

    private bool IsFiltered => WantedKind is not null || WantedState is not null;

    protected override void OnInitialized() =>
        _quotations = Current.ForCustomer((session, customer) => Quotes.List(session.ActingScope, customer, WantedKind, WantedState, Page));
}
