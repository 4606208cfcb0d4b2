namespace PortalIntegration.Sync.Storage;

/// <summary>The processes that work on this store.</summary>
public interface INodes
{
    /// <summary>Says that a node lives.</summary>
    Task Beat(string node, DateTimeOffset startedAt, CancellationToken cancel = default);

    /// <summary>Says that it is gone.</summary>
    Task Leave(string node, CancellationToken cancel = default);

    /// <summary>Those that gave a sign of life since then, the oldest first.</summary>
    Task<IReadOnlyList<NodeSign>> Living(DateTimeOffset since, CancellationToken cancel = default);

    /// <summary>Forgets those that gave none since then.</summary>
    Task<int> Purge(DateTimeOffset before, CancellationToken cancel = default);
}

/// <param name="Node">Unlike any other: machine, process and a random part.</param>
/// <param name="SeenAt">Its last sign of life.</param>
public sealed record NodeSign(string Node, DateTimeOffset StartedAt, DateTimeOffset SeenAt);
