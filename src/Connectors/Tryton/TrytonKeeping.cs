using Microsoft.Extensions.Logging;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Tryton.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Quotations;

namespace PortalIntegration.Connectors.Tryton;

/// <summary>
/// Keeps a basket exactly once, and lets at most one order be made of it; see <c>docs/adr/exactly-once-without-keys.md</c>. A sale that is to be kept is free
/// until it is marked so, which is done only after a listing in which it stands alone under its reference. Whoever deletes or marks one does it by its time
/// stamp, so that what is marked is not deleted and what is deleted is not marked.
/// </summary>
internal sealed partial class TrytonKeeping(TrytonRpc rpc, TrytonDrafts drafts, PipelineEnvironment environment)
{
    public static readonly PlacingCapabilities Capabilities = new(
        IdempotencyKey: false,
        UniqueReference: false,
        CommitHorizon: TimeSpan.Zero,
        Claim: "A draft is marked as kept only when it stands alone under its reference. Others are deleted first, by the time stamp that they were read with. "
            + "A late commit leaves a draft behind, which the sweep removes.",
        LateCommit: TimeSpan.FromMinutes(1)); // as for orders

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);

    private readonly ILogger _logger = environment.Loggers.CreateLogger<TrytonKeeping>();

    /// <summary>The answer is the sale's id.</summary>
    public Task<Outcome<long>> Keep(PortCall call, NewQuotation quotation) =>
        PlacingRounds.Run(new Attempt(call, quotation), environment, Pause, Round, Kept, rpc.Failure, TrytonRefusals.Locked);

    /// <summary>The sales that fulfil the clauses, which are marked or are to be; oldest first.</summary>
    public async Task<Outcome<IReadOnlyList<KeptRow>>> Find(PortCall call, params object?[]?[] clauses)
    {
        var session = await rpc.Session(call);
        if (!session.Try(out var us))
        {
            return session.As<IReadOnlyList<KeptRow>>();
        }

        return await rpc.Search<KeptRow>(call, "sale.sale", Domain.All([Domain.Is("create_uid", us.User), .. clauses]), order: [new[] { "id", "ASC" }]);
    }

    /// <summary>
    /// Brings it about that only this submission may make an order of the quotation, unless one was made already. Asked for anew before each confirmation, when the draft to be
    /// confirmed is there: whoever takes the claim away deletes that draft first.
    /// </summary>
    public async Task<Outcome<KeptRow>> Claim(PortCall call, QuotationNumber number, CustomerNumber customer, SubmissionId order)
    {
        var found = await Numbered(call, number);
        if (!found.Try(out var row))
        {
            return found.Failure!.Cause is Cause.NotFound ? Refused(call, "There is no such quotation.", "unknown_quotation") : found;
        }

        return row.Party.Code != customer.Value ? Refused(call, "There is no such quotation.", "unknown_quotation")
            : row.IsPlaced ? Refused(call, "It is ordered already.", "quotation_ordered")
            : row is { Mark: { State: not QuotationState.Open } } ? Refused(call, "It is not open any more.", "quotation_closed")
            : row.State is SaleState.Cancelled ? await Cancelled(call, row)
            : row.Mark == row.Mark! with { Order = order, Contested = false } ? found
            : await Seize(call, row, row.Mark! with { Order = order, Contested = false });
    }

    /// <summary>Put away for the order that it became, or cancelled by a clerk: then it is over too, whoever has claimed it.</summary>
    private async Task<Outcome<KeptRow>> Cancelled(PortCall call, KeptRow row)
    {
        if (row.Mark!.Order is not { } owner)
        {
            return Refused(call, "It is not open any more.", "quotation_closed");
        }

        var ordered = await Ordered(call, row, owner);
        return !ordered.Try(out var standing) ? ordered.As<KeptRow>()
            : standing.Any(draft => draft.IsPlaced) ? Refused(call, "It is ordered already.", "quotation_ordered")
            : Refused(call, "It is not open any more.", "quotation_closed");
    }

    /// <summary>Gives back what <see cref="Claim"/> took, when nothing is ordered. Failing to fails nothing: the next who wants it looks whether there is an order.</summary>
    public async Task Release(PortCall call, QuotationNumber number, SubmissionId order)
    {
        var found = await Numbered(call, number);
        if (found.Try(out var row) && row.Mark!.Order == order)
        {
            await Seize(call, row, row.Mark with { Order = null, Contested = false });
        }
    }

    /// <summary>What is over goes out of the clerks' way. The mark says it all, so that failing to fails nothing.</summary>
    public async Task PutAway(PortCall call, QuotationNumber number)
    {
        var found = await Numbered(call, number);
        if (found.Try(out var row) && row.State is SaleState.Draft or SaleState.Quotation)
        {
            await rpc.Write<object?>(call, "model.sale.sale.cancel", [new[] { row.Id }], TrytonDrafts.Stamped((row.Id, row.Timestamp)));
        }
    }

    public async Task<Outcome<KeptRow>> Numbered(PortCall call, QuotationNumber number)
    {
        var found = await Find(call, QuotationClauses.IsKept, Domain.Any(
            Domain.Is("number", number.Value), Domain.Is("id", TrytonQuotations.Id(number))));
        return !found.Try(out var rows) ? found.As<KeptRow>()
            : rows is not [{ Mark: not null } row, ..] ? Outcome.Failed<KeptRow>(rpc.Failure(call, Cause.NotFound))
            : found.Select(_ => row);
    }

    /// <summary>
    /// Marks it anew, unless an order was made of it. Where a claim stands, first nobody may make one any more; then it is looked whether one stands, and drafts of it are deleted:
    /// what was to be confirmed under the old claim was there before that claim was looked at, and is gone before the new one stands.
    /// </summary>
    public async Task<Outcome<KeptRow>> Seize(PortCall call, KeptRow row, QuotationMark to, string? comment = null)
    {
        if (row.Mark!.Order is { } owner && owner != to.Order)
        {
            var ordered = await Ordered(call, row, owner);
            if (!ordered.Try(out var before) || before.Any(draft => draft.IsPlaced))
            {
                return ordered.Succeeded ? Refused(call, "It is ordered already.", "quotation_ordered") : ordered.As<KeptRow>();
            }

            var contested = await Write(call, row, row.Mark with { Contested = true }, comment: null);
            if (!contested.Try(out var held))
            {
                return contested;
            }

            row = held;
            ordered = await Ordered(call, row, owner);
            if (!ordered.Try(out var standing))
            {
                return ordered.As<KeptRow>();
            }

            if (standing.Any(draft => draft.IsPlaced))
            {
                await Write(call, row, row.Mark! with { Contested = false }, comment: null);
                return Refused(call, "It is ordered already.", "quotation_ordered");
            }

            Log.Taking(_logger, rpc.Pipeline.System, row.Mark!.Submission, owner, standing.Count);
            if (standing.Count > 0 && await drafts.Delete(call, standing.Select(draft => draft.Id)) is { Succeeded: false } kept)
            {
                // One of them is gone, or was confirmed a moment ago. Whoever comes next finds out.
                return Outcome.Failed<KeptRow>(kept.Failure!.Cause is Cause.Rejected ? rpc.Failure(call, Cause.Conflict, "Others are at the same.", TrytonRefusals.Locked) : kept.Failure);
            }
        }

        return await Write(call, row, to, comment);
    }

    private Task<Outcome<IReadOnlyList<StandingRow>>> Ordered(PortCall call, KeptRow row, SubmissionId owner) =>
        drafts.Under<StandingRow>(call, new CustomerNumber(row.Party.Code), owner);

    private Outcome<KeptRow> Refused(PortCall call, string why, string code) => Outcome.Failed<KeptRow>(rpc.Failure(call, Cause.Rejected, why, code));

    /// <summary>By the time stamp that the row was read with; the answer is the row as it is then.</summary>
    private async Task<Outcome<KeptRow>> Write(PortCall call, KeptRow row, QuotationMark mark, string? comment)
    {
        var values = new Dictionary<string, object?>(StringComparer.Ordinal) { ["description"] = mark.ToString() };
        if (comment is not null)
        {
            values["comment"] = comment;
        }

        var written = await rpc.Write<object?>(call, "model.sale.sale.write", [new[] { row.Id }, values], TrytonDrafts.Stamped((row.Id, row.Timestamp)));
        if (!written.Succeeded)
        {
            return Outcome.Failed<KeptRow>(written.Failure!.Cause is Cause.Stale ? rpc.Failure(call, Cause.Conflict, "Others are at the same.", TrytonRefusals.Locked) : written.Failure);
        }

        var read = await Find(call, Domain.Is("id", row.Id));
        return !read.Try(out var rows) ? read.As<KeptRow>()
            : rows is not [{ Mark: { } now } found] || now != mark ? Outcome.Failed<KeptRow>(rpc.Failure(call, Cause.Conflict, "Others are at the same.", TrytonRefusals.Locked))
            : read.Select(_ => found);
    }

    private async Task<PlacingStep> Round(Attempt attempt)
    {
        var call = attempt.Call;
        var wanted = attempt.Quotation;
        var standing = await Find(call, Domain.Is("party.code", wanted.Request.Customer.Value), QuotationClauses.Under(wanted.Submission));
        if (!standing.Try(out var rows))
        {
            return new PlacingStep(standing.Failure);
        }

        if (rows.FirstOrDefault(row => row.Mark is not null) is { } kept)
        {
            return new PlacingStep(kept.Id);
        }

        // The oldest: whoever looks, now or later, chooses the same.
        if (rows.FirstOrDefault(row => row.State is SaleState.Draft or SaleState.Quotation) is not { } own)
        {
            return await Create(attempt);
        }

        if (rows.Count > 1)
        {
            // Refused: one of them is gone, or was marked. The next listing says which.
            var deleted = await drafts.Delete(call, [.. rows.Where(row => row.Id != own.Id)]);
            return deleted.Succeeded || deleted.Failure!.Cause is Cause.Rejected ? PlacingStep.Again : OrAgain(deleted.Failure!);
        }

        if (wanted.Kind is QuotationKind.Quote or QuotationKind.Approval && own.Number is null)
        {
            var quoted = await drafts.Quote(call, own.Id);
            return quoted.Succeeded ? PlacingStep.Again : quoted.Failure!.Cause is Cause.Rejected ? await Withdrawn(attempt, own, quoted.Failure) : OrAgain(quoted.Failure);
        }

        if (own.State is SaleState.Quotation)
        {
            var released = await drafts.Release(call, own.Id, own.Timestamp);
            return released.Succeeded ? PlacingStep.Again : OrAgain(released.Failure!);
        }

        // It stood alone in this round's listing, and nothing but the mark comes after that.
        attempt.ConfirmationSent = true;
        var marked = await Write(call, own, new QuotationMark(wanted.Submission, wanted.Kind), comment: null);
        return marked.Succeeded ? new PlacingStep(own.Id) : OrAgain(marked.Failure!);
    }

    private async Task<PlacingStep> Create(Attempt attempt)
    {
        var composed = await drafts.Compose(attempt.Call, attempt.Quotation.Request);
        if (!composed.Try(out var wanted))
        {
            return new PlacingStep(composed.Failure);
        }

        if (wanted.Lines.Select(line => line.Problem).OfType<Problem>().ToList() is { Count: > 0 } problems)
        {
            return new PlacingStep(rpc.Failure(attempt.Call, Cause.Rejected, problems[0].Message, "order_rejected") with { Problems = problems });
        }

        // Listed again in the next round, as others may stand beside it by then.
        var created = await drafts.Create(attempt.Call, wanted, QuotationMark.Before(attempt.Quotation.Submission), QuotationNotes.Of(attempt.Quotation).ToString());
        return created.Succeeded ? PlacingStep.Again : OrAgain(created.Failure!);
    }

    /// <summary>Deletes what was refused, so that no late mark can bring it back.</summary>
    private async Task<PlacingStep> Withdrawn(Attempt attempt, KeptRow own, Failure failure)
    {
        var deleted = await drafts.Delete(attempt.Call, [own]);
        if (deleted.Succeeded)
        {
            attempt.Refused = true;
            return new PlacingStep(StockRefusal.Lines(failure, attempt.Quotation.Request.Lines) is { Count: > 0 } lines
                ? failure with { Problems = [.. lines.Select(line => StockRefusal.Problem(failure, line.LineId))] }
                : failure);
        }

        return deleted.Failure!.Cause is Cause.Rejected ? PlacingStep.Again : OrAgain(deleted.Failure!);
    }

    private async Task<Outcome<long>> Kept(PortCall call, long sale)
    {
        var session = await rpc.Session(call);
        return session.Select(_ => sale);
    }

    private static PlacingStep OrAgain(Failure failure) =>
        failure.Code is TrytonRefusals.Locked || failure.Cause is Cause.Stale ? PlacingStep.Again : new PlacingStep(failure);

    private sealed class Attempt(PortCall call, NewQuotation quotation) : PlacingAttempt(call)
    {
        public NewQuotation Quotation { get; } = quotation;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 2221, Level = LogLevel.Information, Message = "{System}: {Submission} is taken from {Order}, whose {Count} drafts are removed")]
        public static partial void Taking(ILogger logger, string system, SubmissionId submission, SubmissionId order, int count);
    }
}

/// <summary>A sale that is kept as a quotation, or is to be.</summary>
internal sealed record KeptRow : StandingRow
{
    public required string? Number { get; init; }

    public required string? Comment { get; init; }

    /// <summary>Null where it is not kept yet.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public QuotationMark? Mark => QuotationMark.Read(Description);
}
