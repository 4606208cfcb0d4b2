using System.Globalization;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Sync.Placing;

namespace PortalIntegration.Portal.Features.Checkout;

/// <summary>What the browser keeps, as it hands it over. Nothing in it is believed to be more than what somebody typed.</summary>
/// <param name="Lines">Still to be ordered.</param>
/// <param name="Submissions">The ids of the next orders, by <see cref="OrderPart.Key"/>; empty without lines.</param>
/// <param name="Sent">Orders on their way, oldest first.</param>
public sealed record CheckoutState(IReadOnlyList<BasketLine> Lines, IReadOnlyDictionary<string, string> Submissions, CheckoutDraft Draft, IReadOnlyList<KeptOrder> Sent);

/// <summary>One line as the browser hands it over.</summary>
/// <param name="Sku">Null when the pad never learnt which product was meant.</param>
/// <param name="Quantity">As typed.</param>
/// <param name="On">The day that the line is wanted on; null for that of the order.</param>
/// <param name="To">Id of the address that it goes to; null for the checkout's own.</param>
/// <param name="Wave">The promise date that it was divided by; null where the basket is not divided by dates.</param>
public sealed record BasketLine(string Id, string Code, string? Sku, string? Quantity, string? Unit, string? On = null, string? To = null, string? Wave = null)
{
    public DateOnly? RequestedOn => CheckoutDraft.Day(On);
}

/// <summary>The form as it was typed.</summary>
public sealed record CheckoutDraft
{
    public string? ShipTo { get; init; }

    public string? BillTo { get; init; }

    public string? DeliveryMethod { get; init; }

    public string? RequestedOn { get; init; }

    /// <summary><c>true</c> or <c>false</c>; anything else for the ERP's default.</summary>
    public string? PartialDelivery { get; init; }

    public string? PoNumber { get; init; }

    public string? Note { get; init; }

    public string? Policy { get; init; }

    public CheckoutForm ToForm() => new()
    {
        ShipTo = CheckoutForm.Trimmed(ShipTo),
        BillTo = CheckoutForm.Trimmed(BillTo),
        DeliveryMethod = CheckoutForm.Trimmed(DeliveryMethod),
        RequestedOn = Day(RequestedOn),
        PartialDelivery = bool.TryParse(PartialDelivery, out var inParts) ? inParts : null,
        PoNumber = PoNumber,
        Note = Note,
        Policy = Enum.TryParse<PricePolicy>(Policy, out var policy) && Enum.IsDefined(policy) ? policy : PricePolicy.AskIfDifferent,
    };

    public static CheckoutDraft From(CheckoutForm form) => new()
    {
        ShipTo = form.ShipTo,
        BillTo = form.BillTo,
        DeliveryMethod = form.DeliveryMethod,
        RequestedOn = form.RequestedOn?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        PartialDelivery = form.PartialDelivery switch { true => "true", false => "false", null => null },
        PoNumber = form.PoNumber,
        Note = form.Note,
        Policy = form.Policy.ToString(),
    };

    public static DateOnly? Day(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}

/// <summary>
/// What the browser keeps of an order on its way, until the ERP's number is known: everything that is needed to place it
/// again under the same id. No price is in it.
/// </summary>
public sealed record KeptOrder(string Id, DateTimeOffset At, CheckoutDraft Draft, IReadOnlyList<KeptLine> Lines)
{
    /// <summary>Which of the orders of a checkout it is.</summary>
    public string Part { get; init; } = string.Empty;

    /// <summary>The same in all orders of one checkout; null where it was the only one.</summary>
    public string? Checkout { get; init; }

    /// <summary>From 1; 0 where it was the only one.</summary>
    public int Place { get; init; }

    /// <summary>How many there were.</summary>
    public int Among { get; init; }

    public static KeptOrder From(SubmissionId id, DateTimeOffset at, CheckoutForm form, IReadOnlyList<OrderLineRequest> lines) =>
        new(id.ToString(), at, CheckoutDraft.From(form), [.. lines.Select(line => new KeptLine(line.LineId, line.Sku.Value, line.Quantity, line.Unit, line.RequestedOn))]);

    public QuoteRequest ToRequest(SubmissionId id, CustomerNumber customer) =>
        Draft.ToForm().ToRequest(id, customer, [.. Lines.Select(line => new OrderLineRequest(line.LineId, new(line.Sku), line.Quantity, line.Unit, line.RequestedOn))]);
}

public sealed record KeptLine(string LineId, string Sku, decimal Quantity, string? Unit, DateOnly? RequestedOn = null);
