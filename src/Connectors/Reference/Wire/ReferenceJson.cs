using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using PortalIntegration.Connectors.Http;
using RestEase;
using RestEase.Implementation;

namespace PortalIntegration.Connectors.Reference.Wire;

/// <summary>
/// Reads and writes the contracts' JSON strictly: what is required must be there, what may not be null is not null, a code that the contract does
/// not know is an error. What the contract does not name is ignored, as it demands.
/// </summary>
internal static class ReferenceJson
{
    private static readonly Writer _writer = new();
    private static readonly Reader _reader = new();

    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        NumberHandling = JsonNumberHandling.Strict,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { RefuseNullItems } },
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false), new TimeWithOffset() },
    };

    /// <summary>A RestEase client that speaks it, for one call. The type behind it is made once; the object is cheap.</summary>
    public static TApi Client<TApi>(HttpClient http, Call call)
        where TApi : class => RestClient.For<TApi>(new CallRequester(http, call)
        {
            RequestBodySerializer = _writer,
            ResponseDeserializer = _reader,
        });

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

    /// <summary>RestEase 1.4 has no attribute for a request's options.</summary>
    private sealed class CallRequester(HttpClient http, Call call) : Requester(http)
    {
        protected override void ApplyHeaders(IRequestInfo requestInfo, HttpRequestMessage requestMessage)
        {
            base.ApplyHeaders(requestInfo, requestMessage);
            call.Attach(requestMessage);
        }
    }

    private sealed class Writer : RequestBodySerializer
    {
        public override HttpContent? SerializeBody<T>(T body, RequestBodySerializerInfo info) =>
            body is null ? null : new StringContent(JsonSerializer.Serialize(body, Options), Encoding.UTF8, "application/json");
    }

    private sealed class Reader : ResponseDeserializer
    {
        public override T Deserialize<T>(string? content, HttpResponseMessage response, ResponseDeserializerInfo info) =>
            JsonSerializer.Deserialize<T>(content ?? "", Options) ?? throw new MalformedAnswerException("The answer is null.");
    }

    /// <summary>A time without an offset is not taken for one of this machine's.</summary>
    private sealed class TimeWithOffset : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var time = reader.GetDateTimeOffset();
            var text = reader.GetString()!;
            var clock = text.IndexOf('T', StringComparison.OrdinalIgnoreCase);
            return clock > 0 && text.AsSpan(clock).IndexOfAny("Zz+-") > 0 ? time : throw new JsonException("A time without an offset.");
        }

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(value);
    }
}
