using PortalIntegration.Core.Ownership;
using PortalIntegration.Portal.Components.Controls;

namespace PortalIntegration.Portal.Features.SystemHealth;

internal static class SystemWords
{
    /// <summary>Bad when nothing or something gets through, a warning while it limps, good else.</summary>
    public static StatusKind Loudness(SystemStatus status) => status switch
    {
        { Breaker: BreakerState.Open or BreakerState.Isolated } or { FailingSince: not null } => StatusKind.Bad,
        _ when Ailing(status).Count > 0 => StatusKind.Bad,
        { Breaker: BreakerState.HalfOpen } => StatusKind.Warning,
        { Calls: > 0 } when status.Failures * 20 > status.Calls => StatusKind.Warning,
        _ => StatusKind.Good,
    };

    public static StatusKind Loudness(CapabilityStatus capability) => capability switch
    {
        { FailingSince: not null } or { Breaker: BreakerState.Open or BreakerState.Isolated } => StatusKind.Bad,
        { Breaker: BreakerState.HalfOpen } => StatusKind.Warning,
        _ => StatusKind.Good,
    };

    /// <summary>What of it does not answer.</summary>
    public static IReadOnlyList<CapabilityStatus> Ailing(SystemStatus status) =>
        [.. status.Capabilities.Where(capability => Loudness(capability) is StatusKind.Bad)];

    /// <summary>Something of it fails while the rest answers.</summary>
    public static bool IsPartial(SystemStatus status) => status.Breaker is not BreakerState.Isolated
        && Ailing(status).Count is var ailing && ailing > 0 && ailing < status.Capabilities.Count;

    /// <summary>The text that says how it is doing.</summary>
    public static string Headline(SystemStatus status) => status switch
    {
        { Breaker: BreakerState.Isolated } => "Systems.Isolated",
        _ when IsPartial(status) => "Systems.Partly",
        { Breaker: BreakerState.Open } => "Systems.Open",
        { FailingSince: not null } => "Systems.Failing",
        { Breaker: BreakerState.HalfOpen } => "Systems.HalfOpen",
        { LastSuccess: null, Calls: 0 } => "Systems.NotAsked",
        _ when Loudness(status) is StatusKind.Good => "Systems.Answers",
        _ => "Systems.Limps",
    };
}
