using System.Globalization;
using System.Text.Json.Serialization;
using PortalIntegration.Connectors.Tryton.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Connectors.Tryton;

/// <summary>
/// Sales. The customer's purchase order number is Tryton's <c>reference</c>, where its clerks look for it; the portal's external
/// reference is the <c>description</c>, which nothing else writes; the note is the <c>comment</c>.
/// </summary>
internal sealed class TrytonOrders(TrytonRpc rpc, TrytonPlacing placing) : IOrders
{
    /// <summary>
    /// Shipments, packages and invoices are polled too: a tracking number that comes late, or a payment, does not touch the sale.
    /// </summary>
    private readonly ChangeFeed _changes = new(rpc,
    [
        new Feed<SaleStampRow>("sale.sale", SaleStates.IsOrder, row => [row.Number]),
        new Feed<ShipmentStampRow>("stock.shipment.out", Condition: null, row => row.OutgoingMoves.Select(move => move.Sale?.Number)),
        new Feed<PackageStampRow>("stock.package", Condition: null, row => row.Moves.Select(move => move.Sale?.Number)),
        new Feed<InvoiceStampRow>("account.invoice", Domain.Is("type", "out"), row => row.Sales.Select(sale => sale.Number)),
    ]);

    public PlacingCapabilities Placing => TrytonPlacing.Capabilities;

    public Task<Outcome<Order>> Create(Scope scope, NewOrder order, DateTimeOffset deadline, CancellationToken cancel) =>
        placing.Place(new PortCall(scope, Entity.Orders, "createOrder", cancel, deadline), order);

    public Task<Outcome<Order?>> FindByReference(Scope scope, CustomerNumber customer, SubmissionId submission, CancellationToken cancel) =>
        placing.Find(new PortCall(scope, Entity.Orders, "orderByReference", cancel), customer, submission);

    public async Task<Outcome<Order>> Get(Scope scope, OrderNumber number, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Orders, "order", cancel);
        var finding = TrytonSales.Read(rpc, call, Domain.All(Domain.Is("number", number.Value), SaleStates.IsOrder));
        var returning = TrytonReturns.Of(rpc, call, number);
        await Task.WhenAll(finding, returning);
        var (found, returned) = (await finding, await returning);
        if (!found.Try(out var orders))
        {
            return found.As<Order>();
        }

        // Without the module sale_complaint, or the right to read it, nobody keeps returns here.
        if (!returned.Try(out var returns) && returned.Failure!.Cause is not Cause.Forbidden)
        {
            return returned.As<Order>();
        }

        return orders is [] ? Outcome.Failed<Order>(rpc.Failure(call, Cause.NotFound))
            : orders[0].Number != number ? Outcome.Failed<Order>(rpc.Failure(call, Cause.Malformed, "Another order than was asked for."))
            : found.Select(given => given[0] with { Returns = [.. (returns ?? []).Select(entry => entry.Number).OfType<string>()] });
    }

    public async Task<Outcome<Page<OrderSummary>>> Search(Scope scope, OrderQuery query, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Orders, "searchOrders", cancel);
        if (!int.TryParse(query.Cursor ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
        {
            return Outcome.Failed<Page<OrderSummary>>(rpc.Failure(call, Cause.Rejected, "The cursor is not one of ours."));
        }

        var found = await rpc.Search<SaleSummaryRow>(
            call,
            "sale.sale",
            Domain.All(
                SaleStates.IsOrder,
                query.Customer is { } customer ? Domain.Is("party.code", customer.Value) : InScope(scope),
                query.Number is { } number ? Domain.Same("number", number) : null,
                query.PoNumber is { } purchase ? Domain.Same("reference", purchase) : null,
                query.TrackingNumber is { } tracking ? Domain.Same("lines.moves.package.shipping_reference", tracking) : null,
                query.Text is { } text ? Domain.Any(Domain.Contains("number", text), Domain.Contains("reference", text)) : null,
                query.Status is { } status ? SaleStates.Are(status) : null,
                query.ToCome ? SaleStates.AreToCome : null),
            order: [new[] { "sale_date", "DESC NULLS FIRST" }, new[] { "id", "DESC" }],
            offset: offset,
            limit: query.Limit + 1);
        return found.Select(rows => new Page<OrderSummary>(
            [.. rows.Take(query.Limit).Select(row => row.ToSummary())],
            rows.Count > query.Limit ? (offset + query.Limit).ToString(CultureInfo.InvariantCulture) : null));
    }

    public Task<Outcome<OrderAllowance>> Allowed(Scope scope, OrderNumber number, CancellationToken cancel) => NotSupported<OrderAllowance>(scope, "orderAllowed", cancel);

    public Task<Outcome<Order>> Change(Scope scope, OrderChange change, CancellationToken cancel) => NotSupported<Order>(scope, "changeOrder", cancel);

    public Task<Outcome<Order>> Cancel(Scope scope, OrderCancellation cancellation, CancellationToken cancel) => NotSupported<Order>(scope, "cancelOrder", cancel);

    public Task<Outcome<Page<Backorder>>> Backorders(Scope scope, CustomerNumber customer, string? cursor, CancellationToken cancel) =>
        NotSupported<Page<Backorder>>(scope, "backorders", cancel);

    public Task<Outcome<IReadOnlyList<OrderActivity>>> Activity(Scope scope, IReadOnlyList<CustomerNumber> customers, CancellationToken cancel) =>
        NotSupported<IReadOnlyList<OrderActivity>>(scope, "orderActivity", cancel);

    public Task<Outcome<Changes>> ChangedSince(Scope scope, string? cursor, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Orders, "orderChanges", cancel);
        return cursor is null ? _changes.FromNowOn(call) : _changes.Since(call, cursor);
    }

    private Task<Outcome<T>> NotSupported<T>(Scope scope, string operation, CancellationToken cancel) =>
        Task.FromResult(Outcome.Failed<T>(rpc.Failure(new PortCall(scope, Entity.Orders, operation, cancel), Cause.NotSupported)));

    private static object?[]? InScope(Scope scope) => scope.CoversEverything
        ? null
        : Domain.In("party.code", scope.Accounts.Select(account => account.Customer?.Value).OfType<string>());

    private sealed record SaleSummaryRow : IdentifiedRow
    {
        public required string Number { get; init; }

        public required string? Reference { get; init; }

        public required SaleState State { get; init; }

        public required ShipmentState ShipmentState { get; init; }

        public required DateOnly? SaleDate { get; init; }

        public required DateTimeOffset CreateDate { get; init; }

        public required decimal? TotalAmount { get; init; }

        [JsonPropertyName("currency.")]
        public required CurrencyRow Currency { get; init; }

        [JsonPropertyName("party.")]
        public required PartyRow Party { get; init; }

        [JsonPropertyName("lines.")]
        public required IReadOnlyList<SummaryLineRow> Lines { get; init; }

        [JsonPropertyName("invoices.")]
        public required IReadOnlyList<SaleInvoiceRow> Invoices { get; init; }

        public OrderSummary ToSummary()
        {
            var goods = Lines.Where(line => line is { Type: LineType.Line, ShipmentCost: null }).ToList();
            return new OrderSummary
            {
                Number = new OrderNumber(Number),
                Customer = new CustomerNumber(Party.Code),
                CustomerName = Party.Name,
                PoNumber = Reference,
                Status = SaleStates.Status(
                    State,
                    ShipmentState,
                    goods.Any(line => line.Moves.Any(move => move.State is MoveState.Done)),
                    Invoices.Any(invoice => invoice.State is InvoiceState.Posted or InvoiceState.Paid)),
                OrderedAt = SaleStates.OrderedAt(SaleDate, CreateDate),
                Total = TotalAmount is { } total ? new Money(total, Currency.Code) : null,
                LineCount = goods.Count,
                PromisedOn = goods.Max(line => line.ShippingDate),
            };
        }
    }

    private sealed record SummaryLineRow
    {
        public required LineType Type { get; init; }

        public required decimal? ShipmentCost { get; init; }

        public required DateOnly? ShippingDate { get; init; }

        [JsonPropertyName("moves.")]
        public required IReadOnlyList<MoveStateRow> Moves { get; init; }
    }

    private sealed record MoveStateRow(MoveState State);

    private sealed record SaleStampRow : StampRow
    {
        public required string? Number { get; init; }
    }

    private sealed record ShipmentStampRow : StampRow
    {
        [JsonPropertyName("outgoing_moves.")]
        public required IReadOnlyList<MovedRow> OutgoingMoves { get; init; }
    }

    private sealed record PackageStampRow : StampRow
    {
        [JsonPropertyName("moves.")]
        public required IReadOnlyList<MovedRow> Moves { get; init; }
    }

    private sealed record InvoiceStampRow : StampRow
    {
        [JsonPropertyName("sales.")]
        public required IReadOnlyList<NumberedRow> Sales { get; init; }
    }

    private sealed record MovedRow
    {
        [JsonPropertyName("sale.")]
        public required NumberedRow? Sale { get; init; }
    }
}
