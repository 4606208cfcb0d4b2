using PortalIntegration.Core;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Sync.Catalogue;

/// <summary>
/// The catalogue as its owner told it, in this node's memory only, to be searched without asking. Whether it may answer is the ownership map's
/// <c>Freshness</c> of the catalogue: <c>live</c> never, a number of seconds while the owner was asked for changes within them.
/// </summary>
public interface ICatalogueSnapshot
{
    SnapshotStatus Status { get; }

    /// <summary>
    /// Answers a search; null while the owner has to be asked itself: not complete yet, too old, or not wanted. Knows nobody's own part numbers, whatever
    /// <see cref="CatalogQuery.Customer"/>.
    /// </summary>
    Outcome<Page<Product>>? Search(CatalogQuery query);

    /// <summary>The same however old, with its age, because the owner failed; null without any.</summary>
    Outcome<Page<Product>>? LastKnown(CatalogQuery query, Failure failure);

    /// <summary>How many products of each category, by code, have the words; null while <see cref="Search"/> is.</summary>
    Outcome<IReadOnlyDictionary<string, int>>? Facets(string text);
}

public enum SnapshotState
{
    /// <summary>Not wanted: the map says <c>live</c>, or it is switched off.</summary>
    Off,

    /// <summary>Being read for the first time; the owner answers.</summary>
    Filling,

    /// <summary>Answers.</summary>
    Ready,

    /// <summary>Older than the map allows; the owner answers.</summary>
    Stale,

    /// <summary>More products than may be held; the owner answers.</summary>
    TooLarge,
}

/// <param name="Products">Read so far while filling, else held.</param>
/// <param name="AsOf">Up to when the owner was asked for changes; null before it was complete once.</param>
/// <param name="SweepAt">When all of it is read again.</param>
/// <param name="Failure">Why it could not be read last; null when it could.</param>
public sealed record SnapshotStatus(SnapshotState State, int Products, DateTimeOffset? AsOf, DateTimeOffset? SweepAt, Failure? Failure);
