using System.Net;
using System.Text.Json;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Connectors.Odoo;

/// <summary>
/// What Odoo's errors mean. They come with status 200, named by <c>error.data.name</c>, the full name of a class of Python's. In
/// every case that is told so, the transaction was rolled back.
/// </summary>
internal static class OdooRefusals
{
    /// <summary>Odoo refused, with its reason.</summary>
    public const string UserError = "user_error";

    /// <summary>Somebody else is at it; Odoo has repeated it several times by itself and given up. Nothing was done.</summary>
    public const string Locked = "locked";

    /// <summary>A record that was named is not there any more.</summary>
    public const string Missing = "missing_record";

    /// <summary>A field that was asked for is not there: it was renamed or removed, or is misspelled in the options.</summary>
    public const string MissingField = "missing_field";

    /// <summary>Name of the operation that signs in.</summary>
    public const string SignIn = "signIn";

    /// <summary>Name of the operation whose answer is a file.</summary>
    public const string Print = "print";

    private const int LongestDetail = 500;

    /// <summary>PostgreSQL's own words, which <c>load</c> hands on as a message.</summary>
    private static readonly string[] ContentionWords = ["could not serialize access", "could not obtain lock", "deadlock detected", "duplicate key value"];

    public static Refusal? Judge(Answer answer, Operation operation, DateTimeOffset now)
    {
        if (answer.Status is not HttpStatusCode.OK)
        {
            // Another success is none: nobody would look into it for an error.
            return StatusCauses.Judge(answer, operation, now) ?? new Refusal(Cause.Malformed, $"HTTP {(int)answer.Status} is no answer of Odoo's.");
        }

        if (operation.Name is Print)
        {
            return answer.MediaType is "application/pdf" && answer.Body.Span.StartsWith("%PDF-"u8) ? null : new Refusal(Cause.Malformed, "What was printed is no PDF.");
        }

        try
        {
            return RpcEnvelope.Error(answer.Body.Span) is { } error ? Of(error)
                : operation.Name is SignIn or "probe" && IsRefusedSignIn(answer.Body) ? new Refusal(Cause.Unauthorized, "Odoo does not accept the user.", "access_denied")
                : null;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException) // the second for what is no UTF-8, and for half a surrogate
        {
            return new Refusal(Cause.Malformed, "The answer is not Odoo's JSON.");
        }
    }

    /// <summary>Signing in tells a wrong user or password, and a user who was archived, by <c>false</c>.</summary>
    private static bool IsRefusedSignIn(ReadOnlyMemory<byte> body)
    {
        using var answer = JsonDocument.Parse(body);
        return answer.RootElement.TryGetProperty("result", out var result) && result.ValueKind is JsonValueKind.False;
    }

    public static bool IsContention(string words) => Array.Exists(ContentionWords, known => words.Contains(known, StringComparison.OrdinalIgnoreCase));

    /// <summary>One table from Odoo's names to causes.</summary>
    private static Refusal Named(string name, string? message) => name switch
    {
        "odoo.exceptions.AccessDenied" or "odoo.http.SessionExpiredException" => new Refusal(Cause.Unauthorized, message, "access_denied"),
        "odoo.exceptions.AccessError" => new Refusal(Cause.Forbidden, message, "access_error"),
        "odoo.exceptions.MissingError" => new Refusal(Cause.NotFound, message, Missing),
        "odoo.exceptions.UserError" or "odoo.exceptions.ValidationError" or "odoo.exceptions.RedirectWarning" or "odoo.exceptions.Warning"
            or "odoo.exceptions.except_orm" => new Refusal(Cause.Rejected, message, UserError),
        "psycopg2.errors.SerializationFailure" or "psycopg2.errors.DeadlockDetected" or "psycopg2.errors.LockNotAvailable" or "psycopg2.errors.UniqueViolation"
            or "psycopg2.extensions.TransactionRollbackError" => new Refusal(Cause.Conflict, "Odoo is busy with the same records.", Locked),
        "builtins.ValueError" when message?.StartsWith("Invalid field", StringComparison.Ordinal) == true => new Refusal(Cause.Rejected, message, MissingField),
        _ when message is not null && IsContention(message) => new Refusal(Cause.Conflict, "Odoo is busy with the same records.", Locked),
        // A connection to the database may break while it commits.
        _ => new Refusal(Cause.ServerError, $"{name}: {message}", "server_exception"),
    };

    private static Refusal Of(JsonElement error) =>
        error.ValueKind is JsonValueKind.Object && error.TryGetProperty("data", out var data) && data.ValueKind is JsonValueKind.Object
            && data.TryGetProperty("name", out var name) && name.ValueKind is JsonValueKind.String
            ? Named(name.GetString()!, Text(data, "message"))
            : new Refusal(Cause.ServerError, "Odoo failed and does not say how.");

    private static string? Text(JsonElement data, string name) =>
        data.TryGetProperty(name, out var text) && text.ValueKind is JsonValueKind.String ? Short(text.GetString()!.Trim()) : null;

    private static string Short(string text) => text.Length <= LongestDetail ? text : text[..LongestDetail];
}
