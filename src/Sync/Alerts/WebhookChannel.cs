using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Options;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Sync.Alerts;

/// <summary>Posts an alert as JSON, signed by Standard Webhooks. Any 2xx is a "taken".</summary>
internal sealed class WebhookChannel(IHttpClientFactory clients, IOptions<AlertOptions> options, TimeProvider time) : IAlertChannel
{
    public const string ChannelName = "webhook";

    public string Name => ChannelName;

    public bool Configured => options.Value.WebhookAddress is not null;

    public async Task<Outcome<Done>> Tell(Alert alert, CancellationToken cancel)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(Body.Of(alert, options.Value.PortalAddress), AlertJson.Options);
        using var request = new HttpRequestMessage(HttpMethod.Post, options.Value.WebhookAddress) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        WebhookSignature.Sign(request, alert.Id, time.GetUtcNow(), body, options.Value.WebhookSecrets);
        using var client = clients.CreateClient(nameof(WebhookChannel));
        try
        {
            using var answer = await client.SendAsync(request, cancel);
            return answer.IsSuccessStatusCode
                ? Outcome.Success(default(Done), new Provenance("alert-webhook", time.GetUtcNow()))
                : Failed(CauseOf(answer.StatusCode), $"{(int)answer.StatusCode}") is var failed && answer.Headers.RetryAfter?.Delta is { } wait
                    ? Outcome.Failed<Done>(failed with { RetryAfter = wait })
                    : Outcome.Failed<Done>(failed);
        }
        catch (HttpRequestException lost)
        {
            return Outcome.Failed<Done>(Failed(lost.HttpRequestError is HttpRequestError.ResponseEnded ? Cause.Interrupted : Cause.Unreachable, lost.HttpRequestError.ToString()));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return Outcome.Failed<Done>(Failed(Cause.TimedOut, null));
        }
    }

    private static Cause CauseOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized => Cause.Unauthorized,
        HttpStatusCode.Forbidden => Cause.Forbidden,
        HttpStatusCode.NotFound or HttpStatusCode.Gone => Cause.NotFound,
        HttpStatusCode.TooManyRequests => Cause.Throttled,
        HttpStatusCode.ServiceUnavailable => Cause.Unavailable,
        >= HttpStatusCode.InternalServerError => Cause.ServerError,
        _ => Cause.Rejected,
    };

    private Failure Failed(Cause cause, string? detail) => new(cause, "alert-webhook", "post", time.GetUtcNow(), detail);

    /// <summary>What is posted; documented in docs/operations.md.</summary>
    private sealed record Body(
        string Type,
        string Id,
        DateTimeOffset Timestamp,
        bool Test,
        ConditionKind Kind,
        string Subject,
        Severity Severity,
        DateTimeOffset Since,
        int Count,
        string Words,
        string Todo,
        Uri? Page)
    {
        public static Body Of(Alert alert, Uri? portal) => new(
            $"alert.{JsonNamingPolicy.CamelCase.ConvertName(alert.Change.ToString())}",
            alert.Id,
            alert.At,
            alert.Condition.Key.Kind is ConditionKind.Test,
            alert.Condition.Key.Kind,
            alert.Condition.Key.Subject,
            alert.Condition.Severity,
            alert.Condition.Since,
            alert.Condition.Count,
            AlertWords.Headline(alert),
            AlertWords.Todo(alert.Condition),
            AlertLinks.Page(portal));
    }
}
