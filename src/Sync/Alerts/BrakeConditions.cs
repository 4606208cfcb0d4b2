using PortalIntegration.Sync.Flows;

namespace PortalIntegration.Sync.Alerts;

/// <summary>Flows that stopped themselves.</summary>
internal sealed class BrakeConditions(IFlowBoard board) : IConditions
{
    public async Task<IReadOnlyList<Condition>> Look(CancellationToken cancel) =>
    [
        .. from flow in await board.Read(cancel)
           where flow.Paused is { By: null }
           select new Condition(new ConditionKey(ConditionKind.BrakeEngaged, flow.Name), Severity.Bad, flow.Paused!.At),
    ];
}
