using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Quotations;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Changes;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Work;

namespace PortalIntegration.Sync.Placing;

/// <summary>
/// Brings a submission to the ERP exactly once. Every run starts from what the store says, so that it does not matter where the last one was cut:
/// look it up when it may be there; ask the quote again when the buyer wants to be asked; write down that a create begins; create; write
/// down what came of it.
/// </summary>
internal sealed partial class PlaceOrderFlow(
    IOwnershipMap map,
    PlacingWatchers watchers,
    IChangeBoard board,
    IStepObserver steps,
    Pace pace,
    Backoff backoff,
    IOptions<PlacingOptions> options,
    IOptions<WorkerOptions> worker,
    IOptions<StateOptions> state,
    TimeProvider time,
    ILogger<PlaceOrderFlow> logger) : IFlow
{
    public const string FlowName = "place-order";

    private static readonly Scope Ours = Scope.ForPortal(FlowName, Lane.Order);

    public string Name => FlowName;

    /// <summary>The item that a submission is.</summary>
    public static WorkKey KeyOf(SubmissionId id) => new(FlowName, id.ToString());

    private DateTimeOffset Now => time.GetUtcNow();

    public async Task<Next> Run(Lease lease, CancellationToken cancel)
    {
        if (lease.Item.Payload is not { } payload)
        {
            return new Next.Dead(new Failure(Cause.Malformed, "portal", FlowName, Now, "The keys that it was encrypted with are gone."));
        }

        var record = PlacingRecord.Read(payload);
        if (record.IsFinal)
        {
            return new Next.Done(Keep);
        }

        if (record.State == PlacingState.Waiting && pace.Hold(record.Id, Now) is { } slot)
        {
            return new Next.Later(slot, HoldsUp: true) { Failure = record.Failure };
        }

        steps.Reached(PlacingSteps.Claimed);
        record = TakeUp(record);
        watchers.Tell(record.Show(WorkState.Ready, running: true, due: null, lease.Item.Attempts));

        var (looked, next) = await LookUp(lease, record, cancel);
        if (next is not null)
        {
            return next;
        }

        (var approved, next) = await Approve(lease, looked, cancel);
        if (next is not null)
        {
            return next;
        }

        (var quoted, next) = await Quote(lease, approved, cancel);
        return next ?? await Create(lease, quoted, cancel);
    }

    /// <summary>What an earlier run left behind.</summary>
    private PlacingRecord TakeUp(PlacingRecord record) => record switch
    {
        // A person replayed it.
        { State: PlacingState.DeadLetter } => record.In(record.ClearAt is null ? PlacingState.Checking : PlacingState.OutcomeUnknown, Now) with
        {
            LookedUp = false,
            Stumbles = 0,
            Creates = Math.Min(record.Creates, Math.Min(1, options.Value.MaxCreates - 1)),
        },

        // A create was begun, and the run that began it did not live to say how it ended.
        { ClearAt: not null, State: PlacingState.Checking } => record.In(PlacingState.OutcomeUnknown, Now),
        { State: PlacingState.Received } => record.In(PlacingState.Checking, Now),
        _ => record,
    };

    /// <summary>Asks the ERP for the order, whenever it may be there.</summary>
    private async Task<(PlacingRecord Record, Next? Next)> LookUp(Lease lease, PlacingRecord record, CancellationToken cancel)
    {
        if (record is { LookedUp: true, ClearAt: null, WithdrawWanted: false })
        {
            return (record, null);
        }

        var (failure, standing) = await FindStanding(lease, record, cancel);
        steps.Reached(PlacingSteps.LookedUp);
        if (failure is not null)
        {
            return (record, PutOff(record, failure));
        }

        if (standing is not null)
        {
            return (record, End(standing));
        }

        var placing = Capabilities(record);
        if (ClearAt(record, placing) is { } clear && clear > Now)
        {
            // Not there yet, which means nothing yet.
            var unknown = record.In(PlacingState.OutcomeUnknown, Now, record.Failure);
            var soon = backoff.Due(Now, 1, record.Failure ?? Unknown());
            return (record, After(unknown, new Next.Later(soon < clear ? soon : clear) { Failure = record.Failure }));
        }

        var settled = SettledAt(record, placing) <= Now;
        record = record with { LookedUp = true, ClearAt = null, NothingComes = settled, NothingStands = settled };
        return record switch
        {
            { Refusal: { } refusal } => (record, Reject(record, refusal)),
            { WithdrawWanted: true } => (record, End(record.End(PlacingState.Withdrawn, Now))),
            _ when record.Creates >= options.Value.MaxCreates => (record, GiveUp(record, record.Failure ?? Unknown())),
            _ => (record, null),
        };
    }

    /// <summary>How it can be written exactly once to where it goes.</summary>
    private PlacingCapabilities Capabilities(PlacingRecord record) => record.IsQuotation ? map.Owner<IQuotations>().Keeping : map.Owner<IOrders>().Placing;

    /// <summary>What stands in the ERP under its reference: the order, or the quotation that it was kept as.</summary>
    /// <returns>Neither, where nothing stands.</returns>
    private async Task<(Failure? Failure, PlacingRecord? Ended)> FindStanding(Lease lease, PlacingRecord record, CancellationToken cancel)
    {
        if (record.Keep is null)
        {
            var found = await Ask(lease, "findByReference", () => map.Owner<IOrders>().FindByReference(Ours, record.Customer, record.Id, cancel),
                order => order is null ? "none" : order.Number?.Value ?? "a draft");
            if (!found.Try(out var order))
            {
                return (found.Failure, null);
            }

            if (order is not null && IsPlaced(order))
            {
                return (null, record.End(PlacingState.Confirmed, Now, order.Number));
            }
        }

        // An order with a limit may have been kept for its approval already, in a store that was lost since.
        if (record.Keep is not null || ((record.Limit is not null || record.Approval is not null) && CanKeep))
        {
            var found = await Ask(lease, "findQuotation", () => map.Owner<IQuotations>().FindByReference(Ours, record.Customer, record.Id, cancel),
                quotation => quotation?.Number.Value ?? "none");
            if (!found.Try(out var quotation))
            {
                return (found.Failure, null);
            }

            if (quotation is not null)
            {
                return (null, EndKept(record, quotation));
            }
        }

        return (null, null);
    }

    private PlacingRecord EndKept(PlacingRecord record, Quotation kept) => record.End(PlacingState.Kept, Now) with
    {
        Quotation = kept.Number,
        Approval = kept.Kind == QuotationKind.Approval
            ? Enum.TryParse<ApprovalReason>(kept.Reason, ignoreCase: true, out var reason) ? reason : record.Approval ?? ApprovalReason.AboveLimit
            : null,
    };

    private bool CanKeep => map.OwnerOf(Entity.Quotations) is not null;

    /// <summary>
    /// Where it is made of a quotation that waits for an approval: whether who handed it in may approve it, and hands in what was asked for. Never who asked; asked of the
    /// ERP at this moment, whatever a page had shown.
    /// </summary>
    private async Task<(PlacingRecord Record, Next? Next)> Approve(Lease lease, PlacingRecord record, CancellationToken cancel)
    {
        if (record is not { Frozen: null, IsQuotation: false, Submission: { MadeOf: { } number } submission })
        {
            return (record, null);
        }

        var asked = await Ask(lease, "getQuotation", () => map.Owner<IQuotations>().Get(Ours, number, cancel), found => found.State.ToString());
        if (!asked.Try(out var quotation))
        {
            return (record, asked.Failure!.Cause is Cause.NotFound or Cause.NotSupported ? Refuse(PlacingRefusals.UnknownQuotation) : PutOff(record, asked.Failure));
        }

        if (quotation.Customer != record.Customer)
        {
            return (record, Refuse(PlacingRefusals.UnknownQuotation));
        }

        if (quotation.Kind != QuotationKind.Approval)
        {
            return (record, null);
        }

        return (record, quotation) switch
        {
            ({ ActorRole: not Role.Approver }, _) => (record, Refuse(PlacingRefusals.NotAnApprover)),
            (_, { RequestedBy: null }) => (record, Refuse(PlacingRefusals.ApproverIsRequester)),
            ({ Actor: var actor }, { RequestedBy: { } requester }) when requester.Value == actor => (record, Refuse(PlacingRefusals.ApproverIsRequester)),
            _ when !IsWhatWasAskedFor(submission.Request, quotation) => (record, Refuse(PlacingRefusals.NotWhatWasAskedFor)),
            _ => (record with { Requester = new OrderedBy(quotation.RequestedBy!.Value, quotation.RequesterName ?? "", quotation.OnBehalfOf) }, null),
        };

        Next Refuse(string code) => record.NothingComes
            ? Reject(record, new Failure(Cause.Rejected, "portal", FlowName, Now) { Code = code })
            : Doubtful(record, new Failure(Cause.Rejected, "portal", FlowName, Now) { Code = code });
    }

    private static bool IsWhatWasAskedFor(QuoteRequest request, Quotation quotation) =>
        request.Lines.Select(line => (line.Sku, line.Quantity, line.Unit)).SequenceEqual(quotation.Lines.Select(line => (line.Sku, line.Quantity.Value, (string?)line.Quantity.Unit)))
        && request.ShipTo == quotation.ShipTo?.Id
        && request.BillTo == quotation.BillTo?.Id
        && request.DeliveryMethod == quotation.DeliveryMethod
        && request.PartialDelivery == quotation.PartialDelivery;

    /// <summary>
    /// From when on "there is none" can be believed; null for at once. A create may follow as soon as no earlier one can make a second order. The buyer may
    /// be told that there is no order, and nobody looks any more, only when no earlier one can make the first.
    /// </summary>
    private DateTimeOffset? ClearAt(PlacingRecord record, PlacingCapabilities placing) => record switch
    {
        { WithdrawWanted: true } or { Refusal: not null } => SettledAt(record, placing),
        _ when record.Creates >= options.Value.MaxCreates => SettledAt(record, placing),
        { ClearAt: { } clear } => clear,
        { LookedUp: false } when placing.CommitHorizon > TimeSpan.Zero => AttemptOver(record) + placing.CommitHorizon,
        _ => null,
    };

    /// <summary>From when on nothing can come through any more of what was begun.</summary>
    private DateTimeOffset SettledAt(PlacingRecord record, PlacingCapabilities placing) => AttemptOver(record) + placing.Settles;

    /// <summary>A new record may follow one in a store that was deleted with its create on the way.</summary>
    private DateTimeOffset AttemptOver(PlacingRecord record) => record.AttemptOver ?? record.KnownFrom + options.Value.CreateTimeout;

    /// <summary>Where the buyer wants to be asked: compares the ERP's quote of now with what he agreed to.</summary>
    private async Task<(PlacingRecord Record, Next? Next)> Quote(Lease lease, PlacingRecord record, CancellationToken cancel)
    {
        if (record.Frozen is not null || record.IsQuotation || (record.Submission!.Policy == PricePolicy.PriceOfTheDay && record.Limit is null))
        {
            return (record, null);
        }

        var quoting = map.Owner<IQuoting>();
        var asked = await Ask(lease, "quote", () => quoting.Quote(Ours, record.Submission.Request, cancel), _ => "quoted");
        steps.Reached(PlacingSteps.Quoted);
        if (!asked.Try(out var quote))
        {
            return (record, asked.Failure!.Cause != Cause.Rejected ? PutOff(record, asked.Failure)
                : record.NothingComes ? Reject(record, asked.Failure)
                : Doubtful(record, asked.Failure));
        }

        IReadOnlyList<Difference> differences = record.Submission.Policy == PricePolicy.PriceOfTheDay ? [] : QuoteComparison.Differences(record.Agreed, quote);
        if (differences.Count == 0)
        {
            return Limit(record, quote);
        }

        var offered = record.In(PlacingState.NeedsDecision, Now) with
        {
            Offer = quote,
            OfferVersion = record.OfferVersion + 1,
            Differences = differences,
            TotalsRefused = 0,
        };
        return (offered, After(offered, new Next.Held("NeedsDecision")));
    }

    /// <summary>
    /// Compares the ERP's total with the limit of who handed it in. Above it nothing is ordered: it is kept for an approval. Who approves is held to his own limit.
    /// </summary>
    private (PlacingRecord Record, Next? Next) Limit(PlacingRecord record, Quote quote)
    {
        if (record.Limit is null)
        {
            return (record, null);
        }

        var reason = ApprovalRule.Reason(record.Limit, quote.Total);
        if (reason is null)
        {
            return (record with { WithinLimit = quote.Total }, null);
        }

        if (record.Requester is null && CanKeep)
        {
            return (record with { Approval = reason }, null);
        }

        var refusal = new Failure(Cause.Rejected, "portal", FlowName, Now) { Code = record.Requester is null ? PlacingRefusals.ApprovalNotPossible : PlacingRefusals.AboveApproversLimit };
        return (record, record.NothingComes ? Reject(record, refusal) : Doubtful(record, refusal));
    }

    private async Task<Next> Create(Lease lease, PlacingRecord record, CancellationToken cancel)
    {
        var horizon = Capabilities(record).CommitHorizon;
        var deadline = Now + options.Value.CreateTimeout;
        var order = record.IsQuotation ? null : record.Frozen ?? Freeze(record);
        var quotation = record.IsQuotation ? record.FrozenQuotation ?? FreezeQuotation(record) : null;
        var overtaken = record.State == PlacingState.OutcomeUnknown; // the next of its line may go on since then, further attempts or not
        record = record.In(PlacingState.Checking, Now);
        var begun = record with
        {
            Frozen = order,
            FrozenQuotation = quotation,
            Creates = record.Creates + 1,
            ClearAt = deadline + horizon,
            AttemptOver = deadline,
            NothingComes = false,
            NothingStands = false,
            Stumbles = 0,
        };
        lease.Note(Entry(lease, quotation is null ? "createOrder" : "createQuotation") with { Changed = "create begins" });
        if (!await lease.Checkpoint(begun.Write(), deadline + options.Value.LeaseMargin, holdsUp: !overtaken, cancel))
        {
            return new Next.Abandoned();
        }

        steps.Reached(PlacingSteps.CreateStarted);
        watchers.Tell(begun.Show(WorkState.Ready, running: true, due: null, lease.Item.Attempts));
        if (deadline - Now < options.Value.CreateTimeout / 2)
        {
            // This process slept. Nothing was sent, and what is left of the lease does not outlast an attempt: from the start, then.
            return After(record with { LookedUp = false }, new Next.Later(Now, HoldsUp: true));
        }

        var answer = quotation is null
            ? (await Ask(lease, "createOrder", () => Send(token => map.Owner<IOrders>().Create(Ours, order!, deadline, token), deadline, cancel), created => created.Number?.Value ?? "no number"))
                .Select(created => created.Number is { } number ? record.End(PlacingState.Confirmed, Now, number) : null)
            : (await Ask(lease, "createQuotation", () => Send(token => map.Owner<IQuotations>().Create(Ours, quotation, deadline, token), deadline, cancel), created => created.Number.Value))
                .Select(created => (PlacingRecord?)EndKept(record, created));
        steps.Reached(PlacingSteps.Created);
        if (answer.Try(out var ended))
        {
            return ended is not null ? End(ended, madeOf: order?.MadeOf) : Unclear(begun, Unknown("The ERP answered an order without a number."), horizon);
        }

        var failure = answer.Failure!;
        return failure switch
        {
            { MayHaveTakenEffect: true } => Unclear(begun, failure, horizon),
            { Cause: Cause.Rejected } when IsTotalChanged(failure) && record is { TotalsRefused: < 2 } and ({ Submission.Policy: PricePolicy.AskIfDifferent } or { Limit: not null }) =>
                AskAgain(record, failure),
            // One that a deleted store had begun is not doubted here: where it still ran it held the key, the reference or the claim, and this were a conflict.
            { Cause: Cause.Rejected } when record is { AttemptOver: not null, NothingComes: false } => Doubtful(record, failure),
            { Cause: Cause.Rejected } => Reject(record, failure),
            { RetryCanHelp: true } => PutOff(NotDone(record, failure), failure),
            _ => GiveUp(NotDone(record, failure), failure),
        };
    }

    /// <summary>One create, cut off at its deadline.</summary>
    private async Task<Outcome<T>> Send<T>(Func<CancellationToken, Task<Outcome<T>>> create, DateTimeOffset deadline, CancellationToken cancel)
    {
        using var late = new CancellationTokenSource(deadline - Now, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancel);
        try
        {
            return await create(either.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            return Outcome.Failed<T>(new Failure(Cause.TimedOut, System, "createOrder", Now, "No answer within the attempt's time."));
        }
    }

    private static NewOrder Freeze(PlacingRecord record) => new()
    {
        Submission = record.Id,
        Request = record.Submission!.Request,
        OrderedBy = record.Requester ?? record.Submission.OrderedBy,
        ApprovedBy = record.Requester is null ? null : record.Submission.OrderedBy,
        MadeOf = record.Submission.MadeOf,
        Note = record.Submission.Note,
        AcceptedTotal = record.WithinLimit ?? (record.Submission.Policy == PricePolicy.AskIfDifferent ? record.Agreed?.Total : null),
    };

    private static NewQuotation FreezeQuotation(PlacingRecord record) => new()
    {
        Submission = record.Id,
        Kind = record.Keep ?? QuotationKind.Approval,
        Label = record.Submission!.Keep?.Label,
        Reason = record.Approval?.ToString(),
        Request = record.Submission.Request,
        RequestedBy = record.Submission.OrderedBy,
        Note = record.Submission.Note,
    };

    /// <summary>Whether it is the order itself, and not what a quoting by draft left.</summary>
    private bool IsPlaced(Order order) =>
        order.Number is not null && (order.Status != OrderStatus.Received || map.Owner<IQuoting>().Quoting.Kind == QuotingKind.Pure);

    /// <summary>
    /// Nothing came of the attempt, as the answer says. It is looked up before the next one all the same. "Overloaded" and "too many" may be said by
    /// somebody before the ERP, after he had passed it on: that counts as an attempt that may come through late.
    /// </summary>
    private PlacingRecord NotDone(PlacingRecord before, Failure failure) => before with
    {
        LookedUp = false,
        NothingComes = false,
        NothingStands = before.NothingStands && failure.Cause is not (Cause.Unavailable or Cause.Throttled),
        AttemptOver = failure.Cause is Cause.Unavailable or Cause.Throttled ? Now : before.AttemptOver,
    };

    /// <summary>It may stand in the ERP.</summary>
    private Next Unclear(PlacingRecord begun, Failure failure, TimeSpan horizon)
    {
        var unknown = begun.In(PlacingState.OutcomeUnknown, Now, failure) with { ClearAt = Now + horizon, AttemptOver = Now };
        return After(unknown, new Next.Retry(failure) { Endless = true });
    }

    /// <summary>Refused, but an earlier create may still get through, or have got through and be the very reason.</summary>
    private Next Doubtful(PlacingRecord before, Failure refusal)
    {
        var unknown = before.In(PlacingState.OutcomeUnknown, Now, refusal) with { Refusal = refusal, ClearAt = SettledAt(before, Capabilities(before)) };
        return After(unknown, new Next.Later(Now) { Failure = refusal });
    }

    /// <summary>The ERP's total is another one than its quote said: it is looked up and quoted again, and the buyer asked.</summary>
    private Next AskAgain(PlacingRecord before, Failure failure)
    {
        var again = before.In(PlacingState.Received, Now) with { Frozen = null, LookedUp = false, NothingComes = false, TotalsRefused = before.TotalsRefused + 1 };
        return After(again, new Next.Later(Now, HoldsUp: true) { Failure = failure });
    }

    /// <summary>Not now; by itself later. For as long as it takes while the ERP answers nobody; an order that only it chokes on is given up.</summary>
    private Next PutOff(PlacingRecord record, Failure failure)
    {
        if (IsItsOwn(record, failure))
        {
            record = record with { Stumbles = record.Stumbles + 1, StumbledAt = Now };
        }

        if (!failure.RetryCanHelp || record.Stumbles >= worker.Value.MaxAttempts)
        {
            return GiveUp(record, failure);
        }

        var unknown = record.ClearAt is not null;
        var waiting = record.In(unknown ? PlacingState.OutcomeUnknown : PlacingState.Waiting, Now, failure);
        return After(waiting, new Next.Retry(failure, HoldsUp: !unknown && IsOutage(failure)) { Endless = true });
    }

    /// <summary>Whether the ERP has answered somebody since it failed this order the last time. What does not say since when it fails has.</summary>
    private static bool IsItsOwn(PlacingRecord record, Failure failure) =>
        !IsOutage(failure) && (failure.Since is not { } since || record.StumbledAt is not { } last || since > last);

    /// <summary>Whether every order would fail the same way now, so that the next one has nothing to gain by overtaking.</summary>
    private static bool IsOutage(Failure failure) => failure.Cause is Cause.Unreachable or Cause.Unavailable or Cause.Throttled or Cause.CircuitOpen
        or Cause.QueueFull or Cause.Unauthorized or Cause.TimedOut;

    private Next Reject(PlacingRecord record, Failure failure)
    {
        Log.Rejected(logger, record.Id, failure.System, failure.Code ?? "");
        return End(record.End(PlacingState.Rejected, Now, failure: failure));
    }

    private Next GiveUp(PlacingRecord record, Failure failure) =>
        After(record.In(PlacingState.DeadLetter, Now, failure), new Next.Dead(failure));

    private Next End(PlacingRecord record, QuotationNumber? madeOf = null) => After(record, new Next.Done(Keep), madeOf);

    /// <summary>Writes the record, then tells.</summary>
    private Next After(PlacingRecord record, Next next, QuotationNumber? madeOf = null) => next with
    {
        Payload = record.Write(),
        Committed = change =>
        {
            steps.Reached(PlacingSteps.Settled);
            watchers.Tell(record.Show(change.State, running: false, change.Due, change.Attempts));
            if (record is { State: PlacingState.Confirmed, Number: { } number })
            {
                Log.Confirmed(logger, record.Id, number);
                board.Tell(Entity.Orders, number.Value);
            }

            if ((record.Quotation ?? madeOf) is { } quotation)
            {
                board.Tell(Entity.Quotations, quotation.Value);
            }

            steps.Reached(PlacingSteps.Told);
        },
    };

    private DateTimeOffset Keep => Now.AddDays(state.Value.JournalDays);

    private string System => map.OwnerOf(Entity.Orders) ?? "";

    private Failure Unknown(string? detail = null) => new(Cause.Malformed, System, "createOrder", Now, detail);

    private static bool IsTotalChanged(Failure failure) =>
        failure.Code?.Replace("_", "", StringComparison.Ordinal).Equals("totalChanged", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Asks the ERP, journals it, and turns a connector's bug into an answer that makes no sense.</summary>
    private async Task<Outcome<T>> Ask<T>(Lease lease, string operation, Func<Task<Outcome<T>>> call, Func<T, string> answered)
    {
        var at = Now;
        var started = time.GetTimestamp();
        Outcome<T> outcome;
        try
        {
            outcome = await call();
        }
        catch (Exception bug) when (bug is not OperationCanceledException)
        {
            Log.ConnectorThrew(logger, bug, operation);
            outcome = Outcome.Failed<T>(new Failure(Cause.Malformed, System, operation, Now, bug.GetType().Name));
        }

        lease.Note(Entry(lease, operation) with
        {
            At = at,
            System = outcome.Provenance?.System ?? outcome.Failure!.System,
            Answered = outcome.Try(out var value) ? answered(value) : Words(outcome.Failure!),
            Took = time.GetElapsedTime(started),
        });
        return outcome;
    }

    /// <summary>Without the system's own words: they may name people.</summary>
    private static string Words(Failure failure) => failure.Code is { } code ? $"{failure.Cause} ({code})" : failure.Cause.ToString();

    private JournalEntry Entry(Lease lease, string asked) => new() { At = Now, Key = lease.Item.Key, System = System, Asked = asked, By = FlowName };

    private static partial class Log
    {
        [LoggerMessage(EventId = 5111, Level = LogLevel.Information, Message = "Submission {Id} confirmed as {Number}")]
        public static partial void Confirmed(ILogger logger, SubmissionId id, OrderNumber number);

        [LoggerMessage(EventId = 5112, Level = LogLevel.Information, Message = "Submission {Id} refused by {System}: {Code}")]
        public static partial void Rejected(ILogger logger, SubmissionId id, string system, string code);

        [LoggerMessage(EventId = 5113, Level = LogLevel.Error, Message = "The connector threw in {Operation}: a bug")]
        public static partial void ConnectorThrew(ILogger logger, Exception bug, string operation);
    }
}
