using PortalIntegration.Sandbox.Erp.Customers;
using PortalIntegration.Sandbox.Erp.Orders;
using PortalIntegration.Sandbox.Storage;
using System.Text.Json.Serialization;

namespace PortalIntegration.Sandbox.Erp.Invoices;

internal enum InvoiceKind
{
    Invoice,
    CreditNote,
}

internal enum InvoiceStatus
{
    Open,
    PartlyPaid,
    Paid,
    Overdue,
    Credited,
}

internal sealed record InvoiceLine(
    int LineNumber,
    string? OrderNumber,
    int? OrderLineNumber,
    string Sku,
    string Description,
    decimal Quantity,
    string Unit,
    decimal PriceUnit,
    decimal UnitPrice,
    decimal ExtendedAmount);

/// <summary>An invoice or credit note as the contract shows it; <c>overdue</c> is worked out when it is shown.</summary>
internal sealed record Invoice : IRow
{
    public required string Number { get; init; }

    [JsonIgnore]
    public string Key => Number;

    public required InvoiceKind Kind { get; init; }

    public required InvoiceStatus Status { get; init; }

    public required string CustomerNumber { get; init; }

    public required IReadOnlyList<string> OrderNumbers { get; init; }

    public string? PoNumber { get; init; }

    public required DateOnly IssuedOn { get; init; }

    public DateOnly? DueOn { get; init; }

    public required string Currency { get; init; }

    public required Address BillTo { get; init; }

    public required IReadOnlyList<InvoiceLine> Lines { get; init; }

    public required decimal Subtotal { get; init; }

    public required decimal Freight { get; init; }

    public required IReadOnlyList<Tax> Taxes { get; init; }

    public required decimal TaxTotal { get; init; }

    public required decimal Total { get; init; }

    public required decimal Paid { get; init; }

    public decimal Balance => Total - Paid;

    public bool HasPdf => true;

    public required long Version { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public Invoice AsOf(DateTimeOffset now) =>
        Status is InvoiceStatus.Open or InvoiceStatus.PartlyPaid && Kind == InvoiceKind.Invoice && DueOn < WorkDays.DayOf(now)
            ? this with { Status = InvoiceStatus.Overdue }
            : this;
}
