using System.Globalization;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Odoo.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Connectors.Odoo;

/// <summary>
/// Places an order exactly once. The order's draft is made under an external identifier, of which Odoo's database takes each only once: whoever
/// asks for it, at whatever time, gets the same draft. Confirming that twice is harmless. What is refused is deleted, which Odoo does to
/// drafts only; of a confirmation and a deletion at the same time one comes through. What is made of a quotation is claimed under the quotation's own identifier
/// (<see cref="OdooKeeping"/>), so that there is one draft for all who would order it, and one order.
/// </summary>
internal sealed class OdooPlacing(OdooRpc rpc, OdooDrafts drafts, OdooSales sales, OdooKeeping keeping, PipelineEnvironment environment)
{
    public static readonly PlacingCapabilities Capabilities = new(
        IdempotencyKey: false,
        UniqueReference: true,
        CommitHorizon: TimeSpan.Zero,
        Claim: "The order's external identifier, unique in Odoo. A late commit makes a draft that is found and confirmed, or swept; or it confirms the same order.",
        // Odoo stops a request that ran for limit_time_real, two minutes by default.
        LateCommit: TimeSpan.FromMinutes(2));

    private const int MostUnclear = 2;

    /// <summary>So often another's draft of the same quotation is given the time to become the order.</summary>
    private const int Patience = 2;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(60);

    /// <summary>The order, if one was placed; drafts are none.</summary>
    public async Task<Outcome<Order?>> Find(PortCall call, CustomerNumber customer, SubmissionId submission)
    {
        var standing = await Under(call, customer, submission);
        if (!standing.Try(out var rows) || rows.FirstOrDefault(row => row.IsPlaced) is not { } placed)
        {
            return standing.Select(_ => (Order?)null);
        }

        // Who placed it may have died before he said so on the quotation.
        var made = await keeping.MadeOf(call, placed.Id);
        if (!made.Try(out var quotation))
        {
            return made.As<Order?>();
        }

        if (quotation is { } kept)
        {
            await keeping.PutAway(call, kept, submission);
        }

        var read = await Read(call, placed.Id);
        return read.Select(order => (Order?)order);
    }

    public async Task<Outcome<Order>> Place(PortCall call, NewOrder order)
    {
        var attempt = new Attempt(call, order);
        var placed = await PlacingRounds.Run(attempt, environment, Pause, Round, Read, rpc.Failure, OdooRefusals.Locked);
        if (placed.Succeeded && attempt.Quotation is { } quotation)
        {
            await keeping.PutAway(call, quotation, order.Submission);
        }

        return placed;
    }

    private async Task<PlacingStep> Round(Attempt attempt)
    {
        var (call, order) = (attempt.Call, attempt.Order);
        var standing = await Under(call, order.Request.Customer, order.Submission);
        if (!standing.Try(out var rows))
        {
            return new PlacingStep(standing.Failure);
        }

        if (rows.FirstOrDefault(row => row.IsPlaced) is { } already)
        {
            return new PlacingStep(already.Id);
        }

        if (order.MadeOf is { } number && attempt.Quotation is null)
        {
            var asked = await keeping.Orderable(call, number, order.Request.Customer);
            if (!asked.Try(out var kept))
            {
                return new PlacingStep(asked.Failure);
            }

            attempt.Quotation = kept.Mark!.Submission;
        }

        var composed = await Wanted(attempt);
        if (!composed.Try(out var wanted))
        {
            return new PlacingStep(composed.Failure);
        }

        var claimed = await drafts.Claim(call, wanted, Note(order), attempt.Quotation);
        if (!claimed.Try(out var id))
        {
            return OrAgain(attempt, claimed.Failure!);
        }

        var read = await drafts.Read(call, id);
        if (!read.Try(out var draft))
        {
            return new PlacingStep(read.Failure);
        }

        if (draft is null)
        {
            // Gone between the two: somebody was refused, and took it away.
            return PlacingStep.Again;
        }

        if (order.MadeOf is { } made)
        {
            if (draft.Sale.Origin != order.Submission.ExternalReference)
            {
                return await Anothers(attempt, draft);
            }

            // The draft is there by now, so that whoever closes the quotation finds it.
            var open = draft.Sale.IsPlaced ? null : await keeping.Orderable(call, made, order.Request.Customer);
            if (open is { Succeeded: false })
            {
                return open.Failure!.Cause is Cause.Rejected ? await Withdrawn(attempt, draft, open.Failure) : new PlacingStep(open.Failure);
            }
        }

        return draft.Sale.IsPlaced ? await Named(attempt, draft.Sale)
            : !wanted.Is(draft) ? await Replaced(attempt, draft)
            : await Confirm(attempt, wanted, draft);
    }

    private async Task<PlacingStep> Confirm(Attempt attempt, Wanted wanted, DraftOfOdoo draft)
    {
        var total = draft.Sale.AmountTotal;
        if (wanted.Header.Carrier is { } carrier && !draft.HasFreightOf(carrier))
        {
            var charged = await drafts.AddFreight(attempt.Call, draft.Sale.Id, carrier);
            if (!charged.Succeeded)
            {
                return await Refusable(attempt, draft, charged.Failure!);
            }

            var read = await drafts.Read(attempt.Call, draft.Sale.Id);
            if (!read.Try(out var with))
            {
                return new PlacingStep(read.Failure);
            }

            if (with is null || !with.HasFreightOf(carrier))
            {
                return PlacingStep.Again;
            }

            total = with.Sale.AmountTotal;
        }

        if (attempt.Order.AcceptedTotal is { } accepted && accepted.Amount != total)
        {
            return await Withdrawn(
                attempt,
                draft,
                rpc.Failure(attempt.Call, Cause.Rejected, string.Create(CultureInfo.InvariantCulture, $"The total is {total} now."), "total_changed"));
        }

        attempt.ConfirmationSent = true;
        var confirmed = await drafts.Confirm(attempt.Call, draft.Sale.Id);
        if (!confirmed.Succeeded)
        {
            return await Refusable(attempt, draft, confirmed.Failure!);
        }

        await Tidy(attempt);
        return PlacingStep.Again;
    }

    /// <summary>
    /// Another submission orders the same quotation. What stands confirmed is its order; a draft may be of somebody who died over it, and is taken away when it does not become one. As long as his
    /// stands ours does not, so that nothing of ours can come through late.
    /// </summary>
    private async Task<PlacingStep> Anothers(Attempt attempt, DraftOfOdoo draft)
    {
        if (draft.Sale.IsPlaced)
        {
            attempt.Refused = true;
            return new PlacingStep(rpc.Failure(attempt.Call, Cause.Rejected, "It is ordered already.", "quotation_ordered"));
        }

        return attempt.Waited++ < Patience ? PlacingStep.Again : await Replaced(attempt, draft);
    }

    /// <summary>Somebody else's, under our identifier: that is no order of this customer's.</summary>
    private async Task<PlacingStep> Named(Attempt attempt, SaleRow sale)
    {
        var standing = await Under(attempt.Call, attempt.Order.Request.Customer, attempt.Order.Submission);
        return !standing.Try(out var rows) ? new PlacingStep(standing.Failure)
            : rows.Any(row => row.Id == sale.Id) ? new PlacingStep(sale.Id)
            : new PlacingStep(rpc.Failure(attempt.Call, Cause.Rejected, "The reference stands for another order.", "external_reference_exists"));
    }

    /// <summary>A draft that an earlier attempt left when the customer's address or terms were others.</summary>
    private async Task<PlacingStep> Replaced(Attempt attempt, DraftOfOdoo draft)
    {
        var deleted = await drafts.Delete(attempt.Call, [draft.Sale.Id]);
        return deleted.Succeeded || deleted.Failure!.Cause is Cause.Rejected ? PlacingStep.Again : OrAgain(attempt, deleted.Failure);
    }

    /// <summary>
    /// Odoo refused. That is its answer when it is the same twice: of two that confirm at the same time, one may be told of a rule of the database
    /// that he broke only by being second ("a partner cannot follow twice the same object").
    /// </summary>
    private async Task<PlacingStep> Refusable(Attempt attempt, DraftOfOdoo draft, Failure failure)
    {
        if (failure is not { Cause: Cause.Rejected })
        {
            return OrAgain(attempt, failure);
        }

        var told = string.Equals(attempt.Refusal, failure.Detail, StringComparison.Ordinal);
        attempt.Refusal = failure.Detail;
        return told ? await Withdrawn(attempt, draft, failure) : PlacingStep.Again;
    }

    /// <summary>Deletes what was refused, so that no late confirmation can bring it back.</summary>
    private async Task<PlacingStep> Withdrawn(Attempt attempt, DraftOfOdoo draft, Failure failure)
    {
        var deleted = await drafts.Delete(attempt.Call, [draft.Sale.Id]);
        if (deleted.Succeeded)
        {
            attempt.Refused = true;
            return new PlacingStep(failure);
        }

        // Refused: it was confirmed by somebody else.
        return deleted.Failure!.Cause is Cause.Rejected ? PlacingStep.Again : OrAgain(attempt, deleted.Failure);
    }

    /// <summary>The draft that was quoted by. In the way of nothing, so that failing to remove it fails nothing: the sweep comes by.</summary>
    private async Task Tidy(Attempt attempt)
    {
        var quotes = await Quotes(attempt.Call, attempt.Order.Submission);
        if (quotes.Try(out var rows) && rows.Count > 0)
        {
            await drafts.Delete(attempt.Call, [.. rows.Select(row => row.Id)]);
        }
    }

    private async Task<Outcome<IReadOnlyList<StandingRow>>> Quotes(PortCall call, SubmissionId submission)
    {
        var session = await rpc.Session(call);
        return session.Try(out var us)
            ? await rpc.Search<StandingRow>(call, "sale.order", Domain.All(SaleStates.IsDraft(us.User), Domain.Is("origin", OdooDrafts.QuoteReference(submission))))
            : session.As<IReadOnlyList<StandingRow>>();
    }

    /// <summary>What the portal wrote under the reference; a clerk's copy has the reference, too.</summary>
    private async Task<Outcome<IReadOnlyList<StandingRow>>> Under(PortCall call, CustomerNumber customer, SubmissionId submission)
    {
        var session = await rpc.Session(call);
        if (!session.Try(out var us))
        {
            return session.As<IReadOnlyList<StandingRow>>();
        }

        var found = await rpc.Search<StandingRow>(
            call,
            "sale.order",
            Domain.All(
                Domain.Is("origin", submission.ExternalReference),
                Domain.Is("create_uid", us.User),
                Domain.Is(OdooPartners.CustomerNumber, customer.Value)));
        return found.Try(out var rows) && rows.Any(row => row.Origin != submission.ExternalReference)
            ? Outcome.Failed<IReadOnlyList<StandingRow>>(rpc.Failure(call, Cause.Malformed, "Other orders than were asked for."))
            : found;
    }

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
        PlacingRounds.Only(await sales.Read(call, Domain.Is("id", sale)), rpc.Failure(call, Cause.Interrupted, "The order was deleted by hand."));

    /// <summary>
    /// What Odoo reports as contention was rolled back, and so may be tried again at once. An unclear answer is looked into by the next round, and every
    /// write here may come twice; after the second the system is left alone, and the caller decides.
    /// </summary>
    private static PlacingStep OrAgain(Attempt attempt, Failure failure) =>
        failure.Code is OdooRefusals.Locked or OdooRefusals.Missing || (failure.MayHaveTakenEffect && attempt.Unclear++ < MostUnclear) ? PlacingStep.Again : new PlacingStep(failure);

    /// <summary>An order has one note; lines have none of their own, nor dates.</summary>
    private static string Note(NewOrder order)
    {
        var by = order.OrderedBy.OnBehalfOf is { } account ? $"Ordered by {order.OrderedBy.Name} for {account}" : $"Ordered by {order.OrderedBy.Name}";
        var lines = order.Request.Lines
            .Select(line => (line.Sku, Texts: new[]
            {
                line.RequestedOn is { } day && day != order.Request.RequestedOn ? string.Create(CultureInfo.InvariantCulture, $"requested on {day:yyyy-MM-dd}") : null,
                line.Note,
            }.Where(text => !string.IsNullOrWhiteSpace(text)).ToList()))
            .Where(line => line.Texts.Count > 0)
            .Select(line => $"{line.Sku}: {string.Join(", ", line.Texts)}");
        by = order.ApprovedBy is { } approver ? $"{by}\nApproved by {approver.Name}" : by;
        return string.Join('\n', new[] { order.Note, by }.Where(text => !string.IsNullOrWhiteSpace(text)).Concat(lines));
    }

    private sealed class Attempt(PortCall call, NewOrder order) : OrderAttempt(call, order)
    {
        public Outcome<Wanted>? Wanted { get; set; }

        /// <summary>Writes of which nobody knows whether they took effect.</summary>
        public int Unclear { get; set; }

        /// <summary>What it is made of; null where it is made of nothing, or that was not looked up yet.</summary>
        public SubmissionId? Quotation { get; set; }

        /// <summary>How often another's draft of the same quotation was waited for.</summary>
        public int Waited { get; set; }

        /// <summary>What Odoo refused with last.</summary>
        public string? Refusal { get; set; }
    }

    /// <summary>An order under our reference.</summary>
    private sealed record StandingRow : OdooRow
    {
        public required SaleState State { get; init; }

        public required string? Origin { get; init; }

        public required Ref? ProcurementGroupId { get; init; }

        [System.Text.Json.Serialization.JsonIgnore]
        public bool IsPlaced => SaleStates.IsPlaced(State, ProcurementGroupId);
    }
}
