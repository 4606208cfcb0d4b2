using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using PortalIntegration.Connectors.Odoo.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Customers;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Connectors.Odoo;

/// <summary>A sales order as Odoo tells it.</summary>
internal record SaleRow : OdooRow
{
    public required string Name { get; init; }

    public required SaleState State { get; init; }

    /// <summary>The customer's own reference: his purchase order number.</summary>
    public required string? ClientOrderRef { get; init; }

    /// <summary>"Source document": where the portal keeps its external reference.</summary>
    public required string? Origin { get; init; }

    public required string? Note { get; init; }

    /// <summary>When it was entered; from its confirmation on, when it was confirmed.</summary>
    public required DateTimeOffset DateOrder { get; init; }

    /// <summary>The delivery date that was asked for, or promised by a clerk.</summary>
    public required DateTimeOffset? CommitmentDate { get; init; }

    /// <summary><c>direct</c>: what is there goes out; <c>one</c>: only all of it together.</summary>
    public required string PickingPolicy { get; init; }

    public required DateOnly? ValidityDate { get; init; }

    public required Ref? CreateUid { get; init; }

    /// <summary>Set by the first confirmation, and kept.</summary>
    public required Ref? ProcurementGroupId { get; init; }

    public required Invoicing InvoiceStatus { get; init; }

    public required Ref CurrencyId { get; init; }

    public required Ref PartnerId { get; init; }

    public required Ref PartnerInvoiceId { get; init; }

    public required Ref PartnerShippingId { get; init; }

    public required Ref? CarrierId { get; init; }

    public required decimal AmountUntaxed { get; init; }

    public required decimal AmountTax { get; init; }

    public required decimal AmountTotal { get; init; }

    public required IReadOnlyList<TaxGroup> AmountByGroup { get; init; }

    public required IReadOnlyList<long> InvoiceIds { get; init; }

    [JsonIgnore]
    public bool IsPlaced => SaleStates.IsPlaced(State, ProcurementGroupId);

    public Money Amount(decimal amount) => new(amount, CurrencyId.Name);
}

/// <summary>A line of a sales order; lines of text only are left out when they are asked for.</summary>
internal record SaleLineRow : OdooRow
{
    public required Ref OrderId { get; init; }

    public required Ref ProductId { get; init; }

    public required decimal ProductUomQty { get; init; }

    public required Ref ProductUom { get; init; }

    public required decimal PriceUnit { get; init; }

    /// <summary>In percent.</summary>
    public required decimal Discount { get; init; }

    /// <summary>Without taxes.</summary>
    public required decimal PriceSubtotal { get; init; }

    public required decimal QtyDelivered { get; init; }

    /// <summary>The line that charges the freight.</summary>
    public required bool IsDelivery { get; init; }

    /// <summary>When it leaves if the goods are there.</summary>
    public required DateTimeOffset? ScheduledDate { get; init; }

    /// <summary>When it leaves as goods are expected; known once it is confirmed and reserved for.</summary>
    public required DateTimeOffset? ForecastExpectedDate { get; init; }

    public required decimal VirtualAvailableAtDate { get; init; }

    public required decimal QtyToDeliver { get; init; }

    [JsonIgnore]
    public string LineNumber => Id.ToString(CultureInfo.InvariantCulture);

    /// <summary>Odoo's forecast where it has one; its lead time where it says that the goods will be there by then; else it promises nothing.</summary>
    [JsonIgnore]
    public DateOnly? PromisedOn => Day(ForecastExpectedDate) ?? (VirtualAvailableAtDate >= QtyToDeliver ? Day(ScheduledDate) : null);

    private static DateOnly? Day(DateTimeOffset? time) => time is { } at ? DateOnly.FromDateTime(at.UtcDateTime) : null;
}

/// <summary>One entry of a list of lists: name, amount, base, and the same in words.</summary>
[JsonConverter(typeof(TaxGroupConverter))]
internal sealed record TaxGroup(string Name, decimal Amount, decimal Base);

internal sealed class TaxGroupConverter : JsonConverter<TaxGroup>
{
    public override TaxGroup Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var entry = JsonElement.ParseValue(ref reader);
        return entry.ValueKind is JsonValueKind.Array && entry.GetArrayLength() >= 3 && entry[0].ValueKind is JsonValueKind.String
            ? new TaxGroup(entry[0].GetString()!, entry[1].Deserialize<decimal>(options), entry[2].Deserialize<decimal>(options))
            : throw new JsonException("Expected a tax group.");
    }

    public override void Write(Utf8JsonWriter writer, TaxGroup value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Tax groups are only read.");
}

/// <summary>Goods on their way to a customer or back.</summary>
internal sealed record PickingRow : OdooRow
{
    public required string Name { get; init; }

    public required PickingState State { get; init; }

    public required PickingKind PickingTypeCode { get; init; }

    public required Ref? SaleId { get; init; }

    public required Ref? CarrierId { get; init; }

    public required string? CarrierTrackingRef { get; init; }

    public required string? CarrierTrackingUrl { get; init; }

    public required DateTimeOffset? DateDone { get; init; }

    [JsonIgnore]
    public bool IsOut => PickingTypeCode is PickingKind.Outgoing;

    [JsonIgnore]
    public bool IsPending => State is not (PickingState.Done or PickingState.Cancel);
}

/// <summary>One product in a picking.</summary>
internal sealed record MoveRow : OdooRow
{
    public required Ref? SaleLineId { get; init; }

    public required Ref? PickingId { get; init; }

    public required Ref ProductUom { get; init; }

    public required decimal ProductUomQty { get; init; }

    public required decimal QuantityDone { get; init; }
}

internal enum SaleState
{
    Draft,

    /// <summary>A quotation that was sent to the customer.</summary>
    Sent,

    Sale,

    /// <summary>Confirmed, and locked against changes.</summary>
    Done,

    Cancel,
}

internal enum Invoicing
{
    No,

    [JsonStringEnumMemberName("to invoice")]
    ToInvoice,

    Invoiced,

    /// <summary>Invoiced, and more was delivered than was ordered.</summary>
    Upselling,
}

internal enum PickingState
{
    Draft,
    Waiting,
    Confirmed,
    Assigned,
    Done,
    Cancel,
}

internal enum PickingKind
{
    Incoming,
    Outgoing,
    Internal,
}

/// <summary>What Odoo's states mean to the portal.</summary>
internal static class SaleStates
{
    private static readonly string[] Confirmed = ["sale", "done"];
    private static readonly string[] Ended = ["done", "cancel"];

    /// <summary>"Upselling" is invoiced in full, too.</summary>
    private static readonly string[] Invoiced = ["invoiced", "upselling"];

    /// <summary>
    /// What Odoo shows a customer in its own portal: quotations that were sent, orders, and what was cancelled. A draft is nobody's business but its
    /// writer's; one that was confirmed once and taken back is an order still. What the portal has kept as a quotation is no order until it is confirmed.
    /// </summary>
    public static object?[] IsOrder => Domain.All(
        Domain.Any(Domain.IsNot("state", "draft"), Domain.IsSet("procurement_group_id")),
        Domain.Any(Domain.In("state", Confirmed), Domain.IsSet("procurement_group_id"), Domain.IsEmpty("origin"), Domain.Not(IsKept)),
        Domain.IsSet(OdooPartners.CustomerNumber));

    /// <summary>What stands, or stood, as a quotation of the portal's.</summary>
    public static object?[] IsKept => Domain.Like("origin", QuotationMark.Any);

    /// <summary>The portal's own drafts: quotes, and orders that were never confirmed; none that is kept.</summary>
    public static object?[] IsDraft(long portal) => Domain.All(
        Domain.Is("state", "draft"), Domain.IsEmpty("procurement_group_id"), Domain.Is("create_uid", portal), Domain.StartsWith("origin", SubmissionId.Prefix),
        Domain.Not(IsKept));

    public static object?[] IsPendingDelivery =>
        Domain.All(Domain.Is("picking_type_id.code", "outgoing"), Domain.NotIn("state", Ended), Domain.IsSet("sale_id"));

    public static object?[] IsMadeDelivery => Domain.All(Domain.Is("picking_type_id.code", "outgoing"), Domain.Is("state", "done"));

    /// <summary>Whether it was ever confirmed. Cancelling what never was is a clerk's decision, and stands.</summary>
    public static bool IsPlaced(SaleState state, Ref? procurement) =>
        state is SaleState.Sale or SaleState.Done or SaleState.Cancel || procurement is not null;

    /// <param name="pending">The orders with deliveries still to be made.</param>
    /// <param name="begun">Those of them with deliveries made, too.</param>
    public static object?[] Are(OrderStatus status, IReadOnlyCollection<long> pending, IReadOnlyCollection<long> begun) => status switch
    {
        OrderStatus.Received => Domain.In("state", new[] { "draft", "sent" }),
        OrderStatus.Cancelled => Domain.Is("state", "cancel"),
        OrderStatus.PartlyShipped => Domain.All(Domain.In("state", Confirmed), Domain.In("id", begun)),
        OrderStatus.Open => Domain.All(
            Domain.In("state", Confirmed),
            Domain.Any(
                Domain.In("id", pending.Except(begun)),
                Domain.All(Domain.IsEmpty("picking_ids"), Domain.NotIn("invoice_status", Invoiced)))),
        OrderStatus.Shipped => Domain.All(
            Domain.In("state", Confirmed), Domain.NotIn("id", pending), Domain.Is("picking_ids.state", "done"), Domain.NotIn("invoice_status", Invoiced)),
        OrderStatus.Invoiced => Domain.All(Domain.In("state", Confirmed), Domain.NotIn("id", pending), Domain.In("invoice_status", Invoiced)),
        OrderStatus.CreditHold or OrderStatus.Backordered or OrderStatus.Returned => Domain.None,
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "Unknown."),
    };

    /// <summary>The clauses for orders of which something is still to come.</summary>
    public static object?[] AreToCome(IReadOnlyCollection<long> pending, IReadOnlyCollection<long> begun) => Domain.Any(
        Are(OrderStatus.Received, pending, begun), Are(OrderStatus.Open, pending, begun), Are(OrderStatus.PartlyShipped, pending, begun));

    public static OrderStatus Status(SaleState state, Invoicing invoiced, IReadOnlyCollection<PickingRow> pickings) => state switch
    {
        SaleState.Draft or SaleState.Sent => OrderStatus.Received,
        SaleState.Cancel => OrderStatus.Cancelled,
        SaleState.Sale or SaleState.Done => (Made: pickings.Any(picking => picking is { IsOut: true, State: PickingState.Done }), ToCome: pickings.Any(picking => picking is { IsOut: true, IsPending: true })) switch
        {
            { Made: true, ToCome: true } => OrderStatus.PartlyShipped,
            { ToCome: true } => OrderStatus.Open,
            _ when invoiced is Invoicing.Invoiced or Invoicing.Upselling => OrderStatus.Invoiced,
            { Made: true } => OrderStatus.Shipped,
            _ => OrderStatus.Open,
        },
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "Unknown."),
    };
}
