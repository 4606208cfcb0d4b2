using System.Text.Json;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Connectors.Http;

/// <summary>What can be had from an error's body that is an RFC 9457 problem. A body that is something else says nothing, and is no second failure.</summary>
internal sealed record ProblemBody(string? Code, string? Detail, IReadOnlyList<Problem> Problems)
{
    private const int LongestDetail = 500;

    public static ProblemBody? Read(Answer answer)
    {
        if (answer.MediaType is not ("application/problem+json" or "application/json") || answer.Body.IsEmpty)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(answer.Body);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            return new ProblemBody(Text(root, "code"), Text(root, "detail") ?? Text(root, "title"), [.. Errors(root)]);
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException) // the second for what is no UTF-8, and for half a surrogate
        {
            return null;
        }
    }

    private static IEnumerable<Problem> Errors(JsonElement root)
    {
        if (!root.TryGetProperty("errors", out var errors) || errors.ValueKind != JsonValueKind.Array)
        {
            yield break;
        }

        foreach (var error in errors.EnumerateArray().Where(error => error.ValueKind == JsonValueKind.Object))
        {
            if (Text(error, "code") is { } code && Text(error, "message") is { } message)
            {
                yield return new Problem(code, message, Text(error, "lineId"));
            }
        }
    }

    private static string? Text(JsonElement element, string name)
    {
        if (!element.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String || value.GetString() is not { Length: > 0 } text)
        {
            return null;
        }

        return text.Length <= LongestDetail ? text : text[..LongestDetail];
    }
}
