using System.Text.Json.Serialization;
using PortalIntegration.Sandbox.Storage;

namespace PortalIntegration.Sandbox.Http;

/// <summary>A page of a list; what a list does not have is left out.</summary>
internal sealed record ListPage<T>(
    IReadOnlyList<T> Items,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<Tombstone>? Tombstones,
    string? NextCursor,
    DateTimeOffset AsOf,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Total);
