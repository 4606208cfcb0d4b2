using PortalIntegration.Core;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Portal.Features.Sales;

public enum AccountSort
{
    /// <summary>Whoever wants to be looked at first, the loudest signal first.</summary>
    Attention,
    Name,
}

/// <summary>The accounts in a rep's care, narrowed and sorted as he wishes, by what is known.</summary>
public static class AccountList
{
    /// <param name="text">Part of the name or of the ERP's number, whatever its case; null for all.</param>
    /// <param name="wanted">Only accounts with this signal; null for all.</param>
    /// <param name="known">What the owners have answered by now.</param>
    public static IReadOnlyList<ScopedAccount> Of(IEnumerable<ScopedAccount> accounts, string? text, Signal? wanted, AccountSort sort, IReadOnlyList<Signs> known)
    {
        var part = PlainText.Typed(text);
        var found = accounts
            .Where(account => part.Length == 0 || account.Name.Contains(part, StringComparison.CurrentCultureIgnoreCase)
                || (account.Customer is { } number && number.Value.Contains(part, StringComparison.OrdinalIgnoreCase)))
            .Select(account => (Account: account, Signs: For(account, known)))
            .Where(entry => wanted is not { } signal || entry.Signs.Any(sign => sign.Signal == signal))
            .OrderBy(entry => entry.Account.Customer is not null);
        return
        [
            .. (sort is AccountSort.Name ? found : found.ThenBy(entry => Loudest(entry.Signs)).ThenByDescending(entry => entry.Signs.Count))
                .ThenBy(entry => entry.Account.Name, StringComparer.CurrentCultureIgnoreCase)
                .Select(entry => entry.Account),
        ];
    }

    public static IReadOnlyList<Sign> For(ScopedAccount account, IReadOnlyList<Signs> known) =>
        [.. known.SelectMany(signs => signs.For(account.Customer)).OrderBy(sign => sign.Signal)];

    private static int Loudest(IReadOnlyList<Sign> signs) => signs.Count == 0 ? int.MaxValue : (int)signs[0].Signal;
}
