namespace PortalIntegration.Core.Outcomes;

/// <summary>Where a value comes from, so that every figure on a page can be asked.</summary>
/// <param name="System">Name of the system in the ownership map, such as <c>erp</c>.</param>
/// <param name="AsOf">When the system said it (its own time where it gives one, else when its answer arrived).</param>
/// <param name="Freshness">How it came to us.</param>
public sealed record Provenance(string System, DateTimeOffset AsOf, Freshness Freshness = Freshness.Live)
{
    public override string ToString() => $"{System}, {Freshness}, {AsOf:O}";
}

public enum Freshness
{
    /// <summary>Asked for this very request.</summary>
    Live,

    /// <summary>From memory, within the freshness that the ownership map declares for the entity.</summary>
    Snapshot,

    /// <summary>From memory, older than declared, because the owner does not answer.</summary>
    LastKnown,
}
