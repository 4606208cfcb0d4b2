using PortalIntegration.Sync.Storage;

namespace PortalIntegration.Portal.Features.SyncHealth;

/// <summary>How long a flow's changes waited over the last day, a quarter of an hour at a time.</summary>
public sealed record LagDay(IReadOnlyList<LagDay.Quarter> Quarters)
{
    public const int Count = 96;

    private static readonly TimeSpan Length = TimeSpan.FromMinutes(15);

    /// <param name="Longest">Null when nothing was done in it.</param>
    public sealed record Quarter(DateTimeOffset At, TimeSpan? Longest, int Done, int Failed);

    /// <summary>The longest of them; null when nothing was done all day.</summary>
    public Quarter? Worst => Quarters.Where(quarter => quarter.Longest is not null).MaxBy(quarter => quarter.Longest);

    public int Failed => Quarters.Sum(quarter => quarter.Failed);

    public static LagDay Of(IReadOnlyList<FlowMeasure> runs, DateTimeOffset now)
    {
        var end = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % Length.Ticks), TimeSpan.Zero) + Length;
        var begin = end - (Count * Length);
        var byQuarter = runs.Where(run => run.At >= begin).ToLookup(run => (int)((run.At - begin) / Length));
        return new LagDay(
        [
            .. Enumerable.Range(0, Count).Select(index => new Quarter(
                begin + (index * Length),
                byQuarter[index].Any(run => run.Done > 0) ? byQuarter[index].Where(run => run.Done > 0).Max(run => run.LagMax) : null,
                byQuarter[index].Sum(run => run.Done),
                byQuarter[index].Sum(run => run.Failed))),
        ]);
    }
}
