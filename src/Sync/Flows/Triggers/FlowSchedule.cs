using System.Globalization;
using PortalIntegration.Sync.Schedules;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Work;
using Quartz;

namespace PortalIntegration.Sync.Flows;

/// <summary>
/// Compares all keys of a flow when its schedule says so. The next time stands in the store as the due time of one item, so that of several nodes one runs it, a
/// stop does not skip it (it runs at the next start), and a clock that is set back runs none twice. When it is, Quartz's cron expression says, in the flow's
/// time zone.
/// </summary>
internal sealed class FlowSchedule(IEnumerable<Reconciler> reconcilers, FlowSwitches switches, IWorkStore store, IMarks marks, WorkSignal signal, TimeProvider time) : IStandingFlow
{
    public const string FlowName = "schedule";

    private readonly Dictionary<string, Reconciler> _flows = reconcilers.ToDictionary(flow => flow.Name, StringComparer.Ordinal);

    public string Name => FlowName;

    public IReadOnlyList<string> Keys => [.. _flows.Values.Where(flow => flow.Settings.Schedule is not null && flow.Impossible is null).Select(flow => flow.Name)];

    /// <summary>The first time after a moment; null when there is none any more.</summary>
    public static DateTimeOffset? After(FlowSettings settings, DateTimeOffset moment) =>
        settings.Schedule is { } cron ? CronExpression.Parse(cron).WithTimeZone(settings.TimeZone).GetNextValidTimeAfter(moment) : null;

    /// <summary>When it ran last, and when it runs next; null for never.</summary>
    public async Task<(DateTimeOffset? Last, DateTimeOffset? Next)> Times(string flow, CancellationToken cancel) =>
        Read(await marks.Get(MarkOf(flow), cancel)) is { } mark && mark.Cron == CronOf(_flows[flow].Settings)
            ? (mark.Last, mark.Next)
            : (null, After(_flows[flow].Settings, time.GetUtcNow()));

    public async Task<Next> Run(Lease lease, CancellationToken cancel)
    {
        var name = lease.Item.Key.Key;
        if (!Keys.Contains(name))
        {
            return new Next.Done();
        }

        var settings = _flows[name].Settings;
        var now = time.GetUtcNow();
        var mark = Read(await marks.Get(MarkOf(name), cancel));
        if (mark is null || mark.Cron != CronOf(settings))
        {
            mark = new Stand(CronOf(settings), mark?.Last, After(settings, now)); // new, or set anew
            await marks.Set(new Mark(MarkOf(name), Text(mark)), cancel);
        }
        else if (mark.Next is { } due && due <= now)
        {
            // Missed ones are run once. From the time that was meant, so that a clock set back finds it done.
            var next = After(settings, now > due ? now : due);
            await switches.Look(cancel);
            var stand = new Mark(MarkOf(name), Text(new Stand(mark.Cron, due, next)));
            await store.Trigger(switches.Mode(name) == FlowMode.Off ? [] : [Resync.Trigger(name, TriggerKind.Schedule)], stand, cancel);
            signal.Raise();
            lease.Note(new JournalEntry { At = now, Key = lease.Item.Key, Asked = "schedule", Changed = "comparing all keys", By = FlowName });
            mark = mark with { Next = next };
        }

        return mark.Next is { } at ? new Next.Later(at) { Fresh = true } : new Next.Done();
    }

    private static string CronOf(FlowSettings settings) => $"{settings.Schedule} {settings.TimeZone.Id}";

    private static string MarkOf(string flow) => $"schedule:{flow}";

    private static string Text(Stand stand) => string.Join('|', stand.Cron, Time(stand.Last), Time(stand.Next));

    private static string Time(DateTimeOffset? at) => at?.ToString("O", CultureInfo.InvariantCulture) ?? "";

    private static Stand? Read(string? text) => text?.Split('|') is [var cron, var last, var next] ? new Stand(cron, Moment(last), Moment(next)) : null;

    private static DateTimeOffset? Moment(string text) => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out var at) ? at : null;

    private sealed record Stand(string Cron, DateTimeOffset? Last, DateTimeOffset? Next);
}
