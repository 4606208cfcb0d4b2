using Microsoft.Extensions.Options;

namespace PortalIntegration.Sync.Nodes;

/// <summary>How nodes on one store know of each other; section <c>Sync:Nodes</c>.</summary>
public sealed class NodeOptions
{
    public const string Section = "Sync:Nodes";

    /// <summary>
    /// How often a node gives a sign of life, 1 to 60 seconds. One that gave none for three times as long counts as gone, and its part of every quota falls to the others.
    /// </summary>
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(10);
}

internal sealed class NodeOptionsCheck : IValidateOptions<NodeOptions>
{
    public ValidateOptionsResult Validate(string? name, NodeOptions options)
    {
        var mistakes = new Mistakes(NodeOptions.Section);
        mistakes.Range(nameof(options.Heartbeat), options.Heartbeat, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
        return mistakes.Result;
    }
}
