using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Flows.Map;

namespace PortalIntegration.Sync.Flows;

/// <summary>The flows that keep two systems equal, as an admin sees and sets them. What waits and how it went, the store's desk and measures tell.</summary>
/// <exception cref="Storage.StoreUnavailableException">Thrown by every method when the store cannot be read or written now.</exception>
public interface IFlowBoard
{
    /// <summary>Every flow, in the order in which they are explained.</summary>
    Task<IReadOnlyList<FlowStatus>> Read(CancellationToken cancel = default);

    /// <summary>Sets what a flow may do, until the store is lost or it is set again. False when the scope is no admin's or there is no such flow.</summary>
    Task<bool> SetMode(Scope scope, string flow, FlowMode mode, CancellationToken cancel = default);

    /// <summary>Stops a flow; what waits goes on waiting.</summary>
    Task<bool> Pause(Scope scope, string flow, string why, CancellationToken cancel = default);

    /// <summary>Lets it run again. Its brake is released for as long as it looks back, so that what it was stopped for may be done.</summary>
    Task<bool> Resume(Scope scope, string flow, CancellationToken cancel = default);

    /// <summary>Compares all keys of a flow now: <see cref="IResync.Start"/>.</summary>
    Task<bool> RunNow(Scope scope, string flow, CancellationToken cancel = default);

    /// <summary>Every rule of every flow, in their order.</summary>
    IReadOnlyList<FieldRule> Fields { get; }

    /// <summary>A flow was set, paused, resumed or stopped by its brake: its name. On any thread.</summary>
    event Action<string>? Changed;
}

/// <summary>How a flow stands.</summary>
public sealed record FlowStatus
{
    /// <summary>Such as <c>credit-to-crm</c>; the flow's name in the store's desk, measures and journal, too.</summary>
    public required string Name { get; init; }

    /// <summary>What it does, in a sentence.</summary>
    public required string What { get; init; }

    public required FlowMode Mode { get; init; }

    /// <summary>Where no admin has set another one.</summary>
    public required FlowMode ConfiguredMode { get; init; }

    /// <summary>Null while it runs.</summary>
    public FlowPause? Paused { get; init; }

    /// <summary>Why it cannot be between these systems, in a sentence, such as "Not supported by crm"; null where it can.</summary>
    public string? Impossible { get; init; }

    /// <summary>The system that owns the values; null where nobody does.</summary>
    public string? Owner { get; init; }

    /// <summary>The system that follows.</summary>
    public string? Target { get; init; }

    public required IReadOnlyList<FollowedEntity> Follows { get; init; }

    /// <summary>Cron expression of Quartz's; null for none.</summary>
    public string? Schedule { get; init; }

    /// <summary>In which <see cref="Schedule"/> is meant: an IANA name.</summary>
    public required string TimeZone { get; init; }

    public DateTimeOffset? LastScheduled { get; init; }

    public DateTimeOffset? NextScheduled { get; init; }

    /// <summary>The comparison of all keys that runs, or ran last; null where none is known of.</summary>
    public ResyncStatus? Resync { get; init; }

    public required IReadOnlyList<FieldRule> Fields { get; init; }

    /// <summary>Records that wait for a person: how many, and the sentences of what to do are in the desk's failure groups.</summary>
    public bool CanBeCompared => Impossible is null;
}

/// <summary>An entity whose changes a flow follows.</summary>
/// <param name="System">Null where nobody owns it.</param>
/// <param name="ByWebhook">The system tells us.</param>
/// <param name="ByPolling">We ask the system from time to time.</param>
public sealed record FollowedEntity(Entity Entity, string? System, bool ByWebhook, bool ByPolling);
