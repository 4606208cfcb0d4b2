namespace PortalIntegration.Sync.Storage;

/// <summary>What was delivered to us, so that the same delivery has one effect.</summary>
public interface IReceipts
{
    /// <summary>Takes a delivery and the work that it asks for, in one commit.</summary>
    Task<ReceiptVerdict> Take(Receipt receipt, IReadOnlyList<WorkTrigger> triggers, CancellationToken cancel = default);

    /// <summary>Keeps a well-signed delivery that could not be taken, for a person to see.</summary>
    Task Quarantine(Receipt receipt, string reason, ReadOnlyMemory<byte> body, CancellationToken cancel = default);

    /// <summary>Newest first.</summary>
    Task<IReadOnlyList<QuarantinedDelivery>> Quarantined(int limit, CancellationToken cancel = default);

    /// <summary>Forgets what is older; what is quarantined too.</summary>
    Task<int> Purge(DateTimeOffset before, CancellationToken cancel = default);
}

/// <param name="System">Name in the ownership map.</param>
/// <param name="DeliveryId">The sender's.</param>
/// <param name="BodyHash">SHA-256 of the raw body, hexadecimal.</param>
public sealed record Receipt(string System, string DeliveryId, string BodyHash);

public enum ReceiptVerdict
{
    New,

    /// <summary>The same delivery again: nothing was changed.</summary>
    Known,

    /// <summary>The id was used for another body: nothing was changed.</summary>
    OtherBody,
}

/// <param name="Body">Encrypted where it rests; null when it can no longer be read.</param>
public sealed record QuarantinedDelivery(string System, string DeliveryId, string BodyHash, string Reason, DateTimeOffset At, byte[]? Body);
