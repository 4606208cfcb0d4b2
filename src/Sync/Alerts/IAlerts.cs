using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Sync.Alerts;

/// <summary>What is wrong now, and whether those who should know are told.</summary>
public interface IAlerts
{
    /// <summary>What is wrong, loudest and oldest first. With the store down, that, what this node sees itself, and what was seen last.</summary>
    Task<AlertsNow> Now(CancellationToken cancel = default);

    /// <summary>
    /// Sends an alert that is marked as a test along every way that a real one takes, and waits for what comes of it; at most 20 seconds. Null when the scope is not
    /// an admin's: then nothing was sent.
    /// </summary>
    Task<IReadOnlyList<ChannelProof>?> Prove(Scope scope, CancellationToken cancel = default);
}

/// <param name="On">What is wrong.</param>
/// <param name="LookedAt">When it was last looked, as far as this node knows; null when it never was.</param>
/// <param name="Interval">How often it is looked.</param>
public sealed record AlertsNow(IReadOnlyList<Condition> On, DateTimeOffset? LookedAt, TimeSpan Interval)
{
    /// <summary>The ways that alerts take, configured or not.</summary>
    public IReadOnlyList<ChannelStanding> Channels { get; init; } = [];
}

/// <summary>Whether somebody is told on one way.</summary>
/// <param name="Channel"><c>log</c>, <c>health</c>, <c>webhook</c> or <c>mail</c>.</param>
public sealed record ChannelStanding(string Channel, bool Configured);

/// <summary>What came of a test on one channel.</summary>
/// <param name="Channel"><c>log</c>, <c>health</c>, <c>webhook</c> or <c>mail</c>.</param>
/// <param name="Failure">Why it was not told; null where it was, or waits, or is not configured.</param>
/// <param name="Took">Until it was taken.</param>
public sealed record ChannelProof(string Channel, ProofResult Result, Failure? Failure = null, TimeSpan? Took = null);

public enum ProofResult
{
    /// <summary>Its receiver took it.</summary>
    Told,

    /// <summary>It is queued and was not taken within the time; it is tried on.</summary>
    Waits,

    /// <summary>It failed; the queue tries on.</summary>
    Failed,

    NotConfigured,
}
