using PortalIntegration.Core;
using PortalIntegration.Core.Ownership;

namespace PortalIntegration.Sync.Flows.Map;

/// <summary>One field that a flow keeps equal: <c>docs/data-dictionary.md</c>, the ownership page and the flow itself read the same object.</summary>
/// <param name="Flow">Name of the flow that carries it.</param>
/// <param name="Owner">Where the value comes from.</param>
/// <param name="Target">What is kept equal to it.</param>
public sealed record FieldRule(string Flow, FieldSide Owner, FieldSide Target)
{
    /// <summary>Such as <c>shorten:40</c>; null for none.</summary>
    public string? Transformation { get; init; }

    public FieldMode Mode { get; init; } = FieldMode.RealTime;

    /// <summary>
    /// Whether the owner's "nothing" is a value of its own, such as no credit limit, and empties the target. Where it is not, an empty owner never empties
    /// anything: it is told as a difference, and left.
    /// </summary>
    public bool MayClear { get; init; }

    /// <summary>Shown where it differs, so that a person sees it, and never written.</summary>
    public bool OnlyTold { get; init; }

    /// <summary>A person's datum: the journal keeps a keyed hash.</summary>
    public bool Personal { get; init; }

    /// <summary>A sentence about it for the dictionary.</summary>
    public string? Note { get; init; }

    /// <summary>Where it stands in the configuration; null for one that the flow brings along.</summary>
    public string? ConfiguredAt { get; init; }

    /// <summary>What the owner says, as the target should have it. Null for a rule that its flow carries in a way of its own.</summary>
    internal Func<object, object, FieldValue?>? Wanted { get; init; }

    /// <summary>What the target has.</summary>
    internal Func<object, FieldValue?>? Standing { get; init; }

    public override string ToString() => $"{Owner} -> {Target}";
}

/// <summary>One end of a field.</summary>
/// <param name="Length">Most characters; null for no limit.</param>
public sealed record FieldSide(Entity Entity, string Field, FieldType Type, int? Length = null)
{
    public override string ToString() => $"{Entity}.{Field}";
}

/// <summary>A field that is not as its owner says.</summary>
/// <param name="Wanted">As the target should have it; null for nothing.</param>
/// <param name="Standing">As the target has it; null for nothing.</param>
internal sealed record Difference(FieldRule Rule, FieldValue? Wanted, FieldValue? Standing)
{
    /// <summary>The owner has nothing and the target something, which is left unless the owner's nothing is a value.</summary>
    public bool Emptied => Wanted is null;

    public bool IsWritten => (Wanted is not null || Rule.MayClear) && !Rule.OnlyTold;
}
