using PortalIntegration.Sandbox.Erp.Customers;
using PortalIntegration.Sandbox.Erp.Pricing;
using PortalIntegration.Sandbox.Erp.Quotations;
using PortalIntegration.Sandbox.Http;
using PortalIntegration.Sandbox.Storage;

namespace PortalIntegration.Sandbox.Erp.Orders;

/// <summary>Quotes and orders on the wire.</summary>
internal sealed class OrderOperations(ErpState state, OrderDesk desk, ChangeDesk changes, QuotationDesk quotations, ErpBehaviour behaviour)
{
    private readonly IdempotencyKeys keys = new(behaviour);

    public void ForgetKeys() => keys.Clear();

    public IEnumerable<Operation> All =>
    [
        Operation.Get("listDeliveryMethods", "/delivery-methods", ListDeliveryMethods),
        Operation.Post("quoteOrder", "/quotes", Quote),
        new Operation("createOrder", "POST", "/orders", CreateAsync),
        Operation.Get("listOrders", "/orders", List),
        Operation.Get("listBackorders", "/backorders", ListBackorders),
        Operation.Get("getOrder", "/orders/{number}", Show),
        Operation.Get("getOrderAllowed", "/orders/{number}/allowed", ShowAllowed),
        Operation.Patch("changeOrder", "/orders/{number}", Change),
        Operation.Post("cancelOrder", "/orders/{number}/cancel", Cancel),
    ];

    private Answer ListDeliveryMethods(Call call)
    {
        lock (state.Gate)
        {
            var own = call.Text("customerNumber") is { } number ? state.Customers.Find(number) : null;
            var methods = Delivery.Methods.AsEnumerable();
            if (own is not null)
            {
                var shipTo = call.Text("shipToId") is { } id ? own.ShipTo(id) : null;
                methods = methods
                    .Where(m => m.Code != "PUP" || shipTo is null || shipTo.Country == "DE")
                    .Select(m => m with { IsDefault = m.Code == (own.Body.DefaultDeliveryMethod ?? "STD") });
            }

            return Answer.Ok(new { Items = methods.ToList() });
        }
    }

    private Answer Quote(Call call)
    {
        var request = call.Read<QuoteRequest>();
        lock (state.Gate)
        {
            var at = state.Now;
            var quoted = state.Quotes.Quote(Basket.Resolve(state, request.CustomerNumber, request.BillToId, request.ShipToId, request.DeliveryMethod, request.RequestedDate, request.PartialDelivery, request.Lines), at);
            return Answer.Ok(new QuoteBody(
                request.CustomerNumber,
                quoted.Currency,
                at,
                quoted.Lines.Select(QuoteLineBody.Of).ToList(),
                quoted.Subtotal,
                quoted.DiscountTotal,
                quoted.Freight,
                quoted.Taxes,
                quoted.TaxTotal,
                quoted.Total,
                quoted.Credit,
                at.AddHours(12)));
        }
    }

    private async ValueTask<Answer> CreateAsync(Call call, CancellationToken stopping)
    {
        var key = call.IdempotencyKey;
        var request = call.Read<NewOrder>();
        if (request.ExternalReference.Length is 0 or > 64)
        {
            throw Refusal.BadRequest("externalReference has 1 to 64 characters");
        }

        if (request.PoNumber?.Length > 35 || request.Note?.Length > 2000 || request.Lines.Any(l => l.Note?.Length > 500))
        {
            throw Refusal.BadRequest("poNumber has at most 35, note at most 2000, a line's at most 500 characters");
        }

        if (keys.Begin(key, call.Body) is { } first)
        {
            lock (state.Gate)
            {
                return Created(200, state.Orders.Find(first)!);
            }
        }

        try
        {
            // an ERP takes its time; nobody who hangs up in between keeps it from committing
            await Task.Delay(behaviour.CreateOrderTakes, stopping);
            Order order;
            Answer answer;
            lock (state.Gate)
            {
                order = Place(request, state.Now);
                answer = Created(201, order);
            }

            keys.Complete(key, order.Number);
            return answer;
        }
        finally
        {
            keys.Release(key);
        }
    }

    private Order Place(NewOrder request, DateTimeOffset at)
    {
        if (behaviour.UniqueExternalReferences && state.OrdersByReference.TryGetValue(request.ExternalReference, out var existing))
        {
            throw Refusal.Exists(existing[0].Number, "An order with this reference exists.");
        }

        var quotation = request.QuotationNumber is { } number ? quotations.Orderable(number, request.CustomerNumber, at) : null;
        var quoted = state.Quotes.Quote(Basket.Resolve(state, request.CustomerNumber, request.BillToId, request.ShipToId, request.DeliveryMethod, request.RequestedDate, request.PartialDelivery, request.Lines), at);
        Basket.RefuseProblems(quoted, "order_rejected");
        if (quoted.Credit.Decision == CreditVerdict.Refused)
        {
            throw Refusal.Unprocessable("credit_refused", quoted.Credit.Reason!);
        }

        if (request.ExpectedTotal is { } expected && expected != quoted.Total)
        {
            throw Refusal.Unprocessable("total_changed", $"The total is {quoted.Total:0.00##} {quoted.Currency} now.");
        }

        var order = desk.Place(
            quoted, new Placing(request.ExternalReference, request.PoNumber, request.Note, request.OrderedBy.AsPerson()) { ApprovedBy = request.ApprovedBy?.Name }, at);
        if (quotation is not null)
        {
            quotations.Order(quotation, order, at);
        }

        return order;
    }

    private Answer Created(int status, Order order) =>
        new Answer(status, OrderBody.Of(order, state)).WithVersion(order.Version).WithHeader("Location", $"/erp/v1/orders/{order.Number}");

    private Answer List(Call call)
    {
        var statuses = call.Enums<OrderStatus>("status");
        var customers = call.Texts("customerNumber");
        var reference = call.Text("externalReference");
        var po = call.Text("poNumber");
        var number = call.Text("number");
        var tracking = call.Text("trackingNumber");
        var words = (call.Text("q") ?? "").ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var since = call.ChangedSince;

        bool Matches(Order o) =>
            (customers.Count == 0 || customers.Contains(o.CustomerNumber))
            && (reference is null || o.ExternalReference == reference)
            && (po is null || string.Equals(o.PoNumber, po, StringComparison.OrdinalIgnoreCase))
            && (number is null || o.Number == number)
            && (tracking is null || o.Shipments.Any(shipment => string.Equals(shipment.TrackingNumber, tracking, StringComparison.OrdinalIgnoreCase)))
            && (statuses.Count == 0 || statuses.Contains(o.Status))
            && words.All(w => Mentions(o, w));

        lock (state.Gate)
        {
            var asOf = state.Now;
            if (since is not null)
            {
                var changed = state.Orders.ByChange(since, call.CursorText, call.Limit, Matches);
                return Answer.Ok(new ListPage<OrderBody>(changed.Items.Select(o => OrderBody.Of(o, state)).ToList(), null, changed.NextCursor, asOf, null));
            }

            IReadOnlyList<Order> candidates =
                reference is not null ? state.OrdersByReference.GetValueOrDefault(reference) ?? []
                : number is not null ? state.Orders.Find(number) is { } one ? [one] : []
                : customers.Count == 1 ? state.OrdersOfCustomer.GetValueOrDefault(customers[0]) ?? []
                : state.OrderList;
            var found = candidates.Where(Matches).Reverse().ToList();
            var slice = Table<Order>.ByPosition(found, call.CursorText, call.Limit);
            return Answer.Ok(new ListPage<OrderBody>(slice.Items.Select(o => OrderBody.Of(o, state)).ToList(), null, slice.NextCursor, asOf, found.Count));
        }
    }

    private Answer ListBackorders(Call call)
    {
        var customer = call.Text("customerNumber") ?? throw Refusal.BadRequest("customerNumber is missing");
        lock (state.Gate)
        {
            var at = state.Now;
            var lines = (state.OrdersOfCustomer.GetValueOrDefault(customer) ?? [])
                .SelectMany(order => order.Lines, (order, line) => (order, line))
                .Where(pair => pair.line.Backordered > 0)
                .OrderBy(pair => pair.line.PromisedOn ?? DateOnly.MaxValue).ThenBy(pair => pair.order.Number, StringComparer.Ordinal).ThenBy(pair => pair.line.LineNumber)
                .Select(pair => BackorderBody.Of(pair.order, pair.line, desk.Expected(pair.order, pair.line, at)))
                .ToList();
            var slice = Table<BackorderBody>.ByPosition(lines, call.CursorText, call.Limit);
            return Answer.Ok(new ListPage<BackorderBody>(slice.Items, null, slice.NextCursor, at, lines.Count));
        }
    }

    private bool Mentions(Order order, string word)
    {
        bool Has(string? text) => text is not null && text.Contains(word, StringComparison.OrdinalIgnoreCase);
        return Has(order.Number)
            || Has(order.PoNumber)
            || Has(order.ExternalReference)
            || Has(order.OrderedBy?.Name)
            || Has(state.Customers.Find(order.CustomerNumber)?.Body.Name)
            || order.Lines.Any(l => Has(l.Sku) || Has(l.Description));
    }

    private Answer Show(Call call)
    {
        lock (state.Gate)
        {
            var order = Find(call);
            return call.Versioned(OrderBody.Of(order, state), order.Version);
        }
    }

    private Answer Cancel(Call call)
    {
        var request = call.Read<CancelRequest>();
        if (request.Reason.Length is 0 or > 500)
        {
            throw Refusal.BadRequest("reason has 1 to 500 characters");
        }

        return Once(call, call.Header("Idempotency-Key"), order =>
        {
            call.CheckIfMatch(order.Version);
            desk.Cancel(order, request.Lines, request.Reason, request.By, state.Now);
        });
    }

    private Answer ShowAllowed(Call call)
    {
        lock (state.Gate)
        {
            return Answer.Ok(changes.Allowed(Find(call), state.Now));
        }
    }

    private Answer Change(Call call)
    {
        var key = call.IdempotencyKey;
        var request = call.Read<ChangeRequest>();
        if (request.By.Length == 0 || request.PoNumber?.Length > 35 || request.Note?.Length > 2000)
        {
            throw Refusal.BadRequest("by is missing, or poNumber has more than 35, note more than 2000 characters");
        }

        return Once(call, key, order =>
        {
            call.CheckIfMatch(order.Version, required: true);
            var quantities = (request.Lines ?? []).GroupBy(l => l.LineNumber).ToDictionary(l => l.Key, l => l.Last().Quantity);
            changes.Change(order, new OrderChanged(request.By, request.PoNumber, request.Note, request.RequestedDate, request.ShipToId, quantities), state.Now);
        });
    }

    /// <summary>A key that was answered before changes nothing more; without one, whatever was asked is done.</summary>
    private Answer Once(Call call, string? key, Action<Order> write)
    {
        var kept = key is null ? null : $"{call.Route("number")}/{key}";
        var again = kept is not null && keys.Begin(kept, call.Body) is not null;
        try
        {
            lock (state.Gate)
            {
                var order = Find(call);
                if (!again)
                {
                    write(order);
                }

                if (kept is not null)
                {
                    keys.Complete(kept, order.Number);
                }

                return Answer.Ok(OrderBody.Of(order, state)).WithVersion(order.Version);
            }
        }
        finally
        {
            if (kept is not null)
            {
                keys.Release(kept);
            }
        }
    }

    private Order Find(Call call) =>
        state.Orders.Find(call.Route("number")) ?? throw Refusal.NotFound($"There is no order {call.Route("number")}.");

    private sealed record QuoteRequest
    {
        public required string CustomerNumber { get; init; }

        public string? ShipToId { get; init; }

        public string? BillToId { get; init; }

        public string? DeliveryMethod { get; init; }

        public DateOnly? RequestedDate { get; init; }

        public bool? PartialDelivery { get; init; }

        public string? PoNumber { get; init; }

        public required IReadOnlyList<OrderLineRequest> Lines { get; init; }
    }

    private sealed record NewOrder
    {
        public required string ExternalReference { get; init; }

        public required string CustomerNumber { get; init; }

        public string? ShipToId { get; init; }

        public string? BillToId { get; init; }

        public string? DeliveryMethod { get; init; }

        public DateOnly? RequestedDate { get; init; }

        public bool? PartialDelivery { get; init; }

        public string? PoNumber { get; init; }

        public string? Note { get; init; }

        public required PersonRequest OrderedBy { get; init; }

        public decimal? ExpectedTotal { get; init; }

        public string? QuotationNumber { get; init; }

        public PersonRequest? ApprovedBy { get; init; }

        public required IReadOnlyList<OrderLineRequest> Lines { get; init; }
    }

    private sealed record CancelRequest
    {
        public required string Reason { get; init; }

        public string? By { get; init; }

        public IReadOnlyList<int>? Lines { get; init; }
    }

    private sealed record LineChangeRequest
    {
        public required int LineNumber { get; init; }

        public required decimal Quantity { get; init; }
    }

    private sealed record ChangeRequest
    {
        public required string By { get; init; }

        public string? PoNumber { get; init; }

        public string? Note { get; init; }

        public DateOnly? RequestedDate { get; init; }

        public string? ShipToId { get; init; }

        public IReadOnlyList<LineChangeRequest>? Lines { get; init; }
    }

    private sealed record QuoteLineBody(
        string LineId,
        string Sku,
        string? Description,
        decimal Quantity,
        string? Unit,
        decimal PriceUnit,
        decimal? UnitPrice,
        decimal? DiscountPercent,
        decimal? DiscountAmount,
        decimal? ExtendedAmount,
        decimal? TaxAmount,
        DateOnly? PromisedOn,
        decimal AvailableNow,
        decimal Backordered,
        LineProblem? Problem)
    {
        public static QuoteLineBody Of(LineQuoted l) => l.Price is { } price
            ? new(l.Wanted.LineId, l.Wanted.Sku, l.Item!.Product.Name, l.Wanted.Quantity, l.Unit!.Unit, price.PriceUnit, price.UnitPrice, l.DiscountPercent, l.DiscountAmount, l.ExtendedAmount, l.TaxAmount, l.PromisedOn, l.AvailableNow, l.Backordered, null)
            : new(l.Wanted.LineId, l.Wanted.Sku, l.Item?.Product.Name, l.Wanted.Quantity, l.Wanted.Unit, 1, null, null, null, null, null, null, 0, 0, l.Problem);
    }

    private sealed record QuoteBody(
        string CustomerNumber,
        string Currency,
        DateTimeOffset AsOf,
        IReadOnlyList<QuoteLineBody> Lines,
        decimal Subtotal,
        decimal DiscountTotal,
        decimal Freight,
        IReadOnlyList<Tax> Taxes,
        decimal TaxTotal,
        decimal Total,
        CreditDecision Credit,
        DateTimeOffset ValidUntil);
}
