using System.Text.Json.Serialization;

namespace PortalIntegration.Sandbox.Webhooks;

internal enum SubscriptionStatus
{
    Active,
    Failing,
    Expired,
}

internal sealed record Subscription
{
    public required string Id { get; init; }

    public required Uri Url { get; init; }

    public required IReadOnlyList<string> Events { get; init; }

    public required SubscriptionStatus Status { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Newest first; more than one while a secret is rotated.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary>Filled only in the answer that creates it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Secret { get; init; }
}

/// <summary>One event on its way to one receiver.</summary>
internal sealed record Delivery
{
    public required string Id { get; init; }

    public required string SubscriptionId { get; init; }

    public required string Type { get; init; }

    public required string Key { get; init; }

    public required DateTimeOffset At { get; init; }

    public int Attempts { get; init; }

    /// <summary>HTTP status of the last try; 0 when there was no answer.</summary>
    public int LastStatus { get; init; }

    public bool Done { get; init; }

    public string? Fault { get; init; }
}
