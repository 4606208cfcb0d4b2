using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Work;

namespace PortalIntegration.Sync.Flows;

/// <summary>Reports of this node, each by a task of its own, in the lane that goes behind everything else.</summary>
internal sealed partial class Drift(
    IEnumerable<Reconciler> reconcilers, FlowSwitches switches, IWorkStore store, IAudit audit, WorkSignal signal, TimeProvider time, ILogger<Drift> logger) : IDrift, IDisposable
{
    /// <summary>Keys compared side by side.</summary>
    private const int AtOnce = 4;

    private static readonly TimeSpan Told = TimeSpan.FromMilliseconds(250);

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
            var fresh = new Running(new DriftReport { Flow = flow, StartedAt = time.GetUtcNow() });
            _running[flow] = fresh;
            _ = Task.Run(() => Go(reconciler, fresh));
            return fresh.Report;
        }
    }

    public DriftReport? Last(Scope scope, string flow) => IsAdmin(scope) && _running.TryGetValue(flow, out var running) ? running.Report : null;

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

        var wanted = (keys ?? [.. Last(scope, flow)?.Rows.Where(row => row.IsRepaired).Select(row => row.Key) ?? []]).Distinct(StringComparer.Ordinal).ToList();
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

    public void Dispose()
    {
        foreach (var running in _running.Values)
        {
            running.Dispose();
        }
    }

    private static bool IsAdmin(Scope scope) => scope is { Role: Role.Admin } or { CoversEverything: true };

    private async Task Go(Reconciler flow, Running running)
    {
        var scope = Scope.ForPortal(flow.Name, Lane.Batch);
        var told = time.GetTimestamp();
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
                foreach (var some in page.Items.Distinct(StringComparer.Ordinal).Chunk(flow is IBatchFlow batch ? batch.BatchSize : AtOnce))
                {
                    var looks = flow is IBatchFlow many
                        ? await many.CompareAll(scope, some, running.Stopped)
                        : await Task.WhenAll(some.Select(key => flow.Compare(scope, key, running.Stopped)));
                    running.Report = Add(flow, running.Report, some, looks);
                    if (time.GetElapsedTime(told) > Told)
                    {
                        told = time.GetTimestamp();
                        Moved?.Invoke(flow.Name);
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
            Moved?.Invoke(flow.Name);
        }
    }

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

            rows.AddRange(look.Differences.Select(difference => new DriftRow(
                keys[i],
                look.Name,
                $"{difference.Rule.Target.Entity}.{difference.Rule.Target.Field}",
                flow.Systems.Owner,
                difference.Wanted?.Text,
                flow.Systems.Target,
                difference.Standing?.Text,
                difference.IsWritten)));
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

        public void Stop() => _stop.Cancel();

        public void Dispose()
        {
            _stop.Cancel();
            _stop.Dispose();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 5521, Level = LogLevel.Error, Message = "The drift report of {Flow} threw: a bug")]
        public static partial void Bug(ILogger logger, Exception bug, string flow);
    }
}
