using PortalIntegration.Connectors.Http;
using PortalIntegration.Core;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Connectors.Reference;

/// <summary>What the ports of both contracts ask in the same way.</summary>
internal static class Ask
{
    /// <summary>The most that the contracts take in one query.</summary>
    public const int LargestBatch = 500;

    /// <summary>
    /// Runs an operation on what one key names. A key that no path can carry ("." and "..", which every HTTP library resolves) names nothing.
    /// </summary>
    public static Task<Outcome<T>> ByKey<T>(SystemPipeline pipeline, Operation operation, string key, Func<string, Task<Outcome<T>>> ask) =>
        key is "" or "." or ".."
            ? Task.FromResult(pipeline.Fail<T>(operation, Cause.NotFound))
            : ask(Uri.EscapeDataString(key));

    /// <summary>The contracts refuse a change that names no version.</summary>
    public static string IfMatch(string? version) => version is null ? "*" : $"\"{version}\"";

    /// <summary>A success that needed no call, because nothing was asked.</summary>
    public static Outcome<T> Nothing<T>(SystemPipeline pipeline, T empty) => Outcome.Success(empty, new Provenance(pipeline.System, pipeline.Time.GetUtcNow()));

    public static async Task<Document> File(HttpResponseMessage response, string name, CancellationToken cancel)
    {
        using (response)
        {
            var bytes = await response.Content.ReadAsByteArrayAsync(cancel);
            return bytes.Length > 0
                ? new Document(bytes, response.Content.Headers.ContentType?.MediaType ?? throw new MalformedAnswerException("The file has no type"), name)
                : throw new MalformedAnswerException("The file is empty");
        }
    }
}
