using PortalIntegration.Core.Accounts;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Sync.Flows;

/// <summary>Tells customers by e-mail what has just been written of their order. Off unless it is configured.</summary>
internal interface ICustomerNotices
{
    /// <summary>Called once for an entry that this run wrote. At most one e-mail: one that fails is not tried again, and nothing waits for it.</summary>
    Task Tell(Scope scope, Account account, TimelineEntry entry, CancellationToken cancel);
}
