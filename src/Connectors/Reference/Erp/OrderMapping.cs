using System.Globalization;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Reference.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;

namespace PortalIntegration.Connectors.Reference.Erp;

/// <summary>The contract's order as ours.</summary>
internal static class OrderMapping
{
    /// <param name="at">Path of the order within the answer, ending in a dot unless it is the answer.</param>
    public static Order Order(OrderWire order, string at)
    {
        var currency = Strict.Currency(order.Currency, $"{at}currency");
        var lines = Strict.Each(order.Lines, $"{at}lines", (line, lineAt) => Line(line, currency, lineAt));
        var skus = new Dictionary<string, Sku>();
        foreach (var line in lines)
        {
            if (!skus.TryAdd(line.LineNumber, line.Sku))
            {
                throw new MalformedAnswerException($"{at}lines has a line number twice");
            }
        }

        return new Order
        {
            Number = new OrderNumber(Strict.Filled(order.Number, $"{at}number")),
            Customer = new CustomerNumber(Strict.Filled(order.CustomerNumber, $"{at}customerNumber")),
            Submission = order.ExternalReference is { } reference && reference.StartsWith(SubmissionId.Prefix, StringComparison.Ordinal)
                && SubmissionId.TryParse(reference, out var submission) ? submission : null,
            PoNumber = order.PoNumber,
            Status = Status(order.Status, at),
            OrderedAt = order.OrderedAt,
            OrderedBy = order.OrderedBy is { } by ? by.OnBehalfOf is { Length: > 0 } customer ? $"{by.Name} ({customer})" : by.Name : null,
            ShipTo = Lines.Address(order.ShipTo, $"{at}shipTo"),
            BillTo = Lines.Address(order.BillTo, $"{at}billTo"),
            DeliveryMethod = order.DeliveryMethod,
            RequestedOn = order.RequestedDate,
            PartialDelivery = order.PartialDelivery,
            Note = order.Note,
            Lines = lines,
            Subtotal = new Money(order.Subtotal, currency),
            Freight = new Money(order.Freight, currency),
            TaxTotal = new Money(order.TaxTotal, currency),
            Total = new Money(order.Total, currency),
            Hold = order.Hold is { } hold ? new OrderHold(hold.Reason, hold.Since) : null,
            Shipments = Strict.Each(order.Shipments, $"{at}shipments", (shipment, shipmentAt) => Shipment(shipment, skus, shipmentAt)),
            Invoices = Strict.Each(order.Invoices, $"{at}invoices", (invoice, invoiceAt) => Strict.Filled(invoice.Number, $"{invoiceAt}.number")),
            Returns = Strict.Each(order.Returns, $"{at}returns", (sentBack, returnAt) => Strict.Filled(sentBack.Number, $"{returnAt}.number")),
            Events = Strict.Each(order.Events, $"{at}events", (entry, entryAt) => new OrderEvent(entry.At, Strict.Filled(entry.Kind, $"{entryAt}.kind"), entry.Text, entry.By)),
        };
    }

    public static OrderSummary Summary(OrderWire wire, string at)
    {
        var order = Order(wire, $"{at}.");
        var promised = order.Lines.Where(line => line.Ordered > line.Cancelled).Select(line => line.PromisedOn).ToList();
        return new OrderSummary
        {
            Number = order.Number!.Value,
            Customer = order.Customer,
            PoNumber = order.PoNumber,
            Status = order.Status,
            OrderedAt = order.OrderedAt,
            Total = order.Total,
            LineCount = order.Lines.Count,
            PromisedOn = promised.Contains(null) ? null : promised.Max(),
        };
    }

    public static OrderAllowance Allowance(OrderAllowedWire allowed) => new()
    {
        Order = new OrderNumber(allowed.OrderNumber),
        Customer = new CustomerNumber(Strict.Filled(allowed.CustomerNumber, "customerNumber")),
        Version = allowed.Version.ToString(CultureInfo.InvariantCulture),
        Until = allowed.Until,
        Reason = allowed.Reason,
        MayCancel = allowed.Cancel,
        MayChangePoNumber = allowed.Fields.Contains(OrderFieldWire.PoNumber),
        MayChangeNote = allowed.Fields.Contains(OrderFieldWire.Note),
        MayChangeRequestedOn = allowed.Fields.Contains(OrderFieldWire.RequestedDate),
        ShipTos = allowed.Fields.Contains(OrderFieldWire.ShipToId)
            ? Strict.Each(allowed.ShipTos, "shipTos", (address, at) =>
            {
                Strict.Filled(address.Id ?? "", $"{at}.id");
                return Lines.Address(address, at);
            })
            : [],
        Lines = Strict.Each(allowed.Lines, "lines", (line, at) => new LineAllowance(
            line.LineNumber.ToString(CultureInfo.InvariantCulture),
            line.Cancel,
            line.Quantity is { } quantity
                ? new QuantityAllowance(
                    Strict.Positive(quantity.Least, $"{at}.quantity.least"),
                    quantity.Most is { } most ? Strict.Positive(most, $"{at}.quantity.most") : null,
                    Strict.Positive(quantity.Step, $"{at}.quantity.step"))
                : null)),
    };

    /// <summary>The contract's own number of a line that was answered before; 0, which is no line's, for anything else.</summary>
    public static int LineNumber(string number) => int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var line) ? line : 0;

    public static Backorder Backorder(BackorderWire line, string at) => new()
    {
        Order = new OrderNumber(Strict.Filled(line.OrderNumber, $"{at}.orderNumber")),
        Customer = new CustomerNumber(line.CustomerNumber),
        PoNumber = line.PoNumber,
        OrderedAt = line.OrderedAt,
        LineNumber = line.LineNumber.ToString(CultureInfo.InvariantCulture),
        Sku = new Sku(Strict.Filled(line.Sku, $"{at}.sku")),
        Description = line.Description,
        Unit = Strict.Filled(line.Unit, $"{at}.unit"),
        Ordered = Strict.NotNegative(line.Ordered, $"{at}.ordered"),
        Shipped = Strict.NotNegative(line.Shipped, $"{at}.shipped"),
        Open = Strict.Positive(line.Open, $"{at}.open"),
        RequestedOn = line.RequestedDate,
        PromisedOn = line.PromisedOn,
        FirstPromisedOn = line.FirstPromisedOn,
        Deliveries = Strict.Each(line.Deliveries, $"{at}.deliveries", (part, partAt) =>
            new ExpectedDelivery(Strict.Positive(part.Quantity, $"{partAt}.quantity"), part.ExpectedOn)),
    };

    private static OrderStatus Status(OrderStatusWire status, string at) => status switch
    {
        OrderStatusWire.Received => OrderStatus.Received,
        OrderStatusWire.Open => OrderStatus.Open,
        OrderStatusWire.CreditHold => OrderStatus.CreditHold,
        OrderStatusWire.Backordered => OrderStatus.Backordered,
        OrderStatusWire.PartlyShipped => OrderStatus.PartlyShipped,
        OrderStatusWire.Shipped => OrderStatus.Shipped,
        OrderStatusWire.Invoiced => OrderStatus.Invoiced,
        OrderStatusWire.Cancelled => OrderStatus.Cancelled,
        OrderStatusWire.Returned => OrderStatus.Returned,
        _ => throw new MalformedAnswerException($"{at}status is unknown"),
    };

    private static OrderLine Line(OrderLineWire line, string currency, string at) => new()
    {
        LineNumber = line.LineNumber.ToString(CultureInfo.InvariantCulture),
        Sku = new Sku(Strict.Filled(line.Sku, $"{at}.sku")),
        Description = line.Description,
        Unit = Strict.Filled(line.Unit, $"{at}.unit"),
        Ordered = Strict.NotNegative(line.Ordered, $"{at}.ordered"),
        Shipped = Strict.NotNegative(line.Shipped, $"{at}.shipped"),
        Backordered = Strict.NotNegative(line.Backordered, $"{at}.backordered"),
        Cancelled = Strict.NotNegative(line.Cancelled, $"{at}.cancelled"),
        UnitPrice = Strict.Price(line.UnitPrice, currency, $"{at}.unitPrice"),
        PricePer = Strict.Positive(line.PriceUnit, $"{at}.priceUnit"),
        ExtendedAmount = Strict.Price(line.ExtendedAmount, currency, $"{at}.extendedAmount"),
        RequestedOn = line.RequestedDate,
        PromisedOn = line.PromisedOn,
        FirstPromisedOn = line.FirstPromisedOn,
    };

    private static Shipment Shipment(ShipmentWire shipment, Dictionary<string, Sku> skus, string at) => new()
    {
        Number = Strict.Filled(shipment.Number, $"{at}.number"),
        ShippedAt = shipment.ShippedOn,
        Carrier = shipment.Carrier,
        TrackingNumber = shipment.TrackingNumber,
        TrackingUrl = shipment.TrackingUrl is { } url ? WebAddress(url, $"{at}.trackingUrl") : null,
        Lines = Strict.Each(shipment.Lines, $"{at}.lines", (line, lineAt) =>
        {
            var number = line.LineNumber.ToString(CultureInfo.InvariantCulture);
            return skus.TryGetValue(number, out var sku)
                ? new ShipmentLine(number, sku, Strict.NotNegative(line.Quantity, $"{lineAt}.quantity"))
                : throw new MalformedAnswerException($"{lineAt}.lineNumber is none of the order's");
        }),
    };

    /// <summary>It becomes a link on a page: a script is none.</summary>
    private static Uri WebAddress(string url, string at) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp)
            ? address
            : throw new MalformedAnswerException($"{at} is no web address");
}
