using System.Globalization;
using PortalIntegration.Connectors.Odoo.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Connectors.Odoo;

/// <summary>
/// Sales orders. The customer's purchase order number is Odoo's <c>client_order_ref</c>, where its clerks look for it; the portal's external
/// reference is the <c>origin</c> ("source document"), and the order's external identifier; the note is the <c>note</c>.
/// </summary>
internal sealed class OdooOrders(OdooRpc rpc, OdooSales sales, OdooPartners partners, OdooPlacing placing, OdooSignals signals) : IOrders
{
    /// <summary>
    /// Pickings and invoices are polled too: a tracking number that comes late, or a payment, does not touch the order.
    /// </summary>
    private readonly ChangeFeed _changes = new(rpc,
    [
        new Feed<SaleStampRow>("sale.order", SaleStates.IsOrder, row => row.Name),
        new Feed<PickingStampRow>("stock.picking", Domain.IsSet("sale_id"), row => row.SaleId?.Name),
        new Feed<InvoiceStampRow>("account.move", Domain.In("move_type", new[] { "out_invoice", "out_refund" }), (call, rows) => Invoiced(rpc, call, rows)),
    ]);

    private readonly OdooBackorders _backorders = new(rpc, partners);

    public PlacingCapabilities Placing => OdooPlacing.Capabilities;

    public Task<Outcome<Order>> Create(Scope scope, NewOrder order, DateTimeOffset deadline, CancellationToken cancel) =>
        placing.Place(new PortCall(scope, Entity.Orders, "createOrder", cancel, deadline), order);

    public Task<Outcome<Order?>> FindByReference(Scope scope, CustomerNumber customer, SubmissionId submission, CancellationToken cancel) =>
        placing.Find(new PortCall(scope, Entity.Orders, "orderByReference", cancel), customer, submission);

    public async Task<Outcome<Order>> Get(Scope scope, OrderNumber number, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Orders, "order", cancel);
        var found = await sales.Read(call, Domain.All(SaleStates.IsOrder, Domain.Is("name", number.Value)));
        return !found.Try(out var orders) ? found.As<Order>()
            : orders is [] ? Outcome.Failed<Order>(rpc.Failure(call, Cause.NotFound))
            : orders[0].Number != number ? Outcome.Failed<Order>(rpc.Failure(call, Cause.Malformed, "Another order than was asked for."))
            : found.Select(given => given[0]);
    }

    public async Task<Outcome<Page<OrderSummary>>> Search(Scope scope, OrderQuery query, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Orders, "searchOrders", cancel);
        if (!int.TryParse(query.Cursor ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
        {
            return Outcome.Failed<Page<OrderSummary>>(rpc.Failure(call, Cause.Rejected, "The cursor is not one of ours."));
        }

        var status = await Status(call, scope, query);
        if (!status.Try(out var condition))
        {
            return status.As<Page<OrderSummary>>();
        }

        var found = await rpc.Search<SummaryRow>(
            call,
            "sale.order",
            Domain.All(
                SaleStates.IsOrder,
                OfCustomer(scope, query, ""),
                query.Number is { } number ? Domain.Same("name", number) : null,
                query.PoNumber is { } purchase ? Domain.Same("client_order_ref", purchase) : null,
                query.TrackingNumber is { } tracking ? Domain.Same("picking_ids.carrier_tracking_ref", tracking) : null,
                query.Text is { } text ? Domain.Any(Domain.Contains("name", text), Domain.Contains("client_order_ref", text)) : null,
                condition),
            "date_order desc, id desc",
            offset,
            query.Limit + 1);
        if (!found.Try(out var rows))
        {
            return found.As<Page<OrderSummary>>();
        }

        var shown = rows.Take(query.Limit).ToList();
        var ids = shown.Select(row => row.Id).ToList();
        var picking = rpc.Search<PickingRow>(call, "stock.picking", Domain.All(Domain.In("sale_id", ids), Domain.Is("picking_type_id.code", "outgoing")));
        var counting = rpc.Read<IReadOnlyList<CountRow>>(call, "sale.order.line", "read_group", ids: null, new(StringComparer.Ordinal)
        {
            ["domain"] = Domain.All(Domain.In("order_id", ids), OdooSales.IsLine, Domain.Is("is_delivery", value: false)),
            ["fields"] = new[] { "order_id" },
            ["groupby"] = new[] { "order_id" },
        });
        var naming = partners.Customers(call, shown.Select(row => row.PartnerId.Id));
        await Task.WhenAll(picking, counting, naming);
        var (picked, named) = (await picking, await naming);
        var counted = rpc.Map(call, await counting, counts => counts.OnceBy(count => count.OrderId.Id, count => count.OrderIdCount));
        if (!picked.Try(out var pickings) || !counted.Try(out var lines) || !named.Try(out var customers))
        {
            return Outcome.Failed<Page<OrderSummary>>((picked.Failure ?? counted.Failure ?? named.Failure)!);
        }

        return found.Select(_ => new Page<OrderSummary>(
            [
                .. shown.Where(row => customers.ContainsKey(row.PartnerId.Id)).Select(row => row.ToSummary(
                    customers[row.PartnerId.Id],
                    [.. pickings.Where(one => one.SaleId?.Id == row.Id)],
                    lines.GetValueOrDefault(row.Id))),
            ],
            rows.Count > query.Limit ? (offset + query.Limit).ToString(CultureInfo.InvariantCulture) : null));
    }

    public Task<Outcome<OrderAllowance>> Allowed(Scope scope, OrderNumber number, CancellationToken cancel) => NotSupported<OrderAllowance>(scope, "orderAllowed", cancel);

    public Task<Outcome<Order>> Change(Scope scope, OrderChange change, CancellationToken cancel) => NotSupported<Order>(scope, "changeOrder", cancel);

    public Task<Outcome<Order>> Cancel(Scope scope, OrderCancellation cancellation, CancellationToken cancel) => NotSupported<Order>(scope, "cancelOrder", cancel);

    public Task<Outcome<Page<Backorder>>> Backorders(Scope scope, CustomerNumber customer, string? cursor, CancellationToken cancel) =>
        _backorders.Of(new PortCall(scope, Entity.Orders, "backorders", cancel), customer, cursor);

    public Task<Outcome<IReadOnlyList<OrderActivity>>> Activity(Scope scope, IReadOnlyList<CustomerNumber> customers, CancellationToken cancel) =>
        signals.Activity(new PortCall(scope, Entity.Orders, "orderActivity", cancel), customers);

    public Task<Outcome<Changes>> ChangedSince(Scope scope, string? cursor, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Orders, "orderChanges", cancel);
        return cursor is null ? _changes.FromNowOn(call) : _changes.Since(call, cursor);
    }

    private Task<Outcome<T>> NotSupported<T>(Scope scope, string operation, CancellationToken cancel) =>
        Task.FromResult(Outcome.Failed<T>(rpc.Failure(new PortCall(scope, Entity.Orders, operation, cancel), Cause.NotSupported)));

    private static object?[]? OfCustomer(Scope scope, OrderQuery query, string path) =>
        query.Customer is { } customer ? Domain.Is(path + OdooPartners.CustomerNumber, customer.Value)
        : scope.CoversEverything ? null
        : Domain.In(path + OdooPartners.CustomerNumber, scope.Accounts.Select(account => account.Customer?.Value).OfType<string>());

    /// <summary>
    /// Odoo 14 keeps no state of delivery on an order, so that the deliveries are asked first: those that are still to be made, which are few.
    /// </summary>
    private async Task<Outcome<object?[]?>> Status(PortCall call, Scope scope, OrderQuery query)
    {
        if (!query.ToCome && query.Status is null or OrderStatus.Received or OrderStatus.Cancelled)
        {
            var session = await rpc.Session(call);
            return session.Select(_ => query.Status is { } simple ? SaleStates.Are(simple, [], []) : null);
        }

        var pending = await rpc.Search<DeliveryRow>(call, "stock.picking", Domain.All(SaleStates.IsPendingDelivery, OfCustomer(scope, query, "sale_id.")));
        if (!pending.Try(out var waiting))
        {
            return pending.As<object?[]?>();
        }

        var ids = waiting.Select(row => row.SaleId.Id).ToHashSet();
        var made = await rpc.Search<DeliveryRow>(call, "stock.picking", Domain.All(SaleStates.IsMadeDelivery, Domain.In("sale_id", ids)));
        return made.Select(rows => (object?[]?)Condition(query, ids, [.. rows.Select(row => row.SaleId.Id).Distinct()]));
    }

    private static object?[] Condition(OrderQuery query, IReadOnlyCollection<long> pending, IReadOnlyCollection<long> begun) => (query.Status, query.ToCome) switch
    {
        ({ } status, false) => SaleStates.Are(status, pending, begun),
        ({ } status, true) => Domain.All(SaleStates.Are(status, pending, begun), SaleStates.AreToCome(pending, begun)),
        _ => SaleStates.AreToCome(pending, begun),
    };

    private static async Task<Outcome<ILookup<long, string>>> Invoiced(OdooRpc rpc, PortCall call, IReadOnlyList<InvoiceStampRow> invoices)
    {
        var found = await rpc.Search<InvoicedRow>(call, "sale.order", Domain.In("invoice_ids", invoices.Select(row => row.Id)));
        return found.Select(orders => orders
            .SelectMany(order => order.InvoiceIds.Select(invoice => (Invoice: invoice, order.Name)))
            .ToLookup(pair => pair.Invoice, pair => pair.Name));
    }

    private sealed record SummaryRow : OdooRow
    {
        public required string Name { get; init; }

        public required SaleState State { get; init; }

        public required string? ClientOrderRef { get; init; }

        public required DateTimeOffset DateOrder { get; init; }

        /// <summary>"Delivery date you can promise to the customer."</summary>
        public required DateTimeOffset? ExpectedDate { get; init; }

        public required Invoicing InvoiceStatus { get; init; }

        public required Ref CurrencyId { get; init; }

        public required Ref PartnerId { get; init; }

        public required decimal AmountTotal { get; init; }

        public OrderSummary ToSummary(CustomerRow customer, IReadOnlyCollection<PickingRow> pickings, int lines) => new()
        {
            Number = new OrderNumber(Name),
            Customer = new CustomerNumber(customer.Ref!),
            CustomerName = customer.Name,
            PoNumber = ClientOrderRef,
            Status = SaleStates.Status(State, InvoiceStatus, pickings),
            OrderedAt = DateOrder,
            Total = new Money(AmountTotal, CurrencyId.Name),
            LineCount = lines,
            PromisedOn = ExpectedDate is { } date ? DateOnly.FromDateTime(date.UtcDateTime) : null,
        };
    }

    /// <summary>A group, not a record.</summary>
    private sealed record CountRow
    {
        public required Ref OrderId { get; init; }

        public required int OrderIdCount { get; init; }
    }

    private sealed record DeliveryRow : OdooRow
    {
        public required Ref SaleId { get; init; }
    }

    private sealed record SaleStampRow : StampRow
    {
        public required string Name { get; init; }
    }

    private sealed record PickingStampRow : StampRow
    {
        public required Ref? SaleId { get; init; }
    }

    private sealed record InvoiceStampRow : StampRow;

    private sealed record InvoicedRow : OdooRow
    {
        public required string Name { get; init; }

        public required IReadOnlyList<long> InvoiceIds { get; init; }
    }
}
