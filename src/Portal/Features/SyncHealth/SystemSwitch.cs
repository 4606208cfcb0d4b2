using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Storage;

namespace PortalIntegration.Portal.Features.SyncHealth;

/// <summary>Stops and lets pass the calls to a system by an admin's hand, and keeps who did it.</summary>
public sealed partial class SystemSwitch(IAudit audit, TimeProvider clock, ILogger<SystemSwitch> logger)
{
    public async Task Isolate(Scope admin, ISystemConnection system, CancellationToken cancel)
    {
        await system.Monitor.Isolate();
        await Keep(admin, "isolateBreaker", system.System, cancel);
    }

    public async Task Close(Scope admin, ISystemConnection system, CancellationToken cancel)
    {
        await system.Monitor.Close();
        await Keep(admin, "closeBreaker", system.System, cancel);
    }

    /// <summary>The breaker is in memory, and needed most when things are down: a silent store does not keep anybody from it. The log has it in any case.</summary>
    private async Task Keep(Scope admin, string action, string system, CancellationToken cancel)
    {
        Log.Switched(logger, admin.Actor, action, system);
        try
        {
            await audit.Write(new AuditEntry(clock.GetUtcNow(), admin.Actor, action, system), cancel);
        }
        catch (StoreUnavailableException unavailable)
        {
            Log.NotKept(logger, unavailable, admin.Actor, action, system);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 3961, Level = LogLevel.Warning, Message = "{Actor}: {Action} of the system {System}")]
        public static partial void Switched(ILogger logger, string actor, string action, string system);

        [LoggerMessage(EventId = 3962, Level = LogLevel.Error, Message = "{Actor}: {Action} of the system {System} is missing in the audit trail: the store is not to be had")]
        public static partial void NotKept(ILogger logger, Exception unavailable, string actor, string action, string system);
    }
}
