namespace PortalIntegration.Core.Ownership;

/// <summary>Decides which system answers each query. The only way to a port.</summary>
public interface IOwnershipMap
{
    /// <summary>
    /// The owner's port, behind the guard that holds every call to its scope, coalesces identical reads in flight, and keeps
    /// the freshness that the map declares.
    /// </summary>
    TPort Owner<TPort>()
        where TPort : class;

    /// <summary>The name of the system that owns the entity, such as <c>erp</c>; null when nobody does.</summary>
    string? OwnerOf(Entity entity);

    /// <summary>That the owner of what the feature is about cannot do it, as its connector declares; null where it can, and where nobody owns it.</summary>
    NotAvailable? Lacking(Feature feature);

    /// <summary>Something of the entity has changed at its owner: who asks from now on joins no read that was begun before.</summary>
    void Moved(Entity entity);

    /// <summary>Every configured system, in order of name.</summary>
    IReadOnlyList<ISystemConnection> Systems { get; }

    /// <summary>What the map says about each owned entity.</summary>
    IReadOnlyList<OwnedEntity> Owned { get; }

    /// <summary>The fields that cross systems.</summary>
    IReadOnlyList<OwnedField> Fields => [];

    /// <summary>What the entity's owner answered last, to reads that went to it.</summary>
    OwnerAnswers LastAnswers(Entity entity) => OwnerAnswers.None;
}

/// <param name="Freshness">Null for <c>live</c>; else how old an answer may be before its owner is asked again.</param>
/// <param name="ShowLastKnown">What is shown when the owner does not answer: the last known value with its age, or nothing.</param>
public sealed record OwnedEntity(Entity Entity, string System, TimeSpan? Freshness, bool ShowLastKnown);
