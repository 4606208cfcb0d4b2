using Microsoft.Extensions.Logging;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Settings;

namespace PortalIntegration.Connectors.Http;

/// <summary>What the kind of system needs of the pipeline, beside the <see cref="SystemSettings"/> that its administrator chose.</summary>
public sealed record PipelineOptions
{
    /// <summary>Makes the cheap read that tells whether the system answers; sent relative to the system's address.</summary>
    public required Func<HttpRequestMessage> Probe { get; init; }

    /// <summary>Puts credentials on requests; null for none.</summary>
    public IAuthentication? Authentication { get; init; }

    /// <summary>Default: by status code, see <see cref="StatusCauses"/>.</summary>
    public Judge Judge { get; init; } = StatusCauses.Judge;

    /// <summary>Header that tells the system how urgent a call is, such as <c>X-Lane</c>; null for none.</summary>
    public string? LaneHeader { get; init; }

    /// <summary>A larger answer is <see cref="Core.Outcomes.Cause.Malformed"/>. Default 16 MiB.</summary>
    public int LargestAnswer { get; init; } = 16 * 1024 * 1024;

    public BreakerOptions Breaker { get; init; } = new();

    public RetryOptions Retry { get; init; } = new();
}

/// <summary>
/// When a capability's circuit breaker opens. Sized for a portal, where a minute may bring ten calls: Polly's own default asks for a hundred
/// before it looks at them.
/// </summary>
public sealed record BreakerOptions
{
    /// <summary>Share of failed attempts from which on it opens, above 0 to 1. Default 0.8.</summary>
    public double FailureRatio { get; init; } = 0.8;

    /// <summary>Attempts that must have been made within <see cref="Window"/>, at least 2. Default 5.</summary>
    public int MinimumAttempts { get; init; } = 5;

    /// <summary>At least 0.5 seconds. Default 60 seconds.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long it stays open the first time; doubles with each failed probe up to <see cref="LongestBreak"/>. Default 5 seconds.</summary>
    public TimeSpan FirstBreak { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Default 30 seconds.</summary>
    public TimeSpan LongestBreak { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>How long to wait before a read is repeated: a random span up to the limit, which doubles (full jitter).</summary>
public sealed record RetryOptions
{
    /// <summary>Longest wait before the first repetition. Default 200 ms.</summary>
    public TimeSpan First { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Longest wait before any. Default 2 seconds.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromSeconds(2);
}

/// <summary>What pipelines take from the process they run in; tests put their own clock and transport here.</summary>
public sealed record PipelineEnvironment(TimeProvider Time, ILoggerFactory Loggers)
{
    /// <summary>Makes the innermost handler of a system. Default: pooled sockets.</summary>
    public Func<SystemSettings, HttpMessageHandler> Transport { get; init; } = Sockets.Open;

    /// <summary>Numbers from 0 to below 1, for jitter.</summary>
    public Func<double> Random { get; init; } = System.Random.Shared.NextDouble;

    /// <summary>Makes the systems' credentials unreadable in failures; filled by each pipeline.</summary>
    public SecretMask Secrets { get; init; } = new();

    /// <summary>How many nodes call the same systems, this one counted: each has its part of their quotas.</summary>
    public Func<int> Nodes { get; init; } = static () => 1;
}
