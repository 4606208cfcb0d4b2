using PortalIntegration.Sandbox.Erp.Customers;
using PortalIntegration.Sandbox.Erp.Invoices;
using PortalIntegration.Sandbox.Erp.Returns;

namespace PortalIntegration.Sandbox.Erp.Orders;

internal sealed record OrderLineBody(
    int LineNumber,
    string? LineId,
    string Sku,
    string Description,
    string Unit,
    decimal Ordered,
    decimal Shipped,
    decimal Backordered,
    decimal Cancelled,
    decimal Returned,
    decimal PriceUnit,
    decimal UnitPrice,
    decimal DiscountPercent,
    decimal ExtendedAmount,
    decimal TaxAmount,
    DateOnly? RequestedDate,
    string? Note,
    DateOnly? PromisedOn,
    DateOnly? FirstPromisedOn);

internal sealed record OrderInvoiceBody(string Number, DateOnly IssuedOn, decimal Total, InvoiceStatus Status);

internal sealed record OrderReturnBody(string Number, ReturnStatus Status);

/// <summary>An order as the contract shows it.</summary>
internal sealed record OrderBody(
    string Number,
    string? ExternalReference,
    string CustomerNumber,
    string? PoNumber,
    OrderStatus Status,
    DateTimeOffset OrderedAt,
    Person? OrderedBy,
    Address BillTo,
    Address ShipTo,
    string? DeliveryMethod,
    DateOnly? RequestedDate,
    string? Note,
    string Currency,
    IReadOnlyList<OrderLineBody> Lines,
    decimal Subtotal,
    decimal DiscountTotal,
    decimal Freight,
    IReadOnlyList<Tax> Taxes,
    decimal TaxTotal,
    decimal Total,
    Hold? Hold,
    IReadOnlyList<Shipment> Shipments,
    IReadOnlyList<OrderInvoiceBody> Invoices,
    IReadOnlyList<OrderReturnBody> Returns,
    IReadOnlyList<OrderEvent> Events,
    long Version,
    DateTimeOffset UpdatedAt)
{
    public static OrderBody Of(Order o, ErpState state) => new(
        o.Number,
        o.ExternalReference,
        o.CustomerNumber,
        o.PoNumber,
        o.Status,
        o.OrderedAt,
        o.OrderedBy,
        o.BillTo,
        o.ShipTo,
        o.DeliveryMethod,
        o.RequestedDate,
        o.Note,
        o.Currency,
        o.Lines.Select(l => new OrderLineBody(
            l.LineNumber,
            l.LineId,
            l.Sku,
            l.Description,
            l.Unit,
            l.Ordered,
            l.Shipped,
            l.Backordered,
            l.Cancelled,
            l.Returned,
            l.PriceUnit,
            l.UnitPrice,
            l.DiscountPercent,
            l.ExtendedAmount,
            l.TaxAmount,
            l.RequestedDate,
            l.Note,
            l.PromisedOn,
            l.FirstPromisedOn)).ToList(),
        o.Subtotal,
        o.DiscountTotal,
        o.Freight,
        o.Taxes,
        o.TaxTotal,
        o.Total,
        o.Hold,
        o.Shipments.ToList(),
        o.Invoices.Select(n => state.Invoices.Find(n)!.AsOf(state.Now)).Select(i => new OrderInvoiceBody(i.Number, i.IssuedOn, i.Total, i.Status)).ToList(),
        o.Returns.Select(n => new OrderReturnBody(n, state.Returns.Find(n)!.Status)).ToList(),
        o.Events.ToList(),
        o.Version,
        o.UpdatedAt);
}
