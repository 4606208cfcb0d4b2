using System.Diagnostics;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Core.Settings;

namespace PortalIntegration.Connectors.Http;

/// <summary>
/// One call on its way through the pipeline, with all its attempts. It travels in the request's options under <see cref="Key"/>: in a
/// RestEase interface as a parameter with <c>[HttpRequestMessageProperty(Call.Key)]</c>, on a request made by hand through <see cref="Attach"/>.
/// </summary>
public sealed class Call
{
    public const string Key = "PortalIntegration.Call";

    private static readonly HttpRequestOptionsKey<Call> _option = new(Key);

    private readonly TimeProvider _time;

    private readonly SecretMask? _secrets;

    internal Call(string system, Operation operation, Lane lane, TimeProvider time, TimeSpan totalTimeout, DateTimeOffset? deadline, SecretMask? secrets = null)
    {
        _time = time;
        _secrets = secrets;
        System = system;
        Operation = operation;
        Lane = lane;
        Deadline = deadline;
        Ends = time.GetTimestamp() + (long)(totalTimeout.TotalSeconds * time.TimestampFrequency);
    }

    public string System { get; }

    public Operation Operation { get; }

    public Lane Lane { get; }

    /// <summary>After this moment no write is sent any more; null where the caller set none.</summary>
    public DateTimeOffset? Deadline { get; }

    /// <summary>How often the request was really sent.</summary>
    public int Attempts { get; internal set; }

    internal CallPhase Phase { get; set; }

    /// <summary>What the last attempt ended with, for a call whose time runs out between two.</summary>
    internal CallFailedException? LastFailure { get; set; }

    /// <summary>The wait before the next attempt.</summary>
    internal TimeSpan NextDelay { get; set; }

    /// <summary>Goes past breaker and lanes: an admin's, or the pipeline's own.</summary>
    internal bool IsProbe { get; init; }

    internal AttemptRecord? LastAttempt { get; set; }

    /// <summary>What the last attempt was answered with; null where no answer came.</summary>
    internal int? LastStatus { get; set; }

    /// <summary>The call's span; null while nobody listens.</summary>
    internal Activity? Span { get; set; }

    private long Ends { get; }

    /// <summary>What is left of the total timeout; may be negative.</summary>
    internal TimeSpan Remaining => _time.GetElapsedTime(_time.GetTimestamp(), Ends);

    /// <summary>What is left until <see cref="Deadline"/>; <see cref="TimeSpan.MaxValue"/> without one.</summary>
    internal TimeSpan BeforeDeadline => Deadline is { } deadline ? deadline - _time.GetUtcNow() : TimeSpan.MaxValue;

    public HttpRequestMessage Attach(HttpRequestMessage request)
    {
        request.Options.Set(_option, this);
        return request;
    }

    internal static Call Of(HttpRequestMessage request) => request.Options.TryGetValue(_option, out var call)
        ? call
        : throw new InvalidOperationException("A request went into the pipeline without its call: give the Call along.");

    internal CallFailedException Fail(Cause cause, string? detail = null) =>
        new(this, new Failure(cause, System, Operation.Name, _time.GetUtcNow(), Masked(detail)));

    internal CallFailedException Fail(Refusal refusal) =>
        new(this, new Failure(refusal.Cause, System, Operation.Name, _time.GetUtcNow(), Masked(refusal.Detail))
        {
            Code = Masked(refusal.Code),
            RetryAfter = refusal.RetryAfter,
            Problems = refusal.Problems is { Count: > 0 } problems
                ? [.. problems.Select(problem => problem with { Code = Masked(problem.Code)!, Message = Masked(problem.Message)! })]
                : refusal.Problems,
        });

    /// <summary>A system may quote in its answer what it was sent.</summary>
    private string? Masked(string? words) => words is null || _secrets is null ? words : _secrets.Mask(words);

    /// <summary>A failure of our own making: the system was not asked.</summary>
    internal CallFailedException NotAsked(Cause cause, string detail, TimeSpan? retryAfter = null) =>
        new(this, new Failure(cause, System, Operation.Name, _time.GetUtcNow(), detail) { RetryAfter = retryAfter }) { SystemWasAsked = false };
}

internal enum CallPhase
{
    Waiting,

    /// <summary>Obtaining credentials; the request itself is not out yet.</summary>
    SigningIn,

    Sent,
}
