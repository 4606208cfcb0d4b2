using PortalIntegration.BrowserTests.Stage;

namespace PortalIntegration.BrowserTests.Looks;

/// <summary>What a page must be to somebody who hears it, read from the browser's own accessibility tree.</summary>
public static class Listening
{
    /// <summary>Everything that can be operated; what has none of these roles and takes the focus is only a place to jump to.</summary>
    private static readonly HashSet<string> Operated = new(StringComparer.Ordinal)
    {
        "button", "checkbox", "combobox", "link", "listbox", "menuitem", "option", "radio", "searchbox", "slider", "spinbutton", "switch", "tab", "textbox", "DisclosureTriangle", "PopUpButton", "ComboBoxMenuButton", "Date",
    };

    /// <summary>What is wrong with it; empty when nothing is.</summary>
    public static IReadOnlyList<string> Wrong(IReadOnlyList<ScreenReader.Heard> page)
    {
        var wrong = new List<string>();
        wrong.AddRange(page.Where(one => Operated.Contains(one.Role) && one.Name.Length == 0).Select(one => $"{one.Role} without a name"));
        // Same words, two meanings: "Remove" ten times in one place tells nobody which one.
        var byId = page.ToDictionary(one => one.Id);
        wrong.AddRange(page.Where(one => one.Role is "button" or "textbox" or "combobox" or "spinbutton" && one.Name.Length > 0).GroupBy(one => (one.Role, one.Name, Place(one)?.Id))
            .Where(same => same.Count() > 3).Select(same => $"{same.Count()} of {same.Key.Role} '{same.Key.Name}' in one place"));
        wrong.AddRange(page.Where(one => one is { IsFocusable: true, Role: "generic" or "none", Name.Length: 0 }).Select(_ => "something without role and name takes the focus"));

        var landmarks = page.Where(one => one.Role is "main" or "banner" or "navigation" or "complementary" or "contentinfo" or "search" or "region" || one is { Role: "form", Name.Length: > 0 }).ToList();
        // What lies below an open dialog is not read.
        var inDialog = !page.Any(one => one.Role == "main") && page.Any(one => one is { Role: "dialog" or "alertdialog", Name.Length: > 0 });
        wrong.AddRange(from one in inDialog ? [] : (string[])["main", "banner"]
                       let count = landmarks.Count(landmark => landmark.Role == one)
                       where count != 1
                       select $"{count} of {one}");
        wrong.AddRange(landmarks.GroupBy(landmark => (landmark.Role, landmark.Name)).Where(same => same.Count() > 1).Select(same => $"{same.Count()} landmarks {same.Key.Role} '{same.Key.Name}'"));

        var headings = page.Where(one => one.Role == "heading").ToList();
        if (!inDialog && headings.Count(heading => heading.Level == 1) != 1)
        {
            wrong.Add($"{headings.Count(heading => heading.Level == 1)} headings of the first level");
        }

        wrong.AddRange(headings.Where(heading => heading.Name.Length == 0).Select(_ => "an empty heading"));
        for (var at = 1; at < headings.Count; at++)
        {
            if (headings[at].Level > headings[at - 1].Level + 1)
            {
                wrong.Add($"from heading '{headings[at - 1].Name}' ({headings[at - 1].Level}) to '{headings[at].Name}' ({headings[at].Level})");
            }
        }

        var children = page.ToLookup(one => one.Parent);
        var tables = page.Where(one => one.Role is "table" or "grid").ToList();
        // A page's own table is named by the page's heading, a panel's by the panel's; all others say themselves what they are.
        var named = page.Where(one => one is { Role: "region" or "dialog" or "group" or "form", Name.Length: > 0 }).SelectMany(one => Below(one, children)).Select(one => one.Id).ToHashSet(StringComparer.Ordinal);
        var nameless = tables.Count(table => table.Name.Length == 0 && !named.Contains(table.Id));
        if (nameless > 1)
        {
            wrong.Add($"{nameless} tables of which nobody says what they are");
        }

        foreach (var table in tables)
        {
            var inside = Below(table, children).ToList();
            if (!inside.Exists(one => one.Role == "columnheader"))
            {
                wrong.Add($"table '{table.Name}' without column headers");
            }

            wrong.AddRange(inside.Where(one => one.Role == "columnheader" && one.Name.Length == 0).Select(_ => $"table '{table.Name}': a column without a name"));
        }

        return [.. wrong.Distinct()];

        ScreenReader.Heard? Place(ScreenReader.Heard one)
        {
            var above = one.Parent is { } parent ? byId[parent] : null;
            return above is null or { Role: "row" or "listitem" or "region" or "dialog" or "main" } ? above : Place(above);
        }
    }

    private static IEnumerable<ScreenReader.Heard> Below(ScreenReader.Heard one, ILookup<string?, ScreenReader.Heard> children) =>
        children[one.Id].SelectMany(child => Below(child, children).Prepend(child));
}
