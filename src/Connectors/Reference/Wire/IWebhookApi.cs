using System.Text.Json.Serialization;
using RestEase;

namespace PortalIntegration.Connectors.Reference.Wire;

/// <summary>Subscriptions, the same in both contracts.</summary>
internal interface IWebhookApi
{
    [Get("webhook-subscriptions")]
    Task<ListWire<SubscriptionWire>> ListWebhookSubscriptions(CancellationToken cancel);

    [Post("webhook-subscriptions")]
    Task<SubscriptionWire> CreateWebhookSubscription([Body] NewSubscriptionWire subscription, CancellationToken cancel);
}

internal sealed record NewSubscriptionWire(string Url, IReadOnlyList<string> Events, string Secret);

internal sealed record SubscriptionWire
{
    public required string Id { get; init; }

    public required string Url { get; init; }

    public required IReadOnlyList<string> Events { get; init; }

    public required SubscriptionStatusWire Status { get; init; }

    [JsonConverter(typeof(StrictJson.EndTime))]
    public required DateTimeOffset? ExpiresAt { get; init; }
}

internal enum SubscriptionStatusWire
{
    Active,
    Failing,
    Expired,
}
