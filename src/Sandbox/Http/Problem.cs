using System.Globalization;
using System.Text.Json.Serialization;

namespace PortalIntegration.Sandbox.Http;

internal sealed record ProblemError(string Code, string Message, string? Pointer = null, string? LineId = null);

internal sealed record Problem(string Type, string Title, int Status, string Code)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Detail { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Existing { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ProblemError>? Errors { get; init; }
}

/// <summary>Leaves an operation with a problem document.</summary>
#pragma warning disable CA1032, CA1064, RCS1194 // never caught outside this assembly, never made without an answer
internal sealed class Refusal(Answer answer) : Exception((answer.Body as Problem)?.Detail)
#pragma warning restore CA1032, CA1064, RCS1194
{
    public Answer Answer { get; } = answer;

    public static Refusal BadRequest(string detail) => Of(400, "invalid_request", detail);

    public static Refusal NotFound(string detail) => Of(404, "not_found", detail);

    public static Refusal VersionMismatch() => Of(412, "version_mismatch", "It was changed in between; read it again.");

    public static Refusal Exists(string existing, string detail) =>
        new(ProblemAnswer(409, "external_reference_exists", detail, existing));

    public static Refusal InProgress() =>
        new(ProblemAnswer(409, "request_in_progress", "The first request with this key is still running.").WithHeader("Retry-After", "1"));

    public static Refusal Unprocessable(string code, string detail, IReadOnlyList<ProblemError>? errors = null) =>
        new(ProblemAnswer(422, code, detail, null, errors));

    public static Refusal Of(int status, string code, string detail) => new(ProblemAnswer(status, code, detail));

    public static Answer ProblemAnswer(int status, string code, string? detail, string? existing = null, IReadOnlyList<ProblemError>? errors = null) =>
        new(status, new Problem("about:blank", Title(status), status, code) { Detail = detail, Existing = existing, Errors = errors })
        {
            ContentType = "application/problem+json",
        };

    private static string Title(int status) => status switch
    {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        409 => "Conflict",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        422 => "Unprocessable Content",
        428 => "Precondition Required",
        429 => "Too Many Requests",
        503 => "Service Unavailable",
        _ => string.Create(CultureInfo.InvariantCulture, $"Status {status}"),
    };
}
