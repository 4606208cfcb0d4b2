using PortalIntegration.Sync.Placing;
using PortalIntegration.Sync.Storage;

namespace PortalIntegration.Sync.Alerts;

/// <summary>How a flow stands, in one word, the loudest last.</summary>
public enum FlowHealth
{
    OnTime,

    /// <summary>It does nothing, and that is meant: off, paused with nothing waiting, or not possible between these systems.</summary>
    Stopped,

    /// <summary>What it is wanted to do waits longer than it may.</summary>
    Late,

    /// <summary>It fails, and tries on by itself.</summary>
    Error,

    /// <summary>It does not go on, or not with everything, until a person acts.</summary>
    ActionRequired,
}

/// <summary>Why it stands so; each has a sentence on the page.</summary>
public enum FlowReason
{
    /// <summary>Nothing waits.</summary>
    Idle,

    /// <summary>Something waits or runs, and not for long.</summary>
    Working,

    /// <summary>Something failed and is tried again, while the rest goes through.</summary>
    SomeFail,

    Off,
    Impossible,

    /// <summary>An admin stopped it, and nothing waits for it.</summary>
    Paused,

    /// <summary>An admin stopped it, and something has waited for long.</summary>
    PausedWithWork,

    /// <summary>Something has waited for long, and nothing went wrong with it.</summary>
    WaitsLong,

    /// <summary>Its last run failed.</summary>
    Failing,

    /// <summary>It has failed for longer than it may.</summary>
    FailingLong,

    GivenUp,

    /// <summary>Records wait for a person to decide or to mend something.</summary>
    Undecided,

    Braked,
}

/// <param name="Count">How many items it is about; 0 where it is about none.</param>
/// <param name="Since">Since when; null where that says nothing.</param>
public sealed record FlowVerdict(FlowHealth Health, FlowReason Reason, int Count = 0, DateTimeOffset? Since = null);

/// <summary>What keeps a flow from running at all.</summary>
public enum FlowStop
{
    Off,
    Impossible,
    Paused,
    Braked,
}

/// <summary>The one rule by which page and alerts judge a flow.</summary>
public static class FlowStanding
{
    /// <param name="load">Null when the store knows of no item and no run.</param>
    /// <param name="stopped">What keeps it from running, and since when; null where nothing does.</param>
    public static FlowVerdict Judge(FlowLoad? load, (FlowStop Why, DateTimeOffset? Since)? stopped, DateTimeOffset now, TimeSpan lateAfter)
    {
        var late = IsLate(load, now, lateAfter);
        return (load, stopped?.Why) switch
        {
            (_, FlowStop.Braked) => new FlowVerdict(FlowHealth.ActionRequired, FlowReason.Braked, 0, stopped!.Value.Since),
            ({ Dead: > 0 } dead, _) => new FlowVerdict(FlowHealth.ActionRequired, FlowReason.GivenUp, dead.Dead),
            ({ } held, not FlowStop.Off) when Undecided(held) is > 0 and var undecided => new FlowVerdict(FlowHealth.ActionRequired, FlowReason.Undecided, undecided),
            (_, FlowStop.Impossible) => new FlowVerdict(FlowHealth.Stopped, FlowReason.Impossible),
            (_, FlowStop.Off) => new FlowVerdict(FlowHealth.Stopped, FlowReason.Off),
            (_, FlowStop.Paused) => late
                ? new FlowVerdict(FlowHealth.Late, FlowReason.PausedWithWork, Wanted(load!), load!.WantedSince)
                : new FlowVerdict(FlowHealth.Stopped, FlowReason.Paused, 0, stopped!.Value.Since),
            (null, _) => new FlowVerdict(FlowHealth.OnTime, FlowReason.Idle),
            ({ Failing: > 0 } failing, _) when late => new FlowVerdict(FlowHealth.Error, FlowReason.FailingLong, failing.Failing, failing.WantedSince),
            ({ } waiting, _) when late => new FlowVerdict(FlowHealth.Late, FlowReason.WaitsLong, Wanted(waiting), waiting.WantedSince),
            ({ Failing: > 0 } failing, _) => failing.LastFailed >= (failing.LastDone ?? DateTimeOffset.MinValue)
                ? new FlowVerdict(FlowHealth.Error, FlowReason.Failing, failing.Failing, failing.LastFailed)
                : new FlowVerdict(FlowHealth.OnTime, FlowReason.SomeFail, failing.Failing),
            ({ } load1, _) when load1.Due + load1.Running > 0 => new FlowVerdict(FlowHealth.OnTime, FlowReason.Working, load1.Due + load1.Running),
            _ => new FlowVerdict(FlowHealth.OnTime, FlowReason.Idle),
        };
    }

    /// <summary>Whether what a flow is wanted to do has waited longer than it may.</summary>
    public static bool IsLate(FlowLoad? load, DateTimeOffset now, TimeSpan lateAfter) => load?.WantedSince is { } wanted && now - wanted >= lateAfter;

    /// <summary>How many items a late flow is behind with, each counted once; at least one.</summary>
    public static int Wanted(FlowLoad load) => Math.Max(1, load.Due - load.FailingDue + load.Running + load.Failing);

    /// <summary>An order that waits for its buyer's decision is the buyer's.</summary>
    private static int Undecided(FlowLoad load) => load.Flow == PlaceOrderFlow.FlowName ? 0 : load.Held;
}
