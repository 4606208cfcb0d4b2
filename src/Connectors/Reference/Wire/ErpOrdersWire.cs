using System.Text.Json.Serialization;

namespace PortalIntegration.Connectors.Reference.Wire;

// The shapes of docs/contracts/erp.openapi.yaml, as far as the portal reads them. A nullable required property must be sent, be it as null.

internal sealed record NewOrderWire
{
    public required string ExternalReference { get; init; }

    public required string CustomerNumber { get; init; }

    public required string? ShipToId { get; init; }

    public required string? BillToId { get; init; }

    public required string? DeliveryMethod { get; init; }

    public required DateOnly? RequestedDate { get; init; }

    public required bool? PartialDelivery { get; init; }

    public required string? PoNumber { get; init; }

    public required string? Note { get; init; }

    public required OrderedByWire OrderedBy { get; init; }

    public required decimal? ExpectedTotal { get; init; }

    public required string? QuotationNumber { get; init; }

    public required OrderedByWire? ApprovedBy { get; init; }

    public required IReadOnlyList<OrderLineRequestWire> Lines { get; init; }
}

internal sealed record OrderedByWire(string? ContactId, string Name, string? OnBehalfOf);

internal enum OrderStatusWire
{
    Received,
    Open,
    CreditHold,
    Backordered,
    PartlyShipped,
    Shipped,
    Invoiced,
    Cancelled,
    Returned,
}

internal sealed record OrderWire
{
    public required string Number { get; init; }

    public required string? ExternalReference { get; init; }

    public required string CustomerNumber { get; init; }

    public required string? PoNumber { get; init; }

    public required OrderStatusWire Status { get; init; }

    public required DateTimeOffset OrderedAt { get; init; }

    public required PersonWire? OrderedBy { get; init; }

    public required AddressWire BillTo { get; init; }

    public required AddressWire ShipTo { get; init; }

    public required string? DeliveryMethod { get; init; }

    public required DateOnly? RequestedDate { get; init; }

    public required bool PartialDelivery { get; init; }

    public required string? Note { get; init; }

    public required string Currency { get; init; }

    public required IReadOnlyList<OrderLineWire> Lines { get; init; }

    public required decimal Subtotal { get; init; }

    public required decimal Freight { get; init; }

    public required decimal TaxTotal { get; init; }

    public required decimal Total { get; init; }

    public required HoldWire? Hold { get; init; }

    public required IReadOnlyList<ShipmentWire> Shipments { get; init; }

    public required IReadOnlyList<NumberWire> Invoices { get; init; }

    public required IReadOnlyList<NumberWire> Returns { get; init; }

    public required IReadOnlyList<OrderEventWire> Events { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}

internal sealed record PersonWire
{
    public required string? ContactId { get; init; }

    public required string Name { get; init; }

    public required string? OnBehalfOf { get; init; }
}

internal sealed record HoldWire
{
    public required string Reason { get; init; }

    public required DateTimeOffset Since { get; init; }
}

internal sealed record NumberWire
{
    public required string Number { get; init; }
}

internal sealed record OrderLineWire
{
    public required int LineNumber { get; init; }

    public required string Sku { get; init; }

    public required string Description { get; init; }

    public required string Unit { get; init; }

    public required decimal Ordered { get; init; }

    public required decimal Shipped { get; init; }

    public required decimal Backordered { get; init; }

    public required decimal Cancelled { get; init; }

    public required decimal PriceUnit { get; init; }

    public required decimal UnitPrice { get; init; }

    public required decimal ExtendedAmount { get; init; }

    public required DateOnly? RequestedDate { get; init; }

    public required DateOnly? PromisedOn { get; init; }

    public required DateOnly? FirstPromisedOn { get; init; }
}

internal sealed record OrderAllowedWire
{
    public required string OrderNumber { get; init; }

    public required string CustomerNumber { get; init; }

    public required long Version { get; init; }

    [JsonConverter(typeof(StrictJson.EndTime))]
    public required DateTimeOffset? Until { get; init; }

    public required string? Reason { get; init; }

    public required bool Cancel { get; init; }

    public required IReadOnlyList<OrderFieldWire> Fields { get; init; }

    public required IReadOnlyList<AddressWire> ShipTos { get; init; }

    public required IReadOnlyList<LineAllowedWire> Lines { get; init; }
}

internal enum OrderFieldWire
{
    PoNumber,
    Note,
    RequestedDate,
    ShipToId,
}

internal sealed record LineAllowedWire
{
    public required int LineNumber { get; init; }

    public required bool Cancel { get; init; }

    public required QuantityAllowedWire? Quantity { get; init; }
}

internal sealed record QuantityAllowedWire
{
    public required decimal Least { get; init; }

    public required decimal? Most { get; init; }

    public required decimal Step { get; init; }
}

/// <summary>What is null is left out: it stays as it is.</summary>
internal sealed record OrderChangeWire
{
    public required string By { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PoNumber { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Note { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateOnly? RequestedDate { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ShipToId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<LineChangeWire>? Lines { get; init; }
}

internal sealed record LineChangeWire(int LineNumber, decimal Quantity);

internal sealed record CancelOrderWire(string Reason, string By, IReadOnlyList<int>? Lines);

internal sealed record BackorderWire
{
    public required string OrderNumber { get; init; }

    public required string CustomerNumber { get; init; }

    public required string? PoNumber { get; init; }

    public required DateTimeOffset OrderedAt { get; init; }

    public required int LineNumber { get; init; }

    public required string Sku { get; init; }

    public required string Description { get; init; }

    public required string Unit { get; init; }

    public required decimal Ordered { get; init; }

    public required decimal Shipped { get; init; }

    public required decimal Open { get; init; }

    public required DateOnly? RequestedDate { get; init; }

    public required DateOnly? PromisedOn { get; init; }

    public required DateOnly? FirstPromisedOn { get; init; }

    public required IReadOnlyList<ExpectedDeliveryWire> Deliveries { get; init; }
}

internal sealed record ExpectedDeliveryWire
{
    public required decimal Quantity { get; init; }

    public required DateOnly? ExpectedOn { get; init; }
}

internal sealed record ShipmentWire
{
    public required string Number { get; init; }

    public required DateTimeOffset ShippedOn { get; init; }

    public required string? Carrier { get; init; }

    public required string? TrackingNumber { get; init; }

    public required string? TrackingUrl { get; init; }

    public required IReadOnlyList<ShipmentLineWire> Lines { get; init; }
}

internal sealed record ShipmentLineWire
{
    public required int LineNumber { get; init; }

    public required decimal Quantity { get; init; }
}

internal sealed record OrderEventWire
{
    public required DateTimeOffset At { get; init; }

    public required string Kind { get; init; }

    public required string Text { get; init; }

    public required string? By { get; init; }
}

internal sealed record OrderActivityWire
{
    public required DateTimeOffset AsOf { get; init; }

    public required IReadOnlyList<OrderActivityItemWire> Items { get; init; }
}

internal sealed record OrderActivityItemWire
{
    public required string CustomerNumber { get; init; }

    public required int LateOrders { get; init; }

    public required DateOnly? LateSince { get; init; }

    public required DateTimeOffset? LastOrderedAt { get; init; }
}
