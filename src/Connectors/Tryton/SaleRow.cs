using System.Globalization;
using System.Text.Json.Serialization;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Tryton.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;

namespace PortalIntegration.Connectors.Tryton;

/// <summary>A sale as Tryton tells it, and what the portal makes of it.</summary>
internal sealed record SaleRow : IdentifiedRow
{
    public required string? Number { get; init; }

    public required SaleState State { get; init; }

    /// <summary>The customer's own reference: his purchase order number.</summary>
    public required string? Reference { get; init; }

    /// <summary>Where the portal keeps its external reference.</summary>
    public required string? Description { get; init; }

    public required string? Comment { get; init; }

    /// <summary>Set by Tryton when it confirms, and by clerks; never by the portal.</summary>
    public required DateOnly? SaleDate { get; init; }

    public required DateOnly? ShippingDate { get; init; }

    public required DateTimeOffset CreateDate { get; init; }

    public required long? CreateUid { get; init; }

    public required ShipmentState ShipmentState { get; init; }

    public required decimal? UntaxedAmount { get; init; }

    public required decimal? TaxAmount { get; init; }

    public required decimal? TotalAmount { get; init; }

    /// <summary>Changes with every change.</summary>
    [JsonPropertyName("_timestamp")]
    public required string Timestamp { get; init; }

    [JsonPropertyName("currency.")]
    public required CurrencyRow Currency { get; init; }

    [JsonPropertyName("party.")]
    public required PartyRow Party { get; init; }

    [JsonPropertyName("invoice_address.")]
    public required AddressRow? InvoiceAddress { get; init; }

    [JsonPropertyName("shipment_address.")]
    public required AddressRow? ShipmentAddress { get; init; }

    [JsonPropertyName("carrier.")]
    public required CarrierRow? Carrier { get; init; }

    [JsonPropertyName("lines.")]
    public required IReadOnlyList<SaleLineRow> Lines { get; init; }

    [JsonPropertyName("invoices.")]
    public required IReadOnlyList<SaleInvoiceRow> Invoices { get; init; }

    /// <summary>Products ordered, without freight, titles and comments.</summary>
    [JsonIgnore]
    public IEnumerable<SaleLineRow> Goods => Lines.Where(line => line is { Type: LineType.Line, ShipmentCost: null });

    /// <summary>Null where no carrier was set, so that Tryton charges none.</summary>
    [JsonIgnore]
    public Money? Freight => Lines.FirstOrDefault(line => line.ShipmentCost is not null)?.Amount is { } amount ? Amount(amount) : null;

    /// <summary>Tryton's untaxed amount has the freight in it: beside a freight it would be counted twice.</summary>
    [JsonIgnore]
    public Money? Subtotal => Freight is null ? Amount(UntaxedAmount) : null;

    public Money? Amount(decimal? amount) => amount is { } value ? new Money(value, Currency.Code) : null;

    /// <param name="portal">The portal's user: a clerk's copy of one of our sales has our reference too.</param>
    public Order ToOrder(IReadOnlyList<MoveRow> moves, long portal)
    {
        var goods = Goods.ToList();
        return new Order
        {
            Number = Number is null ? null : new OrderNumber(Number),
            Customer = new CustomerNumber(Party.Code),
            CustomerName = Party.Name,
            Submission = CreateUid == portal && SubmissionId.TryParse(Description, out var submission) && submission.ExternalReference == Description
                ? submission
                : null,
            PoNumber = Reference,
            Status = SaleStates.Status(State, ShipmentState, moves.Any(move => move.Shipped), Invoices.Any(invoice => invoice.State is InvoiceState.Posted or InvoiceState.Paid)),
            OrderedAt = SaleStates.OrderedAt(SaleDate, CreateDate),
            ShipTo = ShipmentAddress?.ToAddress(Party.Name),
            BillTo = InvoiceAddress?.ToAddress(Party.Name),
            DeliveryMethod = Carrier?.Party.Name,
            RequestedOn = ShippingDate,
            Note = Comment,
            Lines = [.. goods.Select(line => line.ToLine(this, moves))],
            Subtotal = Subtotal,
            Freight = Freight,
            TaxTotal = Amount(TaxAmount),
            Total = Amount(TotalAmount),
            Hold = ShipmentState is ShipmentState.Exception ? new OrderHold("A shipment could not be made as ordered.", Since: null) : null,
            Shipments = [.. moves.Where(move => move.ShipmentDetails is not null).GroupBy(move => move.Shipment, StringComparer.Ordinal).Select(ToShipment)],
            Invoices = [.. Invoices.Select(invoice => invoice.Number).OfType<string>()],
        };
    }

    private Shipment ToShipment(IGrouping<string?, MoveRow> moves)
    {
        var first = moves.First();
        var package = moves.Select(move => move.Package).FirstOrDefault(package => package?.ShippingReference is not null);
        var lines = Goods.Join(moves, line => line.Origin, move => move.Origin, (line, move) => (line, move), StringComparer.Ordinal);
        return new Shipment
        {
            Number = first.ShipmentDetails!.Number ?? first.Shipment ?? throw new MalformedAnswerException("A shipment has neither a number nor an id"),
            ShippedAt = first.Shipped && first.EffectiveDate is { } date ? SaleStates.At(date) : null,
            Carrier = Carrier?.Party.Name,
            TrackingNumber = package?.ShippingReference,
            TrackingUrl = Uri.TryCreate(package?.ShippingTrackingUrl, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url : null,
            Lines =
            [
                .. lines
                    .GroupBy(pair => pair.line)
                    .Select(pairs => new ShipmentLine(pairs.Key.LineNumber, pairs.Key.Sku, pairs.Sum(pair => pair.move.QuantityIn(pairs.Key.Unit)))),
            ],
        };
    }
}

/// <summary>A line of a sale.</summary>
internal sealed record SaleLineRow
{
    public required long Id { get; init; }

    public required LineType Type { get; init; }

    public required int? Sequence { get; init; }

    [JsonPropertyName("product.")]
    public required CodedRow? Product { get; init; }

    public required string? Description { get; init; }

    public required string? Note { get; init; }

    public required decimal? Quantity { get; init; }

    [JsonPropertyName("unit.")]
    public required LineUnitRow? Unit { get; init; }

    public required decimal? UnitPrice { get; init; }

    public required decimal? Amount { get; init; }

    public required IReadOnlyList<long> Taxes { get; init; }

    /// <summary>When the line is expected to leave.</summary>
    public required DateOnly? ShippingDate { get; init; }

    /// <summary>Null but on the line that charges the freight.</summary>
    public required decimal? ShipmentCost { get; init; }

    [JsonIgnore]
    public string LineNumber => Id.ToString(CultureInfo.InvariantCulture);

    /// <summary>A line without a product is a text with a price, typed in by a clerk.</summary>
    [JsonIgnore]
    public Sku Sku => new(Product?.Code ?? "");

    /// <summary>As the moves refer to it.</summary>
    [JsonIgnore]
    public string Origin => string.Create(CultureInfo.InvariantCulture, $"sale.line,{Id}");

    public OrderLine ToLine(SaleRow sale, IReadOnlyList<MoveRow> moves) => new()
    {
        LineNumber = LineNumber,
        Sku = Sku,
        Description = Description is { Length: > 0 } ? Description : Product?.Name,
        Unit = Unit?.Symbol ?? "",
        Ordered = Quantity ?? 0,
        Shipped = moves.Where(move => move.Shipped && string.Equals(move.Origin, Origin, StringComparison.Ordinal)).Sum(move => move.QuantityIn(Unit)),
        UnitPrice = UnitPrice is { } price ? sale.Amount(TrytonJson.Plain(price)) : null,
        ExtendedAmount = sale.Amount(Amount),
        PromisedOn = ShippingDate,
    };
}

/// <summary>Goods of a sale on their way; read beside the sale, without those that were cancelled.</summary>
internal sealed record MoveRow : IdentifiedRow
{
    public required long? Sale { get; init; }

    public required string? Origin { get; init; }

    public required MoveState State { get; init; }

    public required decimal Quantity { get; init; }

    [JsonPropertyName("uom.")]
    public required LineUnitRow Uom { get; init; }

    public required DateOnly? EffectiveDate { get; init; }

    /// <summary>Model and id.</summary>
    public required string? Shipment { get; init; }

    [JsonPropertyName("shipment.")]
    public required ShipmentRow? ShipmentDetails { get; init; }

    [JsonPropertyName("package.")]
    public required PackageRow? Package { get; init; }

    [JsonIgnore]
    public bool Shipped => State is MoveState.Done;

    /// <summary>A clerk may have shipped in another unit than was ordered.</summary>
    public decimal QuantityIn(LineUnitRow? unit) => unit is null || unit.Factor == Uom.Factor ? Quantity : Strict.Converted(Quantity, Uom.Factor, unit.Factor);
}

internal sealed record ShipmentRow(string? Number);

internal sealed record PackageRow(string? ShippingReference, string? ShippingTrackingUrl);

internal sealed record LineUnitRow : IJsonOnDeserialized
{
    public required long Id { get; init; }

    public required string Symbol { get; init; }

    public required decimal Factor { get; init; }

    void IJsonOnDeserialized.OnDeserialized() => Strict.Positive(Factor, "A unit's factor");
}

internal sealed record CodedRow
{
    public required long Id { get; init; }

    public required string? Code { get; init; }

    public required string Name { get; init; }
}

internal sealed record CurrencyRow(string Code);

internal sealed record PartyRow
{
    public required long Id { get; init; }

    public required string Code { get; init; }

    public required string Name { get; init; }
}

internal sealed record CarrierRow
{
    public required long Id { get; init; }

    [JsonPropertyName("party.")]
    public required NamedRow Party { get; init; }
}

internal sealed record SaleInvoiceRow
{
    /// <summary>Null until it is posted.</summary>
    public required string? Number { get; init; }

    public required InvoiceState State { get; init; }
}

internal enum SaleState
{
    Draft,
    Quotation,
    Confirmed,
    Processing,
    Done,
    Cancelled,
}

internal enum ShipmentState
{
    None,
    Waiting,
    Sent,
    Exception,
}

internal enum LineType
{
    Line,
    Subtotal,
    Title,
    Comment,
}

internal enum MoveState
{
    Staging,
    Draft,
    Assigned,
    Done,
    Cancelled,
}

internal enum InvoiceState
{
    Draft,
    Validated,
    Posted,
    Paid,
    Cancelled,
}

/// <summary>What Tryton's states mean to the portal.</summary>
internal static class SaleStates
{
    private static readonly string[] Confirmed = ["confirmed", "processing", "done"];
    private static readonly object?[] ToShip =
        Domain.All(Domain.In("state", new[] { "confirmed", "processing" }), Domain.IsNot("shipment_state", "sent"));

    private static readonly object?[] Sent = Domain.All(Domain.Is("state", "processing"), Domain.Is("shipment_state", "sent"));
    private static readonly object?[] Shipped = Domain.Is("moves.state", "done");
    private static readonly object?[] Invoiced = Domain.In("invoice_lines.invoice.state", new[] { "posted", "paid" });

    /// <summary>
    /// Whether it was ever confirmed. A clerk may take a confirmed sale back to draft, or cancel it: then it keeps its date, which
    /// Tryton sets when it confirms.
    /// </summary>
    public static bool IsPlaced(SaleState state, DateOnly? saleDate) =>
        state is SaleState.Confirmed or SaleState.Processing or SaleState.Done || saleDate is not null;

    /// <summary>The clauses for what is an order: all but the portal's own quotes, and but returns, which are sales of negative quantities.</summary>
    public static object?[] IsOrder => Domain.All(
        Domain.IsNot("number", value: null),
        Domain.Any(Domain.Is("origin", value: null), Domain.StartsOtherThan("origin", "sale.complaint,")),
        Domain.Any(
            Domain.In("state", Confirmed),
            Domain.IsNot("sale_date", value: null),
            Domain.Is("description", value: null),
            Domain.StartsOtherThan("description", SubmissionId.Prefix)));

    /// <summary>The clauses for the portal's own quotes: never confirmed, not kept as a quotation, and not by the hand of a clerk.</summary>
    public static object?[] IsQuote(long portal) => Domain.All(
        Domain.Is("create_uid", portal),
        Domain.NotIn("state", Confirmed),
        Domain.Is("sale_date", value: null),
        Domain.StartsWith("description", SubmissionId.Prefix),
        Domain.Unlike("description", QuotationMark.Any));

    /// <summary>The clauses for a status: those that Tryton can search by.</summary>
    public static object?[] Are(OrderStatus status) => status switch
    {
        OrderStatus.Received => Domain.In("state", new[] { "draft", "quotation" }),
        OrderStatus.Cancelled => Domain.Is("state", "cancelled"),
        OrderStatus.Open => Domain.All(ToShip, Domain.NoneOf("lines", Shipped)),
        OrderStatus.PartlyShipped => Domain.All(ToShip, Domain.SomeOf("lines", Shipped)),
        OrderStatus.Shipped => Domain.All(Sent, Domain.NoneOf("lines", Invoiced)),
        OrderStatus.Invoiced => Domain.Any(Domain.Is("state", "done"), Domain.All(Sent, Domain.SomeOf("lines", Invoiced))),
        OrderStatus.CreditHold or OrderStatus.Backordered or OrderStatus.Returned => Domain.Is("id", value: null),
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "Unknown."),
    };

    /// <summary>The clauses for orders of which something is still to come.</summary>
    public static object?[] AreToCome => Domain.Any(Are(OrderStatus.Received), ToShip);

    public static OrderStatus Status(SaleState state, ShipmentState shipment, bool anyShipped, bool anyInvoiced) => state switch
    {
        SaleState.Draft or SaleState.Quotation => OrderStatus.Received,
        SaleState.Cancelled => OrderStatus.Cancelled,
        SaleState.Done => OrderStatus.Invoiced,
        SaleState.Processing when shipment is ShipmentState.Sent => anyInvoiced ? OrderStatus.Invoiced : OrderStatus.Shipped,
        SaleState.Confirmed or SaleState.Processing => anyShipped ? OrderStatus.PartlyShipped : OrderStatus.Open,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "Unknown."),
    };

    /// <summary>A sale has a day only; where it was entered on that day, the time of entry says more.</summary>
    public static DateTimeOffset OrderedAt(DateOnly? saleDate, DateTimeOffset created) =>
        saleDate is { } date && DateOnly.FromDateTime(created.UtcDateTime) != date ? At(date) : created;

    public static DateTimeOffset At(DateOnly date) => new(date.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
}
