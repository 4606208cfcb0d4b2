using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Quotations;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.UnitTests.Sync;

/// <summary>What one create does.</summary>
public enum CreateFault
{
    None,

    /// <summary>The order stands, the answer does not come.</summary>
    CommitThenTimeout,

    /// <summary>The order stands, the answer breaks off.</summary>
    CommitThenCut,

    /// <summary>No answer, and no order.</summary>
    TimeoutBeforeCommit,

    /// <summary>No answer; the order stands <see cref="FakeErp.LateBy"/> later.</summary>
    CommitLate,

    /// <summary>Somebody before the ERP says 503, after he had passed it on; the order stands <see cref="FakeErp.LateBy"/> later.</summary>
    CommitLateUnavailable,

    Throttled,
    Unreachable,
    Unavailable,
    Rejected,
    TotalChanged,
    ServerError,
    Forbidden,
    ConnectorBug,

    /// <summary>Nothing until the caller gives up.</summary>
    Hang,
}

/// <summary>
/// An ERP with a mind of its own, behind the ports. It commits twice when it is asked twice and has neither unique references nor keys: so it counts
/// every double order.
/// </summary>
internal sealed class FakeErp(TimeProvider clock) : IOrders, IQuoting, IOwnershipMap
{
    private readonly Lock _lock = new();
    private readonly List<(DateTimeOffset At, string Reference, Order Order)> _committed = [];
    private readonly Queue<CreateFault> _faults = new();
    private int _number = 1000;

    public PlacingCapabilities Placing { get; set; } = new(IdempotencyKey: false, UniqueReference: false, CommitHorizon: TimeSpan.FromSeconds(60));

    public QuotingCapabilities Quoting { get; set; } = new(QuotingKind.Pure);

    public TimeSpan LateBy { get; set; } = TimeSpan.FromSeconds(20);

    public TimeSpan? RetryAfter { get; set; }

    /// <summary>Set: every call fails so.</summary>
    public Cause? Down { get; set; }

    public Func<QuoteRequest, Outcome<Quote>>? Quoter { get; set; }

    public Cause? LookupFails { get; set; }

    /// <summary>Since when it has answered nobody, as its failures say.</summary>
    public DateTimeOffset? FailingSince { get; set; }

    /// <summary>Called at the start of a create, before anything happens.</summary>
    public Func<NewOrder, Task>? BeforeCreate { get; set; }

    /// <summary>Called when a lookup has its answer, before it is given.</summary>
    public Func<Task>? AfterLookup { get; set; }

    /// <summary>Decides for every create that has nothing arranged.</summary>
    public Func<NewOrder, CreateFault>? Fault { get; set; }

    public List<(string Operation, DateTimeOffset At, SubmissionId? Submission)> Calls { get; } = [];

    public List<NewOrder> Sent { get; } = [];

    public int Creates => Calls.Count(call => call.Operation == "create");

    public int Lookups => Calls.Count(call => call.Operation == "lookup");

    public int Quotes => Calls.Count(call => call.Operation == "quote");

    /// <summary>Null: it can keep none.</summary>
    public FakeQuotations? Quotations { get; set; }

    public IReadOnlyList<ISystemConnection> Systems { get; set; } = [];

    /// <summary>What changed, page by page; nothing once it is empty.</summary>
    public Queue<Changes> Feed { get; } = new();

    public Cause? FeedFails { get; set; }

    /// <summary>Cursors that came in.</summary>
    public List<string?> Cursors { get; } = [];

    public List<DateTimeOffset> Swept { get; } = [];

    public IReadOnlyList<OwnedEntity> Owned => [];

    public NotAvailable? Lacking(Feature feature) => null;

    public FakeErp Then(params CreateFault[] faults)
    {
        foreach (var fault in faults)
        {
            _faults.Enqueue(fault);
        }

        return this;
    }

    /// <summary>Orders under this reference, in the end.</summary>
    public IReadOnlyList<Order> Standing(SubmissionId submission)
    {
        lock (_lock)
        {
            return [.. _committed.Where(entry => entry.Reference == submission.ExternalReference && entry.At <= clock.GetUtcNow()).Select(entry => entry.Order)];
        }
    }

    /// <summary>Every order, also those that will stand only later.</summary>
    public IReadOnlyList<Order> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _committed.Select(entry => entry.Order)];
            }
        }
    }

    public TPort Owner<TPort>()
        where TPort : class => typeof(TPort) == typeof(IQuotations) ? (TPort)(object)Quotations! : (TPort)(object)this;

    /// <summary>There is no CRM: no flow can be.</summary>
    public string? OwnerOf(Entity entity) => entity is Entity.Orders || (entity is Entity.Quotations && Quotations is not null) ? "erp" : null;

    public void Moved(Entity entity)
    {
    }

    public async Task<Outcome<Order>> Create(Scope scope, NewOrder order, DateTimeOffset deadline, CancellationToken cancel)
    {
        Note("create", order.Submission);
        if (BeforeCreate is { } before)
        {
            await before(order);
        }

        if (clock.GetUtcNow() >= deadline)
        {
            return Failed<Order>(Cause.TimedOut, "create"); // as every connector must: nothing goes out any more
        }

        if (Down is { } down)
        {
            return Failed<Order>(down, "create");
        }

        CreateFault fault;
        lock (_lock)
        {
            Sent.Add(order);
            fault = _faults.TryDequeue(out var arranged) ? arranged : Fault?.Invoke(order) ?? CreateFault.None;
        }

        return fault switch
        {
            CreateFault.None => Ok(Commit(order, TimeSpan.Zero)),
            CreateFault.CommitThenTimeout => After(() => Commit(order, TimeSpan.Zero), Cause.TimedOut),
            CreateFault.CommitThenCut => After(() => Commit(order, TimeSpan.Zero), Cause.Interrupted),
            CreateFault.CommitLate => After(() => Commit(order, LateBy), Cause.TimedOut),
            CreateFault.CommitLateUnavailable => After(() => Commit(order, LateBy), Cause.Unavailable),
            CreateFault.TimeoutBeforeCommit => Failed<Order>(Cause.TimedOut, "create"),
            CreateFault.Throttled => Failed<Order>(Cause.Throttled, "create"),
            CreateFault.Unreachable => Failed<Order>(Cause.Unreachable, "create"),
            CreateFault.Unavailable => Failed<Order>(Cause.Unavailable, "create"),
            CreateFault.ServerError => Failed<Order>(Cause.ServerError, "create"),
            CreateFault.Forbidden => Failed<Order>(Cause.Forbidden, "create"),
            CreateFault.Rejected => Rejected("creditRefused", "The customer's credit is used up."),
            CreateFault.TotalChanged => Rejected("totalChanged", "The total is another one now."),
            CreateFault.ConnectorBug => throw new InvalidOperationException("A bug of the connector's."),
            CreateFault.Hang => await Hang(cancel),
            _ => throw new InvalidOperationException($"No rule for {fault}."),
        };
    }

    public async Task<Outcome<Order?>> FindByReference(Scope scope, CustomerNumber customer, SubmissionId submission, CancellationToken cancel)
    {
        Note("lookup", submission);
        if ((Down ?? LookupFails) is { } down)
        {
            return Failed<Order?>(down, "lookup");
        }

        var found = Standing(submission) is [var first, ..] ? first : null;
        if (AfterLookup is { } after)
        {
            await after();
        }

        return Ok(found);
    }

    public Task<Outcome<Quote>> Quote(Scope scope, QuoteRequest request, CancellationToken cancel)
    {
        Note("quote", request.Submission);
        return Task.FromResult(Down is { } down ? Failed<Quote>(down, "quote") : Quoter?.Invoke(request) ?? Ok(Samples.Quote()));
    }

    public Task<Outcome<Order>> Get(Scope scope, OrderNumber number, CancellationToken cancel) => throw new NotSupportedException();

    public Task<Outcome<OrderAllowance>> Allowed(Scope scope, OrderNumber number, CancellationToken cancel) => throw new NotSupportedException();

    public Task<Outcome<Order>> Change(Scope scope, OrderChange change, CancellationToken cancel) => throw new NotSupportedException();

    public Task<Outcome<Order>> Cancel(Scope scope, OrderCancellation cancellation, CancellationToken cancel) => throw new NotSupportedException();

    public Task<Outcome<IReadOnlyList<OrderActivity>>> Activity(Scope scope, IReadOnlyList<CustomerNumber> customers, CancellationToken cancel) => throw new NotSupportedException();

    public Task<Outcome<Page<Backorder>>> Backorders(Scope scope, CustomerNumber customer, string? cursor, CancellationToken cancel) => throw new NotSupportedException();

    public Task<Outcome<Page<OrderSummary>>> Search(Scope scope, OrderQuery query, CancellationToken cancel) => throw new NotSupportedException();

    public Task<Outcome<Changes>> ChangedSince(Scope scope, string? cursor, CancellationToken cancel)
    {
        Cursors.Add(cursor);
        return Task.FromResult((Down ?? FeedFails) is { } down ? Failed<Changes>(down, "changes")
            : Ok(Feed.TryDequeue(out var page) ? page : new Changes([], cursor ?? "c0", More: false)));
    }

    public Task<Outcome<IReadOnlyList<DeliveryMethod>>> DeliveryMethods(Scope scope, CustomerNumber customer, CancellationToken cancel) => throw new NotSupportedException();

    public Task<Outcome<int>> SweepDrafts(Scope scope, DateTimeOffset before, CancellationToken cancel)
    {
        Swept.Add(before);
        return Task.FromResult(Ok(3));
    }

    public Order Commit(NewOrder order, TimeSpan late)
    {
        lock (_lock)
        {
            var placed = new Order
            {
                Number = new OrderNumber($"SO-{++_number}"),
                Customer = order.Request.Customer,
                Submission = order.Submission,
                PoNumber = order.Request.PoNumber,
                Status = OrderStatus.Open,
                OrderedAt = clock.GetUtcNow(),
                Lines = [],
            };
            _committed.Add((clock.GetUtcNow() + late, order.Submission.ExternalReference, placed));
            return placed;
        }
    }

    public Outcome<T> Ok<T>(T value) => Outcome.Success(value, new Provenance("erp", clock.GetUtcNow()));

    private Outcome<T> Failed<T>(Cause cause, string operation) =>
        Outcome.Failed<T>(new Failure(cause, "erp", operation, clock.GetUtcNow(), "as arranged") { RetryAfter = cause == Cause.Throttled ? RetryAfter : null, Since = FailingSince });

    private Outcome<Order> Rejected(string code, string words) =>
        Outcome.Failed<Order>(new Failure(Cause.Rejected, "erp", "create", clock.GetUtcNow(), words) { Code = code });

    private Outcome<Order> After(Func<Order> commit, Cause cause)
    {
        commit();
        return Failed<Order>(cause, "create");
    }

    private static async Task<Outcome<Order>> Hang(CancellationToken cancel)
    {
        await Task.Delay(Timeout.Infinite, cancel);
        throw new InvalidOperationException();
    }

    private void Note(string operation, SubmissionId? submission)
    {
        lock (_lock)
        {
            Calls.Add((operation, clock.GetUtcNow(), submission));
        }
    }
}
