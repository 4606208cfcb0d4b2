using PortalIntegration.Sandbox.Erp.Pricing;

namespace PortalIntegration.Sandbox.Erp.Orders;

internal sealed record DeliveryMethod(string Code, string Name, string? Description, string? Carrier, bool IsDefault);

internal static class Delivery
{
    private static readonly (DeliveryMethod Method, decimal Base, decimal PerKilo, decimal FreeFrom)[] Tariff =
    [
        (new("STD", "Standard parcel", "2 to 3 working days", "DPD", true), 6.90m, 0.35m, 500m),
        (new("EXP", "Express by noon", "Next working day before 12:00", "UPS", false), 18.50m, 0.95m, decimal.MaxValue),
        (new("FRT", "Freight on pallet", "3 to 5 working days, tail lift", "DSV", false), 49m, 0.12m, decimal.MaxValue),
        (new("PUP", "Pick up in Hamburg", "Ready on the day promised", null, false), 0m, 0m, 0m),
    ];

    public static IReadOnlyList<DeliveryMethod> Methods { get; } = Tariff.Select(t => t.Method).ToList();

    public static DeliveryMethod? Find(string code) => Methods.FirstOrDefault(m => m.Code == code);

    public static decimal Freight(string code, decimal kilos, decimal subtotal, string currency)
    {
        var (_, start, perKilo, freeFrom) = Tariff.First(t => t.Method.Code == code);
        return Money.ToEuro(subtotal, currency) >= freeFrom
            ? 0
            : Money.Round(Money.FromEuro(start + (Math.Ceiling(kilos) * perKilo), currency));
    }
}

internal sealed record Tax(string Name, decimal Rate, decimal Base, decimal Amount);

/// <summary>The seller sits in Hamburg and is registered in Germany and France.</summary>
internal static class Taxation
{
    private static readonly HashSet<string> Union = new(StringComparer.Ordinal)
    {
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
    };

    public static (string Name, decimal Rate) For(string shipToCountry, string? taxNumber) => shipToCountry switch
    {
        "DE" => ("VAT 19 %", 19m),
        "FR" => ("TVA 20 %", 20m),
        _ when !Union.Contains(shipToCountry) => ("Export, VAT 0 %", 0m),
        _ when taxNumber is not null => ("Reverse charge, VAT 0 %", 0m),
        _ => ("VAT 19 %", 19m),
    };
}
