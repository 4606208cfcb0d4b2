using PortalIntegration.Core.Ownership;
using PortalIntegration.Portal.Components.Controls;

namespace PortalIntegration.Portal.Features.SystemHealth;

internal static class SystemWords
{
    /// <summary>Bad when nothing or something gets through, a warning while it limps, good else.</summary>
    public static StatusKind Loudness(SystemStatus status) => status switch
    {
        { Breaker: BreakerState.Open or BreakerState.Isolated } or { FailingSince: not null } => StatusKind.Bad,
        { Breaker: BreakerState.HalfOpen } => StatusKind.Warning,
        _ when status.Capabilities.Any(capability => capability.FailingSince is not null || capability.Breaker is not BreakerState.Closed) => StatusKind.Bad,
        { Calls: > 0 } when status.Failures * 20 > status.Calls => StatusKind.Warning,
        _ => StatusKind.Good,
    };

    /// <summary>The text that says how it is doing.</summary>
    public static string Headline(SystemStatus status) => status switch
    {
        { Breaker: BreakerState.Isolated } => "Systems.Isolated",
        { Breaker: BreakerState.Open } => "Systems.Open",
        { FailingSince: not null } => "Systems.Failing",
        { Breaker: BreakerState.HalfOpen } => "Systems.HalfOpen",
        { LastSuccess: null, Calls: 0 } => "Systems.NotAsked",
        _ when Loudness(status) is StatusKind.Good => "Systems.Answers",
        _ => "Systems.Limps",
    };
}
