using System.Text.Json.Serialization;

namespace PortalIntegration.Connectors.Reference.Wire;

// The shapes of docs/contracts/erp.openapi.yaml, as far as the portal reads them. A nullable required property must be sent, be it as null.

internal sealed record ListWire<T>
{
    public required IReadOnlyList<T> Items { get; init; }
}

internal sealed record PageWire<T>
{
    public required IReadOnlyList<T> Items { get; init; }

    public required string? NextCursor { get; init; }

    public required DateTimeOffset AsOf { get; init; }

    public int? Total { get; init; }
}

internal sealed record ProductPageWire
{
    public required IReadOnlyList<ProductWire> Items { get; init; }

    public required IReadOnlyList<TombstoneWire> Tombstones { get; init; }

    public required string? NextCursor { get; init; }

    public required DateTimeOffset AsOf { get; init; }

    public int? Total { get; init; }

    public IReadOnlyList<CategoryCountWire>? CategoryCounts { get; init; }
}

internal sealed record CategoryCountWire
{
    public required string CategoryId { get; init; }

    public required int Count { get; init; }
}

internal sealed record TombstoneWire
{
    public required string Key { get; init; }

    public required DateTimeOffset DeletedAt { get; init; }
}

internal sealed record ProductWire
{
    public required string Sku { get; init; }

    public required string Name { get; init; }

    public required string Description { get; init; }

    public required string CategoryId { get; init; }

    public required ProductStatusWire Status { get; init; }

    public string? ReplacedBy { get; init; }

    public required IReadOnlyList<SalesUnitWire> Units { get; init; }

    public required IReadOnlyList<AttributeWire> Attributes { get; init; }

    public required IReadOnlyList<ImageWire> Images { get; init; }

    public required IReadOnlyList<string> CustomerPartNumbers { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}

internal enum ProductStatusWire
{
    Active,
    Discontinued,
    Blocked,
}

internal sealed record SalesUnitWire
{
    public required string Unit { get; init; }

    public required string Name { get; init; }

    public required int Decimals { get; init; }

    public required decimal Factor { get; init; }

    public required decimal MinQuantity { get; init; }

    public required decimal Increment { get; init; }
}

internal sealed record AttributeWire
{
    public required string Name { get; init; }

    public required string Value { get; init; }

    public string? Unit { get; init; }
}

internal sealed record ImageWire
{
    public required string Id { get; init; }

    public required bool IsMain { get; init; }
}

internal sealed record CategoryWire
{
    public required string Id { get; init; }

    public required string? ParentId { get; init; }

    public required string Name { get; init; }
}

internal sealed record ProductsQueryWire(string? CustomerNumber, IReadOnlyList<string> Codes);

internal sealed record ProductsWire
{
    public required DateTimeOffset AsOf { get; init; }

    public required IReadOnlyList<ResolvedWire> Items { get; init; }
}

internal sealed record ResolvedWire
{
    public required string Code { get; init; }

    public required ProductWire? Product { get; init; }
}

internal sealed record PricesQueryWire(string CustomerNumber, IReadOnlyList<PriceLineWire> Lines);

internal sealed record PriceLineWire(string Sku, decimal Quantity, string? Unit);

internal sealed record PricesWire
{
    public required string CustomerNumber { get; init; }

    public required string Currency { get; init; }

    public required DateTimeOffset AsOf { get; init; }

    public required IReadOnlyList<PriceWire> Items { get; init; }
}

internal sealed record PriceWire
{
    public required string Sku { get; init; }

    public required decimal Quantity { get; init; }

    public required string? Unit { get; init; }

    public required decimal? UnitPrice { get; init; }

    public required decimal PriceUnit { get; init; }

    public required decimal? ListPrice { get; init; }

    public required PriceSourceWire? Source { get; init; }

    public required IReadOnlyList<TierWire> Tiers { get; init; }

    public required decimal? ExtendedAmount { get; init; }

    public required DateOnly? ValidUntil { get; init; }

    public LineProblemWire? Problem { get; init; }
}

internal enum PriceSourceWire
{
    List,
    Tier,
    Contract,
}

internal sealed record TierWire
{
    public required decimal MinQuantity { get; init; }

    public required decimal UnitPrice { get; init; }
}

internal sealed record LineProblemWire
{
    public required string Code { get; init; }

    public required string Message { get; init; }
}

internal sealed record AvailabilityQueryWire(IReadOnlyList<string> Skus);

internal sealed record AvailabilityWire
{
    public required DateTimeOffset AsOf { get; init; }

    public required IReadOnlyList<StockWire> Items { get; init; }
}

internal sealed record StockWire
{
    public required string Sku { get; init; }

    public required string? Unit { get; init; }

    public required decimal AvailableToPromise { get; init; }

    public required DateOnly? NextAvailableOn { get; init; }

    public required IReadOnlyList<WarehouseWire> Warehouses { get; init; }

    public LineProblemWire? Problem { get; init; }
}

internal sealed record WarehouseWire
{
    public required string Code { get; init; }

    public required string Name { get; init; }

    public required decimal OnHand { get; init; }

    public required decimal AvailableToPromise { get; init; }

    public required IReadOnlyList<InboundWire> Inbound { get; init; }
}

internal sealed record InboundWire
{
    public required decimal Quantity { get; init; }

    public required DateOnly ExpectedOn { get; init; }
}

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

internal sealed record AddressWire
{
    public required string? Id { get; init; }

    public required string Name { get; init; }

    public required string Line1 { get; init; }

    public required string? Line2 { get; init; }

    public required string? PostalCode { get; init; }

    public required string City { get; init; }

    public required string? Region { get; init; }

    public required string Country { get; init; }

    public bool IsDefault { get; init; }
}

internal sealed record InvoiceWire
{
    public required string Number { get; init; }

    public required InvoiceKindWire Kind { get; init; }

    public required InvoiceStatusWire Status { get; init; }

    public required string CustomerNumber { get; init; }

    public required IReadOnlyList<string> OrderNumbers { get; init; }

    public required DateOnly IssuedOn { get; init; }

    public required DateOnly? DueOn { get; init; }

    public required string Currency { get; init; }

    public required decimal Total { get; init; }

    public required decimal Balance { get; init; }

    public required bool HasPdf { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}

internal enum InvoiceKindWire
{
    Invoice,
    CreditNote,
}

internal enum InvoiceStatusWire
{
    Open,
    PartlyPaid,
    Paid,
    Overdue,
    Credited,
}

internal sealed record CustomerWire
{
    public required string Number { get; init; }

    public required string? ExternalReference { get; init; }

    public required string? CrmAccountId { get; init; }

    public required string Name { get; init; }

    public required CustomerStatusWire Status { get; init; }

    public required string Currency { get; init; }

    public required TermsWire Terms { get; init; }

    public required string? TaxNumber { get; init; }

    public required string? Email { get; init; }

    public required string? Phone { get; init; }

    public required IReadOnlyList<AddressWire> BillTos { get; init; }

    public required IReadOnlyList<AddressWire> ShipTos { get; init; }

    public required long Version { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}

internal sealed record NewCustomerWire
{
    public required string ExternalReference { get; init; }

    public required string CrmAccountId { get; init; }

    public required string Name { get; init; }

    public required string Currency { get; init; }

    public required string? Email { get; init; }

    public required string? Phone { get; init; }

    public required IReadOnlyList<AddressInputWire> BillTos { get; init; }

    public required IReadOnlyList<AddressInputWire> ShipTos { get; init; }
}

/// <summary>What is null is not sent, and so stays.</summary>
internal sealed record CustomerChangeWire
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Email { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Phone { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TaxNumber { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<AddressInputWire>? BillTos { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<AddressInputWire>? ShipTos { get; init; }
}

internal sealed record AddressInputWire(
    string? Id, string Name, string Line1, string? Line2, string? PostalCode, string City, string? Region, string Country, bool IsDefault);

internal enum CustomerStatusWire
{
    Active,
    OnHold,
    Closed,
}

internal sealed record TermsWire
{
    public required string Description { get; init; }
}

internal sealed record CreditWire
{
    public required string CustomerNumber { get; init; }

    public required string Currency { get; init; }

    public required decimal? Limit { get; init; }

    public required decimal Balance { get; init; }

    public required decimal OpenOrders { get; init; }

    public required decimal? Available { get; init; }

    public required bool OnHold { get; init; }

    public required string? HoldReason { get; init; }

    public required DateTimeOffset AsOf { get; init; }
}

internal sealed record CustomersQueryWire(IReadOnlyList<string> CustomerNumbers);

internal sealed record CreditSignalsWire
{
    public required DateTimeOffset AsOf { get; init; }

    public required IReadOnlyList<CreditSignalWire> Items { get; init; }
}

internal sealed record CreditSignalWire
{
    public required string CustomerNumber { get; init; }

    public required bool OnHold { get; init; }

    public required string? HoldReason { get; init; }

    public required bool OverLimit { get; init; }
}

internal sealed record OverdueWire
{
    public required DateTimeOffset AsOf { get; init; }

    public required IReadOnlyList<OverdueItemWire> Items { get; init; }
}

internal sealed record OverdueItemWire
{
    public required string CustomerNumber { get; init; }

    public required string Currency { get; init; }

    public required decimal Overdue { get; init; }

    public required DateOnly? OverdueSince { get; init; }
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

internal sealed record ReturnWire
{
    public required string Number { get; init; }

    public required string? ExternalReference { get; init; }

    public required string CustomerNumber { get; init; }

    public required string OrderNumber { get; init; }

    public required ReturnStatusWire Status { get; init; }

    public required DateTimeOffset RequestedAt { get; init; }

    public required string? Note { get; init; }

    public required IReadOnlyList<ReturnLineWire> Lines { get; init; }
}

internal enum ReturnStatusWire
{
    Requested,
    Approved,
    Received,
    Credited,
    Rejected,
    Cancelled,
}

internal sealed record ReturnLineWire
{
    public required string Sku { get; init; }

    public required decimal Quantity { get; init; }

    public required string Unit { get; init; }

    public required string Reason { get; init; }

    public required string? Note { get; init; }
}

internal sealed record NewReturnWire
{
    public required string ExternalReference { get; init; }

    public required string CustomerNumber { get; init; }

    public required string OrderNumber { get; init; }

    public required OrderedByWire RequestedBy { get; init; }

    public required string? Note { get; init; }

    public required IReadOnlyList<NewReturnLineWire> Lines { get; init; }
}

internal sealed record NewReturnLineWire(int OrderLineNumber, decimal Quantity, string Reason, string? Note);

internal sealed record ReturnableWire
{
    public required string OrderNumber { get; init; }

    public required string CustomerNumber { get; init; }

    public required IReadOnlyList<ReasonWire> Reasons { get; init; }

    public required IReadOnlyList<ReturnableLineWire> Lines { get; init; }
}

internal sealed record ReasonWire
{
    public required string Code { get; init; }

    public required string Name { get; init; }
}

internal sealed record ReturnableLineWire
{
    public required int LineNumber { get; init; }

    public required string Sku { get; init; }

    public required string Description { get; init; }

    public required string Unit { get; init; }

    public required decimal Shipped { get; init; }

    public required decimal Left { get; init; }

    public required DateOnly? Until { get; init; }

    public required string? Reason { get; init; }

    public required IReadOnlyList<string> Shipments { get; init; }

    public required IReadOnlyList<string> Invoices { get; init; }
}

internal sealed record StatementWire
{
    public required string CustomerNumber { get; init; }

    public required string Currency { get; init; }

    public required DateTimeOffset AsOf { get; init; }

    public required decimal Total { get; init; }

    public required decimal Overdue { get; init; }

    public required IReadOnlyList<AgeingBucketWire> Buckets { get; init; }

    public required IReadOnlyList<StatementItemWire> Items { get; init; }

    public required IReadOnlyList<HeldOrderWire> HeldOrders { get; init; }
}

internal sealed record AgeingBucketWire
{
    public required int? FromDays { get; init; }

    public required int? ToDays { get; init; }

    public required decimal Amount { get; init; }
}

internal sealed record StatementItemWire
{
    public required string Number { get; init; }

    public required InvoiceKindWire Kind { get; init; }

    public required IReadOnlyList<string> OrderNumbers { get; init; }

    public required DateOnly IssuedOn { get; init; }

    public required DateOnly? DueOn { get; init; }

    public required decimal Total { get; init; }

    public required decimal Open { get; init; }

    public required int DaysOverdue { get; init; }
}

internal sealed record HeldOrderWire
{
    public required string Number { get; init; }

    public required string Reason { get; init; }

    public required DateTimeOffset Since { get; init; }
}

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
