using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PortalIntegration.Connectors.Tryton.Wire;

/// <summary>
/// Tryton's JSON. Names are in snake case; decimals, dates and times are objects that name their class
/// (<c>trytond/protocols/jsonrpc.py</c>); a plain number is a float.
/// </summary>
internal static class TrytonJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters =
        {
            new DecimalConverter(), new DateConverter(), new DateTimeConverter(), new BytesConverter(),
            new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false),
        },
    };

    /// <summary>
    /// A quantity for Tryton, which keeps quantities as floats: as <c>decimal</c> it would arrive as an exact number and be refused.
    /// </summary>
    public static double Float(decimal value) => (double)value;

    /// <summary>The same value, written without needless zeros but with at least two decimals: Tryton computes prices with 16 of them.</summary>
    public static decimal Plain(decimal value)
    {
        var shortest = value / 1.0000000000000000000000000000m;
        return shortest.Scale >= 2 ? shortest : shortest + 0.00m;
    }

    private static JsonElement ObjectOf(ref Utf8JsonReader reader, string name)
    {
        if (reader.TokenType is not JsonTokenType.StartObject)
        {
            throw new JsonException($"Expected a {name}, found {reader.TokenType}.");
        }

        var element = JsonElement.ParseValue(ref reader);
        return element.TryGetProperty("__class__", out var given) && given.ValueEquals(name)
            ? element
            : throw new JsonException($"Expected a {name}.");
    }

    private static int Part(JsonElement element, string name) =>
        element.TryGetProperty(name, out var part) && part.TryGetInt32(out var value) ? value : throw new JsonException($"{name} is missing.");

    private sealed class DecimalConverter : JsonConverter<decimal>
    {
        public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType is JsonTokenType.Number)
            {
                return reader.TryGetDecimal(out var number) && Strict.IsSensible(number) ? number : throw new JsonException("The number is too large.");
            }

            return ObjectOf(ref reader, "Decimal").TryGetProperty("decimal", out var text)
                && decimal.TryParse(text.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && Strict.IsSensible(value)
                    ? value
                    : throw new JsonException("The decimal is not a number, or too large.");
        }

        public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            writer.WriteString("__class__", "Decimal");
            writer.WriteString("decimal", value.ToString(CultureInfo.InvariantCulture));
            writer.WriteEndObject();
        }
    }

    private sealed class DateConverter : JsonConverter<DateOnly>
    {
        public override DateOnly Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var element = ObjectOf(ref reader, "date");
            try
            {
                return new DateOnly(Part(element, "year"), Part(element, "month"), Part(element, "day"));
            }
            catch (ArgumentOutOfRangeException exception)
            {
                throw new JsonException("There is no such day.", exception);
            }
        }

        public override void Write(Utf8JsonWriter writer, DateOnly value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            writer.WriteString("__class__", "date");
            writer.WriteNumber("year", value.Year);
            writer.WriteNumber("month", value.Month);
            writer.WriteNumber("day", value.Day);
            writer.WriteEndObject();
        }
    }

    /// <summary>Tryton's times are in UTC and do not say so.</summary>
    private sealed class DateTimeConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var element = ObjectOf(ref reader, "datetime");
            try
            {
                var time = new DateTimeOffset(
                    Part(element, "year"), Part(element, "month"), Part(element, "day"),
                    Part(element, "hour"), Part(element, "minute"), Part(element, "second"),
                    TimeSpan.Zero).AddTicks(Part(element, "microsecond") * TimeSpan.TicksPerMicrosecond);
                return Strict.IsSensible(time) ? time : throw new JsonException("A time that nobody means.");
            }
            catch (ArgumentOutOfRangeException exception)
            {
                throw new JsonException("There is no such time.", exception);
            }
        }

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
        {
            var utc = value.UtcDateTime;
            writer.WriteStartObject();
            writer.WriteString("__class__", "datetime");
            writer.WriteNumber("year", utc.Year);
            writer.WriteNumber("month", utc.Month);
            writer.WriteNumber("day", utc.Day);
            writer.WriteNumber("hour", utc.Hour);
            writer.WriteNumber("minute", utc.Minute);
            writer.WriteNumber("second", utc.Second);
            writer.WriteNumber("microsecond", utc.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond);
            writer.WriteEndObject();
        }
    }

    /// <summary>Base64 with line breaks in it.</summary>
    private sealed class BytesConverter : JsonConverter<byte[]>
    {
        public override byte[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            try
            {
                return ObjectOf(ref reader, "bytes").TryGetProperty("base64", out var text)
                    ? Convert.FromBase64String(text.GetString() ?? "")
                    : throw new JsonException("The bytes are missing.");
            }
            catch (FormatException exception)
            {
                throw new JsonException("The bytes are not base64.", exception);
            }
        }

        public override void Write(Utf8JsonWriter writer, byte[] value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            writer.WriteString("__class__", "bytes");
            writer.WriteBase64String("base64", value);
            writer.WriteEndObject();
        }
    }
}
