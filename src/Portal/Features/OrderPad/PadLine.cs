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

    /// <summary>Not answered yet.</summary>
    Waiting,
}

/// <summary>How far one owner's part of a line has come.</summary>
public enum Part
{
    /// <summary>There is nothing to ask: no product, or no usable quantity.</summary>
    NotAsked,
    Waiting,

    /// <summary>The owner answered; it may have answered that it knows nothing about this line.</summary>
    Answered,
    Failed,
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

    public required Part PricePart { get; init; }

    public Price? Price { get; init; }

    public required Part StockPart { get; init; }

    public Availability? Availability { get; init; }

    public bool IsComplete => Recognised != Recognised.Waiting && PricePart != Part.Waiting && StockPart != Part.Waiting;

    /// <summary>An owner that may still answer has not.</summary>
    public bool LacksAnswer => Recognised == Recognised.NotAnswered || PricePart == Part.Failed || StockPart == Part.Failed;
}

/// <summary>How one capability answered about the lines asked.</summary>
/// <param name="Provenance">Who answered and when; null when nobody was asked, none has answered yet, or the owner failed.</param>
/// <param name="Failure">Why there is no answer, or none newer.</param>
public sealed record CapabilityAnswer(Provenance? Provenance, Failure? Failure)
{
    public static readonly CapabilityAnswer None = new(null, null);

    public CapabilityAnswer With(CapabilityAnswer other) => new(other.Provenance ?? Provenance, other.Failure ?? Failure);

    /// <summary>Where one system owes all of them and answers none, that is one thing to be told: the failure that has lasted longest. Null otherwise.</summary>
    public static Failure? OneSilence(params IReadOnlyList<CapabilityAnswer> answers) =>
        answers.Count > 0 && answers[0].Failure is { } first && answers.All(answer => answer.Failure is { } failure && failure.System == first.System && failure.Cause == first.Cause)
            ? answers.Select(answer => answer.Failure!).MinBy(failure => failure.Since ?? failure.At)
            : null;
}

public sealed record PadAnswer(IReadOnlyList<LineAnswer> Lines, CapabilityAnswer Catalogue, CapabilityAnswer Prices, CapabilityAnswer Stock)
{
    /// <summary>Nobody was asked: the lines stay as typed, and are asked about later.</summary>
    public static PadAnswer Later(IReadOnlyList<PadLine> lines, Failure failure) => new(
        [
            .. lines.Select(line => new LineAnswer
            {
                Line = line,
                Recognised = string.IsNullOrWhiteSpace(line.Code) && string.IsNullOrEmpty(line.Sku) ? Recognised.Empty : Recognised.NotAnswered,
                Quantity = TypedQuantity.Read(line.Quantity),
                PricePart = Part.Failed,
                StockPart = Part.Failed,
            }),
        ],
        new(null, failure),
        new(null, failure),
        new(null, failure));
}
