using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Work;

namespace PortalIntegration.Sync.Flows;

/// <summary>Reports of this node, each by a task of its own, in the lane that goes behind everything else.</summary>
internal sealed partial class Drift(
    IEnumerable<Reconciler> reconcilers, FlowSwitches switches, IWorkStore store, IAudit audit, IMarks marks, WorkSignal signal, IOptions<StateOptions> state, TimeProvider time, ILogger<Drift> logger) : IDrift, IAsyncDisposable
{
    private const int MostRead = 200;

    /// <summary>Keys compared side by side.</summary>
    private const int AtOnce = 4;

    private static readonly TimeSpan Told = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, Reconciler> _flows = reconcilers.ToDictionary(flow => flow.Name, StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Running> _running = new(StringComparer.Ordinal);

    public event Action<string>? Moved;

    public DriftReport? Begin(Scope scope, string flow)
    {
        if (!IsAdmin(scope) || _flows.GetValueOrDefault(flow) is not { } reconciler)
        {
            return null;
        }

        lock (_running)
        {
            if (_running.TryGetValue(flow, out var standing) && standing.Report.FinishedAt is null)
            {
                return standing.Report;
            }

            standing?.Dispose();
            var before = standing?.Done ?? Task.CompletedTask;
            var fresh = new Running(new DriftReport { Flow = flow, StartedAt = time.GetUtcNow() });
            _running[flow] = fresh;
            fresh.Done = Task.Run(async () =>
            {
                await Task.WhenAny(before);
                await Go(reconciler, fresh);
            });
            return fresh.Report;
        }
    }

    public DriftReport? Last(Scope scope, string flow) => IsAdmin(scope) && _running.TryGetValue(flow, out var running) ? running.Report : null;

    public async Task<DriftReport?> Find(Scope scope, string flow, CancellationToken cancel)
    {
        if (!IsAdmin(scope) || _flows.GetValueOrDefault(flow) is not { } reconciler)
        {
            return null;
        }

        var kept = KeptDrift.Read(await marks.Get(KeptDrift.MarkOf(flow), cancel));
        var own = Last(scope, flow);
        return kept is null || own?.StartedAt >= kept.StartedAt ? own
            : kept.IsOlderThan(time.GetUtcNow().AddDays(-state.Value.JournalDays)) ? null
            : kept.Report(flow, reconciler.Systems.Owner, reconciler.Systems.Target, time.GetUtcNow());
    }

    public async Task<IReadOnlyDictionary<string, IReadOnlyList<DriftRow>>> Read(Scope scope, string flow, IReadOnlyCollection<string> keys, CancellationToken cancel)
    {
        if (keys.Count > MostRead)
        {
            throw new ArgumentOutOfRangeException(nameof(keys));
        }

        var found = new Dictionary<string, IReadOnlyList<DriftRow>>(StringComparer.Ordinal);
        if (!IsAdmin(scope) || _flows.GetValueOrDefault(flow) is not { Impossible: null } reconciler)
        {
            return found;
        }

        var asks = Scope.ForPortal(flow, Lane.Sync);
        foreach (var some in keys.Distinct(StringComparer.Ordinal).Chunk(Batch(reconciler)))
        {
            var looks = await Compare(reconciler, asks, some, cancel);
            for (var i = 0; i < some.Length; i++)
            {
                if (looks[i].Failure is null)
                {
                    found[some[i]] = Rows(reconciler, some[i], looks[i]);
                }
            }
        }

        return found;
    }

    public void Stop(Scope scope, string flow)
    {
        if (IsAdmin(scope) && _running.TryGetValue(flow, out var running))
        {
            running.Stop();
        }
    }

    public async Task<int> Repair(Scope scope, string flow, IReadOnlyCollection<string>? keys, CancellationToken cancel)
    {
        await switches.Look(cancel);
        if (!IsAdmin(scope) || !_flows.ContainsKey(flow) || switches.Mode(flow) == FlowMode.Off)
        {
            return 0;
        }

        var wanted = (keys ?? [.. (await Find(scope, flow, cancel))?.Rows.Where(row => row.IsRepaired).Select(row => row.Key) ?? []]).Distinct(StringComparer.Ordinal).ToList();
        if (wanted.Count == 0)
        {
            return 0;
        }

        await audit.Write(new AuditEntry(time.GetUtcNow(), scope.Actor, "repair", wanted.Count == 1 ? $"{flow} {wanted[0]}" : flow, Count: wanted.Count), cancel);
        foreach (var some in wanted.Chunk(200))
        {
            await store.Trigger(
                [.. some.Select(key => new WorkTrigger(new WorkKey(flow, Reconciler.Repair(key)), (int)Lane.Sync) { Kind = TriggerKind.Admin })],
                new Mark($"repaired:{flow}", time.GetUtcNow().ToString("O")),
                cancel);
        }

        signal.Raise();
        return wanted.Count;
    }

    /// <summary>What is compared ends, and is kept as far as it came, before its store goes.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var running in _running.Values)
        {
            running.Stop();
            await Task.WhenAny(running.Done);
            running.Dispose();
        }
    }

    private static bool IsAdmin(Scope scope) => scope is { Role: Role.Admin } or { CoversEverything: true };

    private async Task Go(Reconciler flow, Running running)
    {
        var scope = Scope.ForPortal(flow.Name, Lane.Batch);
        var (told, kept) = (time.GetTimestamp(), time.GetTimestamp());
        try
        {
            if (flow.Impossible is { } impossible)
            {
                running.Report = running.Report with { FinishedAt = time.GetUtcNow(), Broken = impossible };
                return;
            }

            string? cursor = null;
            do
            {
                var asked = await flow.Keys(scope, cursor, running.Stopped);
                if (!asked.Try(out var page))
                {
                    running.Report = running.Report with { FinishedAt = time.GetUtcNow(), Broken = $"{asked.Failure!.System} does not tell its keys: {asked.Failure.Cause}." };
                    return;
                }

                running.Report = running.Report with { Of = page.Total ?? running.Report.Of };
                foreach (var some in page.Items.Distinct(StringComparer.Ordinal).Chunk(Batch(flow)))
                {
                    running.Report = Add(flow, running.Report, some, await Compare(flow, scope, some, running.Stopped));
                    if (time.GetElapsedTime(told) > Told)
                    {
                        told = time.GetTimestamp();
                        Moved?.Invoke(flow.Name);
                    }

                    if (time.GetElapsedTime(kept) > Kept)
                    {
                        kept = time.GetTimestamp();
                        await Keep(running.Report);
                    }
                }

                cursor = page.Next;
            }
            while (cursor is not null);
            running.Report = running.Report with { FinishedAt = time.GetUtcNow() };
        }
        catch (OperationCanceledException)
        {
            running.Report = running.Report with { FinishedAt = time.GetUtcNow(), Broken = "It was stopped." };
        }
        catch (Exception bug)
        {
            Log.Bug(logger, bug, flow.Name);
            running.Report = running.Report with { FinishedAt = time.GetUtcNow(), Broken = "The portal could not go on: its log says why." };
        }
        finally
        {
            await Keep(running.Report);
            Moved?.Invoke(flow.Name);
        }
    }

    /// <summary>For the other nodes. A store that is silent keeps nobody from comparing.</summary>
    private async Task Keep(DriftReport report)
    {
        try
        {
            var name = KeptDrift.MarkOf(report.Flow);
            if (KeptDrift.Read(await marks.Get(name)) is not { } there || there.StartedAt <= report.StartedAt)
            {
                await marks.Set(new Mark(name, KeptDrift.From(report, time.GetUtcNow()).Write()));
            }
        }
        catch (StoreUnavailableException)
        {
            // The other nodes see what was kept before, or none.
        }
    }

    private static int Batch(Reconciler flow) => flow is IBatchFlow many ? many.BatchSize : AtOnce;

    private static async Task<IReadOnlyList<Look>> Compare(Reconciler flow, Scope scope, string[] keys, CancellationToken cancel) => flow is IBatchFlow many
        ? await many.CompareAll(scope, keys, cancel)
        : await Task.WhenAll(keys.Select(key => flow.Compare(scope, key, cancel)));

    private static IReadOnlyList<DriftRow> Rows(Reconciler flow, string key, Look look) =>
    [
        .. look.Differences.Select(difference => new DriftRow(
            key,
            look.Name,
            $"{difference.Rule.Target.Entity}.{difference.Rule.Target.Field}",
            flow.Systems.Owner,
            difference.Wanted?.Text,
            flow.Systems.Target,
            difference.Standing?.Text,
            difference.IsWritten)),
    ];

    private static DriftReport Add(Reconciler flow, DriftReport report, string[] keys, IReadOnlyList<Look> looks)
    {
        var rows = new List<DriftRow>(report.Rows);
        var obstacles = new List<DriftObstacle>(report.Obstacles);
        for (var i = 0; i < keys.Length; i++)
        {
            var look = looks[i];
            if (look.Failure is { } failure)
            {
                obstacles.Add(new DriftObstacle(keys[i], look.Name, failure.Cause.ToString(), $"{failure.System} did not answer {failure.Operation}: {failure.Cause}."));
            }

            if (look.Obstacle is { } obstacle)
            {
                obstacles.Add(new DriftObstacle(keys[i], look.Name, obstacle.Code, obstacle.Sentence));
            }

            rows.AddRange(Rows(flow, keys[i], look));
        }

        return report with
        {
            Looked = report.Looked + keys.Length,
            Differing = report.Differing + looks.Count(look => look.Differences.Count > 0),
            Rows = rows.Count > DriftReport.MostRows ? rows[..DriftReport.MostRows] : rows,
            Obstacles = obstacles.Count > DriftReport.MostRows ? obstacles[..DriftReport.MostRows] : obstacles,
        };
    }

    private sealed class Running(DriftReport report) : IDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private volatile DriftReport _report = report;

        public DriftReport Report
        {
            get => _report;
            set => _report = value;
        }

        public CancellationToken Stopped => _stop.Token;

        /// <summary>Ends when its last report is kept too.</summary>
        public Task Done { get; set; } = Task.CompletedTask;

        public void Stop() => _stop.Cancel();

        public void Dispose() => _stop.Dispose();
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 5521, Level = LogLevel.Error, Message = "The drift report of {Flow} threw: a bug")]
        public static partial void Bug(ILogger logger, Exception bug, string flow);
    }
}
