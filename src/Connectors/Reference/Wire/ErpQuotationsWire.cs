using System.Text.Json.Serialization;

namespace PortalIntegration.Connectors.Reference.Wire;

// The shapes of docs/contracts/erp.openapi.yaml, as far as the portal reads them. A nullable required property must be sent, be it as null.

internal sealed record NewQuotationWire
{
    public required string ExternalReference { get; init; }

    public required string CustomerNumber { get; init; }

    public required QuotationKindWire Kind { get; init; }

    public required string? Label { get; init; }

    public required string? Reason { get; init; }

    public required string? ShipToId { get; init; }

    public required string? BillToId { get; init; }

    public required string? DeliveryMethod { get; init; }

    public required DateOnly? RequestedDate { get; init; }

    public required bool? PartialDelivery { get; init; }

    public required string? PoNumber { get; init; }

    public required string? Note { get; init; }

    public required OrderedByWire RequestedBy { get; init; }

    public required IReadOnlyList<OrderLineRequestWire> Lines { get; init; }
}

internal sealed record QuotationChangeWire(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Label,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] QuotationStatusWire? Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason,
    OrderedByWire By);

internal enum QuotationKindWire
{
    Quote,
    Basket,
    List,
    Approval,
}

internal enum QuotationStatusWire
{
    Open,
    Expired,
    Ordered,
    SentBack,
    Withdrawn,
}

internal sealed record QuotationWire
{
    public required string Number { get; init; }

    public required string? ExternalReference { get; init; }

    public required string CustomerNumber { get; init; }

    public required QuotationKindWire Kind { get; init; }

    public required QuotationStatusWire Status { get; init; }

    public required string? Label { get; init; }

    public required string? Reason { get; init; }

    public required DateTimeOffset RequestedAt { get; init; }

    public required PersonWire? RequestedBy { get; init; }

    [JsonConverter(typeof(StrictJson.EndTime))]
    public required DateTimeOffset? ValidUntil { get; init; }

    public required string? PoNumber { get; init; }

    public required AddressWire BillTo { get; init; }

    public required AddressWire ShipTo { get; init; }

    public required string? DeliveryMethod { get; init; }

    public required DateOnly? RequestedDate { get; init; }

    public required bool? PartialDelivery { get; init; }

    public required string? Note { get; init; }

    public required string Currency { get; init; }

    public required IReadOnlyList<QuotationLineWire> Lines { get; init; }

    public required decimal Subtotal { get; init; }

    public required decimal Freight { get; init; }

    public required decimal TaxTotal { get; init; }

    public required decimal Total { get; init; }

    public required string? OrderNumber { get; init; }

    public required QuotationEndWire? Closed { get; init; }

    public required long Version { get; init; }
}

internal sealed record QuotationEndWire
{
    public required DateTimeOffset At { get; init; }

    public required string? By { get; init; }

    public required string? Reason { get; init; }
}

internal sealed record QuotationLineWire
{
    public required string LineId { get; init; }

    public required string Sku { get; init; }

    public required string Description { get; init; }

    public required decimal Quantity { get; init; }

    public required string? Unit { get; init; }

    public required decimal PriceUnit { get; init; }

    public required decimal? UnitPrice { get; init; }

    public required decimal? ExtendedAmount { get; init; }

    public required DateOnly? PromisedOn { get; init; }

    public required DateOnly? RequestedDate { get; init; }

    public required string? Note { get; init; }

    public required LineProblemWire? Problem { get; init; }
}
