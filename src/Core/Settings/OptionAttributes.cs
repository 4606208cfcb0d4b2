using System.Globalization;

namespace PortalIntegration.Core.Settings;

/// <summary>What a number or a time span may be. The start is checked by it, and docs/configuration.md is written from it.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class WithinAttribute : Attribute
{
    /// <summary>Of numbers, ends included.</summary>
    public WithinAttribute(double least, double most) => (Least, Most) = (least, most);

    /// <summary>Of time spans (<c>00:00:05</c>, <c>7.00:00:00</c>), ends included.</summary>
    public WithinAttribute(string least, string most) =>
        (Least, Most) = (TimeSpan.Parse(least, CultureInfo.InvariantCulture), TimeSpan.Parse(most, CultureInfo.InvariantCulture));

    /// <summary>A <see cref="double"/> or a <see cref="TimeSpan"/>.</summary>
    public IComparable Least { get; }

    /// <inheritdoc cref="Least"/>
    public IComparable Most { get; }

    /// <summary>Zero is allowed too, though it lies outside: it turns the thing off.</summary>
    public bool OrZero { get; init; }

    /// <summary>What is counted, such as <c>bytes</c> or <c>days</c>; null where the name says it.</summary>
    public string? Unit { get; init; }

    /// <summary>Whether the value lies within; what is no number and no time span does not.</summary>
    public bool Allows(object value)
    {
        IComparable? comparable = value switch
        {
            TimeSpan span when Least is TimeSpan => span,
            int or long or double or decimal when Least is double => Convert.ToDouble(value, CultureInfo.InvariantCulture),
            _ => null,
        };
        return comparable is not null
            && ((comparable.CompareTo(Least) >= 0 && comparable.CompareTo(Most) <= 0) || (OrZero && comparable is TimeSpan { Ticks: 0 } or 0d));
    }

    /// <summary>Such as <c>1 to 100</c>.</summary>
    public override string ToString() => $"{Text(Least)} to {Text(Most)}{(OrZero ? ", or 0" : "")}";

    private static string Text(IComparable end)
    {
        var text = Convert.ToString(end, CultureInfo.InvariantCulture)!;
        return end is TimeSpan && text.Contains('.', StringComparison.Ordinal) && text.LastIndexOf('.') > text.LastIndexOf(':') ? text.TrimEnd('0') : text;
    }
}

/// <summary>
/// A value that nobody may read: it comes from the environment, from a file or from user secrets, never from <c>appsettings*.json</c>, and is masked wherever it
/// might show. Of a list, every entry.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecretAttribute : Attribute
{
    /// <summary>Of a dictionary: the keys that are no secrets, separated by commas; every other one is.</summary>
    public string Except { get; init; } = "";
}
