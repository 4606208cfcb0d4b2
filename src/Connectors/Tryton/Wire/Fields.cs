using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PortalIntegration.Connectors.Tryton.Wire;

/// <summary>
/// The names of the fields to ask for, read off the record that takes the answer, so that the two cannot differ. A property named
/// with a dot at the end (<c>party.</c>) takes another record, or several; <c>id</c> comes unasked.
/// </summary>
internal static class Fields<TRow>
{
    public static IReadOnlyList<string> Names { get; } = [.. Of(typeof(TRow)).Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Of(Type row)
    {
        foreach (var property in row.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var name = property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name
                ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
            if (name.EndsWith('.'))
            {
                foreach (var nested in Of(RecordIn(property.PropertyType)))
                {
                    yield return name + nested;
                }
            }
            else if (name is not "id" && property.GetCustomAttribute<JsonIgnoreAttribute>() is null)
            {
                yield return name;
            }
        }
    }

    private static Type RecordIn(Type type) =>
        type.IsGenericType && typeof(IEnumerable).IsAssignableFrom(type) ? type.GetGenericArguments()[0] : type;
}
