using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Sync.Placing;

namespace PortalIntegration.Portal.Features.Checkout;

/// <summary>What the buyer filled in. A draft of it lives in his browser until the order is placed.</summary>
public sealed record CheckoutForm
{
    public const int PoNumberLength = SubmissionLimits.PoNumber;
    public const int NoteLength = SubmissionLimits.Note;

    /// <summary>Id of an ERP address; null for the ERP's default.</summary>
    public string? ShipTo { get; init; }

    public string? BillTo { get; init; }

    public string? DeliveryMethod { get; init; }

    public DateOnly? RequestedOn { get; init; }

    /// <summary>Null for the ERP's default.</summary>
    public bool? PartialDelivery { get; init; }

    public string? PoNumber { get; init; }

    public string? Note { get; init; }

    public PricePolicy Policy { get; init; }

    public QuoteRequest ToRequest(SubmissionId id, CustomerNumber customer, IReadOnlyList<OrderLineRequest> lines) => new()
    {
        Submission = id,
        Customer = customer,
        ShipTo = ShipTo,
        BillTo = BillTo,
        DeliveryMethod = DeliveryMethod,
        RequestedOn = RequestedOn,
        PartialDelivery = PartialDelivery,
        PoNumber = Trimmed(PoNumber),
        Lines = lines,
    };

    /// <summary>As it comes back from its owner, so that what was typed is found again there.</summary>
    public static string? Trimmed(string? text) => PlainText.TypedOrNull(text);
}
