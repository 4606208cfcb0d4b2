namespace PortalIntegration.Core.Ownership;

/// <summary>Reads what a system sends us. A body is never trusted for values: it only names what to look at.</summary>
public interface IWebhooks
{
    /// <summary>Verifies signature and time, then reads what the delivery is about.</summary>
    WebhookReading Read(WebhookDelivery delivery);
}

/// <summary>Asks a system to tell us of its changes.</summary>
public interface IWebhookSubscriptions
{
    /// <summary>
    /// Makes sure that the system sends every change that the portal follows to <paramref name="callback"/>, signed with the newest of
    /// <see cref="SystemSettings.WebhookSecrets"/>. Harmless to repeat; called at start-up and from time to time, for subscriptions expire.
    /// </summary>
    /// <param name="callback">Absolute, as the system reaches us.</param>
    Task<Outcomes.Outcome<WebhookSubscription>> Ensure(Uri callback, CancellationToken cancel = default);
}

/// <param name="Id">The system's own.</param>
/// <param name="ExpiresAt">When it has to be asked for again; null for never.</param>
/// <param name="Renewed">Whether this call had to write: it was missing, expired, failing, or asked for other events.</param>
public sealed record WebhookSubscription(string Id, DateTimeOffset? ExpiresAt, bool Renewed);

/// <param name="Headers">By name, without regard to case.</param>
/// <param name="Body">The raw bytes, as signed.</param>
public sealed record WebhookDelivery(IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body);

public enum WebhookVerdict
{
    Accepted,

    /// <summary>Signature or time is wrong: nothing of it is kept.</summary>
    Rejected,

    /// <summary>Well signed and unreadable: quarantined for a person to see.</summary>
    Malformed,
}

/// <param name="DeliveryId">The sender's id of this delivery; null when rejected.</param>
/// <param name="Reason">Why it was not accepted.</param>
public sealed record WebhookReading(WebhookVerdict Verdict, string? DeliveryId, IReadOnlyList<ChangeNotice> Notices, string? Reason);

/// <summary>"Look at this again."</summary>
/// <param name="Key">The owner's key, such as an order number.</param>
public sealed record ChangeNotice(Entity Entity, string Key);
