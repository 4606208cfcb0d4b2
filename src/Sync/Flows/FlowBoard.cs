using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Flows.Map;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Work;

namespace PortalIntegration.Sync.Flows;

internal sealed class FlowBoard(
    IEnumerable<Reconciler> reconcilers, IEnumerable<IFlow> flows, FlowSwitches switches, IResync resync, IOwnershipMap map, IAudit audit, WorkSignal signal, TimeProvider time) : IFlowBoard
{
    private readonly IReadOnlyList<Reconciler> _flows = [.. reconcilers];
    private readonly FlowSchedule _schedule = flows.OfType<FlowSchedule>().Single();
    private readonly FeedPolling _polling = flows.OfType<FeedPolling>().Single();

    public event Action<string>? Changed
    {
        add => switches.Changed += value;
        remove => switches.Changed -= value;
    }

    public IReadOnlyList<FieldRule> Fields => [.. _flows.SelectMany(flow => flow.Rules)];

    public async Task<IReadOnlyList<FlowStatus>> Read(CancellationToken cancel)
    {
        await switches.Look(cancel);
        var polled = _polling.Keys.ToHashSet(StringComparer.Ordinal);
        var read = new List<FlowStatus>();
        foreach (var flow in _flows)
        {
            var (last, next) = await _schedule.Times(flow.Name, cancel);
            read.Add(new FlowStatus
            {
                Name = flow.Name,
                What = flow.Definition.What,
                Mode = switches.Mode(flow.Name),
                ConfiguredMode = flow.Settings.Mode,
                Paused = switches.Paused(flow.Name),
                Impossible = flow.Impossible,
                Owner = map.OwnerOf(flow.Definition.Owner),
                Target = map.OwnerOf(flow.Definition.Target),
                Follows = [.. flow.Definition.Follows.Concat(flow.Definition.FollowsToo).Select(entity => Followed(entity, polled))],
                Schedule = flow.Settings.Schedule,
                TimeZone = flow.Settings.TimeZone.Id,
                LastScheduled = last,
                NextScheduled = flow.Impossible is null ? next : null,
                Resync = await resync.Find(flow.Name, cancel),
                Fields = flow.Rules,
            });
        }

        return read;
    }

    public Task<bool> SetMode(Scope scope, string flow, FlowMode mode, CancellationToken cancel) =>
        Do(scope, flow, $"set{mode}", null, () => switches.SetMode(flow, mode, cancel), cancel);

    public Task<bool> Pause(Scope scope, string flow, string why, CancellationToken cancel) =>
        Do(scope, flow, "pauseFlow", why, () => switches.Pause(flow, new FlowPause(scope.Actor, why, time.GetUtcNow()), cancel), cancel);

    public Task<bool> Resume(Scope scope, string flow, CancellationToken cancel) => Do(scope, flow, "resumeFlow", null, () => switches.Resume(flow, cancel), cancel);

    public Task<bool> RunNow(Scope scope, string flow, CancellationToken cancel) => resync.Start(scope, flow, cancel);

    private async Task<bool> Do(Scope scope, string flow, string action, string? reason, Func<Task> act, CancellationToken cancel)
    {
        if (scope.Role is not Role.Admin || _flows.All(known => known.Name != flow))
        {
            return false;
        }

        await audit.Write(new AuditEntry(time.GetUtcNow(), scope.Actor, action, flow, reason), cancel);
        await act();
        signal.Raise();
        return true;
    }

    private FollowedEntity Followed(Entity entity, HashSet<string> polled)
    {
        var system = map.OwnerOf(entity);
        var tells = map.Systems.FirstOrDefault(candidate => candidate.System == system)?.Find<IWebhooks>() is not null;
        return new FollowedEntity(entity, system, tells, polled.Contains(entity.ToString()));
    }
}
