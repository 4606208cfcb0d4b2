using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PortalIntegration.Connectors.Odoo.Wire;

/// <summary>A record as Odoo answers it: whatever was asked for, always with its id.</summary>
internal abstract record OdooRow
{
    public required long Id { get; init; }
}

/// <summary>The names of the fields to ask for, read off the record that takes the answer, so that the two cannot differ.</summary>
internal static class Fields<TRow>
    where TRow : OdooRow
{
    public static IReadOnlyList<string> Names { get; } =
    [
        .. typeof(TRow).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetCustomAttribute<JsonIgnoreAttribute>() is null && property.GetCustomAttribute<JsonExtensionDataAttribute>() is null)
            .Select(property => property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name))
            .Where(name => name is not "id")
            .Order(StringComparer.Ordinal),
    ];
}
