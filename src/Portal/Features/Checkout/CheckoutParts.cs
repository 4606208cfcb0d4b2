using System.Globalization;
using PortalIntegration.Core;
using PortalIntegration.Core.Customers;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Portal.Features.OrderPad;
using PortalIntegration.Sync.Placing;

namespace PortalIntegration.Portal.Features.Checkout;

/// <summary>One order of a checkout: the lines that go to one address and belong to one promise date. Most checkouts are one of them.</summary>
/// <param name="Key">Names it in the browser, which keeps its id; empty for the checkout's own address and no date.</param>
/// <param name="Form">As it is filled in, with this order's address.</param>
public sealed record OrderPart(string Key, SubmissionId Id, CheckoutForm Form, IReadOnlyList<OrderLineRequest> Lines)
{
    /// <summary>While a newer one is asked, the one before; null before the first.</summary>
    public Outcome<Quote>? Quote { get; init; }

    /// <summary>What the order pad had shown otherwise.</summary>
    public IReadOnlyList<Difference> Differences { get; init; } = [];

    public QuoteRequest Request(CustomerNumber customer) => Form.ToRequest(Id, customer, Lines);
}

/// <summary>
/// Divides a basket into orders: by the addresses that the buyer gave its lines, and by the promise dates that he divided it by. The dates are the ERP's; nothing is
/// decided here about what is available.
/// </summary>
public static class CheckoutParts
{
    /// <summary>How many orders one checkout may become.</summary>
    public const int Most = 20;

    /// <summary>Stands for lines that the ERP promises no date for.</summary>
    public const string NoDate = "none";

    /// <summary>In the order of their first lines. A line whose address is the checkout's own goes with those that name none.</summary>
    /// <param name="lines">As the browser keeps them.</param>
    /// <param name="ids">By key. A part without an id is left out: the browser is about to tell one.</param>
    /// <param name="shipTos">What the ERP has; empty where it does not tell just now.</param>
    public static IReadOnlyList<OrderPart> Of(
        IReadOnlyList<BasketLine> lines, IReadOnlyDictionary<string, string> ids, Basket basket, CheckoutForm form, IReadOnlyList<ErpAddress> shipTos)
    {
        var own = form.ShipTo ?? shipTos.FirstOrDefault(address => address.IsDefault)?.Id;
        var kept = lines.ToDictionary(line => line.Id, StringComparer.Ordinal);
        return
        [
            .. basket.Ready
                .GroupBy(line => kept.GetValueOrDefault(line.LineId) is { } typed ? (To: Elsewhere(typed, own), Wave: CheckoutForm.Trimmed(typed.Wave)) : default)
                .Select(group => (Key: Key(group.Key.To, group.Key.Wave), group.Key.To, Lines: group.ToList()))
                .Where(part => ids.TryGetValue(part.Key, out var id) && SubmissionId.TryParse(id, out _))
                .Select(part => new OrderPart(
                    part.Key, SubmissionId.TryParse(ids[part.Key], out var id) ? id : default, part.To is null ? form : form with { ShipTo = part.To }, part.Lines)),
        ];
    }

    /// <summary>The form with the address that all lines go to; null where they go to several.</summary>
    /// <param name="defaultShipTo">What the ERP takes where the form names none; null where that is not known.</param>
    public static CheckoutForm? Together(IReadOnlyList<BasketLine> lines, CheckoutForm form, string? defaultShipTo)
    {
        var own = form.ShipTo ?? defaultShipTo;
        return lines.Select(line => Elsewhere(line, own)).Distinct().ToList() switch
        {
            [] or [null] => form,
            [var one] => form with { ShipTo = one },
            _ => null,
        };
    }

    /// <summary>As checkout.js names it.</summary>
    public static string Key(string? to, string? wave) => to is null && wave is null ? string.Empty : $"{to}|{wave}";

    /// <summary>What the lines would be marked with to become one order a promise date; null when that would change nothing.</summary>
    public static IReadOnlyDictionary<string, LineMark>? ByPromise(IReadOnlyList<OrderPart> parts)
    {
        if (parts.Any(part => part.Quote is not { Succeeded: true }))
        {
            return null;
        }

        var dated = parts.SelectMany(part => part.Quote!.Value.Lines.Where(line => line.Problem is null), (part, line) => (part.Key, line)).ToList();
        return dated.GroupBy(pair => pair.Key).All(part => part.Select(pair => pair.line.PromisedOn).Distinct().Count() < 2)
            ? null
            : dated.ToDictionary(pair => pair.line.LineId, pair => new LineMark(pair.line.PromisedOn?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? NoDate), StringComparer.Ordinal);
    }

    /// <summary>How many orders those marks make.</summary>
    public static int Count(IReadOnlyList<OrderPart> parts, IReadOnlyDictionary<string, LineMark> marks) =>
        parts.SelectMany(part => part.Lines, (part, line) => (part.Form.ShipTo, marks.GetValueOrDefault(line.LineId)?.Wave)).Distinct().Count();

    /// <summary>What of a line stays, and what of it goes elsewhere, both as they are typed.</summary>
    /// <returns>Null when that is not less than there is.</returns>
    public static (string Stays, string Off)? Split(string? quantity, string? off) =>
        TypedQuantity.Read(quantity).Value is { } whole && TypedQuantity.Read(off).Value is { } part && part < whole ? (Typed(whole - part), Typed(part)) : null;

    /// <summary>Null for the checkout's own address, named or not.</summary>
    private static string? Elsewhere(BasketLine line, string? own) => CheckoutForm.Trimmed(line.To) is { } to && to != own ? to : null;

    /// <summary>Never with three decimals: that would be read as thousands by some.</summary>
    private static string Typed(decimal quantity)
    {
        var text = quantity.ToString("0.######", CultureInfo.InvariantCulture);
        return text.IndexOf('.', StringComparison.Ordinal) is var point and >= 0 && text.Length - point == 4 ? $"{text}0" : text;
    }
}

/// <param name="Wave">The promise date that a line is ordered with.</param>
public sealed record LineMark(string? Wave);

/// <summary>What was typed in a line.</summary>
public sealed record TypedSplit(string Quantity, string Off);
