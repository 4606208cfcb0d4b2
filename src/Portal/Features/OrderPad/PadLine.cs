using PortalIntegration.Core;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Inventory;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Pricing;

namespace PortalIntegration.Portal.Features.OrderPad;

/// <summary>One line as it stands in the browser. What was typed is kept as it was typed.</summary>
/// <param name="Id">Made by the browser, unique within the basket.</param>
/// <param name="Version">Counts the changes of this line, so that the browser can drop an answer that came too late.</param>
/// <param name="Code">What was typed: a SKU, the customer's own part number, or a part of a name.</param>
/// <param name="Sku">What the code turned out to be before; null while that is not known.</param>
/// <param name="Quantity">As typed.</param>
/// <param name="Unit">Code of the unit chosen; null for the product's sales unit.</param>
public sealed record PadLine(string Id, int Version, string Code, string? Sku, string? Quantity, string? Unit);

/// <summary>Whether the owner of the catalogue knows what was typed.</summary>
public enum Recognised
{
    Yes,
    No,

    /// <summary>The catalogue's owner did not answer.</summary>
    NotAnswered,

    /// <summary>Nothing was typed.</summary>
    Empty,
}

/// <summary>What the owners say about one line. Each part can be missing while the others are there.</summary>
public sealed record LineAnswer
{
    public required PadLine Line { get; init; }

    public required Recognised Recognised { get; init; }

    /// <summary>What price and stock were asked for; null when nothing could be asked.</summary>
    public Sku? Sku { get; init; }

    public Product? Product { get; init; }

    public required QuantityReading Quantity { get; init; }

    public Price? Price { get; init; }

    public Availability? Availability { get; init; }
}

/// <summary>How one capability answered about the lines asked.</summary>
/// <param name="Asked">For how many lines it was asked; 0 when there was nothing to ask.</param>
/// <param name="Provenance">Who answered and when; null when nobody was asked or the owner failed.</param>
/// <param name="Failure">Why there is no answer, or none newer.</param>
public sealed record CapabilityAnswer(int Asked, Provenance? Provenance, Failure? Failure)
{
    public static readonly CapabilityAnswer NotAsked = new(0, null, null);
}

public sealed record PadAnswer(IReadOnlyList<LineAnswer> Lines, CapabilityAnswer Catalogue, CapabilityAnswer Prices, CapabilityAnswer Stock);
