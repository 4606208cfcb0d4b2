using System.Collections.Frozen;
using System.Globalization;
using PortalIntegration.Core;
using PortalIntegration.Core.Ownership;

namespace PortalIntegration.Sync.Flows.Map;

/// <summary>What may be done to a value on its way, by name.</summary>
public static class Transformations
{
    /// <summary>Each with what it does, for the dictionary.</summary>
    public static IReadOnlyList<(string Name, string What)> Known { get; } =
    [
        ("trim", "without blanks at both ends, and single blanks within"),
        ("upper", "in capital letters"),
        ("lower", "in small letters"),
        ("shorten:N", "the first N characters, without a blank at the end"),
        ("country-to-iso", "a country's English name as its ISO 3166-1 code of two letters"),
        ("text", "any value as text"),
    ];

    private static readonly FrozenDictionary<string, string> Countries = CultureInfo.GetCultures(CultureTypes.SpecificCultures)
        .Select(culture => new RegionInfo(culture.Name))
        .Where(region => region.TwoLetterISORegionName.Length == 2)
        .GroupBy(region => region.EnglishName, StringComparer.OrdinalIgnoreCase)
        .ToFrozenDictionary(group => group.Key, group => group.First().TwoLetterISORegionName, StringComparer.OrdinalIgnoreCase);

    /// <summary>Null when there is none of this name.</summary>
    public static Func<FieldValue, FieldValue?>? Parse(string? name)
    {
        var parts = (name ?? "").Split(':', 2);
        return (parts[0], parts.ElementAtOrDefault(1)) switch
        {
            ("", null) => value => value,
            ("trim", null) => value => Text(value, string.Join(' ', value.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))),
            ("upper", null) => value => Text(value, value.Text.ToUpperInvariant()),
            ("lower", null) => value => Text(value, value.Text.ToLowerInvariant()),
            ("text", null) => value => FieldValue.Of(value.Text),
            ("country-to-iso", null) => value => Text(value, Country(value.Text)),
            ("shorten", { } length) when int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var most) && most > 0 =>
                value => Text(value, Shorten(value.Text, most)),
            _ => null,
        };
    }

    /// <summary>Whether what comes out of it fits into so many characters.</summary>
    public static bool Fits(string? name, int room) =>
        name?.StartsWith("shorten:", StringComparison.Ordinal) == true && int.TryParse(name["shorten:".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var most)
            ? most <= room
            : name is "country-to-iso" && room >= 2;

    private static FieldValue? Text(FieldValue value, string text) => FieldValue.Read(text, value.Type);

    /// <summary>Never within a pair that stands for one character.</summary>
    private static string Shorten(string text, int most) =>
        text.Length <= most ? text : text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)].TrimEnd();

    private static string Country(string text)
    {
        var given = text.Trim();
        return Countries.TryGetValue(given, out var code) ? code : given.Length == 2 ? given.ToUpperInvariant() : given;
    }
}
