using PortalIntegration.Core;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Storage;

namespace PortalIntegration.Sync.Placing;

/// <summary>
/// Lets an admin mend an order that was given up: its PO number, its address and its note, and nothing else. What the buyer sent is kept beside it, and he is told. An
/// order that may stand in the ERP is not changed: it is tried again first, which looks it up.
/// </summary>
/// <exception cref="StoreUnavailableException">Thrown by every method when the store cannot be read or written now; nothing was changed.</exception>
public interface IMendOrders
{
    /// <summary>Null when the scope is no admin's, or when there is no such order that was given up or is on hold.</summary>
    Task<MendableOrder?> Find(Scope scope, SubmissionId id, CancellationToken cancel = default);

    /// <summary>Changes it and queues it again, in one commit with journal and audit.</summary>
    /// <returns><see cref="AdminResult.Refused"/> when it may stand in the ERP, or when a value is longer than <see cref="SubmissionLimits"/> allow.</returns>
    Task<AdminResult> MendAndRetry(Scope scope, SubmissionId id, OrderMend mend, CancellationToken cancel = default);
}

/// <summary>What can be mended. Null for none.</summary>
/// <param name="ShipTo">The ERP's id of the address.</param>
public sealed record OrderMend(string? PoNumber, string? ShipTo, string? Note);

/// <param name="Now">As it would be sent.</param>
/// <param name="Original">As the buyer sent it, where it was mended before; else null.</param>
/// <param name="MayBeMended">False while it may stand in the ERP.</param>
public sealed record MendableOrder(CustomerNumber Customer, OrderMend Now, OrderMend? Original, bool MayBeMended);

/// <summary>What the buyer is told of it.</summary>
/// <param name="Original">As he sent it.</param>
/// <param name="Now">As it is sent since.</param>
public sealed record MendedOrder(DateTimeOffset At, OrderMend Original, OrderMend Now);
