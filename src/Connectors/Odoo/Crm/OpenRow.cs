using System.Text.Json;
using System.Text.Json.Serialization;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Odoo.Wire;

namespace PortalIntegration.Connectors.Odoo.Crm;

/// <summary>A record with fields beside its own, whose names an integrator chose. Of any type, empty is <c>false</c>.</summary>
internal abstract record OpenRow : OdooRow
{
    [JsonExtensionData]
    public Dictionary<string, JsonElement> More { get; init; } = [];

    /// <summary>Null where it is empty.</summary>
    protected string? Text(string field) => Value(field) is var value && value.ValueKind is JsonValueKind.False ? null
        : value.ValueKind is JsonValueKind.String ? Filled(value)
        : throw new MalformedAnswerException($"{field} is no text");

    /// <summary>Odoo does not tell an amount of zero from none.</summary>
    protected decimal? Amount(string field) => Value(field) is var value && value.ValueKind is JsonValueKind.False ? null
        : value.ValueKind is JsonValueKind.Number && value.Deserialize<decimal>(OdooJson.Options) is >= 0 and var amount ? amount == 0 ? null : amount
        : throw new MalformedAnswerException($"{field} is no amount");

    protected IReadOnlyList<long> Ids(string field) =>
        Value(field) is var value && value.ValueKind is JsonValueKind.Array && value.EnumerateArray().All(id => id.ValueKind is JsonValueKind.Number && id.TryGetInt64(out _))
            ? [.. value.EnumerateArray().Select(id => id.GetInt64())]
            : throw new MalformedAnswerException($"{field} is no list of records");

    /// <summary>For people to read, whatever its type; null where it is empty, and where it is a no.</summary>
    protected string? Shown(string field) => Value(field) is var value ? value.ValueKind switch
    {
        JsonValueKind.False => null,
        JsonValueKind.True => "true",
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.String => Filled(value),
        JsonValueKind.Array when value.GetArrayLength() == 2 && value[1].ValueKind is JsonValueKind.String => Filled(value[1]),
        _ => throw new MalformedAnswerException($"{field} is no simple value"),
    } : null;

    /// <summary>Read only now: half a letter is still in it, and no text.</summary>
    private static string? Filled(JsonElement value) => value.Deserialize<string>(OdooJson.Options) is { Length: > 0 } text ? text : null;

    private JsonElement Value(string field) => More.TryGetValue(field, out var value) ? value : throw new MalformedAnswerException($"{field} is missing");
}
