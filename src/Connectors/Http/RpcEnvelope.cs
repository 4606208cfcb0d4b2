using System.Text.Json;

namespace PortalIntegration.Connectors.Http;

/// <summary>Looks into answers of RPC that come with status 200 whatever happened.</summary>
internal static class RpcEnvelope
{
    /// <summary>
    /// What stands under <c>error</c> in the answer's outermost object, null where nothing does. A long result is passed over without being
    /// read, but a list in it with an empty place is told: no RPC answers one, and reading it into records would not tell.
    /// </summary>
    /// <exception cref="JsonException">The answer is no JSON object, or a list has an empty place.</exception>
    public static JsonElement? Error(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        if (!reader.Read() || reader.TokenType is not JsonTokenType.StartObject)
        {
            throw new JsonException("Expected an object.");
        }

        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("error"))
            {
                reader.Read();
                return JsonElement.ParseValue(ref reader);
            }

            PassOver(ref reader);
        }

        return null;
    }

    private static void PassOver(ref Utf8JsonReader reader)
    {
        var inList = new Stack<bool>();
        do
        {
            reader.Read();
            switch (reader.TokenType)
            {
                case JsonTokenType.StartArray or JsonTokenType.StartObject:
                    inList.Push(reader.TokenType is JsonTokenType.StartArray);
                    break;
                case JsonTokenType.EndArray or JsonTokenType.EndObject:
                    inList.Pop();
                    break;
                case JsonTokenType.Null when inList.TryPeek(out var list) && list:
                    throw new JsonException("A list has an empty place.");
            }
        }
        while (inList.Count > 0 || reader.TokenType is JsonTokenType.PropertyName);
    }
}
