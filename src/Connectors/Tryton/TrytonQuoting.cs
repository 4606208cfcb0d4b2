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
internal sealed partial class TrytonQuoting(TrytonRpc rpc, TrytonParties parties, TrytonDrafts drafts, PipelineEnvironment environment) : IQuoting
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

        for (var refused = 0; refused < MostRefusedLines && wanted.Orderable.Any(); refused++)
        {
            var asked = await Ask(call, request, wanted);
            if (asked.Succeeded)
            {
                return asked.Select(sale => Told(wanted, sale));
            }

            if (StockRefusal.Lines(asked.Failure!, request.Lines) is not { Count: > 0 } lines)
            {
                return asked.Failure is { Cause: Cause.Rejected, Code: TrytonRefusals.UserError or TrytonRefusals.UserWarning } words
                    ? composed.Select(_ => Told(wanted, null) with { Problems = [new Problem(words.Code, words.Detail ?? "")] })
                    : asked.As<Quote>();
            }

            // One refusal at a time is all that Tryton tells: the rest is quoted without the line.
            wanted = wanted with
            {
                Lines =
                [
                    .. wanted.Lines.Select(line => lines.Contains(line.Request)
                        ? line with { Problem = StockRefusal.Problem(asked.Failure!, line.Request.LineId) }
                        : line),
                ],
            };
        }

        return composed.Select(_ => Told(wanted, null));
    }

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

        var found = await rpc.Search<IdRow>(call, "sale.sale", Domain.All(
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
            var deleted = await drafts.Delete(call, chunk.Select(row => row.Id));
            if (deleted.Succeeded)
            {
                swept += chunk.Length;
            }
            else if (deleted.Failure!.Cause is not (Cause.Rejected or Cause.Conflict))
            {
                return deleted.As<int>();
            }
        }

        return found.Select(_ => swept);
    }

    /// <summary>Has Tryton quote the lines without a problem. A refusal is an answer.</summary>
    private async Task<Outcome<SaleRow>> Ask(PortCall call, QuoteRequest request, Wanted wanted)
    {
        var standing = await drafts.Under(call, request.Customer, request.Submission);
        if (!standing.Try(out var rows))
        {
            return standing.As<SaleRow>();
        }

        if (rows.Any(row => row.IsPlaced))
        {
            return Outcome.Failed<SaleRow>(rpc.Failure(call, Cause.Rejected, "It is ordered already.", "external_reference_exists"));
        }

        var draft = rows.FirstOrDefault(row => row.State is SaleState.Draft or SaleState.Quotation && wanted.Is(row))?.Id;
        if (draft is null)
        {
            var created = await drafts.Create(call, wanted);
            if (!created.Try(out var id))
            {
                return created.As<SaleRow>();
            }

            draft = id;
        }

        // Of an earlier basket: in the way of nothing, so that failing to remove it fails nothing; placing removes it, or the sweep.
        var old = rows.Where(row => row.Id != draft).Select(row => row.Id).ToList();
        if (old.Count > 0)
        {
            await drafts.Delete(call, old);
        }

        var quoted = await drafts.Quote(call, draft.Value);
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

    private sealed record CarrierNameRow
    {
        public required long Id { get; init; }

        [JsonPropertyName("party.")]
        public required NamedRow Party { get; init; }

        [JsonPropertyName("carrier_product.")]
        public required NamedRow? CarrierProduct { get; init; }
    }

    private sealed record IdRow
    {
        public required long Id { get; init; }

        public required SaleState State { get; init; }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 2211, Level = LogLevel.Warning, Message = "{System}: the quotation for {Submission} was not put back to draft: {Cause}")]
        public static partial void NotReleased(ILogger logger, string system, SubmissionId submission, Cause cause);
    }
}
