using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Quotations;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Core.Orders;

/// <summary>Orders in the system that owns them.</summary>
public interface IOrders
{
    /// <summary>How this system lets an order be placed exactly once.</summary>
    PlacingCapabilities Placing { get; }

    /// <summary>
    /// Creates the order, or answers the one that already stands under the same external reference. Whenever the failure says
    /// <see cref="Failure.MayHaveTakenEffect"/>, nobody may call this again for the reference before <see cref="PlacingCapabilities.CommitHorizon"/>
    /// has passed and <see cref="FindByReference"/> found nothing.
    /// </summary>
    /// <param name="deadline">After this moment the connector sends no further write for this call: it is when the caller's lease ends.</param>
    Task<Outcome<Order>> Create(Scope scope, NewOrder order, DateTimeOffset deadline, CancellationToken cancel = default);

    /// <summary>
    /// The order that was placed under this submission's external reference, cancelled since or not; a success with null when there
    /// is none. What a connector left there to quote with (<see cref="QuotingKind.Draft"/>) is not an order.
    /// </summary>
    Task<Outcome<Order?>> FindByReference(Scope scope, CustomerNumber customer, SubmissionId submission, CancellationToken cancel = default);

    Task<Outcome<Order>> Get(Scope scope, OrderNumber number, CancellationToken cancel = default);

    /// <summary>Newest first.</summary>
    Task<Outcome<Page<OrderSummary>>> Search(Scope scope, OrderQuery query, CancellationToken cancel = default);

    /// <summary>What may still be done to the order, and until when.</summary>
    Task<Outcome<OrderAllowance>> Allowed(Scope scope, OrderNumber number, CancellationToken cancel = default);

    /// <summary>
    /// Changes the order, wholly or not at all, and answers it as it is then. <see cref="Cause.Stale"/> when it is another than <see cref="OrderChange.Version"/> says,
    /// <see cref="Cause.Rejected"/> with the owner's words when it may not be changed so. Where the failure says <see cref="Failure.MayHaveTakenEffect"/>, the same
    /// change may be asked for again under the same id.
    /// </summary>
    Task<Outcome<Order>> Change(Scope scope, OrderChange change, CancellationToken cancel = default);

    /// <summary>As <see cref="Change"/>, for cancelling all that is open of the order or of some lines.</summary>
    Task<Outcome<Order>> Cancel(Scope scope, OrderCancellation cancellation, CancellationToken cancel = default);

    /// <summary>What the customer still waits for, over all of his orders: the earliest promise first, those without one last.</summary>
    Task<Outcome<Page<Backorder>>> Backorders(Scope scope, CustomerNumber customer, string? cursor = null, CancellationToken cancel = default);

    /// <summary>Whose orders of many customers are late, and when each ordered last, for a list: one question for all. Whoever is not known is left out.</summary>
    /// <param name="customers">Each once.</param>
    Task<Outcome<IReadOnlyList<OrderActivity>>> Activity(Scope scope, IReadOnlyList<CustomerNumber> customers, CancellationToken cancel = default);

    /// <summary>Numbers of orders changed since the cursor (null: from now on), for systems polled for changes.</summary>
    Task<Outcome<Changes>> ChangedSince(Scope scope, string? cursor, CancellationToken cancel = default);
}

/// <summary>Asks the owner what a basket would cost and when it would ship, without ordering it.</summary>
public interface IQuoting
{
    QuotingCapabilities Quoting { get; }

    /// <summary>The ERP's quote. Lines that cannot be ordered carry their problem; the rest is quoted all the same where the ERP can.</summary>
    Task<Outcome<Quote>> Quote(Scope scope, QuoteRequest request, CancellationToken cancel = default);

    /// <summary>How this customer's goods can be delivered; the first is the default.</summary>
    Task<Outcome<IReadOnlyList<DeliveryMethod>>> DeliveryMethods(Scope scope, CustomerNumber customer, CancellationToken cancel = default);

    /// <summary>
    /// Removes drafts of the portal's that were last touched before <paramref name="before"/> and never confirmed. Answers how many.
    /// Does nothing where <see cref="QuotingCapabilities.Kind"/> is <see cref="QuotingKind.Pure"/>.
    /// </summary>
    Task<Outcome<int>> SweepDrafts(Scope scope, DateTimeOffset before, CancellationToken cancel = default);
}

/// <summary>How exactly-once is had on a system.</summary>
/// <param name="IdempotencyKey">The system honours an idempotency key: a second create with the same key answers the first result.</param>
/// <param name="UniqueReference">The system refuses a second order under the same external reference.</param>
/// <param name="CommitHorizon">
/// How long after an attempt ended (answered or not) the system may still commit it. Before a lookup counts as "not there", this has to pass.
/// Zero where <paramref name="IdempotencyKey"/>, <paramref name="UniqueReference"/> or the <paramref name="Claim"/> make a late commit harmless.
/// </param>
/// <param name="Claim">In words, how the connector claims a reference where the system has neither; null where it has one.</param>
/// <param name="LateCommit">
/// How long after an attempt ended (answered or not) the system may still commit it, even where that cannot make a second order. Until then
/// nobody is told that there is no order: he would order anew, under another reference. Null when nobody measured it:
/// <see cref="Unmeasured"/>. Less than <paramref name="CommitHorizon"/> makes no sense and counts as that.
/// </param>
public sealed record PlacingCapabilities(
    bool IdempotencyKey, bool UniqueReference, TimeSpan CommitHorizon, string? Claim = null, TimeSpan? LateCommit = null)
{
    /// <summary>What <see cref="LateCommit"/> counts as where it is not declared: one minute.</summary>
    public static TimeSpan Unmeasured { get; } = TimeSpan.FromMinutes(1);

    /// <summary>How long after an attempt ended a lookup that finds nothing means that there will never be anything.</summary>
    public TimeSpan Settles => (LateCommit ?? Unmeasured) is var late && late > CommitHorizon ? late : CommitHorizon;
}

public enum QuotingKind
{
    /// <summary>Asks and leaves nothing.</summary>
    Pure,

    /// <summary>One draft per submission in the ERP, reused, promoted to the order itself; abandoned ones are swept.</summary>
    Draft,
}

/// <param name="DecidedAtConfirmation">In words, what this system decides only when the order is confirmed, such as credit; null for nothing.</param>
public sealed record QuotingCapabilities(QuotingKind Kind, string? DecidedAtConfirmation = null);

/// <param name="Code">As used in orders.</param>
public sealed record DeliveryMethod(string Code, string Name, string? Description = null);

/// <summary>One line of a basket.</summary>
/// <param name="LineId">Ours, unique within the basket: answers refer to it.</param>
/// <param name="Quantity">In <paramref name="Unit"/>; more than 0, at most six decimals.</param>
/// <param name="Unit">Null for the product's sales unit.</param>
/// <param name="RequestedOn">For this line alone; null for <see cref="QuoteRequest.RequestedOn"/>. Where <see cref="Ownership.Feature.LineDates"/> are lacking, a note at best.</param>
public sealed record OrderLineRequest(string LineId, Sku Sku, decimal Quantity, string? Unit = null, DateOnly? RequestedOn = null, string? Note = null);

/// <summary>What the customer wants, as quoted and as ordered.</summary>
public sealed record QuoteRequest
{
    /// <summary>Names the draft on systems that quote by draft.</summary>
    public required SubmissionId Submission { get; init; }

    public required CustomerNumber Customer { get; init; }

    /// <summary>Id of one of the ERP's ship-to addresses; null for its default.</summary>
    public string? ShipTo { get; init; }

    /// <summary>Id of one of the ERP's bill-to addresses; null for its default.</summary>
    public string? BillTo { get; init; }

    /// <summary>Code of a delivery method; null for the ERP's default.</summary>
    public string? DeliveryMethod { get; init; }

    public DateOnly? RequestedOn { get; init; }

    /// <summary>
    /// True: what is there may be delivered before the rest; false: it waits until all is there. Null for the ERP's default, and where
    /// <see cref="Ownership.Feature.PartialDelivery"/> is lacking.
    /// </summary>
    public bool? PartialDelivery { get; init; }

    /// <summary>The customer's purchase order number, up to 35 characters.</summary>
    public string? PoNumber { get; init; }

    /// <summary>1 to 500.</summary>
    public required IReadOnlyList<OrderLineRequest> Lines { get; init; }
}

/// <summary>An order to be placed.</summary>
public sealed record NewOrder
{
    /// <summary>Names the order in the ERP, and is the idempotency key.</summary>
    public required SubmissionId Submission { get; init; }

    public required QuoteRequest Request { get; init; }

    public required OrderedBy OrderedBy { get; init; }

    /// <summary>For the people who pick and pack; up to 1,000 characters.</summary>
    public string? Note { get; init; }

    /// <summary>The total that the buyer accepted; the ERP is told so where it can compare. Null when the buyer takes the price of the day.</summary>
    public Money? AcceptedTotal { get; init; }

    /// <summary>The quotation that it is made of; the ERP makes it an order once. Null for none.</summary>
    public QuotationNumber? MadeOf { get; init; }

    /// <summary>Who approved it, where it needed that; the ERP keeps it.</summary>
    public OrderedBy? ApprovedBy { get; init; }
}

/// <param name="OnBehalfOf">Set when a sales representative orders for a customer: the account's name.</param>
public sealed record OrderedBy(PersonId Person, string Name, string? OnBehalfOf = null);

/// <summary>The ERP's answer to "what would this cost, and when would it ship".</summary>
public sealed record Quote
{
    public required IReadOnlyList<QuoteLine> Lines { get; init; }

    public Money? Subtotal { get; init; }

    public Money? Discount { get; init; }

    public Money? Freight { get; init; }

    public IReadOnlyList<Tax> Taxes { get; init; } = [];

    public Money? TaxTotal { get; init; }

    /// <summary>Null when a line's problem keeps the ERP from stating it.</summary>
    public Money? Total { get; init; }

    /// <summary>Null where the ERP decides on credit only at confirmation.</summary>
    public CreditDecision? Credit { get; init; }

    public DateTimeOffset? ValidUntil { get; init; }

    /// <summary>What is wrong with the basket as a whole.</summary>
    public IReadOnlyList<Problem> Problems { get; init; } = [];
}

public sealed record QuoteLine
{
    public required string LineId { get; init; }

    public required Sku Sku { get; init; }

    public required Quantity Quantity { get; init; }

    /// <summary>For <see cref="PricePer"/> of the quantity's unit.</summary>
    public Money? UnitPrice { get; init; }

    /// <summary>How many units <see cref="UnitPrice"/> is for: 1, or 100 for small parts. More than 0.</summary>
    public decimal PricePer { get; init; } = 1;

    /// <summary>0 to 100.</summary>
    public decimal? DiscountPercent { get; init; }

    public Money? ExtendedAmount { get; init; }

    /// <summary>When the ERP promises the whole line; null where it does not promise.</summary>
    public DateOnly? PromisedOn { get; init; }

    public decimal? AvailableNow { get; init; }

    public decimal? Backordered { get; init; }

    public Problem? Problem { get; init; }
}

/// <param name="Rate">In percent, 0 to 100.</param>
public sealed record Tax(string Name, decimal? Rate, Money? Base, Money Amount);

public enum CreditVerdict
{
    Approved,

    /// <summary>The order would be accepted and wait on credit hold.</summary>
    Held,

    /// <summary>The order would be refused.</summary>
    Refused,
}

public sealed record CreditDecision(CreditVerdict Verdict, string? Reason, Money? Available);
