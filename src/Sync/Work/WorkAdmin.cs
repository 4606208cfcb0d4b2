using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Options;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Storage;

namespace PortalIntegration.Sync.Work;

public sealed class WorkAdmin : IWorkAdmin
{
    /// <summary>The cause of an item that an admin discarded.</summary>
    public const string Discarded = "Discarded";

    private const int MostKeys = 10_000;
    private const int LongestReason = 500;

    private readonly IAdminJobs _jobs;
    private readonly Dictionary<string, IDiscardRule> _rules;
    private readonly WorkSignal _signal;
    private readonly StateOptions _state;
    private readonly TimeProvider _time;

    public WorkAdmin(IAdminJobs jobs, IEnumerable<IDiscardRule> rules, WorkSignal signal, IOptions<StateOptions> state, TimeProvider time)
    {
        _jobs = jobs;
        _rules = rules.ToDictionary(rule => rule.Flow, StringComparer.Ordinal);
        _signal = signal;
        _state = state.Value;
        _time = time;
    }

    public Task<AdminResult> Retry(Scope scope, WorkKey key, CancellationToken cancel) => Apply(scope, key, AdminAction.Retry, null, cancel);

    public Task<AdminResult> Hold(Scope scope, WorkKey key, string note, CancellationToken cancel) => Apply(scope, key, AdminAction.Hold, note, cancel);

    public Task<AdminResult> Release(Scope scope, WorkKey key, CancellationToken cancel) => Apply(scope, key, AdminAction.Release, null, cancel);

    public Task<AdminResult> Discard(Scope scope, WorkKey key, string reason, CancellationToken cancel) => Apply(scope, key, AdminAction.Discard, reason, cancel);

    public Task<AdminJob?> Start(Scope scope, AdminAction action, IReadOnlyCollection<WorkKey> keys, string? reason, CancellationToken cancel)
    {
        if (keys.Count is 0 or > MostKeys)
        {
            throw new ArgumentOutOfRangeException(nameof(keys));
        }

        var subject = keys.Count == 1 ? keys.First().ToString() : string.Create(CultureInfo.InvariantCulture, $"{keys.Count} items, {keys.First()} the first");
        return Start(scope, new NewAdminJob { Id = Guid.CreateVersion7(_time.GetUtcNow()), Action = action, Who = scope.Actor, Reason = reason, Keys = keys, Subject = subject }, cancel);
    }

    public Task<AdminJob?> Start(Scope scope, AdminAction action, WorkFilter filter, string? reason, CancellationToken cancel) =>
        Start(
            scope,
            new NewAdminJob
            {
                Id = Guid.CreateVersion7(_time.GetUtcNow()),
                Action = action,
                Who = scope.Actor,
                Reason = reason,
                Filter = filter with { Fits = action }, // what it is not for is left out, and not counted as not done
                Subject = Words(filter),
            },
            cancel);

    public async Task<AdminJob?> Job(Scope scope, Guid id, CancellationToken cancel) => IsAdmin(scope) ? await _jobs.Find(id, cancel) : null;

    public async Task<IReadOnlyList<AdminJob>> Jobs(Scope scope, int limit, CancellationToken cancel) => IsAdmin(scope) ? await _jobs.Recent(limit, cancel) : [];

    public async Task<AdminJobPage> Results(Scope scope, Guid id, AdminResult? result, long? after, int limit, CancellationToken cancel) =>
        IsAdmin(scope) ? await _jobs.Results(id, result, after, limit, cancel) : new AdminJobPage([], null);

    /// <summary>What an action means for an item as it stands. Only looks.</summary>
    internal AdminDecision Decide(AdminAction action, WorkItem item, string who, string? reason)
    {
        var now = _time.GetUtcNow();
        var (change, changed) = action switch
        {
            AdminAction.Retry when item.State == WorkState.Dead => (new WorkChange { State = WorkState.Ready, WantedAt = now, Origin = TriggerKind.Admin }, "queued again"),
            AdminAction.Retry when item is { State: WorkState.Held, OnHold: false, Payload: null, PayloadLost: false } =>
                (new WorkChange { State = WorkState.Ready, WantedAt = now, Origin = TriggerKind.Admin }, "queued again"), // somebody has mended what it waited for
            AdminAction.Retry when item.StatusAt(now) == WorkStatus.Failing => (new WorkChange { State = WorkState.Ready, HoldsUp = item.HoldsUp, WantedAt = now, Origin = TriggerKind.Admin }, "queued again"),
            AdminAction.Hold when item.State is WorkState.Ready or WorkState.Dead =>
                (new WorkChange { State = WorkState.Held, SameFailure = true, Attempts = item.Attempts, Waits = item.Waits, Note = reason }, "on hold"),
            AdminAction.Release when item.OnHold => (new WorkChange { State = WorkState.Ready, WantedAt = now, Origin = TriggerKind.Admin }, "queued again"),
            AdminAction.Discard when item.State == WorkState.Dead || item.OnHold => (Discard(item, reason, now), "discarded"),
            _ => (null, ""),
        };
        if (change is null)
        {
            return new AdminDecision(AdminResult.NoLongerApplies);
        }

        if (action == AdminAction.Discard && item.Payload is { } payload && _rules.GetValueOrDefault(item.Key.Flow) is { } rule)
        {
            if (rule.Discard(payload, now) is not { } left)
            {
                return new AdminDecision(AdminResult.Refused);
            }

            change = change with { Payload = left };
        }

        return new AdminDecision(
            AdminResult.Applied,
            change,
            new JournalEntry
            {
                At = now,
                Key = item.Key,
                Asked = action == AdminAction.Retry ? "tryAgain" : JsonNamingPolicy.CamelCase.ConvertName(action.ToString()),
                Read = item.Cause,
                Changed = reason is null ? changed : $"{changed}: {reason}",
                By = who,
                Origin = TriggerKind.Admin,
            });
    }

    private WorkChange Discard(WorkItem item, string? reason, DateTimeOffset now) => new()
    {
        State = WorkState.Done,
        KeepUntil = now.AddDays(_state.JournalDays),
        Cause = Discarded,
        Detail = item.Detail,
        Attempts = item.Attempts,
        Note = reason,
    };

    private async Task<AdminResult> Apply(Scope scope, WorkKey key, AdminAction action, string? reason, CancellationToken cancel)
    {
        if (!IsAdmin(scope))
        {
            return AdminResult.NotAllowed;
        }

        Check(action, reason);
        var audit = new AuditEntry(_time.GetUtcNow(), scope.Actor, JsonNamingPolicy.CamelCase.ConvertName(action.ToString()), key.ToString(), reason);
        var result = await _jobs.Apply(key, item => Decide(action, item, scope.Actor, reason), audit, cancel);
        _signal.Raise();
        return result;
    }

    private async Task<AdminJob?> Start(Scope scope, NewAdminJob job, CancellationToken cancel)
    {
        if (!IsAdmin(scope))
        {
            return null;
        }

        Check(job.Action, job.Reason);
        var started = await _jobs.Start(job, AdminJobFlow.Run(job.Id), cancel);
        _signal.Raise();
        return started;
    }

    private static void Check(AdminAction action, string? reason)
    {
        if (action is AdminAction.Hold or AdminAction.Discard)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(reason);
            if (reason.Length > LongestReason)
            {
                throw new ArgumentOutOfRangeException(nameof(reason));
            }
        }
    }

    /// <summary>For the audit. The word that was searched for stays out: it may be somebody's.</summary>
    private static string Words(WorkFilter filter)
    {
        string?[] parts =
        [
            filter.Flows is { } flows ? $"flow {string.Join(", ", flows)}" : null,
            filter.Statuses is { } statuses ? $"status {string.Join(", ", statuses)}" : null,
            filter.Cause is { } cause ? $"cause {cause}" : null,
            filter.Detail is { Length: > 0 } detail ? $"detail '{detail}'" : null,
            filter.Key is { } key ? $"key has '{key}'" : null,
            filter.Text is { } text ? $"text has '{text}'" : null,
            filter.Term is not null ? "a word of what it carries" : null,
            filter.Origin is { } origin ? $"queued by {origin}" : null,
            filter.Since is { } since ? string.Create(CultureInfo.InvariantCulture, $"from {since:u}") : null,
            filter.Until is { } until ? string.Create(CultureInfo.InvariantCulture, $"until {until:u}") : null,
        ];
        var said = string.Join("; ", parts.OfType<string>());
        return said.Length == 0 ? "all items" : said;
    }

    private static bool IsAdmin(Scope scope) => scope.Role is Role.Admin;
}
