using System.Diagnostics;
using System.Globalization;
using PortalIntegration.Core;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Flows.Map;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Work;
using PlaceOrderFlow = PortalIntegration.Sync.Placing.PlaceOrderFlow;

namespace PortalIntegration.Sync.Flows;

/// <summary>
/// Keeps one system equal to another, key by key: reads the owner as it is now, compares field by field, and writes what differs. Whoever triggers it only
/// says "look at this key again", so that it does not matter how often, how late and in which order; what it wrote itself comes back and finds nothing to do.
/// </summary>
internal abstract class Reconciler(FlowContext context, FlowDefinition definition, IReadOnlyList<FieldRule> rules) : IFlow
{
    private const string RepairPrefix = "repair:";
    private const string ViaPrefix = "via:";

    /// <summary>How often a key is read again at once because somebody else changed it in between.</summary>
    private const int MostReadings = 4;

    public string Name => definition.Name;

    public FlowDefinition Definition => definition;

    public FlowSettings Settings => context.Switches.Settings(Name);

    public IReadOnlyList<FieldRule> Rules => rules;

    public Brake Brake { get; } = new(context.Switches.Settings(definition.Name), context.Switches, context.Changes, context.Time);

    /// <summary>Why this flow cannot be between these systems; null when it can.</summary>
    public string? Impossible
    {
        get
        {
            foreach (var entity in new[] { definition.Owner, definition.Target })
            {
                if (context.Map.OwnerOf(entity) is null)
                {
                    return $"No system owns {entity}.";
                }
            }

            return definition.Needs.Select(context.Map.Lacking).FirstOrDefault(lack => lack is not null) is { } missing
                ? $"Not supported by {missing.System}: {missing.Lack.Reason}"
                : null;
        }
    }

    /// <summary>The names of the two systems.</summary>
    public (string Owner, string Target) Systems => (OwnerSystem, TargetSystem);

    protected IOwnershipMap Map => context.Map;

    protected DateTimeOffset Now => context.Time.GetUtcNow();

    protected string OwnerSystem => context.Map.OwnerOf(definition.Owner) ?? "";

    protected string TargetSystem => context.Map.OwnerOf(definition.Target) ?? "";

    /// <summary>Looks at a key for real, even where the flow only reports.</summary>
    public static string Repair(string key) => RepairPrefix + key;

    /// <summary>The business key that a key of the queue is about.</summary>
    public static string Subject(string key) => key.StartsWith(RepairPrefix, StringComparison.Ordinal) ? key[RepairPrefix.Length..] : key;

    /// <summary>That this key of an entity has changed; null when that is none of the flow's business.</summary>
    public WorkTrigger? Trigger(Entity entity, string key, TriggerKind kind, Lane lane = Lane.Sync)
    {
        var mine = definition.Follows.Contains(entity) ? key
            : definition.FollowsToo.Contains(entity) ? $"{ViaPrefix}{entity}:{key}"
            : null;
        return mine is null || Impossible is not null || context.Switches.Mode(Name) == FlowMode.Off
            ? null
            : new WorkTrigger(new WorkKey(Name, mine), (int)lane) { Kind = kind };
    }

    /// <summary>All keys that there are, page by page.</summary>
    public abstract Task<Outcome<Page<string>>> Keys(Scope scope, string? cursor, CancellationToken cancel);

    /// <summary>Reads both sides of a key and compares. Writes nothing.</summary>
    public abstract Task<Look> Compare(Scope scope, string key, CancellationToken cancel);

    public async Task<Next> Run(Lease lease, CancellationToken cancel)
    {
        await context.Switches.Look(cancel);
        if (Impossible is not null)
        {
            return new Next.Done();
        }

        if (!context.Switches.Runs(Name))
        {
            return new Next.Later(Now); // stopped since it was taken: it is not taken again before the flow runs
        }

        var scope = Scope.ForPortal(Name, lease.Item.Lane >= (int)Lane.Batch ? Lane.Batch : Lane.Sync);
        var key = lease.Item.Key.Key;
        return key.StartsWith(ViaPrefix, StringComparison.Ordinal)
            ? await FindOut(lease, scope, key[ViaPrefix.Length..], cancel)
            : await Reconcile(lease, scope, Subject(key), key.StartsWith(RepairPrefix, StringComparison.Ordinal), cancel);
    }

    /// <summary>Which keys of this flow a change of another entity is about.</summary>
    protected virtual Task<Outcome<IReadOnlyList<string>>> Resolve(Scope scope, Entity entity, string key, CancellationToken cancel) =>
        throw new NotSupportedException($"{Name} does not follow {entity} by the way of another.");

    /// <summary>Every rule whose two ends are not equal.</summary>
    protected IReadOnlyList<Difference> Differ(object owner, object target, Func<FieldRule, bool>? which = null)
    {
        var found = new List<Difference>();
        foreach (var rule in rules.Where(rule => rule.Wanted is not null && (which is null || which(rule))))
        {
            var (wanted, standing) = (rule.Wanted!(owner, target), rule.Standing!(target));
            if (wanted != standing)
            {
                found.Add(new Difference(rule, wanted, standing));
            }
        }

        return found;
    }

    /// <summary>The first rule whose field the company's CRM does not have (any more).</summary>
    protected Obstacle? Missing(Core.Accounts.Account account) =>
        rules.FirstOrDefault(rule => rule.Wanted is not null && rule.Target.Entity == Entity.Accounts && !KnownFields.IsThere(account, rule.Target.Field)) is { } rule
            ? Obstacle.FieldMissing(TargetSystem, rule.Target.Field)
            : null;

    /// <summary>Says in the journal what is about to be written of one key of many. False when nothing is.</summary>
    internal bool Announce(Lease lease, string key, Look look)
    {
        if (!Writes(look))
        {
            return false;
        }

        lease.Note(Entry(key, look) with { System = TargetSystem, Asked = "update", Changed = "update begins" });
        return true;
    }

    /// <summary>
    /// What one key of many looked at together comes to: true when it was changed, false when there was nothing to change, null when it has to be looked at
    /// alone.
    /// </summary>
    internal async Task<bool?> Settle(Lease lease, string key, Look look, CancellationToken cancel)
    {
        if (look.Failure is not null || look.Obstacle is not null)
        {
            return null;
        }

        var written = look.Differences.Where(difference => difference.IsWritten).ToList();
        if (look.Differences.Count == 0)
        {
            return false;
        }

        var entry = Entry(key, look);
        if (look.Write is null || !Writes(look))
        {
            lease.Note(entry);
            return false;
        }

        if (await Brake.Stops(key, Emptied(look), cancel) is { } why)
        {
            lease.Note(entry with { Answered = "braked" });
            await context.Switches.Pause(Name, new FlowPause(null, why, Now), cancel);
            return null;
        }

        var steps = new Steps();
        var answer = await look.Write(steps, cancel);
        lease.Note(answer.Try(out var said)
            ? entry with { System = TargetSystem, Asked = "update", Written = steps.Done ?? Fields(written), Answered = said }
            : entry with { System = answer.Failure!.System, Asked = answer.Failure.Operation, Written = steps.Done, Answered = Said(answer.Failure) });
        return answer.Succeeded ? true : null;
    }

    private bool Writes(Look look) => look is { Failure: null, Obstacle: null, Write: not null } && look.Differences.Any(difference => difference.IsWritten)
        && context.Switches.Runs(Name) && context.Switches.Mode(Name) == FlowMode.Apply;

    private JournalEntry Entry(string key, Look look) => new()
    {
        At = Now,
        Key = new WorkKey(Name, key),
        System = OwnerSystem,
        Asked = "compare",
        Read = look.Idle ?? (look.Differences.Count == 0 ? "equal" : string.Create(CultureInfo.InvariantCulture, $"{look.Differences.Count} differ")),
        Changes = [.. look.Differences.Select(Change)],
        By = Name,
    };

    private static int Emptied(Look look) => look.Differences.Count(difference => difference is { Emptied: true, Standing: not null });

    private static string Fields(IEnumerable<Difference> written) => string.Join(", ", written.Select(difference => difference.Rule.Target.Field).Distinct());

    private async Task<Next> Reconcile(Lease lease, Scope scope, string key, bool repair, CancellationToken cancel)
    {
        for (var reading = 1; ; reading++)
        {
            var started = context.Time.GetTimestamp();
            var look = await Compare(scope, key, cancel);
            var entry = Entry(key, look);
            if (look.Failure is { } failure)
            {
                lease.Note(entry with { Read = null, System = failure.System, Asked = failure.Operation, Answered = Said(failure), Took = Took() });
                return PutOff(failure);
            }

            var told = lease.Item.Origin == TriggerKind.Admin; // somebody who may have mended what stands in the way
            if (look.Obstacle is { } obstacle && !(told && look.Write is not null))
            {
                lease.Note(entry with { Read = obstacle.Code, Took = Took() });
                return new Next.Held(obstacle.Code) { Detail = obstacle.Sentence };
            }

            var written = look.Differences.Where(difference => difference.IsWritten).ToList();
            if (written.Count == 0 || look.Write is null || (context.Switches.Mode(Name) != FlowMode.Apply && !repair))
            {
                lease.Note(entry with { Took = Took() });
                return look is { Idle: not null, Again: { } later } ? new Next.Later(later) { Fresh = true } : new Next.Done();
            }

            if (!repair && await Brake.Stops(key, Emptied(look), cancel) is { } why)
            {
                lease.Note(entry with { Answered = "braked", Took = Took() });
                await context.Switches.Pause(Name, new FlowPause(null, why, Now), cancel);
                return new Next.Later(Now);
            }

            var placed = await TraceOf(look.Placed, cancel);
            using var going = GoOn(placed);
            entry = going is null ? entry : entry with { Trace = going.TraceId.ToHexString() };
            var steps = new Steps();
            var answer = await look.Write(steps, cancel);
            if (answer.Try(out var said))
            {
                lease.Note(entry with { System = TargetSystem, Asked = "update", Written = steps.Done ?? Fields(written), Answered = said, Took = Took() });
                return look.Again is { } again ? new Next.Later(again) { Fresh = true } : new Next.Done();
            }

            var refused = answer.Failure!;
            lease.Note(entry with { System = refused.System, Asked = refused.Operation, Written = steps.Done, Answered = Said(refused), Took = Took() });
            if (refused.Cause is Cause.Stale && reading < MostReadings)
            {
                continue; // somebody else changed it in between: what he left is compared
            }

            return PutOff(refused);

            TimeSpan Took() => context.Time.GetElapsedTime(started);
        }
    }

    /// <summary>The span that an order was submitted in, as its item keeps it; null when nobody traces, or nothing is known of it.</summary>
    private async Task<ActivityContext?> TraceOf(SubmissionId? placed, CancellationToken cancel) =>
        placed is { } id && SyncTelemetry.Activities.HasListeners()
            && await context.Store.Find(PlaceOrderFlow.KeyOf(id), cancel) is { Correlation: { } submit } && ActivityContext.TryParse(submit, null, isRemote: true, out var parent)
            ? parent
            : null;

    /// <summary>An order is one trace, whatever this run was triggered by and however much later: the run and what it writes are linked, each way.</summary>
    private Activity? GoOn(ActivityContext? placed)
    {
        var run = Activity.Current;
        if (placed is not { } parent || run?.TraceId == parent.TraceId)
        {
            return null;
        }

        run?.AddLink(new ActivityLink(parent));
        return SyncTelemetry.Activities.StartActivity($"{Name} write", ActivityKind.Internal, parent, links: run is null ? null : [new ActivityLink(run.Context)]);
    }

    private async Task<Next> FindOut(Lease lease, Scope scope, string about, CancellationToken cancel)
    {
        var parts = about.Split(':', 2);
        var found = await Resolve(scope, Enum.Parse<Entity>(parts[0]), parts[1], cancel);
        if (!found.Try(out var keys))
        {
            return found.Failure!.Cause is Cause.NotFound or Cause.NotSupported ? new Next.Done() : PutOff(found.Failure);
        }

        foreach (var key in keys.Distinct(StringComparer.Ordinal))
        {
            await context.Store.Trigger(new WorkTrigger(new WorkKey(Name, key), lease.Item.Lane) { Kind = lease.Item.Origin, Correlation = lease.Item.Correlation }, cancel);
        }

        context.Signal.Raise();
        return new Next.Done();
    }

    /// <summary>By itself later; for as long as it takes while a system answers nobody. What asking again does not change waits for a person.</summary>
    private static Next PutOff(Failure failure) => failure.Cause switch
    {
        Cause.Unreachable or Cause.Unavailable or Cause.Throttled or Cause.CircuitOpen or Cause.QueueFull or Cause.Unauthorized => new Next.Retry(failure) { Endless = true },
        Cause.Stale or Cause.NotFound => new Next.Retry(failure with { Cause = Cause.Conflict }),
        Cause.Rejected => new Next.Held(failure.Code ?? "refused") { Detail = $"{failure.System} refuses {failure.Operation}: what it says is in the journal. Mend the value or the field, then try again." },
        Cause.Forbidden => new Next.Held(nameof(Cause.Forbidden)) { Detail = $"{failure.System} {failure.Operation}" },
        Cause.NotSupported => new Next.Held("notSupported") { Detail = $"Not supported by {failure.System}: {failure.Operation}." },
        _ => new Next.Retry(failure),
    };

    private static string Said(Failure failure) => failure.Code is { Length: > 0 } code ? $"{failure.Cause}: {code}" : failure.Cause.ToString();

    private static FieldChange Change(Difference difference) =>
        new($"{difference.Rule.Target.Entity}.{difference.Rule.Target.Field}", difference.Standing?.Text, difference.Wanted?.Text, difference.Rule.Personal);
}
