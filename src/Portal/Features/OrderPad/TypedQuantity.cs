using System.Globalization;
using PortalIntegration.Sync.Placing;

namespace PortalIntegration.Portal.Features.OrderPad;

/// <summary>Why a typed quantity cannot be used.</summary>
public enum QuantityFault
{
    Missing,
    NotANumber,

    /// <summary>One separator followed by three digits, such as <c>1,000</c>: a thousand to some, one to others. It is never guessed.</summary>
    Ambiguous,
    NotPositive,

    /// <summary>More than six decimals.</summary>
    TooFine,

    /// <summary>More than nine digits before the separator.</summary>
    TooLarge,
}

/// <summary>Either a quantity or why there is none.</summary>
public readonly record struct QuantityReading(decimal? Value, QuantityFault? Fault);

/// <summary>Reads quantities as people type them, with a comma or a point before the decimals.</summary>
public static class TypedQuantity
{
    private const int MostDecimals = SubmissionLimits.QuantityDecimals;
    private const int MostDigits = SubmissionLimits.QuantityDigits;

    public static QuantityReading Read(string? text)
    {
        var typed = string.Concat((text ?? string.Empty).Where(letter => !char.IsWhiteSpace(letter)));
        if (typed.Length == 0)
        {
            return new(null, QuantityFault.Missing);
        }

        var negative = typed[0] is '-' or '−';
        var parts = typed.TrimStart('+', '-', '−').Split('.', ',');
        if (parts.Length > 2 || parts.Any(part => !part.All(char.IsAsciiDigit)) || parts.All(part => part.Length == 0))
        {
            return new(null, QuantityFault.NotANumber);
        }

        var whole = parts[0].TrimStart('0');
        var decimals = parts.Length == 2 ? parts[1] : string.Empty;
        if (decimals.Length == 3 && whole.Length is >= 1 and <= 3)
        {
            return new(null, QuantityFault.Ambiguous);
        }

        decimals = decimals.TrimEnd('0');
        if (decimals.Length > MostDecimals)
        {
            return new(null, QuantityFault.TooFine);
        }

        if (whole.Length > MostDigits)
        {
            return new(null, QuantityFault.TooLarge);
        }

        var value = decimal.Parse($"0{whole}.{decimals}0", NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) / 1.0000000m;
        return negative || value == 0 ? new(null, QuantityFault.NotPositive) : new(value, null);
    }
}
