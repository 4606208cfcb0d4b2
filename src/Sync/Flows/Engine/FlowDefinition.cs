using PortalIntegration.Core.Ownership;
using PortalIntegration.Sync.Flows.Map;

namespace PortalIntegration.Sync.Flows;

/// <summary>What is known of a flow before any system is: the dictionary is written from it.</summary>
internal sealed record FlowDefinition
{
    /// <summary>How it is set where nothing is configured.</summary>
    public required FlowSettings Settings { get; init; }

    public string Name => Settings.Name;

    /// <summary>What it does, in a sentence.</summary>
    public required string What { get; init; }

    /// <summary>Whose changes it follows, by the key of the flow.</summary>
    public required IReadOnlyList<Entity> Follows { get; init; }

    /// <summary>Whose changes it follows too, so that an edit on the wrong side is set back, and what they are about is found out first.</summary>
    public IReadOnlyList<Entity> FollowsToo { get; init; } = [];

    /// <summary>The entity whose system owns the values.</summary>
    public required Entity Owner { get; init; }

    /// <summary>The entity whose system follows.</summary>
    public required Entity Target { get; init; }

    /// <summary>What the systems must be able to do.</summary>
    public required IReadOnlyList<Feature> Needs { get; init; }

    /// <summary>From which entity to which a company may add fields of its own.</summary>
    public IReadOnlyList<(Entity Owner, Entity Target)> Pairs { get; init; } = [];

    /// <summary>The fields that it brings along.</summary>
    public required Action<FieldMap> Map { get; init; }
}
