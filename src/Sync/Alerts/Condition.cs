namespace PortalIntegration.Sync.Alerts;

/// <summary>What can be wrong. The names stand in alerts and in the store.</summary>
public enum ConditionKind
{
    /// <summary>What a flow is wanted to do waits longer than it may.</summary>
    FlowLate,

    /// <summary>A flow gave items up.</summary>
    DeadLetters,

    /// <summary>A system's deliveries were set aside because they could not be read, or came twice with other contents.</summary>
    Quarantined,

    /// <summary>Many deliveries that claim to come from a system were refused.</summary>
    MassRejection,

    /// <summary>A flow stopped itself before it changed too much.</summary>
    BrakeEngaged,

    /// <summary>A system cannot be asked to tell us of its changes.</summary>
    SubscriptionLost,

    /// <summary>The portal's own store cannot be read or written.</summary>
    StoreUnavailable,

    /// <summary>Every call to a system has failed for long.</summary>
    SystemUnreachable,

    /// <summary>At the pace of now, a system's quota is used up before it is new.</summary>
    QuotaRunningOut,

    /// <summary>The certificate that the portal shows a system ends soon, or has.</summary>
    CertificateEnds,

    /// <summary>Nothing is wrong: somebody tries whether alerts arrive.</summary>
    Test,
}

/// <summary>Who has to know how soon.</summary>
public enum Severity
{
    /// <summary>It may mend itself; look today.</summary>
    Warning,

    /// <summary>It does not mend itself, or customers feel it: look now.</summary>
    Bad,
}

/// <summary>Tells conditions apart: of one kind and subject there is one at a time.</summary>
/// <param name="Subject">A flow, a system, or <c>store</c>.</param>
public readonly record struct ConditionKey(ConditionKind Kind, string Subject)
{
    public override string ToString() => $"{Kind}:{Subject}";
}

/// <summary>Something that is wrong at this moment. No personal data, no keys of customers' business.</summary>
/// <param name="Since">When it began.</param>
/// <param name="Count">How many things it is about, 1 and more.</param>
public sealed record Condition(ConditionKey Key, Severity Severity, DateTimeOffset Since, int Count = 1)
{
    /// <summary>A time that matters: when a quota is used up.</summary>
    public DateTimeOffset? Until { get; init; }
}

/// <summary>Looks for conditions of some kinds.</summary>
internal interface IConditions
{
    /// <summary>Everything of its kinds that is wrong now.</summary>
    /// <exception cref="Storage.StoreUnavailableException">The store cannot be read now.</exception>
    Task<IReadOnlyList<Condition>> Look(CancellationToken cancel);
}
