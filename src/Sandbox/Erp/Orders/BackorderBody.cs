using System.Text.Json.Serialization;
using PortalIntegration.Sandbox.Storage;

namespace PortalIntegration.Sandbox.Erp.Orders;

internal sealed record ExpectedDelivery(decimal Quantity, DateOnly? ExpectedOn);

/// <summary>A line that waits, as the contract shows it.</summary>
internal sealed record BackorderBody(
    string OrderNumber,
    string CustomerNumber,
    string? PoNumber,
    DateTimeOffset OrderedAt,
    int LineNumber,
    string Sku,
    string Description,
    string Unit,
    decimal Ordered,
    decimal Shipped,
    decimal Open,
    DateOnly? RequestedDate,
    DateOnly? PromisedOn,
    DateOnly? FirstPromisedOn,
    IReadOnlyList<ExpectedDelivery> Deliveries) : IRow
{
    [JsonIgnore]
    public string Key => $"{OrderNumber}/{LineNumber}";

    [JsonIgnore]
    public DateTimeOffset UpdatedAt => OrderedAt;

    public static BackorderBody Of(Order order, OrderLine line, IReadOnlyList<ExpectedDelivery> deliveries) => new(
        order.Number,
        order.CustomerNumber,
        order.PoNumber,
        order.OrderedAt,
        line.LineNumber,
        line.Sku,
        line.Description,
        line.Unit,
        line.Ordered,
        line.Shipped,
        line.Open,
        line.RequestedDate,
        line.PromisedOn,
        line.FirstPromisedOn,
        deliveries);
}
