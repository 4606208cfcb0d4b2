using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PortalIntegration.Connectors.Odoo.Wire;

/// <summary>
/// Odoo's JSON. Names are in snake case; what is empty is <c>false</c>, whatever its type; dates and times are texts, times in UTC; every number
/// with a point is a float of Python's.
/// </summary>
internal static class OdooJson
{
    private const string DateFormat = "yyyy-MM-dd";
    private const string TimeFormat = "yyyy-MM-dd HH:mm:ss";

    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters =
        {
            new TextConverter(), new NumberConverter(), new DateConverter(), new TimeConverter(), new RefConverter(), new BytesConverter(), new OrFalseConverter(),
            new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false),
        },
    };

    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    public static string Text(DateOnly date) => date.ToString(DateFormat, CultureInfo.InvariantCulture);

    private static JsonException Unexpected(string expected, JsonTokenType found) => new($"Expected {expected}, found {found}.");

    private sealed class TextConverter : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
        {
            JsonTokenType.String => reader.GetString(),
            JsonTokenType.False => null,
            var other => throw Unexpected("a text", other),
        };

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

        public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString()!;

        public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WritePropertyName(value);
    }

    /// <summary>
    /// A float has about 16 digits, of which the last may be noise of its binary form (21.560000000000002): <c>decimal</c> takes the 15
    /// that mean something.
    /// </summary>
    private sealed class NumberConverter : JsonConverter<decimal>
    {
        public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType is not JsonTokenType.Number)
            {
                throw Unexpected("a number", reader.TokenType);
            }

            var number = reader.GetDouble();
            return Math.Abs(number) < 1e15 ? (decimal)number : throw new JsonException("The number is too large.");
        }

        public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
    }

    private sealed class DateConverter : JsonConverter<DateOnly>
    {
        public override DateOnly Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType is JsonTokenType.String
                && DateOnly.TryParseExact(reader.GetString(), DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
                    ? date
                    : throw new JsonException("Expected a date.");

        public override void Write(Utf8JsonWriter writer, DateOnly value, JsonSerializerOptions options) => writer.WriteStringValue(Text(value));
    }

    private sealed class TimeConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType is JsonTokenType.String && DateTimeOffset.TryParseExact(
                reader.GetString(), TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) && Strict.IsSensible(time)
                    ? time
                    : throw new JsonException("Expected a time.");

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(Text(value));
    }

    private sealed class RefConverter : JsonConverter<Ref>
    {
        public override Ref? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType is JsonTokenType.False)
            {
                return null;
            }

            var pair = JsonElement.ParseValue(ref reader);
            return pair.ValueKind is JsonValueKind.Array && pair.GetArrayLength() == 2
                && pair[0].ValueKind is JsonValueKind.Number && pair[0].TryGetInt64(out var id)
                && pair[1].ValueKind is JsonValueKind.String
                    ? new Ref(id, pair[1].GetString()!)
                    : throw new JsonException("Expected a record's id and name.");
        }

        public override void Write(Utf8JsonWriter writer, Ref value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Id);
    }

    private sealed class BytesConverter : JsonConverter<byte[]>
    {
        public override byte[]? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType is JsonTokenType.False ? null
                : reader.TokenType is JsonTokenType.String && reader.TryGetBytesFromBase64(out var bytes) ? bytes
                : throw new JsonException("Expected base64.");

        public override void Write(Utf8JsonWriter writer, byte[] value, JsonSerializerOptions options) => writer.WriteBase64StringValue(value);
    }

    /// <summary>A nullable value: null is <c>false</c>.</summary>
    private sealed class OrFalseConverter : JsonConverterFactory
    {
        public override bool CanConvert(Type typeToConvert) =>
            Nullable.GetUnderlyingType(typeToConvert) is { } type && type != typeof(bool);

        public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
            (JsonConverter)Activator.CreateInstance(typeof(OrFalse<>).MakeGenericType(Nullable.GetUnderlyingType(typeToConvert)!))!;

        private sealed class OrFalse<T> : JsonConverter<T?>
            where T : struct
        {
            public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
                reader.TokenType is JsonTokenType.False ? null : JsonSerializer.Deserialize<T>(ref reader, options);

            public override void Write(Utf8JsonWriter writer, T? value, JsonSerializerOptions options)
            {
                if (value is { } given)
                {
                    JsonSerializer.Serialize(writer, given, options);
                }
                else
                {
                    writer.WriteBooleanValue(value: false);
                }
            }
        }
    }
}

/// <summary>Another record, as a many2one tells it.</summary>
/// <param name="Name">As Odoo displays it; not always the field <c>name</c>.</param>
internal sealed record Ref(long Id, string Name);
