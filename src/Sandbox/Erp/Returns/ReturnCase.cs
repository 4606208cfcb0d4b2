using System.Text.Json.Serialization;
using PortalIntegration.Sandbox.Erp.Orders;
using PortalIntegration.Sandbox.Storage;

namespace PortalIntegration.Sandbox.Erp.Returns;

internal enum ReturnStatus
{
    Requested,
    Approved,
    Received,
    Credited,
    Rejected,
    Cancelled,
}

internal enum ReturnReason
{
    Damaged,
    Defective,
    WrongItem,
    NotNeeded,
    Other,
}

internal sealed record ReturnLine(int OrderLineNumber, string Sku, string Description, decimal Quantity, string Unit, ReturnReason Reason, string? Note);

/// <summary>A return as the contract shows it.</summary>
internal sealed record ReturnCase : IRow
{
    public required string Number { get; init; }

    [JsonIgnore]
    public string Key => Number;

    public string? ExternalReference { get; init; }

    public required string CustomerNumber { get; init; }

    public required string OrderNumber { get; init; }

    public required ReturnStatus Status { get; init; }

    public required DateTimeOffset RequestedAt { get; init; }

    public Person? RequestedBy { get; init; }

    public string? Note { get; init; }

    public required IReadOnlyList<ReturnLine> Lines { get; init; }

    public string? CreditNoteNumber { get; init; }

    public required long Version { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}

internal sealed record ReturnReasonBody(ReturnReason Code, string Name);

internal sealed record ReturnableLineBody(
    int LineNumber,
    string Sku,
    string Description,
    string Unit,
    decimal Shipped,
    decimal Left,
    DateOnly? Until,
    string? Reason,
    IReadOnlyList<string> Shipments,
    IReadOnlyList<string> Invoices);

/// <summary>What of an order may come back, as the contract shows it.</summary>
internal sealed record ReturnableBody(string OrderNumber, string CustomerNumber, IReadOnlyList<ReturnReasonBody> Reasons, IReadOnlyList<ReturnableLineBody> Lines);
