using System.Globalization;
using System.Text.Json;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Reference.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Connectors.Reference.Erp;

internal sealed class ErpOrders(SystemPipeline pipeline, Func<Call, IErpApi> api) : IOrders
{
    private const string Capability = "Orders";

    /// <summary>As many customers as one query may name.</summary>
    private const int MostCustomers = 200;

    /// <summary>How many pages of everybody's orders one question goes through.</summary>
    private const int MostPages = 4;

    private static readonly Operation _create = Operation.Write("createOrder", Capability);
    private static readonly Operation _list = Operation.Read("listOrders", Capability);
    private static readonly Operation _get = Operation.Read("getOrder", Capability);
    private static readonly Operation _allowed = Operation.Read("getOrderAllowed", Capability);
    private static readonly Operation _change = Operation.Write("changeOrder", Capability);
    private static readonly Operation _cancel = Operation.Write("cancelOrder", Capability);
    private static readonly Operation _backorders = Operation.Read("listBackorders", Capability);
    private static readonly Operation _activity = Operation.Read("orderActivityQuery", Capability);

    public PlacingCapabilities Placing { get; } = new(
        IdempotencyKey: true, UniqueReference: true, CommitHorizon: TimeSpan.Zero, LateCommit: TimeSpan.FromSeconds(30)); // as the contract demands

    public async Task<Outcome<Order>> Create(Scope scope, NewOrder order, DateTimeOffset deadline, CancellationToken cancel = default)
    {
        var reference = order.Submission.ExternalReference;
        var request = order.Request;
        var created = await pipeline.Send(
            scope,
            _create,
            (call, token) => api(call).CreateOrder(reference,
                new NewOrderWire
                {
                    ExternalReference = reference,
                    CustomerNumber = request.Customer.Value,
                    ShipToId = request.ShipTo,
                    BillToId = request.BillTo,
                    DeliveryMethod = request.DeliveryMethod,
                    RequestedDate = request.RequestedOn,
                    PartialDelivery = request.PartialDelivery,
                    PoNumber = request.PoNumber,
                    Note = order.Note,
                    OrderedBy = Lines.Person(order.OrderedBy),
                    ExpectedTotal = order.AcceptedTotal?.Amount,
                    QuotationNumber = order.MadeOf?.Value,
                    ApprovedBy = order.ApprovedBy is { } approver ? Lines.Person(approver) : null,
                    Lines = ErpQuoting.LinesOf(request),
                },
                token),
            answer => Placed(answer, request.Customer, reference),
            deadline: deadline,
            cancel: cancel);
        if (created.Failure is not { Code: "external_reference_exists" or "idempotency_key_reused" } taken)
        {
            return created;
        }

        // It stands already, under another key or with other content: that one is the answer. Or it is still being made: then this is no refusal.
        var standing = await FindByReference(scope, request.Customer, order.Submission, cancel);
        return standing is { Succeeded: true, Value: not null }
            ? standing.Select(found => found!)
            : Outcome.Failed<Order>(taken with { Cause = Cause.Conflict });
    }

    public Task<Outcome<Order?>> FindByReference(Scope scope, CustomerNumber customer, SubmissionId submission, CancellationToken cancel = default) => pipeline.Send(
        scope,
        _list,
        (call, token) => api(call).ListOrders([customer.Value], submission.ExternalReference, null, null, null, null, [], null, null, 2, token),
        page => page.Items.Count switch
        {
            0 => null,
            1 => Strict.Each(page.Items, "items", (order, _) => Placed(order, customer, submission.ExternalReference))[0],
            _ => throw new MalformedAnswerException("items has several orders under one external reference"),
        },
        page => page.AsOf,
        cancel: cancel);

    public Task<Outcome<Order>> Get(Scope scope, OrderNumber number, CancellationToken cancel = default) => Ask.ByKey(pipeline, _get, number.Value, key =>
        pipeline.Send(scope, _get, (call, token) => api(call).GetOrder(key, token), order => OrderMapping.Order(order, ""), cancel: cancel));

    public Task<Outcome<Page<OrderSummary>>> Search(Scope scope, OrderQuery query, CancellationToken cancel = default)
    {
        IReadOnlyList<string> customers = query.Customer is { } one
            ? [one.Value]
            : [.. scope.Accounts.Select(account => account.Customer).OfType<CustomerNumber>().Distinct().Select(number => number.Value)];
        if (customers.Count == 0 && !scope.CoversEverything)
        {
            return Task.FromResult(Ask.Nothing(pipeline, new Page<OrderSummary>([])));
        }

        return customers.Count <= MostCustomers
            ? List(scope, customers, query, cancel)
            : SearchAmongAll(scope, query, cancel);
    }

    public Task<Outcome<OrderAllowance>> Allowed(Scope scope, OrderNumber number, CancellationToken cancel = default) => Ask.ByKey(pipeline, _allowed, number.Value, key =>
        pipeline.Send(
            scope,
            _allowed,
            (call, token) => api(call).GetOrderAllowed(key, token),
            allowed =>
            {
                Strict.Same(allowed.OrderNumber, number.Value, "orderNumber");
                return OrderMapping.Allowance(allowed);
            },
            cancel: cancel));

    public async Task<Outcome<Order>> Change(Scope scope, OrderChange change, CancellationToken cancel = default) => Definite(await Ask.ByKey(pipeline, _change, change.Order.Value, key =>
        pipeline.Send(
            scope,
            _change,
            (call, token) => api(call).ChangeOrder(
                key,
                change.Id.ToString("N"),
                Ask.IfMatch(change.Version),
                new OrderChangeWire
                {
                    By = change.By,
                    PoNumber = change.PoNumber,
                    Note = change.Note,
                    RequestedDate = change.RequestedOn,
                    ShipToId = change.ShipTo,
                    Lines = change.Lines.Count == 0 ? null : [.. change.Lines.Select(line => new LineChangeWire(OrderMapping.LineNumber(line.LineNumber), line.Quantity))],
                },
                token),
            order => Asked(order, change.Order),
            cancel: cancel)));

    public async Task<Outcome<Order>> Cancel(Scope scope, OrderCancellation cancellation, CancellationToken cancel = default) => Definite(await Ask.ByKey(pipeline, _cancel, cancellation.Order.Value, key =>
        pipeline.Send(
            scope,
            _cancel,
            (call, token) => api(call).CancelOrder(
                key,
                cancellation.Id.ToString("N"),
                Ask.IfMatch(cancellation.Version),
                new CancelOrderWire(
                    cancellation.Reason,
                    cancellation.By,
                    cancellation.Lines.Count == 0 ? null : [.. cancellation.Lines.Select(OrderMapping.LineNumber)]),
                token),
            order => Asked(order, cancellation.Order),
            cancel: cancel)));

    public Task<Outcome<Page<Backorder>>> Backorders(Scope scope, CustomerNumber customer, string? cursor = null, CancellationToken cancel = default) => pipeline.Send(
        scope,
        _backorders,
        (call, token) => api(call).ListBackorders(customer.Value, cursor, Ask.LargestBatch, token),
        page => new Page<Backorder>(
            Strict.Each(page.Items, "items", (line, at) =>
            {
                Strict.Same(line.CustomerNumber, customer.Value, $"{at}.customerNumber");
                return OrderMapping.Backorder(line, at);
            }),
            page.NextCursor,
            page.Total),
        page => page.AsOf,
        cancel: cancel);

    public Task<Outcome<IReadOnlyList<OrderActivity>>> Activity(Scope scope, IReadOnlyList<CustomerNumber> customers, CancellationToken cancel = default) =>
        Batches.Ask(pipeline, customers, Ask.LargestBatch, batch => pipeline.Send(
            scope,
            _activity,
            (call, token) => api(call).OrderActivityQuery(new CustomersQueryWire([.. batch.Select(customer => customer.Value)]), token),
            answer => (IReadOnlyList<OrderActivity>)Strict.Among(
                Strict.Each(answer.Items, "items", (item, at) => new OrderActivity(
                    new CustomerNumber(item.CustomerNumber),
                    item.LateOrders >= 0 && item.LateOrders > 0 == item.LateSince is not null
                        ? item.LateOrders
                        : throw new MalformedAnswerException($"{at}.lateOrders is negative, or does not fit lateSince"),
                    item.LateSince,
                    item.LastOrderedAt)),
                batch,
                activity => activity.Customer,
                "items"),
            answer => answer.AsOf,
            cancel: cancel));

    public Task<Outcome<Changes>> ChangedSince(Scope scope, string? cursor, CancellationToken cancel = default) =>
        ChangeFeed.Follow(pipeline, _list, cursor, position => pipeline.Send(
            scope,
            _list,
            (call, token) => api(call).ListOrders([], null, null, null, null, null, [], position.ChangedSince(), position.Next, position.PageSize, token),
            page => position.After(
                Strict.Each(page.Items, "items", (order, at) => new Stamped(Strict.Filled(order.Number, $"{at}.number"), order.UpdatedAt)), page.NextCursor, page.AsOf),
            page => page.AsOf,
            cancel: cancel));

    private Task<Outcome<Page<OrderSummary>>> List(Scope scope, IReadOnlyList<string> customers, OrderQuery query, CancellationToken cancel) => pipeline.Send(
        scope,
        _list,
        (call, token) => api(call).ListOrders(
            customers,
            null,
            Given(query.PoNumber),
            Given(query.Number),
            Given(query.TrackingNumber),
            Given(query.Text),
            [.. Statuses(query).Select(status => JsonNamingPolicy.CamelCase.ConvertName(status.ToString()))],
            null,
            query.Cursor,
            query.Limit,
            token),
        page => new Page<OrderSummary>(Strict.Each(page.Items, "items", OrderMapping.Summary), page.NextCursor, page.Total),
        page => page.AsOf,
        cancel: cancel);

    /// <summary>None is any.</summary>
    private static IEnumerable<OrderStatus> Statuses(OrderQuery query) => query switch
    {
        { Status: { } only } => [only],
        { ToCome: true } => OrderStatuses.ToCome,
        _ => [],
    };

    /// <summary>
    /// For more customers than one query can name: everybody's orders are asked for, in the largest pages and only so many of them, and those in the scope are
    /// kept. How many there are is nobody's business. The cursor says how many of the owner's page were passed on already.
    /// </summary>
    private async Task<Outcome<Page<OrderSummary>>> SearchAmongAll(Scope scope, OrderQuery query, CancellationToken cancel)
    {
        var (passed, cursor) = Position(query.Cursor);
        var kept = new List<OrderSummary>();
        for (var asked = 1; ; asked++)
        {
            var answer = await List(scope, [], query with { Cursor = cursor, Limit = Ask.LargestBatch }, cancel);
            if (!answer.Try(out var page))
            {
                return answer;
            }

            var mine = page.Items.Where(order => scope.Covers(order.Customer)).Skip(passed).ToList();
            var room = query.Limit - kept.Count;
            kept.AddRange(mine.Take(room));
            if (mine.Count > room)
            {
                return answer.Select(_ => new Page<OrderSummary>(kept, string.Create(CultureInfo.InvariantCulture, $"{passed + room}:{cursor}")));
            }

            if (page.Next is null || mine.Count == room || asked == MostPages)
            {
                return answer.Select(_ => new Page<OrderSummary>(kept, page.Next is null ? null : $"0:{page.Next}"));
            }

            (passed, cursor) = (0, page.Next);
        }
    }

    private static (int Passed, string? Cursor) Position(string? cursor) =>
        cursor?.Split(':', 2) is [var passed, var page] && int.TryParse(passed, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? (count, page.Length == 0 ? null : page)
            : (0, null);

    /// <summary>The contract refuses some writes for good with 409: nothing was done, and asking again changes nothing.</summary>
    private static Outcome<Order> Definite(Outcome<Order> written) => written.Failure is { Cause: Cause.Conflict, Code: "order_not_cancellable" or "order_not_changeable" } refused
        ? Outcome.Failed<Order>(refused with { Cause = Cause.Rejected })
        : written;

    private static Order Asked(OrderWire order, OrderNumber asked)
    {
        Strict.Same(order.Number, asked.Value, "number");
        return OrderMapping.Order(order, "");
    }

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    /// <summary>An order of another's is no answer to ours.</summary>
    private static Order Placed(OrderWire order, CustomerNumber customer, string reference)
    {
        Strict.Same(order.ExternalReference ?? "", reference, "externalReference");
        Strict.Same(order.CustomerNumber, customer.Value, "customerNumber");
        return OrderMapping.Order(order, "");
    }
}
