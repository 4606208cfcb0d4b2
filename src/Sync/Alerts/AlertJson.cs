using System.Text.Json;
using System.Text.Json.Serialization;

namespace PortalIntegration.Sync.Alerts;

/// <summary>How alerts are written, in the store and to whoever is told.</summary>
internal static class AlertJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };
}
