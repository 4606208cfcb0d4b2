using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Sync.Placing;

/// <summary>What the ERP says differently now. Values are compared for equality, nothing more.</summary>
internal static class QuoteComparison
{
    /// <param name="seen">Null when the buyer saw none: then everything is new to him.</param>
    public static IReadOnlyList<Difference> Differences(Quote? seen, Quote now)
    {
        var found = new List<Difference>();
        var before = (seen?.Lines ?? []).ToDictionary(line => line.LineId, StringComparer.Ordinal);
        foreach (var line in now.Lines)
        {
            before.Remove(line.LineId, out var old);
            CompareLine(found, old, line);
        }

        foreach (var gone in before.Values)
        {
            CompareLine(found, gone, gone with { UnitPrice = null, ExtendedAmount = null, PromisedOn = null, Problem = null });
        }

        Compare(found, null, DifferenceKind.Subtotal, Amount(seen?.Subtotal), Amount(now.Subtotal));
        Compare(found, null, DifferenceKind.Discount, Amount(seen?.Discount), Amount(now.Discount));
        Compare(found, null, DifferenceKind.Freight, Amount(seen?.Freight), Amount(now.Freight));
        Compare(found, null, DifferenceKind.TaxTotal, Amount(seen?.TaxTotal), Amount(now.TaxTotal));
        Compare(found, null, DifferenceKind.Total, Amount(seen?.Total), Amount(now.Total));
        Compare(found, null, DifferenceKind.Credit, Words(seen?.Credit?.Verdict.ToString()), Words(now.Credit?.Verdict.ToString()));
        Compare(found, null, DifferenceKind.Problem, Words(seen?.Problems), Words(now.Problems));
        return found;
    }

    private static void CompareLine(List<Difference> found, QuoteLine? seen, QuoteLine now)
    {
        Compare(found, now, DifferenceKind.UnitPrice, Amount(seen?.UnitPrice), Amount(now.UnitPrice));
        Compare(found, now, DifferenceKind.ExtendedAmount, Amount(seen?.ExtendedAmount), Amount(now.ExtendedAmount));
        Compare(found, now, DifferenceKind.PromisedOn, Date(seen?.PromisedOn), Date(now.PromisedOn));
        Compare(found, now, DifferenceKind.Problem, Words(seen?.Problem?.Message), Words(now.Problem?.Message));
    }

    private static void Compare(List<Difference> found, QuoteLine? line, DifferenceKind kind, DifferenceValue? seen, DifferenceValue? now)
    {
        if (seen != now)
        {
            found.Add(new Difference(line?.LineId, line?.Sku, kind, seen, now));
        }
    }

    private static DifferenceValue? Amount(Money? money) => money is null ? null : new DifferenceValue(Amount: money);

    private static DifferenceValue? Date(DateOnly? date) => date is null ? null : new DifferenceValue(Date: date);

    private static DifferenceValue? Words(string? text) => string.IsNullOrEmpty(text) ? null : new DifferenceValue(Text: text);

    private static DifferenceValue? Words(IReadOnlyList<Problem>? problems) => Words(string.Join("; ", (problems ?? []).Select(problem => problem.Message)));
}
