namespace PortalIntegration.Core.Outcomes;

/// <summary>Why a system gave no value.</summary>
public enum Cause
{
    /// <summary>No connection: the request never reached the system.</summary>
    Unreachable,

    /// <summary>Sent, and no answer within the time allowed. A write may have taken effect.</summary>
    TimedOut,

    /// <summary>The connection broke after the request was sent. A write may have taken effect.</summary>
    Interrupted,

    /// <summary>The system answered that it failed (5xx). A write may have taken effect.</summary>
    ServerError,

    /// <summary>The system answered that it is overloaded or down for maintenance (503); nothing was done.</summary>
    Unavailable,

    /// <summary>Too many calls (429, or a quota used up); nothing was done.</summary>
    Throttled,

    /// <summary>Our own circuit breaker is open: the system was not asked.</summary>
    CircuitOpen,

    /// <summary>Our own queue for this system is full: the system was not asked.</summary>
    QueueFull,

    /// <summary>The system does not accept our credentials (401).</summary>
    Unauthorized,

    /// <summary>Our credentials do not allow this (403).</summary>
    Forbidden,

    /// <summary>There is no such thing, or it is not in the asker's scope: the two are never told apart.</summary>
    NotFound,

    /// <summary>The same thing is being done already, or something else was done under the same key (409).</summary>
    Conflict,

    /// <summary>It was changed by somebody else since it was read (412).</summary>
    Stale,

    /// <summary>The system understood and refused, with its reason (400, 422): asking again changes nothing.</summary>
    Rejected,

    /// <summary>The answer makes no sense (not the agreed format, a required value missing, an unknown code). A write may have taken effect.</summary>
    Malformed,

    /// <summary>The system cannot do this; its connector says so.</summary>
    NotSupported,
}

/// <summary>A failure with what a person or a retry needs to know.</summary>
/// <param name="Cause">The named cause.</param>
/// <param name="System">Name of the system in the ownership map.</param>
/// <param name="Operation">What was asked, such as <c>pricesQuery</c>.</param>
/// <param name="At">When it failed.</param>
/// <param name="Detail">The system's own words, or a short technical reason. Never a secret, never a personal datum of ours.</param>
public sealed record Failure(Cause Cause, string System, string Operation, DateTimeOffset At, string? Detail = null)
{
    /// <summary>The earliest time to ask again that the system named, as a span from <see cref="At"/>; null where it named none.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The system's machine-readable code, such as <c>creditRefused</c>; null where it gave none.</summary>
    public string? Code { get; init; }

    /// <summary>What the system said about single lines or fields.</summary>
    public IReadOnlyList<Problem> Problems { get; init; } = [];

    /// <summary>Since when the system has been failing without a success in between, where that is known.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Whether the same request may succeed later.</summary>
    public bool RetryCanHelp => Cause switch
    {
        Cause.Unreachable or Cause.TimedOut or Cause.Interrupted or Cause.ServerError or Cause.Unavailable or Cause.Throttled
            or Cause.CircuitOpen or Cause.QueueFull or Cause.Conflict or Cause.Malformed or Cause.Unauthorized => true,
        Cause.Forbidden or Cause.NotFound or Cause.Stale or Cause.Rejected or Cause.NotSupported => false,
        _ => throw new InvalidOperationException($"No rule for {Cause}."),
    };

    /// <summary>Whether a write that ended so may have taken effect all the same, so that it must be looked up before any second try.</summary>
    public bool MayHaveTakenEffect => Cause is Cause.TimedOut or Cause.Interrupted or Cause.ServerError or Cause.Malformed or Cause.Conflict;

    /// <summary>Whether an attempt was really made: being throttled or not asked at all costs none.</summary>
    public bool CountsAsAttempt => Cause is not (Cause.Throttled or Cause.CircuitOpen or Cause.QueueFull);

    public override string ToString() => $"{System} {Operation}: {Cause}{(Detail is null ? "" : $", {Detail}")}";
}

/// <summary>What a system said about one line or field.</summary>
/// <param name="Code">Machine-readable, such as <c>belowPackSize</c>.</param>
/// <param name="Message">The system's own words.</param>
/// <param name="LineId">The line it is about; null for the whole.</param>
public sealed record Problem(string Code, string Message, string? LineId = null);
