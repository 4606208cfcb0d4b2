using System.Text.Json.Serialization;
using PortalIntegration.Sandbox.Erp.Customers;
using PortalIntegration.Sandbox.Erp.Orders;
using PortalIntegration.Sandbox.Erp.Pricing;
using PortalIntegration.Sandbox.Storage;

namespace PortalIntegration.Sandbox.Erp.Quotations;

internal enum QuotationKind
{
    Quote,
    Basket,
    List,
    Approval,
}

internal enum QuotationStatus
{
    Open,
    Expired,
    Ordered,
    SentBack,
    Withdrawn,
}

internal sealed record QuotationEnd(DateTimeOffset At, string? By, string? Reason);

internal sealed record QuotationLine(
    string LineId,
    string Sku,
    string Description,
    decimal Quantity,
    string? Unit,
    decimal PriceUnit,
    decimal? UnitPrice,
    decimal? ExtendedAmount,
    DateOnly? PromisedOn,
    DateOnly? RequestedDate,
    string? Note,
    LineProblem? Problem)
{
    public static QuotationLine Of(LineQuoted l) => new(
        l.Wanted.LineId,
        l.Wanted.Sku,
        l.Item!.Product.Name,
        l.Wanted.Quantity,
        l.Unit?.Unit ?? l.Wanted.Unit,
        l.Price?.PriceUnit ?? 1,
        l.Price?.UnitPrice,
        l.Price is null ? null : l.ExtendedAmount,
        l.PromisedOn,
        l.Wanted.RequestedDate,
        l.Wanted.Note,
        l.Problem);
}

/// <summary>A quotation as the contract shows it.</summary>
internal sealed record Quotation : IRow
{
    public required string Number { get; init; }

    [JsonIgnore]
    public string Key => Number;

    public string? ExternalReference { get; init; }

    public required string CustomerNumber { get; init; }

    public required QuotationKind Kind { get; init; }

    public required QuotationStatus Status { get; init; }

    public string? Label { get; init; }

    public string? Reason { get; init; }

    public required DateTimeOffset RequestedAt { get; init; }

    public Person? RequestedBy { get; init; }

    public DateTimeOffset? ValidUntil { get; init; }

    public string? PoNumber { get; init; }

    public required Address BillTo { get; init; }

    public required Address ShipTo { get; init; }

    public required string DeliveryMethod { get; init; }

    public DateOnly? RequestedDate { get; init; }

    public bool? PartialDelivery { get; init; }

    public string? Note { get; init; }

    public required string Currency { get; init; }

    public required IReadOnlyList<QuotationLine> Lines { get; init; }

    public required decimal Subtotal { get; init; }

    public required decimal Freight { get; init; }

    public required decimal TaxTotal { get; init; }

    public required decimal Total { get; init; }

    public string? OrderNumber { get; init; }

    public QuotationEnd? Closed { get; init; }

    public required long Version { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>A status is stored when it changes; only time makes an open one run out.</summary>
    public Quotation AsOf(DateTimeOffset at) => Status == QuotationStatus.Open && ValidUntil <= at ? this with { Status = QuotationStatus.Expired } : this;
}
