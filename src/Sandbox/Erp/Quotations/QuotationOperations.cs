using PortalIntegration.Sandbox.Erp.Orders;
using PortalIntegration.Sandbox.Http;
using PortalIntegration.Sandbox.Storage;

namespace PortalIntegration.Sandbox.Erp.Quotations;

/// <summary>Quotations on the wire.</summary>
internal sealed class QuotationOperations(ErpState state, QuotationDesk desk, ErpBehaviour behaviour)
{
    private readonly IdempotencyKeys keys = new(behaviour);

    public void ForgetKeys() => keys.Clear();

    public IEnumerable<Operation> All =>
    [
        new Operation("createQuotation", "POST", "/quotations", CreateAsync),
        Operation.Get("listQuotations", "/quotations", List),
        Operation.Get("getQuotation", "/quotations/{number}", Show),
        new Operation("changeQuotation", "PATCH", "/quotations/{number}", (call, _) => ValueTask.FromResult(Change(call))),
    ];

    private async ValueTask<Answer> CreateAsync(Call call, CancellationToken stopping)
    {
        var key = call.IdempotencyKey;
        var request = call.Read<NewQuotation>();
        if (request.ExternalReference.Length is 0 or > 64)
        {
            throw Refusal.BadRequest("externalReference has 1 to 64 characters");
        }

        if (request.PoNumber?.Length > 35 || request.Note?.Length > 2000 || request.Lines.Any(l => l.Note?.Length > 500) || request.Label?.Length > 80 || request.Reason?.Length > 40)
        {
            throw Refusal.BadRequest("poNumber has at most 35, note at most 2000, a line's at most 500, label at most 80, reason at most 40 characters");
        }

        if (request.Kind == QuotationKind.List && string.IsNullOrWhiteSpace(request.Label))
        {
            throw Refusal.BadRequest("a list has a label");
        }

        if (keys.Begin(key, call.Body) is { } first)
        {
            lock (state.Gate)
            {
                return Created(200, desk.Find(first));
            }
        }

        try
        {
            await Task.Delay(behaviour.CreateOrderTakes, stopping);
            Quotation kept;
            lock (state.Gate)
            {
                kept = Keep(request, state.Now);
            }

            keys.Complete(key, kept.Number);
            return Created(201, kept);
        }
        finally
        {
            keys.Release(key);
        }
    }

    private Quotation Keep(NewQuotation request, DateTimeOffset at)
    {
        if (behaviour.UniqueExternalReferences && state.Quotations.All.FirstOrDefault(q => q.ExternalReference == request.ExternalReference) is { } existing)
        {
            throw Refusal.Exists(existing.Number, "A quotation with this reference exists.");
        }

        var quoted = state.Quotes.Quote(
            Basket.Resolve(state, request.CustomerNumber, request.BillToId, request.ShipToId, request.DeliveryMethod, request.RequestedDate, request.PartialDelivery, request.Lines), at);
        var whole = request.Kind is QuotationKind.Quote or QuotationKind.Approval;
        Basket.RefuseProblems(quoted, "quotation_rejected", problem => !whole && problem.Code != "unknown_sku");
        return desk.Keep(
            quoted, new Keeping(request.Kind, request.ExternalReference, request.Label, request.Reason, request.RequestedBy.AsPerson(), request.PoNumber, request.Note), at);
    }

    private Answer List(Call call)
    {
        var customers = call.Texts("customerNumber");
        var reference = call.Text("externalReference");
        var kinds = call.Enums<QuotationKind>("kind");
        var statuses = call.Enums<QuotationStatus>("status");
        lock (state.Gate)
        {
            var now = state.Now;
            var candidates = customers.Count == 1 ? state.QuotationsOfCustomer.GetValueOrDefault(customers[0]) ?? [] : state.Quotations.All;
            var found = candidates.Select(q => q.AsOf(now))
                .Where(q => (customers.Count == 0 || customers.Contains(q.CustomerNumber))
                    && (reference is null || q.ExternalReference == reference)
                    && (kinds.Count == 0 || kinds.Contains(q.Kind))
                    && (statuses.Count == 0 || statuses.Contains(q.Status)))
                .OrderByDescending(q => q.RequestedAt).ThenByDescending(q => q.Number, StringComparer.Ordinal).ToList();
            var page = Table<Quotation>.ByPosition(found, call.CursorText, call.Limit);
            return Answer.Ok(new ListPage<Quotation>(page.Items, null, page.NextCursor, now, found.Count));
        }
    }

    private Answer Show(Call call)
    {
        lock (state.Gate)
        {
            var found = desk.Find(call.Route("number")).AsOf(state.Now);
            return Answer.Ok(found).WithVersion(found.Version);
        }
    }

    private Answer Change(Call call)
    {
        var request = call.Read<QuotationChange>();
        if (request.Label is { } label && (string.IsNullOrWhiteSpace(label) || label.Length > 80))
        {
            throw Refusal.BadRequest("label has 1 to 80 characters");
        }

        if (request.Status is not (null or QuotationStatus.SentBack or QuotationStatus.Withdrawn))
        {
            throw Refusal.BadRequest("status is sentBack or withdrawn");
        }

        lock (state.Gate)
        {
            var found = desk.Find(call.Route("number"));
            call.CheckIfMatch(found.Version, required: true);
            var changed = desk.Change(found, request.Label, request.Status, request.Reason, request.By?.Name, state.Now).AsOf(state.Now);
            return Answer.Ok(changed).WithVersion(changed.Version);
        }
    }

    private static Answer Created(int status, Quotation q) => new Answer(status, q).WithVersion(q.Version).WithHeader("Location", $"/erp/v1/quotations/{q.Number}");

    private sealed record NewQuotation
    {
        public required string ExternalReference { get; init; }

        public required string CustomerNumber { get; init; }

        public required QuotationKind Kind { get; init; }

        public string? Label { get; init; }

        public string? Reason { get; init; }

        public string? ShipToId { get; init; }

        public string? BillToId { get; init; }

        public string? DeliveryMethod { get; init; }

        public DateOnly? RequestedDate { get; init; }

        public bool? PartialDelivery { get; init; }

        public string? PoNumber { get; init; }

        public string? Note { get; init; }

        public required PersonRequest RequestedBy { get; init; }

        public required IReadOnlyList<OrderLineRequest> Lines { get; init; }
    }

    private sealed record QuotationChange
    {
        public string? Label { get; init; }

        public QuotationStatus? Status { get; init; }

        public string? Reason { get; init; }

        public PersonRequest? By { get; init; }
    }
}
