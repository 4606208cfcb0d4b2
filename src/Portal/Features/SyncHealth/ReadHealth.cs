using Microsoft.Extensions.Options;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Alerts;
using PortalIntegration.Sync.Flows;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Work;

namespace PortalIntegration.Portal.Features.SyncHealth;

/// <summary>Everything the health page shows at one moment.</summary>
public sealed class ReadHealth(
    IWorkDesk desk, IMeasures measures, IWorkAdmin admin, IReceipts receipts, IFlowBoard board, IEnumerable<IFlow> flows, IOptions<AlertOptions> options, TimeProvider clock)
{
    private const int MostGroups = 50;
    private const int MostJobs = 5;
    private const int MostAside = 20;

    private static readonly TimeSpan JobShown = TimeSpan.FromMinutes(30);

    private readonly List<string> _names = [.. flows.Select(flow => flow.Name).Distinct(StringComparer.Ordinal)];

    /// <exception cref="StoreUnavailableException">The store cannot be read now.</exception>
    public async Task<HealthPicture> Read(Scope scope, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var loads = (await desk.Loads(cancel)).ToDictionary(load => load.Flow, StringComparer.Ordinal);
        var carried = (await board.Read(cancel)).ToDictionary(flow => flow.Name, StringComparer.Ordinal);
        var runs = (await measures.Read(null, now.AddDays(-1), cancel)).ToLookup(measure => measure.Flow, StringComparer.Ordinal);
        var groups = await desk.Groups(new WorkFilter(), MostGroups, cancel);
        var jobs = await admin.Jobs(scope, MostJobs, cancel);
        var aside = await receipts.Quarantined(MostAside, cancel);
        return new HealthPicture
        {
            At = now,
            Flows = [.. _names.Select(name => Row(name, loads.GetValueOrDefault(name), carried.GetValueOrDefault(name), [.. runs[name]], now)).OrderByDescending(row => row.Verdict.Health).ThenBy(row => row.IsBehind).ThenBy(row => Rank(row.Flow))],
            Groups = [.. groups.OrderByDescending(group => group.Dead > 0).ThenByDescending(group => group.Held > 0).ThenByDescending(group => group.Count)],
            Jobs = [.. jobs.Where(job => job.FinishedAt is not { } end || now - end < JobShown)],
            Aside = aside,
        };
    }

    private FlowRow Row(string name, FlowLoad? load, FlowStatus? status, IReadOnlyList<FlowMeasure> runs, DateTimeOffset now) => new()
    {
        Flow = name,
        Status = status,
        Load = load ?? new FlowLoad { Flow = name },
        Verdict = FlowStanding.Judge(load, Stop(status), now, options.Value.LateAfterFor(name)),
        Day = LagDay.Of(runs, now),
        LastHour = runs.Where(run => run.At > now.AddHours(-1)).Sum(run => run.Done),
        LastDay = runs.Sum(run => run.Done),
        LateAfter = options.Value.LateAfterFor(name),
    };

    private static (FlowStop Why, DateTimeOffset? Since)? Stop(FlowStatus? status) => status switch
    {
        null => null,
        { Impossible: not null } => (FlowStop.Impossible, null),
        { Paused: { By: null } braked } => (FlowStop.Braked, braked.At),
        { Mode: FlowMode.Off } => (FlowStop.Off, null),
        { Paused: { } paused } => (FlowStop.Paused, paused.At),
        _ => null,
    };

    private int Rank(string flow) => flow == FlowRow.PlaceOrder ? -1 : _names.IndexOf(flow);
}

public sealed record HealthPicture
{
    public required DateTimeOffset At { get; init; }

    /// <summary>The loudest first.</summary>
    public required IReadOnlyList<FlowRow> Flows { get; init; }

    /// <summary>Given up first, then what waits for somebody, then what is tried again.</summary>
    public required IReadOnlyList<FailureGroup> Groups { get; init; }

    /// <summary>What admins set going lately.</summary>
    public required IReadOnlyList<AdminJob> Jobs { get; init; }

    /// <summary>Deliveries that were set aside, newest first.</summary>
    public required IReadOnlyList<QuarantinedDelivery> Aside { get; init; }
}

public sealed record FlowRow
{
    public const string PlaceOrder = "place-order";

    /// <summary>Flows of the portal's own housekeeping: nobody outside waits for them.</summary>
    private static readonly HashSet<string> Behind =
        new(["poll", "webhook-subscription", "draft-sweep", "housekeeping", "admin-job", "alert-round", "alert-webhook", "alert-mail", "resync", "schedule"], StringComparer.Ordinal);

    public required string Flow { get; init; }

    /// <summary>Mode, pause and schedule; null for a flow that is not one between two systems.</summary>
    public FlowStatus? Status { get; init; }

    public required FlowLoad Load { get; init; }

    public required FlowVerdict Verdict { get; init; }

    public required LagDay Day { get; init; }

    /// <summary>Runs that were done within the last hour.</summary>
    public required int LastHour { get; init; }

    public required int LastDay { get; init; }

    public required TimeSpan LateAfter { get; init; }

    public bool IsBehind => Behind.Contains(Flow);
}
