using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using PortalIntegration.Core.Ownership;

namespace PortalIntegration.Sync.Alerts;

/// <summary>What only this node knows: how its own calls to the systems end. Never asks the store.</summary>
internal sealed class NodeConditions(IOwnershipMap map, RefusedDeliveries refused, IOptions<AlertOptions> options, TimeProvider time) : IConditions
{
    /// <summary>A quota of minutes is a pace; nobody can do anything about it in time.</summary>
    private static readonly TimeSpan ShortestQuota = TimeSpan.FromHours(1);

    public Task<IReadOnlyList<Condition>> Look(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        List<Condition> found = [];
        foreach (var status in map.Systems.Select(system => system.Monitor.Status))
        {
            if (status.FailingSince is { } since && now - since >= options.Value.UnreachableAfter)
            {
                found.Add(new Condition(new ConditionKey(ConditionKind.SystemUnreachable, status.System), Severity.Bad, since));
            }

            if (status.ClientCertificateEnds is { } ends && ends - now <= status.ClientCertificateWarning)
            {
                found.Add(new Condition(new ConditionKey(ConditionKind.CertificateEnds, status.System), ends <= now ? Severity.Bad : Severity.Warning, ends - status.ClientCertificateWarning) { Until = ends });
            }

            if (status.Quota is { } quota && RunsOut(quota, now, options.Value.QuotaShare) is { } at)
            {
                found.Add(new Condition(new ConditionKey(ConditionKind.QuotaRunningOut, status.System), Severity.Warning, quota.ResetsAt - quota.Window) { Until = at });
            }
        }

        found.AddRange(refused.Many(options.Value.RejectedDeliveries).Select(many =>
            new Condition(new ConditionKey(ConditionKind.MassRejection, many.System), Severity.Bad, many.Since, many.Count)));
        return Task.FromResult<IReadOnlyList<Condition>>(found);
    }

    /// <summary>When a quota is used up at the pace since its window began; null when it lasts, or when too little of it is used to tell.</summary>
    public static DateTimeOffset? RunsOut(QuotaStatus quota, DateTimeOffset now, double share) =>
        quota.Window < ShortestQuota || quota.Used < quota.Limit * share ? null : quota.RunsOut(now);
}

/// <summary>How many deliveries were refused for their signature lately, by system. Forgotten with the process.</summary>
internal sealed class RefusedDeliveries(TimeProvider time)
{
    private const int Most = 10_000;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, Queue<DateTimeOffset>> _bySystem = new(StringComparer.Ordinal);

    public void Add(string system)
    {
        var queue = _bySystem.GetOrAdd(system, _ => new Queue<DateTimeOffset>());
        lock (queue)
        {
            Forget(queue);
            if (queue.Count < Most)
            {
                queue.Enqueue(time.GetUtcNow());
            }
        }
    }

    /// <summary>Those with as many as this or more.</summary>
    public IEnumerable<(string System, int Count, DateTimeOffset Since)> Many(int least)
    {
        foreach (var (system, queue) in _bySystem)
        {
            (int Count, DateTimeOffset Since)? many = null;
            lock (queue)
            {
                Forget(queue);
                if (queue.Count >= least)
                {
                    many = (queue.Count, queue.Peek());
                }
            }

            if (many is { } found)
            {
                yield return (system, found.Count, found.Since);
            }
        }
    }

    private void Forget(Queue<DateTimeOffset> queue)
    {
        while (queue.TryPeek(out var oldest) && time.GetUtcNow() - oldest > Window)
        {
            queue.Dequeue();
        }
    }
}
