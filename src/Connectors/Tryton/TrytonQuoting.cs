using System.Globalization;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Tryton.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Connectors.Tryton;

/// <summary>
/// Quotes by a draft under the submission's reference, which becomes the order itself when it is placed as quoted. Tryton counts a
/// quotation's goods as gone for everybody else, so that it goes back to draft as soon as its amounts are read.
/// </summary>
internal sealed partial class TrytonQuoting(TrytonRpc rpc, TrytonParties parties, TrytonDrafts drafts, TrytonReturning returning, PipelineEnvironment environment) : IQuoting
{
    private const int MostRefusedLines = 20;
    private const int SweepAtOnce = 20;

    private readonly ILogger _logger = environment.Loggers.CreateLogger<TrytonQuoting>();

    public QuotingCapabilities Quoting { get; } = new(QuotingKind.Draft, DecidedAtConfirmation: "Credit: Tryton checks the limit when it confirms.");

    public async Task<Outcome<Quote>> Quote(Scope scope, QuoteRequest request, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Orders, "quote", cancel);
        var composed = await drafts.Compose(call, request);
        if (!composed.Try(out var wanted))
        {
            return composed.As<Quote>();
        }

        if (!wanted.Orderable.Any())
        {
            return composed.Select(_ => Told(wanted, null));
        }

        var drafted = await Draft(call, request, wanted);
        if (!drafted.Try(out var draft))
        {
            return IsAnswer(drafted.Failure!) ? composed.Select(_ => Refused(wanted, drafted.Failure!)) : drafted.As<Quote>();
        }

        var asked = await Ask(call, request, draft.Id);
        if (asked.Succeeded)
        {
            return asked.Select(sale => Told(wanted, sale));
        }

        return IsAnswer(asked.Failure!) ? await InPart(call, request, wanted, draft, asked.Failure!) : asked.As<Quote>();
    }

    /// <summary>
    /// One refusal at a time is all that Tryton tells: each line that it names is taken out, and the rest is quoted again.
    /// </summary>
    private async Task<Outcome<Quote>> InPart(PortCall call, QuoteRequest request, Wanted wanted, DraftRow draft, Failure failure)
    {
        var session = await rpc.Session(call);
        Outcome<SaleRow>? quoted = null;
        var left = draft.Lines.ToList();
        for (var refused = 0; refused < MostRefusedLines && IsAnswer(failure); refused++)
        {
            if (StockRefusal.Lines(failure, wanted.Orderable.Select(line => line.Request)) is not { Count: > 0 } lines)
            {
                break;
            }

            wanted = wanted.Without(lines, line => StockRefusal.Problem(failure, line.LineId));
            var gone = left.Where(line => wanted.Lines.Any(without => without.Problem is not null && without.Sequence == line.Sequence)).ToList();
            left.RemoveAll(gone.Contains);
            if (left.Count == 0)
            {
                break;
            }

            var reduced = await drafts.Reduce(call, draft.Id, request.Submission, gone.Select(line => line.Id));
            if (!reduced.Succeeded)
            {
                return reduced.As<Quote>();
            }

            quoted = await Ask(call, request, draft.Id);
            if (quoted.Succeeded)
            {
                break;
            }

            failure = quoted.Failure!;
        }

        // A part of the basket is never ordered, so its draft is of no further use; failing to remove it fails nothing, there is the sweep.
        await drafts.Delete(call, [draft.Id]);
        return quoted is { Succeeded: true } part ? part.Select(sale => Told(wanted, sale))
            : !IsAnswer(failure) ? Outcome.Failed<Quote>(failure)
            : session.Select(_ => Refused(wanted, failure));
    }

    /// <summary>The basket as a whole is refused, unless every line has its own problem.</summary>
    private static Quote Refused(Wanted wanted, Failure failure) => Told(wanted, null) with
    {
        Problems = wanted.Orderable.Any() ? [new Problem(failure.Code ?? TrytonRefusals.UserError, failure.Detail ?? "")] : [],
    };

    /// <summary>Tryton's reason why the basket cannot be ordered as it is.</summary>
    private static bool IsAnswer(Failure failure) =>
        failure is { Cause: Cause.Rejected, Code: TrytonRefusals.UserError or TrytonRefusals.UserWarning };

    public async Task<Outcome<IReadOnlyList<DeliveryMethod>>> DeliveryMethods(Scope scope, CustomerNumber customer, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Orders, "deliveryMethods", cancel);
        var session = await rpc.Session(call);
        if (!session.Try(out var company))
        {
            return session.As<IReadOnlyList<DeliveryMethod>>();
        }

        var buyer = await parties.Find<BuyerRow>(call, customer);
        if (!buyer.Try(out var party))
        {
            return buyer.As<IReadOnlyList<DeliveryMethod>>();
        }

        var header = await drafts.Propose(call, company, party);
        if (!header.Try(out var proposed))
        {
            return header.As<IReadOnlyList<DeliveryMethod>>();
        }

        var form = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["party"] = party.Id,
            ["company"] = company.Company,
            ["warehouse"] = company.Warehouse,
            ["shipment_address"] = proposed.ShipmentAddress,
        };
        var usable = await rpc.Read<UsableCarriersRow>(call, "model.sale.sale.on_change_with", [form, new[] { "available_carriers" }]);
        if (!usable.Try(out var usables))
        {
            return usable.As<IReadOnlyList<DeliveryMethod>>();
        }

        var carriers = await rpc.Search<CarrierNameRow>(call, "carrier", Domain.All(Domain.In("id", usables.AvailableCarriers)));
        return carriers.Select<IReadOnlyList<DeliveryMethod>>(rows =>
        [
            .. rows
                .OrderBy(row => row.Id != proposed.Carrier)
                .ThenBy(row => row.Party.Name, StringComparer.Ordinal)
                .Select(row => new DeliveryMethod(row.Id.ToString(CultureInfo.InvariantCulture), row.Party.Name, row.CarrierProduct?.Name)),
        ]);
    }

    public async Task<Outcome<int>> SweepDrafts(Scope scope, DateTimeOffset before, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Orders, "sweepDrafts", cancel);
        var session = await rpc.Session(call);
        if (!session.Try(out var us))
        {
            return session.As<int>();
        }

        var found = await rpc.Search<StandingRow>(call, "sale.sale", Domain.All(
            SaleStates.IsQuote(us.User),
            Domain.Any(
                Domain.All(Domain.IsNot("write_date", value: null), Domain.Before("write_date", before)),
                Domain.All(Domain.Is("write_date", value: null), Domain.Before("create_date", before)))));
        if (!found.Try(out var rows))
        {
            return found.As<int>();
        }

        var swept = 0;
        foreach (var chunk in rows.Chunk(SweepAtOnce))
        {
            // By their time stamps: one that somebody has confirmed or kept a moment ago stays.
            var deleted = await drafts.Delete(call, chunk);
            if (deleted.Succeeded)
            {
                swept += chunk.Length;
            }
            else if (deleted.Failure!.Cause is not (Cause.Rejected or Cause.Conflict or Cause.Stale))
            {
                return deleted.As<int>();
            }
        }

        var complaints = await returning.Sweep(call, before);
        return complaints.Select(more => swept + more);
    }

    /// <summary>The draft for this basket: the one that stands, or a new one.</summary>
    private async Task<Outcome<DraftRow>> Draft(PortCall call, QuoteRequest request, Wanted wanted)
    {
        for (var made = false; ; made = true)
        {
            var standing = await drafts.Under<DraftRow>(call, request.Customer, request.Submission);
            if (!standing.Try(out var rows))
            {
                return standing.As<DraftRow>();
            }

            if (rows.Any(row => row.IsPlaced))
            {
                return Outcome.Failed<DraftRow>(rpc.Failure(call, Cause.Rejected, "It is ordered already.", "external_reference_exists"));
            }

            var draft = rows.FirstOrDefault(row => row.State is SaleState.Draft or SaleState.Quotation && wanted.Is(row));
            if (draft is null && made)
            {
                return Outcome.Failed<DraftRow>(rpc.Failure(call, Cause.Conflict, "The draft was removed while it was quoted.", TrytonRefusals.Locked));
            }

            // Of an earlier basket: in the way of nothing, so that failing to remove it fails nothing; placing removes it, or the sweep.
            var old = rows.Where(row => row.Id != draft?.Id).Select(row => row.Id).ToList();
            if (old.Count > 0)
            {
                await drafts.Delete(call, old);
            }

            if (draft is not null)
            {
                return standing.Select(_ => draft);
            }

            var created = await drafts.Create(call, wanted);
            if (!created.Succeeded)
            {
                return created.As<DraftRow>();
            }
        }
    }

    /// <summary>Has Tryton quote the draft. A refusal is an answer.</summary>
    private async Task<Outcome<SaleRow>> Ask(PortCall call, QuoteRequest request, long draft)
    {
        var quoted = await drafts.Quote(call, draft);
        if (!quoted.Succeeded)
        {
            return quoted.As<SaleRow>();
        }

        var read = await rpc.Search<SaleRow>(call, "sale.sale", Domain.All(Domain.Is("id", draft)));
        if (!read.Try(out var sales))
        {
            return read.As<SaleRow>();
        }

        if (sales is not [{ State: SaleState.Quotation } sale])
        {
            return Outcome.Failed<SaleRow>(rpc.Failure(call, Cause.Conflict, "The draft was changed while it was quoted.", TrytonRefusals.Locked));
        }

        var released = await drafts.Release(call, sale.Id, sale.Timestamp);
        if (!released.Succeeded)
        {
            Log.NotReleased(_logger, rpc.Pipeline.System, request.Submission, released.Failure!.Cause);
        }

        return read.Select(_ => sale);
    }

    /// <param name="sale">Null when nothing of it could be quoted.</param>
    private static Quote Told(Wanted wanted, SaleRow? sale)
    {
        // Sums over a part of the basket would pass for the whole.
        var whole = sale is not null && wanted.Lines.All(line => line.Problem is null) ? sale : null;
        return new Quote
        {
            Lines = [.. wanted.Lines.Select(line => Told(wanted, line, sale))],
            Subtotal = whole?.Subtotal,
            Freight = whole?.Freight,
            TaxTotal = whole?.Amount(whole.TaxAmount),
            Total = whole?.Amount(whole.TotalAmount),
        };
    }

    private static QuoteLine Told(Wanted wanted, WantedLine line, SaleRow? sale)
    {
        var quoted = line.Problem is null ? sale?.Goods.FirstOrDefault(given => given.Sequence == line.Sequence) : null;
        var price = quoted?.UnitPrice ?? (line.Taxes.Count > 0 || line.UnitPrice != 0 ? line.UnitPrice : null);
        return new QuoteLine
        {
            LineId = line.Request.LineId,
            Sku = line.Request.Sku,
            Quantity = new Quantity(line.Request.Quantity, line.Unit?.Symbol ?? line.Request.Unit ?? ""),
            UnitPrice = price is { } amount ? new Money(TrytonJson.Plain(amount), wanted.Currency) : null,
            ExtendedAmount = quoted is null ? null : sale!.Amount(quoted.Amount),
            PromisedOn = quoted?.ShippingDate,
            Problem = line.Problem,
        };
    }

    private sealed record UsableCarriersRow(IReadOnlyList<long> AvailableCarriers);

    private sealed record CarrierNameRow : IdentifiedRow
    {
        [JsonPropertyName("party.")]
        public required NamedRow Party { get; init; }

        [JsonPropertyName("carrier_product.")]
        public required NamedRow? CarrierProduct { get; init; }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 2211, Level = LogLevel.Warning, Message = "{System}: the quotation for {Submission} was not put back to draft: {Cause}")]
        public static partial void NotReleased(ILogger logger, string system, SubmissionId submission, Cause cause);
    }
}
