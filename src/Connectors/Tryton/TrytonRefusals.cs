using System.Net;
using System.Text.Json;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Connectors.Tryton;

/// <summary>
/// What Tryton's errors mean. They come with status 200, as a list of a class name and its arguments; for any other exception of
/// Python's the list holds its text. In every case the transaction was rolled back.
/// </summary>
internal static class TrytonRefusals
{
    /// <summary>Tryton refused, with its reason.</summary>
    public const string UserError = "user_error";

    /// <summary>Tryton warns, and would go on if a user accepted it; that is for a clerk to decide.</summary>
    public const string UserWarning = "user_warning";

    /// <summary>Somebody else is at it: to be repeated.</summary>
    public const string Locked = "locked";

    private const int LongestDetail = 500;

    /// <summary>PostgreSQL's own words, as Tryton hands them on: it tells such errors by nothing else.</summary>
    private static readonly string[] Contention = ["could not obtain lock", "could not serialize access", "deadlock detected"];

    public static Refusal? Judge(Answer answer, Operation operation, DateTimeOffset now)
    {
        if (answer.Status is not HttpStatusCode.OK)
        {
            // Another success is none: nobody would look into it for an error.
            return StatusCauses.Judge(answer, operation, now) ?? new Refusal(Cause.Malformed, $"HTTP {(int)answer.Status} is no answer of Tryton's.");
        }

        try
        {
            return RpcEnvelope.Error(answer.Body.Span) is { } error ? Of(error) : null;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException) // the second for what is no UTF-8, and for half a surrogate
        {
            return new Refusal(Cause.Malformed, "The answer is not Tryton's JSON.");
        }
    }

    private static Refusal Of(JsonElement error)
    {
        if (error.ValueKind is not JsonValueKind.Array || error.GetArrayLength() == 0 || error[0].ValueKind is not JsonValueKind.String)
        {
            return new Refusal(Cause.ServerError, "Tryton failed and does not say how.");
        }

        var name = error[0].GetString()!;
        var arguments = error.GetArrayLength() > 1 ? error[1] : default;
        return name switch
        {
            "UserError" => new Refusal(Cause.Rejected, Argument(arguments, 0) ?? name, UserError),
            "UserWarning" => new Refusal(Cause.Rejected, Argument(arguments, 1) ?? name, UserWarning),
            "ConcurrencyException" => new Refusal(Cause.Stale, Text(arguments), "concurrency"),
            _ when Array.Exists(Contention, words => name.Contains(words, StringComparison.OrdinalIgnoreCase)) =>
                new Refusal(Cause.Conflict, "Tryton is busy with the same records.", Locked),
            _ => new Refusal(Cause.ServerError, Short(name), "server_exception"),
        };
    }

    private static string? Argument(JsonElement arguments, int place) =>
        arguments.ValueKind is JsonValueKind.Array && arguments.GetArrayLength() > place ? Text(arguments[place]) : null;

    private static string? Text(JsonElement element) => element.ValueKind is JsonValueKind.String ? Short(element.GetString()!) : null;

    private static string Short(string text) => text.Length <= LongestDetail ? text : text[..LongestDetail];
}
