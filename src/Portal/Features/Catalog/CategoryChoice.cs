using PortalIntegration.Core.Catalog;

namespace PortalIntegration.Portal.Features.Catalog;

/// <summary>What is chosen of the categories. None of the chosen stands inside another: choosing within one narrows it down.</summary>
public sealed class CategoryChoice
{
    /// <summary>No address that we write has more.</summary>
    public const int Most = 20;

    private readonly Dictionary<string, Category> _all;
    private readonly ILookup<string?, Category> _below;

    /// <param name="chosen">Codes as the address has them; unknown ones are kept, for the categories may not be known.</param>
    public CategoryChoice(IReadOnlyList<Category> all, IEnumerable<string> chosen)
    {
        _all = all.DistinctBy(category => category.Code, StringComparer.Ordinal).ToDictionary(category => category.Code, StringComparer.Ordinal);
        // Where the parent is not told, it stands at the top.
        _below = _all.Values.ToLookup(category => category.ParentCode is { } parent && _all.ContainsKey(parent) ? parent : null);
        Chosen = [.. chosen.Distinct(StringComparer.Ordinal).Take(Most)];
    }

    public IReadOnlyList<string> Chosen { get; }

    public IEnumerable<Category> Below(string? code) => _below[code];

    public bool IsChosen(string code) => Chosen.Contains(code);

    /// <summary>Whether what stands in it is shown: it or something in it is chosen.</summary>
    public bool IsOpen(string code) => IsChosen(code) || Chosen.Any(chosen => Above(chosen).Contains(code));

    /// <summary>What is chosen once this one is turned on or off.</summary>
    public IReadOnlyList<string> Turned(string code) => IsChosen(code)
        ? [.. Chosen.Where(chosen => chosen != code)]
        : [.. Chosen.Where(chosen => !Above(code).Contains(chosen) && !Above(chosen).Contains(code)), code];

    /// <summary>Its name with those above it, such as <c>Fasteners › Screws</c>; the code where the name is not known.</summary>
    public string Path(string code) => _all.TryGetValue(code, out var category)
        ? string.Join(" › ", Enumerable.Reverse(Above(code)).Select(above => _all[above].Name).Append(category.Name))
        : code;

    /// <summary>Of the category and those below it.</summary>
    public int Count(string code, IReadOnlyDictionary<string, int> counts) =>
        counts.GetValueOrDefault(code) + Below(code).Sum(inner => Count(inner.Code, counts));

    /// <summary>The codes above it, the nearest first.</summary>
    private List<string> Above(string code)
    {
        var above = new List<string>();
        for (var at = _all.GetValueOrDefault(code)?.ParentCode; at is not null && _all.TryGetValue(at, out var parent) && !above.Contains(at); at = parent.ParentCode)
        {
            above.Add(at);
        }

        return above;
    }
}
