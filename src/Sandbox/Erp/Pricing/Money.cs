namespace PortalIntegration.Sandbox.Erp.Pricing;

/// <summary>The ERP's own arithmetic.</summary>
internal static class Money
{
    private static readonly Dictionary<string, decimal> PerEuro = new(StringComparer.Ordinal)
    {
        ["EUR"] = 1m, ["USD"] = 1.09m, ["GBP"] = 0.86m, ["CHF"] = 0.95m, ["SEK"] = 11.32m, ["PLN"] = 4.29m,
    };

    public static bool Knows(string currency) => PerEuro.ContainsKey(currency);

    public static decimal FromEuro(decimal euro, string currency) => euro * PerEuro[currency];

    public static decimal ToEuro(decimal amount, string currency) => amount / PerEuro[currency];

    public static decimal Round(decimal amount) => Math.Round(amount, 2, MidpointRounding.AwayFromZero);

    /// <summary>Unit prices below 1 keep four decimals.</summary>
    public static decimal RoundPrice(decimal price) => Math.Round(price, price < 1 ? 4 : 2, MidpointRounding.AwayFromZero);
}
