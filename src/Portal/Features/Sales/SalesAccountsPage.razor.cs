using System.Globalization;
using Microsoft.AspNetCore.Components;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.SignIn;

namespace PortalIntegration.Portal.Features.Sales;

/// <summary>The accounts in a rep's care, as the CRM said when it was last asked who he is.</summary>
public sealed partial class SalesAccountsPage
{
    public const int PageSize = 50;

    private Task<Outcome<PortalSession>>? _session;

    [Inject]
    public required CurrentSession Current { get; init; }

    [SupplyParameterFromQuery]
    public string? Q { get; set; }

    /// <summary>From 1.</summary>
    [SupplyParameterFromQuery]
    public string? Page { get; set; }

    private int Skipped => int.TryParse(Page, CultureInfo.InvariantCulture, out var page) && page is > 1 and < 100_000 ? (page - 1) * PageSize : 0;

    private string NextPage => ((Skipped / PageSize) + 2).ToString(CultureInfo.InvariantCulture);

    protected override void OnInitialized() => _session = Current.Get();

    private List<ScopedAccount> Matching(PortalSession session)
    {
        var text = Q?.Trim() ?? string.Empty;
        return
        [
            .. session.Scope.Accounts
                .Where(account => text.Length == 0 || account.Name.Contains(text, StringComparison.CurrentCultureIgnoreCase)
                    || (account.Customer is { } number && number.Value.Contains(text, StringComparison.OrdinalIgnoreCase)))
                .OrderBy(account => account.Customer is not null)
                .ThenBy(account => account.Name, StringComparer.CurrentCultureIgnoreCase),
        ];
    }

    private string Summary(PortalSession session)
    {
        var all = session.Scope.Accounts.Count;
        var unlinked = session.Scope.Accounts.Count(account => account.Customer is null);
        var words = Words[all == 1 ? "Accounts.Count.One" : "Accounts.Count", all].Value;
        return unlinked == 0 ? words : $"{words}, {Words[unlinked == 1 ? "Accounts.ActionRequired.One" : "Accounts.ActionRequired", unlinked].Value}";
    }
}
