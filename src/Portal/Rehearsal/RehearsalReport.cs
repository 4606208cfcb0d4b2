using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using PortalIntegration.Core;

namespace PortalIntegration.Portal.Rehearsal;

/// <summary>What a rehearsal came to.</summary>
internal sealed record RehearsalReport
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web) { WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public required int Orders { get; init; }

    public required int Placed { get; init; }

    public required TimeSpan Took { get; init; }

    /// <summary>From submit to the ERP's number, in the middle and of the slowest hundredth.</summary>
    public TimeSpan? MiddleOrder { get; init; }

    public TimeSpan? SlowestOrders { get; init; }

    public required IReadOnlyList<RejectedOrder> Rejected { get; init; }

    /// <summary>Not known to be placed or refused when patience ended.</summary>
    public required IReadOnlyList<OpenOrder> Open { get; init; }

    public required IReadOnlyList<DifferingOrder> Differing { get; init; }

    /// <summary>Placed, and the history or the ERP names no amount to compare.</summary>
    public required int NotCompared { get; init; }

    public required IReadOnlyList<LaneCalls> Calls { get; init; }

    public QuotaVerdict? Quota { get; init; }

    /// <summary>0 when every order was placed and costs what it cost, else 1.</summary>
    [JsonIgnore]
    public int ExitCode => Placed == Orders && Differing.Count == 0 ? 0 : 1;

    public string Json() => JsonSerializer.Serialize(this, _json);

    public string Text()
    {
        var text = new StringBuilder();
        Say(text, $"{Orders:N0} past orders in {Span(Took)}: {Placed:N0} placed, {Rejected.Count:N0} rejected, {Open.Count:N0} open, {Differing.Count:N0} with other amounts{(NotCompared > 0 ? $", {NotCompared:N0} without an amount to compare" : "")}.");
        if (MiddleOrder is { } middle && SlowestOrders is { } slowest)
        {
            Say(text, $"An order took {Span(middle)} in the middle, {Span(slowest)} among the slowest hundredth.");
        }

        Section(text, "Rejected", Rejected, order => $"{order.Order}  {order.Customer}  {order.Reason}");
        Section(text, "Open", Open, order => $"{order.Order}  {order.Customer}  {order.State}  {order.Reason}");
        if (Differing.Count > 0)
        {
            Say(text, $"");
            Say(text, $"Other amounts");
            foreach (var order in Differing)
            {
                Say(text, $"  {order.Order}  now {order.Number}");
                foreach (var difference in order.Differences)
                {
                    Say(text, $"    {difference.Line ?? "whole",-20} {difference.What,-12} {difference.Then,16} -> {difference.Now}");
                }
            }
        }

        Say(text, $"");
        Say(text, $"{"Calls",-12} {"lane",-12} {"operation",-24} {"calls",8}");
        foreach (var row in Calls)
        {
            Say(text, $"{row.System,-12} {row.Lane,-12} {row.Operation,-24} {row.Calls,8:N0}");
        }

        if (Quota is { } quota)
        {
            Say(text, $"");
            Say(text, quota switch
            {
                { RanOutAfter: { } after } => $"A quota of {Rate(quota)} would have run out after {Span(after)}; at most {quota.Peak:N0} calls fell within it.",
                { WouldRunOutAfter: { } after } => $"A quota of {Rate(quota)} would last; if it goes on like that, it runs out after {Span(after)}.",
                _ => $"A quota of {Rate(quota)} would have lasted; at most {quota.Peak:N0} calls fell within it.",
            });
        }

        return text.ToString();
    }

    private static void Section<T>(StringBuilder text, string title, IReadOnlyList<T> rows, Func<T, string> row)
    {
        if (rows.Count > 0)
        {
            Say(text, $"");
            Say(text, $"{title}");
            foreach (var entry in rows)
            {
                Say(text, $"  {row(entry)}");
            }
        }
    }

    private static void Say(StringBuilder text, FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));

    private static string Rate(QuotaVerdict quota) => new RehearsalArguments.Rate(quota.Limit, quota.Per).ToString();

    private static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMilliseconds:0} ms"),
        { TotalMinutes: < 2 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.0} s"),
        { TotalHours: < 2 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes:0} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:0.0} h"),
    };
}

internal sealed record RejectedOrder(string Order, string Customer, string Reason);

internal sealed record OpenOrder(string Order, string Customer, string State, string? Reason);

internal sealed record DifferingOrder(string Order, string Number, IReadOnlyList<AmountDifference> Differences);

/// <param name="Line">SKU with its place in the order; null for the whole order.</param>
internal sealed record AmountDifference(string? Line, string What, string Then, string Now);

internal sealed record LaneCalls(string System, string Lane, string Operation, int Calls);

internal static class Amounts
{
    /// <summary>What differs; equal or not is all that is asked. Null where nothing could be compared.</summary>
    public static IReadOnlyList<AmountDifference>? Compare(PastOrder then, PastOrder now)
    {
        var found = new List<AmountDifference>();
        var compared = 0;
        void Look(string? line, string what, Money? before, Money? after)
        {
            if (before is { } old && after is { } current)
            {
                compared++;
                if (old != current)
                {
                    found.Add(new AmountDifference(line, what, old.ToString(), current.ToString()));
                }
            }
        }

        if (then.Lines.Count != now.Lines.Count)
        {
            found.Add(new AmountDifference(null, "lines", then.Lines.Count.ToString(CultureInfo.InvariantCulture), now.Lines.Count.ToString(CultureInfo.InvariantCulture)));
        }

        foreach (var (before, after, at) in then.Lines.Zip(now.Lines, Enumerable.Range(1, then.Lines.Count)))
        {
            var line = string.Create(CultureInfo.InvariantCulture, $"{at} {before.Sku}");
            if (before.Sku != after.Sku)
            {
                found.Add(new AmountDifference(line, "product", before.Sku.Value, after.Sku.Value));
                continue;
            }

            Look(line, "price", before.UnitPrice, after.UnitPrice);
            Look(line, "amount", before.Extended, after.Extended);
        }

        Look(null, "subtotal", then.Subtotal, now.Subtotal);
        Look(null, "freight", then.Freight, now.Freight);
        Look(null, "tax", then.TaxTotal, now.TaxTotal);
        Look(null, "total", then.Total, now.Total);
        return compared == 0 && found.Count == 0 ? null : found;
    }
}
