using System.Net;
using System.Net.Http.Headers;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Connectors.Http;

/// <summary>A whole answer, its body read.</summary>
/// <param name="MediaType">Without parameters; null where the system names none.</param>
public sealed record Answer(HttpStatusCode Status, HttpResponseHeaders Headers, string? MediaType, ReadOnlyMemory<byte> Body);

/// <summary>Why an answer is not a success.</summary>
/// <param name="Detail">The system's own words.</param>
/// <param name="Code">The system's machine-readable code.</param>
public sealed record Refusal(Cause Cause, string? Detail = null, string? Code = null)
{
    public TimeSpan? RetryAfter { get; init; }

    public IReadOnlyList<Problem> Problems { get; init; } = [];
}

/// <summary>
/// Says whether an answer is a success (null) or why not. Runs within the attempt, so that retry, breaker and monitor go by it. The default is
/// <see cref="StatusCauses.Judge"/>; a connector whose system reports errors otherwise brings its own and falls back on that one.
/// </summary>
public delegate Refusal? Judge(Answer answer, Operation operation, DateTimeOffset now);
