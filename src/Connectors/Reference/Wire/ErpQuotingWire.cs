using System.Text.Json.Serialization;

namespace PortalIntegration.Connectors.Reference.Wire;

// The shapes of docs/contracts/erp.openapi.yaml, as far as the portal reads them. A nullable required property must be sent, be it as null.

internal sealed record DeliveryMethodWire
{
    public required string Code { get; init; }

    public required string Name { get; init; }

    public required string? Description { get; init; }

    public required bool IsDefault { get; init; }
}

internal sealed record OrderLineRequestWire(string LineId, string Sku, decimal Quantity, string? Unit, DateOnly? RequestedDate, string? Note);

internal sealed record QuoteRequestWire
{
    public required string CustomerNumber { get; init; }

    public required string? ShipToId { get; init; }

    public required string? BillToId { get; init; }

    public required string? DeliveryMethod { get; init; }

    public required DateOnly? RequestedDate { get; init; }

    public required bool? PartialDelivery { get; init; }

    public required string? PoNumber { get; init; }

    public required IReadOnlyList<OrderLineRequestWire> Lines { get; init; }
}

internal sealed record QuoteWire
{
    public required string CustomerNumber { get; init; }

    public required string Currency { get; init; }

    public required DateTimeOffset AsOf { get; init; }

    public required IReadOnlyList<QuoteLineWire> Lines { get; init; }

    public required decimal Subtotal { get; init; }

    public required decimal DiscountTotal { get; init; }

    public required decimal Freight { get; init; }

    public required IReadOnlyList<TaxWire> Taxes { get; init; }

    public required decimal TaxTotal { get; init; }

    public required decimal Total { get; init; }

    public required CreditDecisionWire Credit { get; init; }

    [JsonConverter(typeof(StrictJson.EndTime))]
    public required DateTimeOffset ValidUntil { get; init; }
}

internal sealed record QuoteLineWire
{
    public required string LineId { get; init; }

    public required string Sku { get; init; }

    public required decimal Quantity { get; init; }

    public required string? Unit { get; init; }

    public required decimal PriceUnit { get; init; }

    public required decimal? UnitPrice { get; init; }

    public required decimal? DiscountPercent { get; init; }

    public required decimal? ExtendedAmount { get; init; }

    public required DateOnly? PromisedOn { get; init; }

    public required decimal AvailableNow { get; init; }

    public required decimal Backordered { get; init; }

    public LineProblemWire? Problem { get; init; }
}

internal sealed record TaxWire
{
    public required string Name { get; init; }

    public required decimal Rate { get; init; }

    public required decimal Base { get; init; }

    public required decimal Amount { get; init; }
}

internal sealed record CreditDecisionWire
{
    public required CreditVerdictWire Decision { get; init; }

    public required string? Reason { get; init; }

    public required decimal? Available { get; init; }

    public required string Currency { get; init; }
}

internal enum CreditVerdictWire
{
    Approved,
    Held,
    Refused,
}
