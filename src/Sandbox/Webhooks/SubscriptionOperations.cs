using PortalIntegration.Sandbox.Http;

namespace PortalIntegration.Sandbox.Webhooks;

/// <summary>Subscriptions on the wire; both systems have them.</summary>
internal sealed class SubscriptionOperations(WebhookDispatcher webhooks, IReadOnlyCollection<string> events)
{
    public IEnumerable<Operation> All =>
    [
        Operation.Get("listWebhookSubscriptions", "/webhook-subscriptions", _ => Answer.Ok(new { Items = webhooks.Subscriptions })),
        Operation.Post("createWebhookSubscription", "/webhook-subscriptions", Create),
        Operation.Delete("deleteWebhookSubscription", "/webhook-subscriptions/{id}", Delete),
    ];

    private Answer Create(Call call)
    {
        var request = call.Read<NewSubscription>();
        if (!Uri.TryCreate(request.Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            throw Refusal.BadRequest("url is not an http address");
        }

        if (request.Events.Count == 0 || request.Events.FirstOrDefault(e => !events.Contains(e)) is not null)
        {
            throw Refusal.BadRequest("events names none, or one that there is not");
        }

        if (request.Secret is { } secret && !IsSecret(secret))
        {
            throw Refusal.BadRequest("secret is not whsec_ and base64");
        }

        return new Answer(201, webhooks.Subscribe(url, request.Events, request.Secret));
    }

    private Answer Delete(Call call) =>
        webhooks.Unsubscribe(call.Route("id")) ? Answer.NoContent() : throw Refusal.NotFound("There is no such subscription.");

    public static bool IsSecret(string secret) =>
        secret.StartsWith("whsec_", StringComparison.Ordinal)
        && Convert.TryFromBase64String(secret["whsec_".Length..], new byte[secret.Length], out var length)
        && length > 0;

    private sealed record NewSubscription
    {
        public required string Url { get; init; }

        public required IReadOnlyList<string> Events { get; init; }

        public string? Secret { get; init; }
    }
}
