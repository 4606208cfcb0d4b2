using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Quotations;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.UnitTests.Sync;

/// <summary>Keeps what it is asked to keep, twice when it is asked twice: so it counts every double one.</summary>
internal sealed class FakeQuotations(TimeProvider clock) : IQuotations
{
    private readonly Queue<CreateFault> _faults = new();

    public PlacingCapabilities Keeping { get; } = new(IdempotencyKey: false, UniqueReference: false, CommitHorizon: TimeSpan.FromSeconds(60));

    public List<Quotation> Kept { get; } = [];

    public FakeQuotations Then(CreateFault fault)
    {
        _faults.Enqueue(fault);
        return this;
    }

    public Quotation Keep(NewQuotation wanted)
    {
        var kept = new Quotation
        {
            Number = new QuotationNumber($"QU-{Kept.Count + 1}"),
            Customer = wanted.Request.Customer,
            Kind = wanted.Kind,
            State = QuotationState.Open,
            Submission = wanted.Submission,
            Label = wanted.Label,
            Reason = wanted.Reason,
            RequestedAt = clock.GetUtcNow(),
            RequestedBy = wanted.RequestedBy.Person,
            RequesterName = wanted.RequestedBy.Name,
            ShipTo = wanted.Request.ShipTo is { } id ? new Core.Customers.ErpAddress { Id = id, Name = "Elbe" } : null,
            Lines = [.. wanted.Request.Lines.Select(line => new QuotationLine { LineId = line.LineId, Sku = line.Sku, Quantity = new Quantity(line.Quantity, line.Unit ?? "PCE") })],
            Version = "1",
        };
        Kept.Add(kept);
        return kept;
    }

    public Task<Outcome<Quotation>> Create(Scope scope, NewQuotation quotation, DateTimeOffset deadline, CancellationToken cancel) =>
        Task.FromResult((_faults.TryDequeue(out var fault) ? fault : CreateFault.None) switch
        {
            CreateFault.None => Ok(Keep(quotation)),
            CreateFault.CommitThenTimeout when Keep(quotation) is not null => Fails<Quotation>(Cause.TimedOut),
            CreateFault.TimeoutBeforeCommit => Fails<Quotation>(Cause.TimedOut),
            CreateFault.Rejected => Fails<Quotation>(Cause.Rejected),
            var other => throw new InvalidOperationException($"No rule for {other}."),
        });

    public Task<Outcome<Quotation?>> FindByReference(Scope scope, CustomerNumber customer, SubmissionId submission, CancellationToken cancel) =>
        Task.FromResult(Ok(Kept.Find(one => one.Submission == submission)));

    public Task<Outcome<Quotation>> Get(Scope scope, QuotationNumber number, CancellationToken cancel) =>
        Task.FromResult(Kept.Find(one => one.Number == number) is { } found ? Ok(found) : Fails<Quotation>(Cause.NotFound));

    public Task<Outcome<Page<Quotation>>> List(Scope scope, QuotationQuery query, CancellationToken cancel) => throw new NotSupportedException();

    public Task<Outcome<Quotation>> Change(Scope scope, QuotationNumber number, QuotationChange change, string version, CancellationToken cancel) => throw new NotSupportedException();

    private Outcome<T> Ok<T>(T value) => Outcome.Success(value, new Provenance("erp", clock.GetUtcNow()));

    private Outcome<T> Fails<T>(Cause cause) => Outcome.Failed<T>(new Failure(cause, "erp", "createQuotation", clock.GetUtcNow(), "as arranged"));
}
