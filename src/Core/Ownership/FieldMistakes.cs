namespace PortalIntegration.Core.Ownership;

/// <summary>What cannot work in a set of field mappings.</summary>
internal static class FieldMistakes
{
    public static IEnumerable<string> In(IReadOnlyList<OwnedField> fields, IEnumerable<string> systems)
    {
        var known = systems.ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var field in fields)
        {
            foreach (var end in new[] { field.From, field.To }.Where(end => !known.Contains(end.System)))
            {
                yield return $"{field.Key}: there is no system '{end.System}'.";
            }

            if (field.From.Type != field.To.Type && field.Transformation is null)
            {
                yield return $"{field.Key}: {field.From} is {field.From.Type}, {field.To} is {field.To.Type}; name a Transformation.";
            }

            if (field.To.Length is { } room && (field.From.Length is null || field.From.Length > room) && field.Transformation is null)
            {
                yield return $"{field.Key}: {field.From} ({field.From.Length?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "any length"}) does not fit into {field.To} ({room}); name a Transformation that shortens it.";
            }
        }

        foreach (var target in fields.GroupBy(field => field.To.ToString(), StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
        {
            yield return $"{string.Join(", ", target.Select(field => field.Key))}: {target.Key} has {target.Count()} owners ({string.Join(", ", target.Select(field => field.From))}); leave one.";
        }

        foreach (var cycle in Cycles(fields))
        {
            yield return cycle;
        }
    }

    private static IEnumerable<string> Cycles(IReadOnlyList<OwnedField> fields)
    {
        var next = fields.ToLookup(field => field.From.ToString(), field => field, StringComparer.OrdinalIgnoreCase);
        var told = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var start in fields)
        {
            var reached = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            var open = new Stack<string>([start.To.ToString()]);
            while (open.TryPop(out var end))
            {
                if (!reached.Add(end))
                {
                    continue;
                }

                foreach (var field in next[end])
                {
                    open.Push(field.To.ToString());
                }
            }

            if (reached.Contains(start.From.ToString()) && told.Add(start.From.ToString()))
            {
                told.UnionWith(reached);
                yield return $"{start.Key}: {start.From} comes back to itself over {string.Join(", ", reached.Order(StringComparer.Ordinal))}; a field has one owner.";
            }
        }
    }
}
