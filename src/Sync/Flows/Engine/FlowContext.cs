using Microsoft.Extensions.Logging;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Work;

namespace PortalIntegration.Sync.Flows;

/// <summary>What every flow needs.</summary>
internal sealed record FlowContext(
    IOwnershipMap Map, IWorkStore Store, IFlowChanges Changes, WorkSignal Signal, FlowSwitches Switches, TimeProvider Time, ILoggerFactory Loggers);
