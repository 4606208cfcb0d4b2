using PortalIntegration.Core;
using PortalIntegration.Core.Orders;

namespace PortalIntegration.Portal.Features.Backorders;

/// <summary>What became of a promise since the order was confirmed. It compares the owner's own days; it works none out.</summary>
public enum BackorderChange
{
    Same,
    Later,
    Earlier,

    /// <summary>It comes in more than one delivery.</summary>
    Split,

    /// <summary>A day was promised at confirmation, and none is now.</summary>
    DateLost,

    /// <summary>No day was promised at confirmation, and one is now.</summary>
    DateFound,
}

public enum BackorderSort
{
    Promised,
    Order,
    Product,
    Change,
}

/// <param name="Lines">As the owner lists them: the earliest promise first.</param>
/// <param name="More">The owner has more than are shown.</param>
public sealed record BackorderList(IReadOnlyList<Backorder> Lines, bool More)
{
    /// <summary>What changed; <see cref="BackorderChange.Same"/> stands alone.</summary>
    public static IReadOnlyList<BackorderChange> Changes(Backorder line)
    {
        var changes = new List<BackorderChange>();
        switch (line.FirstPromisedOn, line.PromisedOn)
        {
            case ({ } first, { } now) when now > first:
                changes.Add(BackorderChange.Later);
                break;
            case ({ } first, { } now) when now < first:
                changes.Add(BackorderChange.Earlier);
                break;
            case ({ }, null):
                changes.Add(BackorderChange.DateLost);
                break;
            case (null, { }):
                changes.Add(BackorderChange.DateFound);
                break;
            default:
                break;
        }

        if (line.Deliveries.Count > 1)
        {
            changes.Add(BackorderChange.Split);
        }

        return changes is [] ? [BackorderChange.Same] : changes;
    }

    /// <summary>By how many days the promise moved; more than 0 is later. Null where one of the two days is not known.</summary>
    public static int? DaysMoved(Backorder line) => line is { FirstPromisedOn: { } first, PromisedOn: { } now } ? now.DayNumber - first.DayNumber : null;

    /// <param name="text">Part of an order's number, a PO number, a SKU or a description, whatever its case; null for all.</param>
    /// <param name="change">Only lines to which this happened; null for all.</param>
    public IReadOnlyList<Backorder> Where(string? text, BackorderChange? change, BackorderSort sort)
    {
        var typed = PlainText.Typed(text);
        var found = Lines.Where(line => (typed.Length == 0 || Mentions(line, typed)) && (change is not { } wanted || Changes(line).Contains(wanted)));
        return [.. sort switch
        {
            BackorderSort.Order => found.OrderBy(line => line.Order.Value, StringComparer.Ordinal).ThenBy(line => line.LineNumber.Length).ThenBy(line => line.LineNumber, StringComparer.Ordinal),
            BackorderSort.Product => found.OrderBy(line => line.Sku.Value, StringComparer.Ordinal).ThenBy(Promised),
            BackorderSort.Change => found.OrderByDescending(line => Changes(line)[0] is BackorderChange.DateLost ? int.MaxValue : DaysMoved(line) ?? 0).ThenBy(Promised),
            _ => found.OrderBy(Promised),
        }];
    }

    private static DateOnly Promised(Backorder line) => line.PromisedOn ?? DateOnly.MaxValue;

    private static bool Mentions(Backorder line, string text) =>
        Has(line.Order.Value, text) || Has(line.PoNumber, text) || Has(line.Sku.Value, text) || Has(line.Description, text);

    private static bool Has(string? field, string text) => field is not null && field.Contains(text, StringComparison.OrdinalIgnoreCase);
}
