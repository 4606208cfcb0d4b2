namespace PortalIntegration.Sandbox.Webhooks;

/// <summary>How webhooks go out.</summary>
public sealed record WebhookOptions
{
    /// <summary>Pause before the second try; each further one is three times as long, up to <see cref="LongestPause"/>.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Longest pause between two tries.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Tries of one delivery, the first one counted.</summary>
    public int Attempts { get; init; } = 10;

    /// <summary>How long a receiver may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a subscription lasts; null for ever.</summary>
    public TimeSpan? SubscriptionLifetime { get; init; }
}
