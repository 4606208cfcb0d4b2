using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Storage;

namespace PortalIntegration.Sync.Work;

/// <summary>
/// What an admin does to items of the queue. Every action that has an effect is in the audit and in the item's journal. Two admins who do the same thing to the same item
/// have one effect.
/// </summary>
/// <exception cref="StoreUnavailableException">Thrown by every method when the store cannot be read or written now; nothing was changed.</exception>
public interface IWorkAdmin
{
    /// <summary>
    /// Queues an item once more, from where it stands, as if it had not failed yet. For what was given up, and for what backs off: that runs at once.
    /// </summary>
    Task<AdminResult> Retry(Scope scope, WorkKey key, CancellationToken cancel = default);

    /// <summary>Keeps an item from running until it is released; one that runs now loses its lease, and what it finds is looked up afterwards.</summary>
    /// <param name="note">Why, 1 to 500 characters; everybody who looks at the item reads it.</param>
    Task<AdminResult> Hold(Scope scope, WorkKey key, string note, CancellationToken cancel = default);

    /// <summary>Lets what was put on hold run again, at once.</summary>
    Task<AdminResult> Release(Scope scope, WorkKey key, CancellationToken cancel = default);

    /// <summary>
    /// Ends an item that was given up or is on hold, without having done it. It stays as it was, payload included, for <see cref="StateOptions.JournalDays"/> days,
    /// done with the cause <see cref="WorkAdmin.Discarded"/>.
    /// </summary>
    /// <param name="reason">1 to 500 characters.</param>
    Task<AdminResult> Discard(Scope scope, WorkKey key, string reason, CancellationToken cancel = default);

    /// <summary>Does it to many, in the background, some hundred in a commit; it survives a restart. Null when the scope is not an admin's.</summary>
    /// <param name="keys">1 to 10,000.</param>
    /// <param name="reason">As <see cref="Hold"/> and <see cref="Discard"/> need one; else null.</param>
    Task<AdminJob?> Start(Scope scope, AdminAction action, IReadOnlyCollection<WorkKey> keys, string? reason, CancellationToken cancel = default);

    /// <summary>As the other, for all that a filter finds now and that the action is for: what comes in later is not among them.</summary>
    Task<AdminJob?> Start(Scope scope, AdminAction action, WorkFilter filter, string? reason, CancellationToken cancel = default);

    /// <summary>How far a job is; null when there is none, or the scope is not an admin's.</summary>
    Task<AdminJob?> Job(Scope scope, Guid id, CancellationToken cancel = default);

    /// <summary>Newest first; none when the scope is not an admin's.</summary>
    /// <param name="limit">1 to 1,000.</param>
    Task<IReadOnlyList<AdminJob>> Jobs(Scope scope, int limit, CancellationToken cancel = default);

    /// <inheritdoc cref="IAdminJobs.Results"/>
    Task<AdminJobPage> Results(Scope scope, Guid id, AdminResult? result, long? after, int limit, CancellationToken cancel = default);
}

/// <summary>What it takes to discard an item of one flow. Flows without a rule can always be discarded.</summary>
public interface IDiscardRule
{
    string Flow { get; }

    /// <summary>The payload that remains; null when the item must not be discarded now. Only looks.</summary>
    byte[]? Discard(byte[] payload, DateTimeOffset now);
}
