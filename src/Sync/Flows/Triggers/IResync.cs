using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Sync.Flows;

/// <summary>Compares all keys of a flow, whatever changed: what was missed is found, and after the store was lost both systems come in step again.</summary>
public interface IResync
{
    /// <summary>
    /// Starts, or goes on where the one that runs stands. Its keys run behind everything else. False when the scope is no admin's and not the portal's own, or
    /// there is no such flow, or it cannot run between these systems.
    /// </summary>
    Task<bool> Start(Scope scope, string flow, CancellationToken cancel = default);

    /// <summary>Null when none ran yet that the store knows of.</summary>
    Task<ResyncStatus?> Find(string flow, CancellationToken cancel = default);
}

/// <param name="Keys">Keys that were queued or compared so far.</param>
/// <param name="Of">How many there are, where the system tells.</param>
/// <param name="FinishedAt">When the last of them was queued or compared; null while it runs.</param>
/// <param name="By">An admin's id, or <c>schedule</c>.</param>
public sealed record ResyncStatus(DateTimeOffset StartedAt, string By, int Keys, int? Of, DateTimeOffset? FinishedAt)
{
    /// <summary>Keys that differed and were changed by this round itself, where a flow compares many at once.</summary>
    public int Changed { get; init; }

    /// <summary>Where it goes on; null at its beginning and when it is over.</summary>
    public string? Cursor { get; init; }
}
