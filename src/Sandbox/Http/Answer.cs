using System.Globalization;

namespace PortalIntegration.Sandbox.Http;

/// <summary>What an operation answers, before it is put on the wire.</summary>
internal sealed record Answer(int Status, object? Body = null)
{
    public string ContentType { get; init; } = "application/json";

    /// <summary>A body that is not JSON; <see cref="Body"/> is then empty.</summary>
    public byte[]? Bytes { get; init; }

    public IReadOnlyDictionary<string, string> Headers { get; init; } = Empty;

    private static readonly IReadOnlyDictionary<string, string> Empty = new Dictionary<string, string>();

    public static Answer Ok(object body) => new(200, body);

    public static Answer NoContent() => new(204);

    public static Answer File(byte[] bytes, string contentType) => new(200) { Bytes = bytes, ContentType = contentType };

    public Answer WithHeader(string name, string value) =>
        this with { Headers = new Dictionary<string, string>(Headers, StringComparer.OrdinalIgnoreCase) { [name] = value } };

    public Answer WithVersion(long version) =>
        WithHeader("ETag", string.Create(CultureInfo.InvariantCulture, $"\"{version}\""));

    public byte[] ToBytes() => Bytes ?? (Body is null ? [] : Json.Bytes(Body));
}
