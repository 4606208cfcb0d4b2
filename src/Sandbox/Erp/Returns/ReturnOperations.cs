using PortalIntegration.Sandbox.Erp.Orders;
using PortalIntegration.Sandbox.Http;
using PortalIntegration.Sandbox.Storage;

namespace PortalIntegration.Sandbox.Erp.Returns;

/// <summary>Returns on the wire.</summary>
internal sealed class ReturnOperations(ErpState state, ReturnDesk desk, ErpBehaviour behaviour)
{
    private readonly IdempotencyKeys keys = new(behaviour);

    public void ForgetKeys() => keys.Clear();

    public IEnumerable<Operation> All =>
    [
        Operation.Get("listReturns", "/returns", List),
        Operation.Post("createReturn", "/returns", Create),
        Operation.Get("getReturnable", "/orders/{number}/returnable", ShowReturnable),
        Operation.Get("getReturn", "/returns/{number}", Show),
    ];

    private Answer List(Call call)
    {
        var statuses = call.Enums<ReturnStatus>("status");
        var customer = call.Text("customerNumber");
        var order = call.Text("orderNumber");
        var reference = call.Text("externalReference");
        lock (state.Gate)
        {
            bool Matches(ReturnCase r) =>
                (customer is null || r.CustomerNumber == customer)
                && (order is null || r.OrderNumber == order)
                && (reference is null || r.ExternalReference == reference)
                && (statuses.Count == 0 || statuses.Contains(r.Status));

            if (call.ChangedSince is null)
            {
                var found = state.Returns.All.Where(Matches).OrderByDescending(r => r.RequestedAt).ThenByDescending(r => r.Number, StringComparer.Ordinal).ToList();
                var page = Table<ReturnCase>.ByPosition(found, call.CursorText, call.Limit);
                return Answer.Ok(new ListPage<ReturnCase>(page.Items, null, page.NextCursor, state.Now, found.Count));
            }

            var slice = state.Returns.ByChange(call.ChangedSince, call.CursorText, call.Limit, Matches);
            return Answer.Ok(new ListPage<ReturnCase>(slice.Items, null, slice.NextCursor, state.Now, null));
        }
    }

    private Answer Show(Call call)
    {
        lock (state.Gate)
        {
            var found = state.Returns.Find(call.Route("number")) ?? throw Refusal.NotFound($"There is no return {call.Route("number")}.");
            return Answer.Ok(found).WithVersion(found.Version);
        }
    }

    private Answer ShowReturnable(Call call)
    {
        lock (state.Gate)
        {
            var order = state.Orders.Find(call.Route("number")) ?? throw Refusal.NotFound($"There is no order {call.Route("number")}.");
            return Answer.Ok(desk.Show(order, state.Now));
        }
    }

    private Answer Create(Call call)
    {
        var key = call.IdempotencyKey;
        var request = call.Read<NewReturn>();
        if (request.ExternalReference.Length is 0 or > 64 || request.Lines.Count == 0 || request.Lines.Any(l => l.Quantity <= 0))
        {
            throw Refusal.BadRequest("externalReference has 1 to 64 characters, quantities are above 0");
        }

        if (keys.Begin(key, call.Body) is { } first)
        {
            lock (state.Gate)
            {
                return Created(200, state.Returns.Find(first)!);
            }
        }

        try
        {
            ReturnCase created;
            lock (state.Gate)
            {
                if (behaviour.UniqueExternalReferences && state.Returns.All.FirstOrDefault(r => r.ExternalReference == request.ExternalReference) is { } existing)
                {
                    throw Refusal.Exists(existing.Number, "A return with this reference exists.");
                }

                var order = state.Orders.Find(request.OrderNumber);
                if (order is null || order.CustomerNumber != request.CustomerNumber)
                {
                    throw Refusal.Unprocessable("unknown_order", $"The customer has no order {request.OrderNumber}.");
                }

                var by = request.RequestedBy;
                var wanted = request.Lines.Select(l => new ReturnWanted(l.OrderLineNumber, l.Quantity, l.Reason, l.Note)).ToList();
                desk.CheckTime(order, wanted, state.Now);
                created = desk.Register(
                    order,
                    wanted,
                    request.ExternalReference,
                    new Person(by.ContactId, by.Name, by.OnBehalfOf),
                    request.Note,
                    state.Now);
            }

            keys.Complete(key, created.Number);
            return Created(201, created);
        }
        finally
        {
            keys.Release(key);
        }
    }

    private static Answer Created(int status, ReturnCase r) =>
        new Answer(status, r).WithVersion(r.Version).WithHeader("Location", $"/erp/v1/returns/{r.Number}");

    private sealed record RequestedByRequest
    {
        public string? ContactId { get; init; }

        public required string Name { get; init; }

        public string? OnBehalfOf { get; init; }
    }

    private sealed record LineRequest
    {
        public required int OrderLineNumber { get; init; }

        public required decimal Quantity { get; init; }

        public required ReturnReason Reason { get; init; }

        public string? Note { get; init; }
    }

    private sealed record NewReturn
    {
        public required string ExternalReference { get; init; }

        public required string CustomerNumber { get; init; }

        public required string OrderNumber { get; init; }

        public required RequestedByRequest RequestedBy { get; init; }

        public string? Note { get; init; }

        public required IReadOnlyList<LineRequest> Lines { get; init; }
    }
}
