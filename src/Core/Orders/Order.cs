using PortalIntegration.Core.Customers;

namespace PortalIntegration.Core.Orders;

/// <summary>What an order is, as its owner says.</summary>
public enum OrderStatus
{
    /// <summary>Stands in the ERP, not yet confirmed by it: a draft, or a quotation.</summary>
    Received,

    /// <summary>Confirmed, nothing shipped yet.</summary>
    Open,

    CreditHold,

    /// <summary>Confirmed, and nothing can be shipped for want of stock.</summary>
    Backordered,

    PartlyShipped,

    Shipped,

    Invoiced,

    Cancelled,

    Returned,
}

public static class OrderStatuses
{
    /// <summary>The statuses of an order that is not all sent, nor given up.</summary>
    public static IReadOnlyList<OrderStatus> ToCome { get; } =
        [OrderStatus.Received, OrderStatus.Open, OrderStatus.CreditHold, OrderStatus.Backordered, OrderStatus.PartlyShipped];

    public static bool IsToCome(this OrderStatus status) => ToCome.Contains(status);
}

public sealed record OrderSummary
{
    public required OrderNumber Number { get; init; }

    public required CustomerNumber Customer { get; init; }

    /// <summary>As the ERP spells it; null where a list does not carry it.</summary>
    public string? CustomerName { get; init; }

    public string? PoNumber { get; init; }

    public required OrderStatus Status { get; init; }

    public required DateTimeOffset OrderedAt { get; init; }

    public Money? Total { get; init; }

    /// <summary>Number of lines; null where a list does not carry it.</summary>
    public int? LineCount { get; init; }

    /// <summary>When the last of it is promised.</summary>
    public DateOnly? PromisedOn { get; init; }
}

public sealed record Order
{
    /// <summary>Null only while the ERP has not numbered it yet, which is only before confirmation.</summary>
    public OrderNumber? Number { get; init; }

    public required CustomerNumber Customer { get; init; }

    public string? CustomerName { get; init; }

    /// <summary>Set when it came through the portal.</summary>
    public SubmissionId? Submission { get; init; }

    public string? PoNumber { get; init; }

    public required OrderStatus Status { get; init; }

    public required DateTimeOffset OrderedAt { get; init; }

    public string? OrderedBy { get; init; }

    public ErpAddress? ShipTo { get; init; }

    public ErpAddress? BillTo { get; init; }

    public string? DeliveryMethod { get; init; }

    public DateOnly? RequestedOn { get; init; }

    /// <summary>Whether what is there may be delivered before the rest; null where the system does not tell.</summary>
    public bool? PartialDelivery { get; init; }

    public string? Note { get; init; }

    public required IReadOnlyList<OrderLine> Lines { get; init; }

    public Money? Subtotal { get; init; }

    public Money? Freight { get; init; }

    public Money? TaxTotal { get; init; }

    public Money? Total { get; init; }

    public OrderHold? Hold { get; init; }

    public IReadOnlyList<Shipment> Shipments { get; init; } = [];

    public IReadOnlyList<string> Invoices { get; init; } = [];

    public IReadOnlyList<string> Returns { get; init; } = [];

    /// <summary>Oldest first; empty where the system keeps none.</summary>
    public IReadOnlyList<OrderEvent> Events { get; init; } = [];
}

public sealed record OrderLine
{
    /// <summary>The ERP's own, unique within the order.</summary>
    public required string LineNumber { get; init; }

    public required Sku Sku { get; init; }

    public string? Description { get; init; }

    /// <summary>The unit of every quantity in this record.</summary>
    public required string Unit { get; init; }

    public required decimal Ordered { get; init; }

    public required decimal Shipped { get; init; }

    /// <summary>Ordered, not shipped, and not in stock; null where the system does not tell.</summary>
    public decimal? Backordered { get; init; }

    public decimal Cancelled { get; init; }

    /// <summary>For <see cref="PricePer"/> of <see cref="Unit"/>.</summary>
    public Money? UnitPrice { get; init; }

    /// <summary>How many of <see cref="Unit"/> <see cref="UnitPrice"/> is for: 1, or 100 for small parts. More than 0.</summary>
    public decimal PricePer { get; init; } = 1;

    public Money? ExtendedAmount { get; init; }

    /// <summary>When the customer wants this line; null where he named no day, or the system keeps none by line.</summary>
    public DateOnly? RequestedOn { get; init; }

    public DateOnly? PromisedOn { get; init; }

    /// <summary>What was promised first, where it differs and the system keeps it.</summary>
    public DateOnly? FirstPromisedOn { get; init; }
}

public sealed record OrderHold(string Reason, DateTimeOffset? Since);

public sealed record Shipment
{
    public required string Number { get; init; }

    /// <summary>Null while it is only planned.</summary>
    public DateTimeOffset? ShippedAt { get; init; }

    public string? Carrier { get; init; }

    public string? TrackingNumber { get; init; }

    /// <summary>Absolute, http or https.</summary>
    public Uri? TrackingUrl { get; init; }

    public IReadOnlyList<ShipmentLine> Lines { get; init; } = [];
}

/// <param name="LineNumber">Of the order's line.</param>
public sealed record ShipmentLine(string LineNumber, Sku Sku, decimal Quantity);

/// <param name="Kind">The system's own word, such as <c>shipped</c>.</param>
/// <param name="By">Who did it; null where the system does not tell.</param>
public sealed record OrderEvent(DateTimeOffset At, string Kind, string Text, string? By);

/// <summary>All given conditions must hold; text conditions are compared without regard to case.</summary>
public sealed record OrderQuery
{
    /// <summary>Null for every customer in the scope.</summary>
    public CustomerNumber? Customer { get; init; }

    /// <summary>The whole number.</summary>
    public string? Number { get; init; }

    /// <summary>The whole purchase order number.</summary>
    public string? PoNumber { get; init; }

    /// <summary>The whole tracking number of one of its shipments; nothing is found where the system has none (<see cref="Ownership.Feature.TrackingNumbers"/>).</summary>
    public string? TrackingNumber { get; init; }

    /// <summary>Part of an order number or a purchase order number.</summary>
    public string? Text { get; init; }

    public OrderStatus? Status { get; init; }

    /// <summary>Only orders of which something is still to come: those whose status <see cref="OrderStatuses.IsToCome"/>.</summary>
    public bool ToCome { get; init; }

    /// <summary>1 to 100.</summary>
    public int Limit { get; init; } = 25;

    public string? Cursor { get; init; }
}
