using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using PortalIntegration.Connectors.Http;

namespace PortalIntegration.Connectors;

/// <summary>
/// Reads and writes a system's JSON strictly: what is required must be there, what may not be null is not null, a text is no number, a code that its
/// enum does not know is an error. What the wire's records do not name is ignored.
/// </summary>
internal static class StrictJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        NumberHandling = JsonNumberHandling.Strict,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { RefuseNullItems } },
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false), new TimeWithOffset(), new SensibleNumber() },
    };

    /// <summary>The reader looks at properties for null, not at what stands in lists.</summary>
    private static void RefuseNullItems(JsonTypeInfo type)
    {
        var lists = type.Kind != JsonTypeInfoKind.Object
            ? []
            : type.Properties.Where(property => property.Get is not null && typeof(IEnumerable<object>).IsAssignableFrom(property.PropertyType)).ToList();
        if (lists.Count == 0)
        {
            return;
        }

        type.OnDeserialized = read =>
        {
            foreach (var list in lists)
            {
                if (list.Get!(read) is IEnumerable<object?> items && items.Contains(null))
                {
                    throw new MalformedAnswerException($"{list.Name} has a null in it");
                }
            }
        };
    }

    /// <summary>A time without an offset is not taken for one of this machine's.</summary>
    private sealed class TimeWithOffset : JsonConverter<DateTimeOffset>
    {
        public static DateTimeOffset Read(ref Utf8JsonReader reader)
        {
            var time = reader.GetDateTimeOffset();
            var text = reader.GetString()!;
            var clock = text.IndexOf('T', StringComparison.OrdinalIgnoreCase);
            return clock <= 0 || text.AsSpan(clock).IndexOfAny("Zz+-") <= 0 ? throw new JsonException("A time without an offset.") : time;
        }

        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Read(ref reader) is var time && Strict.IsSensible(time) ? time : throw new JsonException("A time that nobody means.");

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(value);
    }

    /// <summary>
    /// When something ends: "never" is the last day of 9999 where a system knows no other way to say so. Nothing may be added to it; it is shown and compared.
    /// </summary>
    public sealed class EndTime : JsonConverter<DateTimeOffset>
    {
        private const string LastDay = "9999-12-31T";

        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            IsLastDayInTheWest(reader) ? DateTimeOffset.MaxValue
            : TimeWithOffset.Read(ref reader) is var time && Strict.IsNotBeforeAll(time) ? time
            : throw new JsonException("A time that nobody means.");

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(value);

        /// <summary>Where it is in UTC there are no times any more.</summary>
        private static bool IsLastDayInTheWest(Utf8JsonReader reader) =>
            reader.TokenType is JsonTokenType.String && !reader.TryGetDateTimeOffset(out _)
            && reader.GetString() is { } text && text.StartsWith(LastDay, StringComparison.Ordinal) && text[^6] is '-'
            && DateTime.TryParseExact(text[..^6], "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            && TimeOnly.TryParseExact(text[^5..], "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
    }

    private sealed class SensibleNumber : JsonConverter<decimal>
    {
        public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType is JsonTokenType.Number && reader.TryGetDecimal(out var number) && Strict.IsSensible(number) ? number : throw new JsonException("A number that nobody means.");

        public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
    }
}
