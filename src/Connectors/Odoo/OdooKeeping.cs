using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Odoo.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Quotations;

namespace PortalIntegration.Connectors.Odoo;

/// <summary>
/// Keeps a basket exactly once, and lets at most one order be made of it. A quotation is made under an external identifier, and so is the order that is made of it: under one that belongs to the
/// quotation, whoever orders it. Odoo's database takes each identifier once. Who closes a quotation first says so on it, and only then deletes the draft of an order that stands under that
/// identifier; who orders it looks whether it is open after his draft stands and before he confirms. So of a closing and an order at the same time one comes through.
/// </summary>
internal sealed class OdooKeeping(OdooRpc rpc, OdooDrafts drafts, PipelineEnvironment environment)
{
    public static readonly PlacingCapabilities Capabilities = new(
        IdempotencyKey: false,
        UniqueReference: true,
        CommitHorizon: TimeSpan.Zero,
        Claim: "The quotation's external identifier, unique in Odoo, and another one for the order that is made of it. A late commit keeps the same quotation.",
        LateCommit: OdooPlacing.Capabilities.LateCommit);

    private const int MostUnclear = 2;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(60);

    /// <summary>Nobody is told of what changes on a quotation.</summary>
    private static readonly Dictionary<string, object?> _silent = new(StringComparer.Ordinal) { ["tracking_disable"] = true };

    /// <summary>The answer is the record's id.</summary>
    public Task<Outcome<long>> Keep(PortCall call, NewQuotation quotation) =>
        PlacingRounds.Run(new Attempt(call, quotation), environment, Pause, Round, Kept, rpc.Failure, OdooRefusals.Locked);

    /// <summary>What is kept and fulfils the condition, newest first.</summary>
    public async Task<Outcome<IReadOnlyList<KeptRow>>> Find(PortCall call, object?[] condition, int offset = 0, int? limit = null)
    {
        var session = await rpc.Session(call);
        if (!session.Try(out var us))
        {
            return session.As<IReadOnlyList<KeptRow>>();
        }

        var found = await rpc.Search<KeptRow>(
            call,
            "sale.order",
            Domain.All(Domain.Is("create_uid", us.User), SaleStates.IsKept, Domain.IsSet(OdooPartners.CustomerNumber), condition),
            "create_date desc, id desc",
            offset,
            limit);
        return found.Try(out var rows) && rows.Any(row => row.Mark is null)
            ? Outcome.Failed<IReadOnlyList<KeptRow>>(rpc.Failure(call, Cause.Malformed, "Other orders than were asked for."))
            : found;
    }

    /// <param name="customer">Whose it must be; null for anybody's.</param>
    public async Task<Outcome<KeptRow>> Numbered(PortCall call, QuotationNumber number, CustomerNumber? customer = null)
    {
        var found = await Find(
            call,
            Domain.All(Domain.Is("name", number.Value), customer is { } whose ? Domain.Is(OdooPartners.CustomerNumber, whose.Value) : null),
            limit: 2);
        return !found.Try(out var rows) ? found.As<KeptRow>()
            : rows is not [var row] ? Outcome.Failed<KeptRow>(rpc.Failure(call, Cause.NotFound))
            : row.Name != number.Value ? Outcome.Failed<KeptRow>(rpc.Failure(call, Cause.Malformed, "Another quotation than was asked for."))
            : found.Select(_ => row);
    }

    /// <summary>The quotation, if an order may be made of it by this customer, as far as it says itself; else why not, as a refusal.</summary>
    public async Task<Outcome<KeptRow>> Orderable(PortCall call, QuotationNumber number, CustomerNumber customer)
    {
        var found = await Numbered(call, number, customer);
        return !found.Try(out var row) ? found.Failure!.Cause is Cause.NotFound ? Refused(call, "There is no such quotation.", "unknown_quotation") : found
            : row.IsOrdered ? Refused(call, "It is ordered already.", "quotation_ordered")
            : row.Ended is QuotationState.Expired ? Refused(call, "It has run out.", "quotation_expired")
            : row.Ended is not null ? Refused(call, "It is not open any more.", "quotation_closed")
            : found;
    }

    /// <summary>By quotation, the orders that stand under their claims, confirmed or not.</summary>
    public async Task<Outcome<IReadOnlyDictionary<SubmissionId, ClaimedRow>>> OrdersOf(PortCall call, IReadOnlyCollection<SubmissionId> quotations)
    {
        var session = await rpc.Session(call);
        if (quotations.Count == 0 || !session.Succeeded)
        {
            return session.Select<IReadOnlyDictionary<SubmissionId, ClaimedRow>>(_ => new Dictionary<SubmissionId, ClaimedRow>());
        }

        var names = quotations.Distinct().ToDictionary(OdooDrafts.OrderOf, StringComparer.Ordinal);
        var claims = await rpc.Search<ClaimRow>(call, "ir.model.data", Domain.All(
            Domain.Is("module", OdooLoad.Module), Domain.Is("model", "sale.order"), Domain.In("name", names.Keys)));
        if (!claims.Try(out var claimed) || claimed.Count == 0)
        {
            return claims.Select<IReadOnlyDictionary<SubmissionId, ClaimedRow>>(_ => new Dictionary<SubmissionId, ClaimedRow>());
        }

        var found = await rpc.Search<ClaimedRow>(call, "sale.order", Domain.In("id", claimed.Select(claim => claim.ResId)));
        return rpc.Map(call, found, orders => (IReadOnlyDictionary<SubmissionId, ClaimedRow>)claimed
            .Where(claim => names.ContainsKey(claim.Name))
            .Join(orders, claim => claim.ResId, order => order.Id, (claim, order) => (Of: names[claim.Name], order))
            .ToList().OnceBy(pair => pair.Of, pair => pair.order));
    }

    /// <summary>The quotation that an order was made of; null for none.</summary>
    public async Task<Outcome<SubmissionId?>> MadeOf(PortCall call, long order)
    {
        var claims = await rpc.Search<ClaimRow>(call, "ir.model.data", Domain.All(
            Domain.Is("module", OdooLoad.Module), Domain.Is("model", "sale.order"), Domain.Is("res_id", order)));
        return claims.Select(found => found
            .Select(claim => claim.Name.StartsWith("oq_", StringComparison.Ordinal) && Guid.TryParseExact(claim.Name.AsSpan(3), "N", out var id) ? new SubmissionId(id) : (SubmissionId?)null)
            .FirstOrDefault(kept => kept is not null));
    }

    /// <summary>
    /// Says on the quotation that it is over, or what it is called. Odoo 14 compares nothing when it writes: <c>__last_update</c> in the context of a call is gone by the time that it writes to its
    /// database. So of two who write in the same moment the later one stands, and <see cref="Cause.Stale"/> is told to who finds something else there than he wrote.
    /// </summary>
    public async Task<Outcome<KeptRow>> Write(PortCall call, KeptRow row, QuotationMark mark, string note)
    {
        note = PlainText.Clean(note); // as it is read again
        var written = await rpc.Write<bool>(
            call,
            "sale.order",
            "write",
            [row.Id],
            new(StringComparer.Ordinal)
            {
                ["vals"] = new Dictionary<string, object?>(StringComparer.Ordinal) { ["origin"] = mark.ToString(), ["note"] = note },
            },
            _silent);
        if (!written.Succeeded)
        {
            return written.Failure is { Cause: Cause.Rejected or Cause.Conflict } refused ? Outcome.Failed<KeptRow>(refused with { Cause = Cause.Stale }) : written.As<KeptRow>();
        }

        var read = await Find(call, Domain.Is("id", row.Id));
        return !read.Try(out var rows) ? read.As<KeptRow>()
            : rows is [var now] && now.Mark == mark && now.Note == note ? read.Select(_ => now)
            : Outcome.Failed<KeptRow>(rpc.Failure(call, Cause.Stale, "It was changed since."));
    }

    /// <summary>Deletes the draft of an order that is being made of it, so that it is not confirmed any more. Refused where it was confirmed.</summary>
    public async Task<Outcome<bool>> GiveUpOrder(PortCall call, SubmissionId quotation)
    {
        var standing = await OrdersOf(call, [quotation]);
        if (!standing.Try(out var orders) || !orders.TryGetValue(quotation, out var order))
        {
            return standing.Select(_ => true);
        }

        var deleted = order.IsPlaced ? null : await drafts.Delete(call, [order.Id]);
        return deleted is { Succeeded: true } ? deleted
            : deleted is null or { Failure.Cause: Cause.Rejected } ? Outcome.Failed<bool>(rpc.Failure(call, Cause.Rejected, "It is ordered already.", "quotation_ordered"))
            : deleted;
    }

    /// <summary>
    /// What is over goes out of the clerks' way, and says what it became. That all is told by other means too, so that failing to fails nothing. Odoo takes no condition with a cancellation and cancels
    /// an order as readily: one that a clerk makes of the quotation between the reading and the cancelling is cancelled with it.
    /// </summary>
    /// <param name="order">What it became; null where it just ended.</param>
    public async Task PutAway(PortCall call, SubmissionId quotation, SubmissionId? order = null)
    {
        var found = await Find(call, Domain.Like("origin", QuotationMark.Under(quotation)), limit: 1);
        if (!found.Try(out var rows) || rows is not [var row])
        {
            return;
        }

        if (order is not null && row.Mark!.Order != order)
        {
            await rpc.Write<bool>(
                call,
                "sale.order",
                "write",
                [row.Id],
                new(StringComparer.Ordinal)
                {
                    ["vals"] = new Dictionary<string, object?>(StringComparer.Ordinal) { ["origin"] = (row.Mark with { Order = order, State = QuotationState.Open }).ToString() },
                },
                _silent);
        }

        if (row.State is SaleState.Draft or SaleState.Sent && row.ProcurementGroupId is null)
        {
            await rpc.Write<object?>(call, "sale.order", "action_cancel", [row.Id], context: _silent);
        }
    }

    private async Task<PlacingStep> Round(Attempt attempt)
    {
        var (call, quotation) = (attempt.Call, attempt.Quotation);
        var standing = await Find(call, Domain.All(
            Domain.Is(OdooPartners.CustomerNumber, quotation.Request.Customer.Value), Domain.Like("origin", QuotationMark.Under(quotation.Submission))));
        if (!standing.Try(out var rows))
        {
            return new PlacingStep(standing.Failure);
        }

        return rows is [var kept, ..] ? await Complete(attempt, kept) : await Claim(attempt);
    }

    private async Task<PlacingStep> Claim(Attempt attempt)
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

        if (attempt.Claimed)
        {
            // It stands, and not as this customer's.
            return new PlacingStep(rpc.Failure(attempt.Call, Cause.Rejected, "The reference stands for another quotation.", "external_reference_exists"));
        }

        var wants = wanted;
        if (!KeptTerms.RunsOut(attempt.Quotation.Kind) && attempt.Quotation.Request.DeliveryMethod is null)
        {
            // Put aside as it was: nobody chose a way of delivery yet.
            wants = wanted with { Header = wanted.Header with { Carrier = null } };
        }

        var loaded = await drafts.Keep(attempt.Call, wants, new KeptTerms(new QuotationMark(attempt.Quotation.Submission, attempt.Quotation.Kind), QuotationNotes.Of(attempt.Quotation)));
        attempt.Claimed = loaded.Succeeded;
        attempt.ConfirmationSent |= loaded.Succeeded || loaded.Failure!.MayHaveTakenEffect;
        return loaded.Succeeded ? PlacingStep.Again : OrAgain(attempt, loaded.Failure!);
    }

    /// <summary>Has Odoo charge the freight of what it quotes.</summary>
    private async Task<PlacingStep> Complete(Attempt attempt, KeptRow kept)
    {
        if (!kept.IsComplete)
        {
            var charged = await drafts.AddFreight(attempt.Call, kept.Id, kept.CarrierId!.Id);
            if (!charged.Succeeded)
            {
                return charged.Failure!.Cause is Cause.Rejected ? await Refusable(attempt, kept, charged.Failure) : OrAgain(attempt, charged.Failure);
            }
        }

        return new PlacingStep(kept.Id);
    }

    /// <summary>As for orders, a refusal counts when it comes twice; then nothing is left behind. What was sent to the customer must be cancelled to be deleted.</summary>
    private async Task<PlacingStep> Refusable(Attempt attempt, KeptRow kept, Failure failure)
    {
        if (!string.Equals(attempt.Refusal, failure.Detail, StringComparison.Ordinal))
        {
            attempt.Refusal = failure.Detail;
            return PlacingStep.Again;
        }

        var cancelled = await rpc.Write<object?>(attempt.Call, "sale.order", "action_cancel", [kept.Id], context: _silent);
        var deleted = cancelled.Succeeded ? await drafts.Delete(attempt.Call, [kept.Id]) : cancelled.As<bool>();
        attempt.Refused = deleted.Succeeded;
        return deleted.Succeeded ? new PlacingStep(failure) : OrAgain(attempt, deleted.Failure!);
    }

    private async Task<Outcome<long>> Kept(PortCall call, long sale)
    {
        var session = await rpc.Session(call);
        return session.Select(_ => sale);
    }

    private Outcome<KeptRow> Refused(PortCall call, string why, string code) => Outcome.Failed<KeptRow>(rpc.Failure(call, Cause.Rejected, why, code));

    /// <summary>Every write here may come twice.</summary>
    private static PlacingStep OrAgain(Attempt attempt, Failure failure) =>
        failure.Code is OdooRefusals.Locked or OdooRefusals.Missing || (failure.MayHaveTakenEffect && attempt.Unclear++ < MostUnclear) ? PlacingStep.Again : new PlacingStep(failure);

    private sealed class Attempt(PortCall call, NewQuotation quotation) : PlacingAttempt(call)
    {
        public NewQuotation Quotation { get; } = quotation;

        /// <summary>Odoo answered that it stands.</summary>
        public bool Claimed { get; set; }

        public int Unclear { get; set; }

        public string? Refusal { get; set; }
    }

    private sealed record ClaimRow : OdooRow
    {
        public required string Name { get; init; }

        public required long ResId { get; init; }
    }
}

/// <summary>A sales order that is kept as a quotation.</summary>
internal sealed record KeptRow : SaleRow
{
    public required DateTimeOffset CreateDate { get; init; }

    public required DateTimeOffset WriteDate { get; init; }

    /// <summary>As Odoo says: it was sent, and its last day has passed.</summary>
    public required bool IsExpired { get; init; }

    /// <summary>Null where it is not kept.</summary>
    [JsonIgnore]
    public QuotationMark? Mark => QuotationMark.Read(Origin);

    /// <summary>A clerk confirmed it himself, like any other quotation.</summary>
    [JsonIgnore]
    public bool IsOrdered => State is SaleState.Sale or SaleState.Done || ProcurementGroupId is not null;

    /// <summary>How it ended, as far as it says itself; null while it is open.</summary>
    [JsonIgnore]
    public QuotationState? Ended =>
        Mark!.State is not QuotationState.Open ? Mark.State
        : State is SaleState.Cancel ? QuotationState.Withdrawn
        : IsExpired && KeptTerms.RunsOut(Mark.Kind) ? QuotationState.Expired
        : null;

    /// <summary>Freight is charged right after it is made, where it is to be charged.</summary>
    [JsonIgnore]
    public bool IsComplete => CarrierId is null || !KeptTerms.RunsOut(Mark!.Kind) || State is not (SaleState.Draft or SaleState.Sent) || DeliverySet;

    /// <summary>Whether a line charges freight.</summary>
    public required bool DeliverySet { get; init; }

    /// <summary>Of all that a change would change: Odoo's own date of change counts seconds only.</summary>
    [JsonIgnore]
    public string Version => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{OdooJson.Text(WriteDate)}\n{State}\n{Origin}\n{Note}")))[..24];
}

/// <summary>An order, or the draft of one, that is made of a quotation.</summary>
internal sealed record ClaimedRow : OdooRow
{
    public required string Name { get; init; }

    public required SaleState State { get; init; }

    public required Ref? ProcurementGroupId { get; init; }

    [JsonIgnore]
    public bool IsPlaced => SaleStates.IsPlaced(State, ProcurementGroupId);
}
