using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Quotations;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Sync.Placing;

/// <summary>Places orders exactly once: accepted durably first, then brought to the ERP, whatever happens in between.</summary>
/// <exception cref="Storage.StoreUnavailableException">
/// Thrown by every method but <see cref="Watch"/> when the store cannot be read or written now. Whether a submission or a decision was taken is not known
/// then: the same again, under the same id, tells.
/// </exception>
public interface IPlaceOrders
{
    /// <summary>
    /// Takes the submission durably and starts on it at once; answers as soon as it is durable. The same id with the same content
    /// attaches to the running one; with other content it is a conflict; outside the scope it is not found; what is beyond
    /// <see cref="SubmissionLimits"/> is invalid.
    /// </summary>
    Task<SubmitResult> Submit(Scope scope, Submission submission, CancellationToken cancel = default);

    /// <summary>
    /// As <see cref="Submit"/>, and takes one anew that the ERP refused or that was taken back: with what it says now, under the same id, so that it is looked
    /// up before it is created and never stands twice. The portal's own work only.
    /// </summary>
    Task<SubmitResult> SubmitAgain(Scope scope, Submission submission, CancellationToken cancel = default);

    /// <summary>Null when there is none in the scope.</summary>
    Task<Placing?> Find(Scope scope, SubmissionId id, CancellationToken cancel = default);

    /// <summary>Everything in the scope that has no final state yet, and what reached one within the last day; newest first.</summary>
    Task<IReadOnlyList<Placing>> Recent(Scope scope, CancellationToken cancel = default);

    /// <summary>The buyer accepts what the ERP says now (<see cref="Placing.Offer"/>); it goes on.</summary>
    /// <param name="offer">The version of the offer that the buyer saw; an outdated one changes nothing.</param>
    Task<Placing?> Accept(Scope scope, SubmissionId id, int offer, CancellationToken cancel = default);

    /// <summary>The buyer takes it back; refused once <see cref="Placing.CanWithdraw"/> is false.</summary>
    Task<Placing?> Withdraw(Scope scope, SubmissionId id, CancellationToken cancel = default);

    /// <summary>
    /// As <see cref="Withdraw(Scope, SubmissionId, CancellationToken)"/>, for one that only the buyer's browser may remember. Where the portal has
    /// forgotten it, it is taken durably as one that is wanted back: looked up in the ERP, never created.
    /// </summary>
    Task<Placing?> Withdraw(Scope scope, Submission forgotten, CancellationToken cancel = default);

    /// <summary>Tells of every change, in this node, until disposed. The handler is called on any thread and must be quick.</summary>
    IDisposable Watch(Scope scope, SubmissionId id, Action<Placing> changed);
}

/// <summary>One intent to order.</summary>
public sealed record Submission
{
    public required SubmissionId Id { get; init; }

    public required QuoteRequest Request { get; init; }

    public required OrderedBy OrderedBy { get; init; }

    public string? Note { get; init; }

    public required PricePolicy Policy { get; init; }

    /// <summary>The quote on the buyer's screen when he pressed "place": what <see cref="PricePolicy.AskIfDifferent"/> compares with.</summary>
    public Quote? Seen { get; init; }

    /// <summary>The quotation that it is to be made of; the ERP makes it an order once. Null for none.</summary>
    public QuotationNumber? MadeOf { get; init; }

    /// <summary>Not to be ordered but to be kept; null for an order.</summary>
    public QuotationTerms? Keep { get; init; }

    /// <summary>The version of the record that it was made of, such as an opportunity's; null for a basket. No part of what is ordered.</summary>
    public string? SourceVersion { get; init; }
}

/// <summary>As what a basket is to be kept. What waits for an approval is kept by placing itself, never because somebody asks for that.</summary>
/// <param name="Kind">Any but <see cref="QuotationKind.Approval"/>.</param>
/// <param name="Label">Up to <see cref="SubmissionLimits.Label"/> characters; a <see cref="QuotationKind.List"/> has one.</param>
public sealed record QuotationTerms(QuotationKind Kind, string? Label);

public enum PricePolicy
{
    /// <summary>Ask me if any amount or promise differs from the quote that I saw.</summary>
    AskIfDifferent,

    /// <summary>The ERP's price of the day.</summary>
    PriceOfTheDay,
}

public enum PlacingState
{
    /// <summary>Durable here.</summary>
    Received,

    /// <summary>Being checked by the ERP.</summary>
    Checking,

    /// <summary>The ERP does not answer; it waits, durable, and goes on by itself.</summary>
    Waiting,

    /// <summary>The ERP says something else than the buyer saw: his decision.</summary>
    NeedsDecision,

    /// <summary>It may stand in the ERP already; being looked up.</summary>
    OutcomeUnknown,

    /// <summary>Stands in the ERP. Final.</summary>
    Confirmed,

    /// <summary>Kept by the ERP as a quotation: because that was wanted, or because it needs somebody's approval. Final.</summary>
    Kept,

    /// <summary>Refused by the ERP, with its reason; or by us, where who handed it in may not. Final.</summary>
    Rejected,

    /// <summary>Taken back by the buyer before it went to the ERP. Final.</summary>
    Withdrawn,

    /// <summary>Given up after the last attempt: a dead letter that a person looks at. Not final: it can be replayed.</summary>
    DeadLetter,
}

/// <summary>Where a submission stands.</summary>
public sealed record Placing
{
    public required SubmissionId Id { get; init; }

    public required CustomerNumber Customer { get; init; }

    public required PersonId Person { get; init; }

    public string? PoNumber { get; init; }

    public required PlacingState State { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Since when it is in <see cref="State"/>.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When it is tried again; null when it is running, final, or waits for a decision.</summary>
    public DateTimeOffset? NextAttempt { get; init; }

    public int Attempts { get; init; }

    /// <summary>The ERP's number, once confirmed.</summary>
    public OrderNumber? Number { get; init; }

    /// <summary>Set for what is to be kept, and not to be ordered.</summary>
    public QuotationKind? Keep { get; init; }

    /// <summary>Its number, once it is kept.</summary>
    public QuotationNumber? Quotation { get; init; }

    /// <summary>Why an order is kept for an approval instead; null for none.</summary>
    public ApprovalReason? Approval { get; init; }

    /// <summary>Why it waits, is unknown, rejected or dead.</summary>
    public Failure? Failure { get; init; }

    /// <summary>What the ERP says now, while a decision is needed.</summary>
    public Quote? Offer { get; init; }

    /// <summary>Counts the offers made, from 1.</summary>
    public int OfferVersion { get; init; }

    /// <summary>Old beside new, while a decision is needed.</summary>
    public IReadOnlyList<Difference> Differences { get; init; } = [];

    /// <inheritdoc cref="Submission.SourceVersion"/>
    public string? SourceVersion { get; init; }

    public bool CanWithdraw { get; init; }

    /// <summary>The buyer took it back; it becomes <see cref="PlacingState.Withdrawn"/> as soon as the ERP says that it does not have it.</summary>
    public bool WithdrawWanted { get; init; }

    /// <summary>What an admin changed before it was tried again; null where nobody did.</summary>
    public MendedOrder? Mended { get; init; }

    public bool IsFinal => State is PlacingState.Confirmed or PlacingState.Kept or PlacingState.Rejected or PlacingState.Withdrawn;
}

/// <summary>Why an order waits for somebody's approval.</summary>
public enum ApprovalReason
{
    /// <summary>The ERP's total is above the person's limit.</summary>
    AboveLimit,

    /// <summary>The limit is in another currency than the order, and nothing is converted here.</summary>
    OtherCurrency,

    /// <summary>The ERP does not state a total.</summary>
    NoTotal,
}

/// <summary>One thing that the ERP says differently than the buyer saw. Compared for equality, nothing more.</summary>
/// <param name="LineId">Null for the whole order.</param>
/// <param name="Kind">What differs.</param>
/// <param name="Seen">As the buyer saw it; null for "nothing".</param>
/// <param name="Now">As the ERP says now; null for "nothing".</param>
public sealed record Difference(string? LineId, Sku? Sku, DifferenceKind Kind, DifferenceValue? Seen, DifferenceValue? Now);

public enum DifferenceKind
{
    UnitPrice,
    ExtendedAmount,
    PromisedOn,
    Problem,
    Subtotal,
    Discount,
    Freight,
    TaxTotal,
    Total,
    Credit,
}

/// <summary>An amount, a date or words; exactly one of them.</summary>
public sealed record DifferenceValue(Money? Amount = null, DateOnly? Date = null, string? Text = null);

public enum SubmitVerdict
{
    Accepted,

    /// <summary>The id is in use for the same content: this is the running one.</summary>
    Attached,

    /// <summary>The id is in use for other content: nothing was changed.</summary>
    Conflict,

    /// <summary>The customer is not in the scope, or the role may not order.</summary>
    NotFound,

    /// <summary>Not an order as the portal takes them (<see cref="SubmissionLimits"/>): nothing was stored.</summary>
    Invalid,
}

/// <param name="Placing">Null only for <see cref="SubmitVerdict.NotFound"/> and <see cref="SubmitVerdict.Invalid"/>.</param>
public sealed record SubmitResult(SubmitVerdict Verdict, Placing? Placing);
