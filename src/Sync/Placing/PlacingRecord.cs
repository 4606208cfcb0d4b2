using System.Text.Json;
using System.Text.Json.Serialization;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Quotations;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Storage;

namespace PortalIntegration.Sync.Placing;

/// <summary>What the store holds of one submission: all of it while it is in flight, and a stub of it afterwards.</summary>
internal sealed record PlacingRecord
{
    private static readonly JsonSerializerOptions Json = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    public required SubmissionId Id { get; init; }

    public required CustomerNumber Customer { get; init; }

    public required PersonId Person { get; init; }

    public string? PoNumber { get; init; }

    public required string ContentHash { get; init; }

    /// <inheritdoc cref="Submission.SourceVersion"/>
    public string? SourceVersion { get; init; }

    /// <summary>Null once it is final: then nothing of the order is kept here.</summary>
    public Submission? Submission { get; init; }

    public required PlacingState State { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public required DateTimeOffset Since { get; init; }

    public OrderNumber? Number { get; init; }

    public Failure? Failure { get; init; }

    /// <summary>What the buyer agreed to: the quote on his screen, or an offer that he accepted.</summary>
    public Quote? Agreed { get; init; }

    public Quote? Offer { get; init; }

    public int OfferVersion { get; init; }

    public IReadOnlyList<Difference> Differences { get; init; } = [];

    /// <summary>
    /// The ERP was asked under this reference since the record is in this store. A store may have been deleted with the order in flight, so
    /// even the first create waits for that.
    /// </summary>
    public bool LookedUp { get; init; }

    /// <summary>
    /// When this record's store began to know of it. A create that an older, deleted store had begun was begun before this, and may still be on its way
    /// through the ERP.
    /// </summary>
    public required DateTimeOffset KnownFrom { get; init; }

    /// <summary>Who handed it in, as the CRM says it: not what came with the submission.</summary>
    public string? Actor { get; init; }

    /// <inheritdoc cref="Actor"/>
    public Role? ActorRole { get; init; }

    /// <summary>Of <see cref="Actor"/>, when it was handed in. An order above it is kept for an approval.</summary>
    public Money? Limit { get; init; }

    /// <summary>Set once it is clear that this order needs an approval: then it is kept, and not placed.</summary>
    public ApprovalReason? Approval { get; init; }

    /// <summary>The ERP's total that was found to be within <see cref="Limit"/>: nothing above it is ordered.</summary>
    public Money? WithinLimit { get; init; }

    /// <summary>Who asked for it, where <see cref="Actor"/> approved it.</summary>
    public OrderedBy? Requester { get; init; }

    public QuotationKind? Keep { get; init; }

    public QuotationNumber? Quotation { get; init; }

    /// <summary>As <see cref="Frozen"/>, of what is kept.</summary>
    public NewQuotation? FrozenQuotation { get; init; }

    /// <summary>What is sent, unchanged, from the first create on.</summary>
    public NewOrder? Frozen { get; init; }

    /// <summary>Creates that may have reached the ERP.</summary>
    public int Creates { get; init; }

    /// <summary>
    /// A create was begun whose result is not known. From this moment on a lookup that finds nothing means that there is nothing:
    /// the attempt is over, and the ERP's commit horizon has passed.
    /// </summary>
    public DateTimeOffset? ClearAt { get; init; }

    /// <summary>
    /// When the last create that may have reached the ERP was over, at the latest. Null when this record began none; one of a store that was deleted
    /// may have been on its way at <see cref="KnownFrom"/> all the same.
    /// </summary>
    public DateTimeOffset? AttemptOver { get; init; }

    /// <summary>With <see cref="LookedUp"/>: at that time nothing that was begun before could come through any more.</summary>
    public bool NothingComes { get; init; }

    /// <summary>The last lookup found none when none could come any more, and nothing was begun since that might have come to one.</summary>
    public bool NothingStands { get; init; }

    /// <summary>The ERP refused it while an earlier create may still have taken effect, which is to be looked up.</summary>
    public Failure? Refusal { get; init; }

    /// <summary>How often the ERP refused the total that its own quote had stated.</summary>
    public int TotalsRefused { get; init; }

    /// <summary>Lookups and quotes in a row that failed on this order while the ERP answered others.</summary>
    public int Stumbles { get; init; }

    /// <summary>When the last one failed.</summary>
    public DateTimeOffset? StumbledAt { get; init; }

    /// <summary>An admin changed what the buyer sent.</summary>
    public MendedOrder? Mended { get; init; }

    /// <summary>The buyer wants it back; it is, unless the lookup finds it.</summary>
    public bool WithdrawWanted { get; init; }

    [JsonIgnore]
    public bool IsQuotation => Keep is not null || Approval is not null;

    [JsonIgnore]
    public bool IsFinal => State is PlacingState.Confirmed or PlacingState.Kept or PlacingState.Rejected or PlacingState.Withdrawn;

    [JsonIgnore]
    public bool CanWithdraw => !IsFinal && !WithdrawWanted && (Creates == 0 || State == PlacingState.NeedsDecision);

    public static PlacingRecord Receive(Scope scope, Submission submission, DateTimeOffset now, DateTimeOffset knownFrom) => new()
    {
        Actor = scope.Actor,
        ActorRole = scope.Role,
        Limit = submission.Keep is null ? scope.OrderLimit : null,
        Keep = submission.Keep?.Kind,
        KnownFrom = knownFrom,
        Id = submission.Id,
        Customer = submission.Request.Customer,
        Person = submission.OrderedBy.Person,
        PoNumber = submission.Request.PoNumber,
        ContentHash = SubmissionContent.Hash(submission),
        SourceVersion = submission.SourceVersion,
        Submission = submission,
        State = PlacingState.Received,
        ReceivedAt = now,
        Since = now,
        Agreed = submission.Seen,
    };

    public static PlacingRecord Read(byte[] payload) =>
        JsonSerializer.Deserialize<PlacingRecord>(payload, Json) ?? throw new InvalidOperationException("An empty placing record.");

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    public PlacingRecord In(PlacingState state, DateTimeOffset now, Failure? failure = null) =>
        this with { State = state, Since = state == State ? Since : now, Failure = failure };

    /// <summary>Final: what was in flight is delivered or done with, and is not kept.</summary>
    public PlacingRecord End(PlacingState state, DateTimeOffset now, OrderNumber? number = null, Failure? failure = null) =>
        In(state, now, failure) with
        {
            Number = number,
            Submission = null,
            Frozen = null,
            FrozenQuotation = null,
            Requester = null,
            Agreed = null,
            Offer = null,
            Differences = [],
            ClearAt = null,
            Refusal = null,
        };

    public Placing Show(WorkItem item, DateTimeOffset now) =>
        Show(item.State, item.State == WorkState.Ready && item.LeasedUntil > now, item.Due, item.Attempts);

    /// <param name="due">When the item runs next, if nothing else keeps it.</param>
    public Placing Show(WorkState work, bool running, DateTimeOffset? due, int attempts) => new()
    {
        Id = Id,
        Customer = Customer,
        Person = Person,
        PoNumber = PoNumber,
        State = work == WorkState.Dead ? PlacingState.DeadLetter
            : running && State is (PlacingState.Received or PlacingState.Waiting) ? PlacingState.Checking
            : State,
        ReceivedAt = ReceivedAt,
        Since = Since,
        NextAttempt = work == WorkState.Ready && !running ? due : null,
        Attempts = attempts,
        Number = Number,
        Keep = Keep,
        Quotation = Quotation,
        Approval = Approval,
        Failure = Failure,
        Offer = Offer,
        OfferVersion = OfferVersion,
        Differences = Differences,
        SourceVersion = SourceVersion,
        CanWithdraw = CanWithdraw,
        WithdrawWanted = WithdrawWanted && !IsFinal,
        Mended = Mended,
    };
}
