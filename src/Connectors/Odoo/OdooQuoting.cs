using System.Globalization;
using PortalIntegration.Connectors.Odoo.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Connectors.Odoo;

/// <summary>
/// Quotes by a draft under a reference of its own, one for a submission, rewritten for each basket at the prices of the moment. It keeps no
/// stock from others, and is deleted when the order is placed.
/// </summary>
internal sealed class OdooQuoting(OdooRpc rpc, OdooPartners partners, OdooDrafts drafts) : IQuoting
{
    /// <summary>Somebody quotes another basket under the same submission, in another tab.</summary>
    private const int Rounds = 4;

    public QuotingCapabilities Quoting { get; } = new(QuotingKind.Draft);

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

        for (var round = 0; round < Rounds; round++)
        {
            var drafted = await Draft(call, wanted);
            if (!drafted.Try(out var draft))
            {
                switch (drafted.Failure!)
                {
                    case { Code: OdooRefusals.Locked or OdooRefusals.Missing }:
                        continue;
                    case { Cause: Cause.Rejected, Code: OdooRefusals.UserError } refusal:
                        return composed.Select(_ => Told(wanted, null) with { Problems = [new Problem(OdooRefusals.UserError, refusal.Detail ?? "")] });
                    default:
                        return drafted.As<Quote>();
                }
            }

            var read = await drafts.Read(call, draft);
            if (!read.Succeeded)
            {
                return read.As<Quote>();
            }

            if (read.Value is { } standing && wanted.Is(standing) && (wanted.Header.Carrier is not { } carrier || standing.HasFreightOf(carrier)))
            {
                return read.Select(_ => Told(wanted, standing));
            }
        }

        return Outcome.Failed<Quote>(rpc.Failure(call, Cause.Conflict, "The draft was changed while it was quoted.", OdooRefusals.Locked));
    }

    public async Task<Outcome<IReadOnlyList<DeliveryMethod>>> DeliveryMethods(Scope scope, CustomerNumber customer, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Orders, "deliveryMethods", cancel);
        var buyer = await partners.Find<ShippedToRow>(call, customer);
        if (!buyer.Try(out var partner))
        {
            return buyer.As<IReadOnlyList<DeliveryMethod>>();
        }

        // Those for his country and those for any, as Odoo chooses them.
        var found = await rpc.Search<CarrierRow>(
            call,
            "delivery.carrier",
            Domain.Any(Domain.IsEmpty("country_ids"), Domain.In("country_ids", new[] { partner.CountryId?.Id ?? 0 })),
            "sequence, id");
        return found.Select<IReadOnlyList<DeliveryMethod>>(rows =>
        [
            .. rows
                .OrderBy(row => row.Id != partner.PropertyDeliveryCarrierId?.Id)
                .Select(row => new DeliveryMethod(row.Id.ToString(CultureInfo.InvariantCulture), row.Name)),
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

        var found = await rpc.Search<IdRow>(call, "sale.order", Domain.All(SaleStates.IsDraft(us.User), Domain.Before("write_date", before)));
        if (!found.Try(out var rows))
        {
            return found.As<int>();
        }

        // One by one: a draft that was confirmed meanwhile would keep the others.
        var swept = 0;
        foreach (var row in rows)
        {
            var deleted = await drafts.Delete(call, [row.Id]);
            if (deleted.Succeeded)
            {
                swept++;
            }
            else if (deleted.Failure!.Cause is not (Cause.Rejected or Cause.Conflict))
            {
                return deleted.As<int>();
            }
        }

        return found.Select(_ => swept);
    }

    /// <summary>The submission's draft with this basket in it, freight included.</summary>
    private async Task<Outcome<long>> Draft(PortCall call, Wanted wanted)
    {
        var session = await rpc.Session(call);
        if (!session.Try(out var us))
        {
            return session.As<long>();
        }

        var reference = OdooDrafts.QuoteReference(wanted.Submission);
        var found = await rpc.Search<StandingRow>(
            call, "sale.order", Domain.All(Domain.In("origin", new[] { reference, wanted.Submission.ExternalReference }), Domain.Is("create_uid", us.User)));
        if (!found.Try(out var rows))
        {
            return found.As<long>();
        }

        if (rows.Any(row => row.Origin != reference && SaleStates.IsPlaced(row.State, row.ProcurementGroupId)))
        {
            return Outcome.Failed<long>(rpc.Failure(call, Cause.Rejected, "It is ordered already.", "external_reference_exists"));
        }

        var draft = rows.FirstOrDefault(row => row.Origin == reference && row.State is SaleState.Draft)?.Id;
        if (draft is { } standing)
        {
            var rewritten = await drafts.Rewrite(call, standing, wanted);
            if (!rewritten.Succeeded)
            {
                return rewritten.As<long>();
            }
        }
        else
        {
            var created = await drafts.Create(call, wanted);
            if (!created.Try(out var made))
            {
                return created;
            }

            draft = made;
        }

        if (wanted.Header.Carrier is { } carrier)
        {
            var charged = await drafts.AddFreight(call, draft.Value, carrier);
            if (!charged.Succeeded)
            {
                return charged.As<long>();
            }
        }

        return found.Select(_ => draft.Value);
    }

    /// <param name="draft">Null when nothing of it could be quoted.</param>
    private static Quote Told(Wanted wanted, DraftOfOdoo? draft)
    {
        // Sums over a part of the basket would pass for the whole.
        var whole = draft is not null && wanted.Lines.All(line => line.Problem is null) ? draft : null;
        var quoted = draft is null ? [] : wanted.Orderable.Zip(draft.Goods).ToDictionary(pair => pair.First.Request.LineId, pair => pair.Second, StringComparer.Ordinal);
        var freight = whole is null ? null : OdooSales.Freight(whole.Sale, whole.Lines);
        return new Quote
        {
            Lines =
            [
                .. wanted.Lines.Select(line => quoted.GetValueOrDefault(line.Request.LineId) is { } row && draft is not null
                    ? new QuoteLine
                    {
                        LineId = line.Request.LineId,
                        Sku = line.Request.Sku,
                        Quantity = new Quantity(row.ProductUomQty, row.ProductUom.Name),
                        UnitPrice = draft.Sale.Amount(row.PriceUnit),
                        DiscountPercent = row.Discount == 0 ? null : row.Discount,
                        ExtendedAmount = draft.Sale.Amount(row.PriceSubtotal),
                        PromisedOn = row.PromisedOn,
                    }
                    : new QuoteLine
                    {
                        LineId = line.Request.LineId,
                        Sku = line.Request.Sku,
                        Quantity = new Quantity(line.Request.Quantity, line.Unit?.Name ?? line.Request.Unit ?? line.Product?.UomId.Name ?? ""),
                        Problem = line.Problem,
                    }),
            ],
            // The untaxed amount has the freight in it: beside a freight it would be counted twice.
            Subtotal = whole is not null && freight is null ? whole.Sale.Amount(whole.Sale.AmountUntaxed) : null,
            Freight = freight,
            Taxes = whole is null ? [] : [.. whole.Sale.AmountByGroup.Select(tax => new Tax(tax.Name, null, whole.Sale.Amount(tax.Base), whole.Sale.Amount(tax.Amount)))],
            TaxTotal = whole?.Sale.Amount(whole.Sale.AmountTax),
            Total = whole?.Sale.Amount(whole.Sale.AmountTotal),
            ValidUntil = whole?.Sale.ValidityDate is { } day ? new DateTimeOffset(day.ToDateTime(TimeOnly.MaxValue), TimeSpan.Zero) : null,
        };
    }

    private sealed record ShippedToRow : OdooRow
    {
        public required Ref? CountryId { get; init; }

        public required Ref? PropertyDeliveryCarrierId { get; init; }
    }

    private sealed record CarrierRow : OdooRow
    {
        public required string Name { get; init; }
    }

    private sealed record IdRow : OdooRow;

    private sealed record StandingRow : OdooRow
    {
        public required SaleState State { get; init; }

        public required string? Origin { get; init; }

        public required Ref? ProcurementGroupId { get; init; }
    }
}
