using PortalIntegration.Sandbox.Erp.Customers;
using PortalIntegration.Sandbox.Erp.Stock;
using PortalIntegration.Sandbox.Storage;

namespace PortalIntegration.Sandbox.Erp.Orders;

internal enum OrderStatus
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

internal sealed record Person(string? ContactId, string Name, string? OnBehalfOf);

internal sealed record Hold(string Reason, DateTimeOffset Since);

internal sealed record OrderEvent(DateTimeOffset At, string Kind, string Text, string? By);

internal sealed record ShipmentLine(int LineNumber, decimal Quantity);

internal sealed record Shipment(string Number, DateTimeOffset ShippedOn, string? Carrier, string? TrackingNumber, string? TrackingUrl, IReadOnlyList<ShipmentLine> Lines);

internal sealed class OrderLine
{
    public required int LineNumber { get; init; }

    public string? LineId { get; init; }

    public required string Sku { get; init; }

    public required string Description { get; init; }

    public required string Unit { get; init; }

    /// <summary>Base units in one of <see cref="Unit"/>.</summary>
    public required decimal Factor { get; init; }

    public required decimal Ordered { get; set; }

    public decimal Shipped { get; set; }

    public decimal Cancelled { get; set; }

    public decimal Returned { get; set; }

    public decimal Invoiced { get; set; }

    public required decimal PriceUnit { get; init; }

    public required decimal UnitPrice { get; init; }

    public required decimal DiscountPercent { get; init; }

    public required decimal ExtendedAmount { get; set; }

    public required decimal TaxAmount { get; set; }

    public DateOnly? RequestedDate { get; init; }

    public string? Note { get; init; }

    public DateOnly? PromisedOn { get; set; }

    public DateOnly? FirstPromisedOn { get; init; }

    /// <summary>Stock reserved for it, in base units.</summary>
    public List<Allocation> Reserved { get; } = [];

    public decimal Open => Ordered - Shipped - Cancelled;

    public decimal ReservedQuantity => Reserved.Sum(r => r.Quantity) / Factor;

    public decimal Backordered => Math.Max(0, Open - ReservedQuantity);
}

/// <summary>An order as the ERP keeps it. It changes in place, under the ERP's lock.</summary>
internal sealed class Order : IRow
{
    public required string Number { get; init; }

    public string Key => Number;

    public string? ExternalReference { get; init; }

    public required string CustomerNumber { get; init; }

    public string? PoNumber { get; set; }

    public required DateTimeOffset OrderedAt { get; init; }

    public Person? OrderedBy { get; init; }

    public required Address BillTo { get; init; }

    public required Address ShipTo { get; set; }

    public required string DeliveryMethod { get; init; }

    public DateOnly? RequestedDate { get; set; }

    /// <summary>False: nothing is sent before all of it is there.</summary>
    public bool PartialDelivery { get; init; } = true;

    public string? Note { get; set; }

    public required string Currency { get; init; }

    public required IReadOnlyList<OrderLine> Lines { get; init; }

    public required decimal Subtotal { get; set; }

    public required decimal DiscountTotal { get; set; }

    public required decimal Freight { get; init; }

    public required IReadOnlyList<Tax> Taxes { get; set; }

    public required decimal TaxTotal { get; set; }

    public required decimal Total { get; set; }

    /// <summary>Somebody began to work on it.</summary>
    public bool Accepted { get; set; }

    public bool FreightInvoiced { get; set; }

    public Hold? Hold { get; set; }

    public List<Shipment> Shipments { get; } = [];

    public List<string> Invoices { get; } = [];

    public List<string> Returns { get; } = [];

    public List<OrderEvent> Events { get; } = [];

    public long Version { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    public bool IsOpen => Lines.Any(l => l.Open > 0);

    public OrderStatus Status
    {
        get
        {
            var wanted = Lines.Where(l => l.Ordered > l.Cancelled).ToList();
            if (wanted.Count == 0)
            {
                return OrderStatus.Cancelled;
            }

            var shipped = wanted.Any(l => l.Shipped > 0);
            if (wanted.All(l => l.Open == 0))
            {
                return wanted.All(l => l.Returned >= l.Shipped) ? OrderStatus.Returned
                    : wanted.All(l => l.Invoiced >= l.Shipped) ? OrderStatus.Invoiced
                    : OrderStatus.Shipped;
            }

            return shipped ? OrderStatus.PartlyShipped
                : Hold is not null ? OrderStatus.CreditHold
                : !Accepted ? OrderStatus.Received
                : wanted.Any(l => l.Backordered > 0) ? OrderStatus.Backordered
                : OrderStatus.Open;
        }
    }

    /// <summary>What it still adds to the customer's debt: value not invoiced, with its share of freight and tax.</summary>
    public decimal NotInvoiced
    {
        get
        {
            decimal ordered = 0, open = 0;
            foreach (var line in Lines)
            {
                ordered += line.ExtendedAmount;
                open += line.Ordered == 0 ? 0 : line.ExtendedAmount * Math.Max(0, line.Ordered - line.Cancelled - line.Invoiced) / line.Ordered;
            }

            return ordered == 0 ? 0 : Pricing.Money.Round(Total * open / ordered);
        }
    }
}
