using System.Linq.Expressions;
using System.Text;
using System.Text.Json;
using RestEase;
using RestEase.Implementation;

namespace PortalIntegration.Connectors.Http;

/// <summary>Typed clients over a pipeline, from RestEase interfaces that say what a system can be asked.</summary>
public static class RestClients
{
    /// <summary>A client for one call. The type behind it is made once; the object is cheap.</summary>
    /// <typeparam name="TApi">An interface, public or internal, of methods that take a <see cref="CancellationToken"/> last.</typeparam>
    /// <param name="json">How bodies are written and answers read; read strictly, so that nonsense is found here.</param>
    public static TApi For<TApi>(SystemPipeline pipeline, Call call, JsonSerializerOptions json)
        where TApi : class => Maker<TApi>.Make(new CallRequester(pipeline.Client, call)
        {
            RequestBodySerializer = new Writer(json),
            ResponseDeserializer = new Reader(json),
        });

    /// <summary>RestEase looks its own class up by reflection each time it is asked for one: here that is done once.</summary>
    private static class Maker<TApi>
        where TApi : class
    {
        public static Func<IRequester, TApi> Make { get; } = Compile();

        private static Func<IRequester, TApi> Compile()
        {
            using var http = new HttpClient();
            var made = RestClient.For<TApi>(new Requester(http)).GetType();
            var requester = Expression.Parameter(typeof(IRequester));
            return Expression.Lambda<Func<IRequester, TApi>>(Expression.New(made.GetConstructor([typeof(IRequester)])!, requester), requester).Compile();
        }
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

    private sealed class Writer(JsonSerializerOptions json) : RequestBodySerializer
    {
        public override HttpContent? SerializeBody<T>(T body, RequestBodySerializerInfo info) =>
            body is null ? null : new StringContent(JsonSerializer.Serialize(body, json), Encoding.UTF8, "application/json");
    }

    private sealed class Reader(JsonSerializerOptions json) : ResponseDeserializer
    {
        public override T Deserialize<T>(string? content, HttpResponseMessage response, ResponseDeserializerInfo info)
        {
            var answer = JsonSerializer.Deserialize<T>(content ?? "", json) ?? throw new MalformedAnswerException("The answer is null.");

            // The reader looks at properties for null, not at what stands in lists.
            return answer is IEnumerable<object?> items && items.Contains(null) ? throw new MalformedAnswerException("The answer has a null in it.") : answer;
        }
    }
}
