using PortalIntegration.Connectors.Http;
using PortalIntegration.Core;

namespace PortalIntegration.Connectors;

/// <summary>What the JSON reader cannot check: sense. Every complaint names the field and never its value.</summary>
internal static class Strict
{
    /// <summary>
    /// No amount, quantity or factor comes near it: a float of Python's would not hold it exactly. Below it, thousands of them can be added up, and multiplied.
    /// </summary>
    private const decimal TooMuch = 1e15m;

    public static bool IsSensible(decimal number) => Math.Abs(number) < TooMuch;

    /// <summary>A time that looks back and ahead can be reckoned from. <see cref="StrictJson.EndTime"/> is for ends, which may be further off.</summary>
    public static bool IsSensible(DateTimeOffset time) => IsNotBeforeAll(time) && time.UtcDateTime.Year <= 9000;

    /// <summary>A time that may be as far off as times go, and can be shown and compared.</summary>
    public static bool IsNotBeforeAll(DateTimeOffset time) => time.UtcDateTime.Year >= 1900;

    /// <summary>The same in another unit of measure.</summary>
    /// <param name="from">How many of the common unit one of it is; above 0.</param>
    /// <param name="to">The same of the other one.</param>
    public static decimal Converted(decimal quantity, decimal from, decimal to)
    {
        try
        {
            return quantity * from / to;
        }
        catch (OverflowException)
        {
            throw new MalformedAnswerException("A quantity is too large for its unit");
        }
    }

    /// <summary>Maps each item; a null among them is an error.</summary>
    public static List<TOut> Each<TIn, TOut>(IReadOnlyList<TIn> items, string path, Func<TIn, string, TOut> map)
    {
        var mapped = new List<TOut>(items.Count);
        for (var i = 0; i < items.Count; i++)
        {
            var at = $"{path}[{i}]";
            mapped.Add(items[i] is { } item ? map(item, at) : throw new MalformedAnswerException($"{at} is null"));
        }

        return mapped;
    }

    /// <summary>An identifier or name that must not be empty.</summary>
    public static string Filled(string value, string path) => value.Length > 0 ? value : throw new MalformedAnswerException($"{path} is empty");

    public static decimal NotNegative(decimal value, string path) => value >= 0 ? value : throw new MalformedAnswerException($"{path} is negative");

    public static decimal Positive(decimal value, string path) => value > 0 ? value : throw new MalformedAnswerException($"{path} is not above 0");

    public static string Currency(string value, string path) => value is [>= 'A' and <= 'Z', >= 'A' and <= 'Z', >= 'A' and <= 'Z']
        ? value
        : throw new MalformedAnswerException($"{path} is no ISO 4217 code");

    public static Money? Money(decimal? amount, string currency) => amount is { } given ? new Money(given, currency) : null;

    /// <summary>A price or an amount that no system means when it is below 0.</summary>
    public static Money? Price(decimal? amount, string currency, string path) => amount is { } given ? new Money(NotNegative(given, path), currency) : null;

    /// <summary>The answer is about what was asked, and nothing else.</summary>
    public static void Same(string answered, string asked, string path)
    {
        if (answered != asked)
        {
            throw new MalformedAnswerException($"{path} is not what was asked for");
        }
    }

    /// <summary>Where the unknown is left out of an answer: what is in it was asked for, and comes once.</summary>
    public static List<TOut> Among<TOut, TKey>(List<TOut> answered, IEnumerable<TKey> asked, Func<TOut, TKey> key, string path)
    {
        var left = asked.ToHashSet();
        for (var i = 0; i < answered.Count; i++)
        {
            if (!left.Remove(key(answered[i])))
            {
                throw new MalformedAnswerException($"{path}[{i}] was not asked for, or comes twice");
            }
        }

        return answered;
    }

    public static void Count(int answered, int asked, string path)
    {
        if (answered != asked)
        {
            throw new MalformedAnswerException($"{path} has {answered} entries for {asked}");
        }
    }
}
