using PortalIntegration.Sync.Alerts;
using PortalIntegration.Sync.Storage;

namespace PortalIntegration.Portal.Features.SyncHealth;

/// <summary>Where on the page an alert is seen to.</summary>
public enum AlertPlace
{
    /// <summary>Nowhere: what to do stands beside it.</summary>
    None,

    /// <summary>At its cause.</summary>
    Cause,

    /// <summary>At its flow.</summary>
    Flow,

    /// <summary>At the systems.</summary>
    System,

    /// <summary>At the deliveries that were set aside.</summary>
    Aside,
}

/// <summary>One alert as the page says it.</summary>
/// <param name="Count">As the page counts now, which is at most one look newer than what was told outside.</param>
/// <param name="Anchor">Id of the element that it leads to; null for none.</param>
public sealed record AlertLine(Condition Condition, int Count, AlertPlace Place, string? Anchor)
{
    public bool IsTest => Condition.Key.Kind is ConditionKind.Test;

    /// <summary>Why a flow is late, by the same rule as in its own row; null for other alerts.</summary>
    public FlowReason? Late { get; init; }

    /// <summary>
    /// What stands in the queue now decides: an alert and its cause never say different numbers, and what was mended since the last look is not told any more. Without a picture of the
    /// queue, as it was told.
    /// </summary>
    /// <param name="storeIsTold">The page says by itself that the store is silent.</param>
    public static IReadOnlyList<AlertLine> Of(IReadOnlyList<Condition> on, HealthPicture? picture, bool storeIsTold) =>
    [
        .. on.Where(condition => !(storeIsTold && condition.Key.Kind is ConditionKind.StoreUnavailable)).Select(condition => Of(condition, picture)).OfType<AlertLine>(),
    ];

    /// <summary>Id of a cause's element.</summary>
    public static string Anchored(IReadOnlyList<FailureGroup> groups, FailureGroup group) =>
        $"cause-{group.Flow}-{groups.Where(other => other.Flow == group.Flow).TakeWhile(other => other != group).Count() + 1}";

    /// <summary>Id of a flow's row.</summary>
    public static string Anchored(string flow) => $"flow-{flow}";

    private static AlertLine? Of(Condition condition, HealthPicture? picture)
    {
        var told = new AlertLine(condition, condition.Count, AlertPlace.None, null);
        var row = picture?.Flows.FirstOrDefault(flow => flow.Flow == condition.Key.Subject);
        switch (condition.Key.Kind)
        {
            case ConditionKind.DeadLetters when picture is not null:
                return row is { Load.Dead: > 0 } ? At(told with { Count = row.Load.Dead }, picture, condition.Key.Subject, group => group.Dead > 0) : null;
            case ConditionKind.FlowLate when picture is not null && row is not null:
                if (!FlowStanding.IsLate(row.Load, picture.At, row.LateAfter))
                {
                    return null;
                }

                var paused = row.Status?.Paused is not null;
                var failing = !paused && row.Load.Failing > 0;
                var late = told with
                {
                    Condition = condition with { Since = row.Load.WantedSince ?? condition.Since },
                    Count = failing ? row.Load.Failing : FlowStanding.Wanted(row.Load),
                    Late = paused ? FlowReason.PausedWithWork : failing ? FlowReason.FailingLong : FlowReason.WaitsLong,
                };
                return failing ? At(late, picture, row.Flow, group => group.Failing > 0) : late with { Place = AlertPlace.Flow, Anchor = Anchored(row.Flow) };
            case ConditionKind.SubscriptionLost when picture is not null:
                return At(told, picture, "webhook-subscription", _ => true);
            case ConditionKind.BrakeEngaged when row is not null:
                return told with { Place = AlertPlace.Flow, Anchor = Anchored(row.Flow) };
            case ConditionKind.SystemUnreachable or ConditionKind.QuotaRunningOut or ConditionKind.CertificateEnds:
                return told with { Place = AlertPlace.System, Anchor = "systems" };
            case ConditionKind.Quarantined when picture is { Aside.Count: > 0 }:
                return told with { Place = AlertPlace.Aside, Anchor = "aside" };
            default:
                return told;
        }
    }

    private static AlertLine At(AlertLine line, HealthPicture picture, string flow, Func<FailureGroup, bool> fits) =>
        picture.Groups.FirstOrDefault(group => group.Flow == flow && fits(group)) is { } cause
            ? line with { Place = AlertPlace.Cause, Anchor = Anchored(picture.Groups, cause) }
            : line with { Place = AlertPlace.Flow, Anchor = Anchored(flow) };
}
