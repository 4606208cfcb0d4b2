using Microsoft.AspNetCore.Components;
using PortalIntegration.Core;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Returns;
using PortalIntegration.Portal.Components.Controls;
using PortalIntegration.Portal.SignIn;

namespace PortalIntegration.Portal.Features.Returns;

/// <summary>What the account acted for has sent back or wants to, newest first.</summary>
public sealed partial class ReturnsPage
{
    private Task<Outcome<Page<Return>>>? _returns;

    [Inject]
    public required CurrentSession Current { get; init; }

    [Inject]
    public required IOwnershipMap Map { get; init; }

    /// <summary>The cursor of the page, as the owner gave it.</summary>
    [SupplyParameterFromQuery]
    public string? Page { get; set; }

    protected override void OnInitialized() => _returns = Current.ForCustomer((session, customer) =>
        Map.Owner<IReturns>().List(session.ActingScope, customer, string.IsNullOrWhiteSpace(Page) ? null : Page));

    private static StatusKind KindOf(ReturnStatus status) => status switch
    {
        ReturnStatus.Requested or ReturnStatus.Approved or ReturnStatus.Received => StatusKind.Notice,
        ReturnStatus.Credited => StatusKind.Good,
        ReturnStatus.Rejected => StatusKind.Bad,
        _ => StatusKind.Neutral,
    };

    /// <summary>In words where the system has a code that we know; else as the system says it.</summary>
    private string? Reason(Return item)
    {
        var reason = item.Reason ?? item.Lines.Select(line => line.Reason).FirstOrDefault(found => found is not null);
        return reason is not null && Words[$"Reason.{reason}"] is { ResourceNotFound: false } known ? known : reason;
    }
}
