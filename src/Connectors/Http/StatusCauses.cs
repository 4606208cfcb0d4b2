using System.Net;
using System.Net.Http.Headers;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Connectors.Http;

/// <summary>The one table from HTTP status codes, and from what the transport reports, to causes.</summary>
public static class StatusCauses
{
    /// <summary>Null for success.</summary>
    public static Cause? Of(HttpStatusCode status) => (int)status switch
    {
        >= 200 and < 300 or 304 => null,
        >= 300 and < 400 => Cause.Malformed, // redirects are not followed: they might lead our credentials to a foreign host
        401 => Cause.Unauthorized,
        403 => Cause.Forbidden,
        404 or 410 => Cause.NotFound,
        408 => Cause.TimedOut,
        409 or 423 => Cause.Conflict,
        412 => Cause.Stale,
        429 => Cause.Throttled,
        >= 400 and < 500 => Cause.Rejected,
        501 => Cause.NotSupported,
        503 => Cause.Unavailable,
        504 => Cause.TimedOut,
        >= 500 and < 600 => Cause.ServerError,
        _ => Cause.Malformed,
    };

    /// <summary>
    /// What the transport's own account of an error means. What is not known for certain to have happened before sending counts as sent.
    /// </summary>
    internal static Cause Of(HttpRequestError error) => error switch
    {
        HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError
            or HttpRequestError.ProxyTunnelError => Cause.Unreachable,
        HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded => Cause.Malformed,
        _ => Cause.Interrupted,
    };

    /// <summary>By status, with what an RFC 9457 problem in the body adds. A quota that is told by 403 is throttling.</summary>
    public static Refusal? Judge(Answer answer, Operation operation, DateTimeOffset now)
    {
        if (Of(answer.Status) is not { } cause)
        {
            return null;
        }

        var problem = ProblemBody.Read(answer);
        if (cause == Cause.Forbidden && problem?.Code is "quota_exceeded" or "rate_limited" or "REQUEST_LIMIT_EXCEEDED")
        {
            cause = Cause.Throttled;
        }

        return new Refusal(cause, problem?.Detail ?? $"HTTP {(int)answer.Status}", problem?.Code)
        {
            RetryAfter = RetryAfter(answer.Headers, now),
            Problems = problem?.Problems ?? [],
        };
    }

    /// <summary>A system that names a longer wait is asked again after this one: an order does not wait for years because of a wrong header.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    /// <summary>The <c>Retry-After</c> header as a span from now, never negative and at most <see cref="LongestWait"/>; null without one.</summary>
    public static TimeSpan? RetryAfter(HttpResponseHeaders headers, DateTimeOffset now) => headers.RetryAfter switch
    {
        { Delta: { } delta } => Bounded(delta),
        { Date: { } date } => Bounded(date - now),
        _ => null,
    };

    private static TimeSpan Bounded(TimeSpan wait) => wait < TimeSpan.Zero ? TimeSpan.Zero : wait > LongestWait ? LongestWait : wait;
}
