using System.Globalization;
using Microsoft.Extensions.Logging;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Tryton.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Connectors.Tryton;

/// <summary>
/// Places an order exactly once on an ERP that has neither idempotency keys nor unique references; see
/// <c>docs/adr/exactly-once-without-keys.md</c>. Drafts are free. A draft is confirmed only after a listing in which it stands alone under its
/// reference; whatever else stood there was deleted, and what is deleted cannot be confirmed. So of two drafts that were each seen
/// alone, the one seen first was gone when the other was seen: at most one is ever confirmed, however long anybody pauses in between.
/// </summary>
internal sealed partial class TrytonPlacing(TrytonRpc rpc, TrytonDrafts drafts, TrytonKeeping keeping, PipelineEnvironment environment)
{
    public static readonly PlacingCapabilities Capabilities = new(
        IdempotencyKey: false,
        UniqueReference: false,
        CommitHorizon: TimeSpan.Zero,
        Claim: "A draft is confirmed only when it stands alone under its reference. Others are deleted first, and Tryton confirms nothing that is "
            + "deleted. A late commit leaves a draft behind, or confirms the same one.",
        LateCommit: TimeSpan.FromMinutes(1)); // a request whose caller has gone runs to its end, and may have waited for a lock

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);

    private readonly ILogger _logger = environment.Loggers.CreateLogger<TrytonPlacing>();

    /// <summary>The order, if one was placed; drafts are none.</summary>
    public async Task<Outcome<Order?>> Find(PortCall call, CustomerNumber customer, SubmissionId submission)
    {
        var standing = await drafts.Under<StandingRow>(call, customer, submission);
        if (!standing.Try(out var rows))
        {
            return standing.As<Order?>();
        }

        if (Placed(rows, submission) is not { } placed)
        {
            return standing.Select(_ => (Order?)null);
        }

        var read = await Read(call, placed.Id);
        return read.Select(order => (Order?)order);
    }

    public async Task<Outcome<Order>> Place(PortCall call, NewOrder order)
    {
        var placed = await PlacingRounds.Run(new Attempt(call, order), environment, Pause, Round, Read, rpc.Failure, TrytonRefusals.Locked);
        if (placed.Succeeded && order.MadeOf is { } quotation)
        {
            await keeping.PutAway(call, quotation);
        }

        return placed;
    }

    private async Task<PlacingStep> Round(Attempt attempt)
    {
        var (alone, step) = await StandAlone(attempt);
        if (alone is null)
        {
            return step;
        }

        // The draft is there by now, so that whoever takes the claim away finds it.
        if (attempt.Order.MadeOf is { } quotation)
        {
            var claimed = await keeping.Claim(attempt.Call, quotation, attempt.Order.Request.Customer, attempt.Order.Submission);
            if (!claimed.Succeeded)
            {
                return claimed.Failure!.Cause is Cause.Rejected ? await Withdrawn(attempt, alone, claimed.Failure) : new PlacingStep(claimed.Failure);
            }
        }

        return await Confirm(attempt, alone);
    }

    /// <summary>Brings it about that one draft with the right content stands under the reference, and nothing else.</summary>
    private async Task<(DraftRow? Draft, PlacingStep PlacingStep)> StandAlone(Attempt attempt)
    {
        var standing = await Under<DraftRow>(attempt);
        if (!standing.Try(out var rows))
        {
            return (null, new PlacingStep(standing.Failure));
        }

        if (Placed(rows, attempt.Order.Submission) is { } placed)
        {
            await Tidy(attempt, rows);
            return (null, new PlacingStep(placed.Id));
        }

        var wanted = await Wanted(attempt);
        if (!wanted.Try(out var content))
        {
            if (wanted.Failure!.Cause is Cause.Rejected && attempt.Order.MadeOf is { } quotation)
            {
                // An earlier attempt may have claimed it.
                await keeping.Release(attempt.Call, quotation, attempt.Order.Submission);
            }

            return (null, new PlacingStep(wanted.Failure));
        }

        // The oldest that fits: whoever looks, now or later, chooses the same.
        var own = rows.FirstOrDefault(row => row.State is SaleState.Draft or SaleState.Quotation && content.Is(row));
        if (own is null)
        {
            // Listed again in the next round, as others may stand beside it by then.
            var created = await drafts.Create(attempt.Call, content);
            return (null, created.Succeeded ? PlacingStep.Again : OrAgain(created.Failure!));
        }

        if (rows.Count == 1)
        {
            return (own, PlacingStep.Again);
        }

        Log.Removing(_logger, rpc.Pipeline.System, attempt.Order.Submission, rows.Count - 1);
        var deleted = await drafts.Delete(attempt.Call, rows.Where(row => row.Id != own.Id).Select(row => row.Id));
        // Refused: one of them is gone, or was confirmed. The next listing says which.
        return (null, deleted.Succeeded || deleted.Failure!.Cause is Cause.Rejected ? PlacingStep.Again : OrAgain(deleted.Failure!));
    }

    private async Task<PlacingStep> Confirm(Attempt attempt, DraftRow draft)
    {
        var comment = Comment(attempt.Order);
        if (!Same(draft.Reference, attempt.Order.Request.PoNumber) || !Same(draft.Comment, comment))
        {
            var labelled = await drafts.Label(attempt.Call, draft.Id, attempt.Order.Request.PoNumber, comment);
            if (!labelled.Succeeded)
            {
                return await Refusable(attempt, draft, labelled.Failure!);
            }
        }

        var quoted = await drafts.Quote(attempt.Call, draft.Id);
        if (!quoted.Succeeded)
        {
            return await Refusable(attempt, draft, quoted.Failure!);
        }

        // This is the listing that counts: nothing but the confirmation comes after it.
        var standing = await Under<StandingRow>(attempt);
        if (!standing.Try(out var rows))
        {
            return new PlacingStep(standing.Failure);
        }

        if (Placed(rows, attempt.Order.Submission) is { } already)
        {
            return new PlacingStep(already.Id);
        }

        if (rows is not [{ State: SaleState.Quotation } alone] || alone.Id != draft.Id)
        {
            return PlacingStep.Again;
        }

        if (attempt.Order.AcceptedTotal is { } accepted && accepted.Amount != alone.TotalAmount)
        {
            var changed = rpc.Failure(
                attempt.Call,
                Cause.Rejected,
                string.Create(CultureInfo.InvariantCulture, $"The total is {alone.TotalAmount} now."),
                "total_changed");
            return await Withdrawn(attempt, draft, changed);
        }

        attempt.ConfirmationSent = true;
        var confirmed = await drafts.Confirm(attempt.Call, draft.Id, alone.Timestamp);
        return confirmed.Succeeded ? PlacingStep.Again : await Refusable(attempt, draft, confirmed.Failure!);
    }

    /// <summary>
    /// Tryton refused. That is its answer, unless the draft was taken away or confirmed by somebody else meanwhile: then the next round
    /// finds out.
    /// </summary>
    private async Task<PlacingStep> Refusable(Attempt attempt, DraftRow draft, Failure failure)
    {
        if (failure.Cause is not Cause.Rejected)
        {
            return OrAgain(failure);
        }

        var standing = await Under<StandingRow>(attempt);
        return !standing.Try(out var rows) ? new PlacingStep(standing.Failure)
            : rows is [var alone] && alone.Id == draft.Id && !alone.IsPlaced ? await Withdrawn(attempt, draft, Explained(attempt, failure))
            : PlacingStep.Again;
    }

    /// <summary>Deletes what was refused, so that no late confirmation can bring it back, and it keeps no stock from others.</summary>
    private async Task<PlacingStep> Withdrawn(Attempt attempt, DraftRow draft, Failure failure)
    {
        var deleted = await drafts.Delete(attempt.Call, [draft.Id]);
        if (deleted.Succeeded)
        {
            attempt.Refused = true;
            if (attempt.Order.MadeOf is { } quotation)
            {
                await keeping.Release(attempt.Call, quotation, attempt.Order.Submission);
            }

            return new PlacingStep(failure);
        }

        return deleted.Failure!.Cause is Cause.Rejected ? PlacingStep.Again : OrAgain(deleted.Failure!);
    }

    /// <summary>Drafts that came too late. In the way of nothing, so that failing to remove them fails nothing: the sweep comes by.</summary>
    private async Task Tidy(Attempt attempt, IReadOnlyList<DraftRow> rows)
    {
        var late = rows.Where(row => !row.IsPlaced).Select(row => row.Id).ToList();
        if (late.Count > 0)
        {
            await drafts.Delete(attempt.Call, late);
        }
    }

    /// <summary>Tryton names the product in brackets, without a code of its own for what is wrong.</summary>
    private static Failure Explained(Attempt attempt, Failure failure) => StockRefusal.Lines(failure, attempt.Order.Request.Lines) is { Count: > 0 } lines
        ? failure with { Problems = [.. lines.Select(line => StockRefusal.Problem(failure, line.LineId))] }
        : failure;

    private Task<Outcome<IReadOnlyList<TRow>>> Under<TRow>(Attempt attempt)
        where TRow : StandingRow =>
        drafts.Under<TRow>(attempt.Call, attempt.Order.Request.Customer, attempt.Order.Submission);

    private async Task<Outcome<Wanted>> Wanted(Attempt attempt)
    {
        if (attempt.Wanted is { Succeeded: true } known)
        {
            return known;
        }

        var composed = await drafts.Compose(attempt.Call, attempt.Order.Request);
        if (composed.Try(out var wanted) && wanted.Lines.Select(line => line.Problem).OfType<Problem>().ToList() is { Count: > 0 } problems)
        {
            composed = Outcome.Failed<Wanted>(rpc.Failure(attempt.Call, Cause.Rejected, problems[0].Message, "order_rejected") with { Problems = problems });
        }

        return attempt.Wanted = composed;
    }

    private async Task<Outcome<Order>> Read(PortCall call, long sale) =>
        PlacingRounds.Only(await TrytonSales.Read(rpc, call, Domain.All(Domain.Is("id", sale))), rpc.Failure(call, Cause.Interrupted, "The order was deleted by hand."));

    private StandingRow? Placed(IReadOnlyList<StandingRow> rows, SubmissionId submission)
    {
        var placed = rows.Where(row => row.IsPlaced).ToList();
        if (placed.Count > 1)
        {
            Log.Twice(_logger, rpc.Pipeline.System, submission, placed.Count);
        }

        return placed.FirstOrDefault();
    }

    /// <summary>
    /// What Tryton reports as contention, or as changed since it was read, was rolled back, and so may be tried again at once; anything
    /// else is for the caller to decide.
    /// </summary>
    private static PlacingStep OrAgain(Failure failure) =>
        failure.Code is TrytonRefusals.Locked || failure.Cause is Cause.Stale ? PlacingStep.Again : new PlacingStep(failure);

    private static bool Same(string? one, string? other) => string.Equals(one ?? "", other ?? "", StringComparison.Ordinal);

    private static string Comment(NewOrder order)
    {
        var by = order.OrderedBy.OnBehalfOf is { } account ? $"Ordered by {order.OrderedBy.Name} for {account}" : $"Ordered by {order.OrderedBy.Name}";
        by = order.ApprovedBy is { } approver ? $"{by}\nApproved by {approver.Name}" : by;
        return string.IsNullOrWhiteSpace(order.Note) ? by : $"{order.Note}\n{by}";
    }

    private sealed class Attempt(PortCall call, NewOrder order) : OrderAttempt(call, order)
    {
        public Outcome<Wanted>? Wanted { get; set; }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 2201, Level = LogLevel.Information, Message = "{System}: removing {Count} drafts beside the one for {Submission}")]
        public static partial void Removing(ILogger logger, string system, SubmissionId submission, int count);

        [LoggerMessage(EventId = 2202, Level = LogLevel.Critical, Message = "{System}: {Submission} stands {Count} times: cancel all but the first by hand")]
        public static partial void Twice(ILogger logger, string system, SubmissionId submission, int count);
    }
}
