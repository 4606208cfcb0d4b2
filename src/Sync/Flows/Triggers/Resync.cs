using System.Globalization;
using System.Text.Json;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Work;

namespace PortalIntegration.Sync.Flows;

/// <summary>
/// Goes through all keys of a flow page by page, and queues each behind everything else; a flow that asks about many at once compares them here. A page and how
/// far it brings us are one commit, so that it goes on wherever it was cut.
/// </summary>
internal sealed class Resync(
    IEnumerable<Reconciler> reconcilers, FlowSwitches switches, IWorkStore store, IWorkDesk desk, IMarks marks, IAudit audit, WorkSignal signal, TimeProvider time) : IFlow, IResync
{
    public const string FlowName = "resync";

    private const int PagesPerRun = 20;

    /// <summary>With so many waiting it lets them be done first.</summary>
    private const int Enough = 2_000;

    private readonly Dictionary<string, Reconciler> _flows = reconcilers.ToDictionary(flow => flow.Name, StringComparer.Ordinal);

    public string Name => FlowName;

    public static WorkTrigger Trigger(string flow, TriggerKind kind) => new(new WorkKey(FlowName, flow), (int)Lane.Batch) { Kind = kind };

    public async Task<bool> Start(Scope scope, string flow, CancellationToken cancel)
    {
        if (scope is not ({ Role: Role.Admin } or { CoversEverything: true }) || _flows.GetValueOrDefault(flow) is not { Impossible: null })
        {
            return false;
        }

        if (scope.Role is Role.Admin)
        {
            await audit.Write(new AuditEntry(time.GetUtcNow(), scope.Actor, "runNow", flow), cancel);
        }

        // What a pass that stands in the middle has looked at was looked at before somebody asked.
        await store.Trigger(
            [Trigger(flow, scope.Role is Role.Admin ? TriggerKind.Admin : TriggerKind.Resync)], new Mark(AskedMarkOf(flow), time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture)), cancel);
        signal.Raise();
        return true;
    }

    public async Task<ResyncStatus?> Find(string flow, CancellationToken cancel) => await marks.Get(MarkOf(flow), cancel) is { } text ? JsonSerializer.Deserialize<ResyncStatus>(text) : null;

    public async Task<Next> Run(Lease lease, CancellationToken cancel)
    {
        var name = lease.Item.Key.Key;
        await switches.Look(cancel);
        if (_flows.GetValueOrDefault(name) is not { Impossible: null } flow || switches.Mode(name) == FlowMode.Off)
        {
            return new Next.Done();
        }

        if (switches.Paused(name) is not null || await Waiting(name, cancel) > Enough)
        {
            return new Next.Later(time.GetUtcNow().AddSeconds(5));
        }

        var scope = Scope.ForPortal(name, Lane.Batch);
        var status = await Find(name, cancel) is { FinishedAt: null } running && !(await Asked(name, cancel) > running.StartedAt)
            ? running
            : new ResyncStatus(time.GetUtcNow(), lease.Item.Origin.ToString(), 0, null, null);
        for (var page = 0; page < PagesPerRun; page++)
        {
            var started = time.GetTimestamp();
            var asked = await flow.Keys(scope, status.Cursor, cancel);
            if (!asked.Try(out var keys))
            {
                return new Next.Retry(asked.Failure!) { Endless = asked.Failure!.RetryCanHelp };
            }

            if ((flow is IBatchFlow batch ? await Compare(flow, batch, scope, keys.Items, lease, cancel) : (keys.Items.Distinct(StringComparer.Ordinal).Select(One).ToList(), 0))
                is not var (triggers, changed))
            {
                return new Next.Abandoned();
            }

            status = status with
            {
                Keys = status.Keys + keys.Items.Count,
                Of = keys.Total ?? status.Of,
                Cursor = keys.Next,
                Changed = status.Changed + changed,
                FinishedAt = keys.Next is null ? time.GetUtcNow() : null,
            };
            await store.Trigger(triggers, new Mark(MarkOf(name), JsonSerializer.Serialize(status)), cancel);
            signal.Raise();
            lease.Note(new JournalEntry
            {
                At = time.GetUtcNow(),
                Key = lease.Item.Key,
                Asked = "allKeys",
                Read = string.Create(CultureInfo.InvariantCulture, $"{keys.Items.Count} keys"),
                Changed = string.Create(CultureInfo.InvariantCulture, $"{triggers.Count} queued, {changed} changed"),
                Took = time.GetElapsedTime(started),
                By = name,
            });
            if (keys.Next is null)
            {
                await switches.Counted(name, status.Keys, cancel);
                return new Next.Done();
            }
        }

        return new Next.Later(time.GetUtcNow()) { Fresh = true };

        WorkTrigger One(string key) => new(new WorkKey(name, key), (int)Lane.Batch) { Kind = TriggerKind.Resync };
    }

    /// <summary>
    /// What is equal needs no item of its own; what differs is written here, and what fails comes again alone. Some at a time stand in the journal before they
    /// are written, and again with what came of them, so that a process that is killed has changed nothing unsaid. Null when the lease is lost.
    /// </summary>
    private async Task<(List<WorkTrigger> Alone, int Changed)?> Compare(Reconciler flow, IBatchFlow batch, Scope scope, IReadOnlyList<string> keys, Lease lease, CancellationToken cancel)
    {
        var alone = new List<WorkTrigger>();
        var changed = 0;
        foreach (var some in keys.Distinct(StringComparer.Ordinal).Chunk(batch.BatchSize))
        {
            var looks = await batch.CompareAll(scope, some, cancel);
            var writes = 0;
            for (var i = 0; i < some.Length; i++)
            {
                writes += flow.Announce(lease, some[i], looks[i]) ? 1 : 0;
            }

            if (writes > 0 && !await lease.Flush(cancel))
            {
                return null;
            }

            for (var i = 0; i < some.Length; i++)
            {
                var result = await flow.Settle(lease, some[i], looks[i], cancel);
                changed += result is true ? 1 : 0;
                if (result is null)
                {
                    alone.Add(new WorkTrigger(new WorkKey(flow.Name, some[i]), (int)Lane.Batch) { Kind = TriggerKind.Resync });
                }
            }

            if (!await lease.Flush(cancel))
            {
                return null;
            }
        }

        return (alone, changed);
    }

    private async Task<int> Waiting(string flow, CancellationToken cancel) =>
        (await desk.Loads(cancel)).FirstOrDefault(load => load.Flow == flow) is { } load ? load.Due : 0;

    private async Task<DateTimeOffset?> Asked(string flow, CancellationToken cancel) =>
        DateTimeOffset.TryParse(await marks.Get(AskedMarkOf(flow), cancel), CultureInfo.InvariantCulture, out var asked) ? asked : null;

    private static string AskedMarkOf(string flow) => $"resync-asked:{flow}";

    private static string MarkOf(string flow) => $"resync:{flow}";
}
