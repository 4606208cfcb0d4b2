using System.Globalization;
using PortalIntegration.Connectors.Odoo.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Customers;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Quotations;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Connectors.Odoo;

/// <summary>
/// Quotes, parked baskets, lists and orders that wait for an approval: quotations of Odoo's own, marked in their source document (<see cref="QuotationMark"/>). A quote and what waits for an approval
/// count as sent, with freight, and run out on the day that Odoo sets; a basket or a list is a draft.
/// </summary>
internal sealed class OdooQuotations(OdooRpc rpc, OdooKeeping keeping, OdooPartners partners, TimeProvider time) : IQuotations
{
    public PlacingCapabilities Keeping => OdooKeeping.Capabilities;

    public async Task<Outcome<Quotation>> Create(Scope scope, NewQuotation quotation, DateTimeOffset deadline, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Quotations, "createQuotation", cancel, deadline);
        var kept = await keeping.Keep(call, quotation);
        if (!kept.Try(out var sale))
        {
            return kept.As<Quotation>();
        }

        // Once it is kept, nothing that goes wrong in reading it may say that nothing was done.
        var read = await Whole(call, await keeping.Find(call, Domain.Is("id", sale)));
        return read.Try(out var quotations) && quotations is [var only] ? read.Select(_ => only)
            : Outcome.Failed<Quotation>(read.Failure is null ? rpc.Failure(call, Cause.Interrupted, "The quotation was deleted by hand.")
                : read.Failure.MayHaveTakenEffect ? read.Failure
                : read.Failure with { Cause = Cause.Interrupted });
    }

    public async Task<Outcome<Quotation?>> FindByReference(Scope scope, CustomerNumber customer, SubmissionId submission, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Quotations, "findQuotation", cancel);
        var found = await keeping.Find(
            call, Domain.All(Domain.Is(OdooPartners.CustomerNumber, customer.Value), Domain.Like("origin", QuotationMark.Under(submission))), limit: 2);
        if (found.Try(out var rows) && rows.Any(row => row.Mark!.Submission != submission))
        {
            return Outcome.Failed<Quotation?>(rpc.Failure(call, Cause.Malformed, "Another quotation than was asked for."));
        }

        // One whose freight is still to be charged is being made: asked for again, it is finished.
        var read = await Whole(call, found.Select<IReadOnlyList<KeptRow>>(all => [.. all.Where(row => row.IsComplete)]));
        return read.Select(quotations => quotations is [var first, ..] ? first : null);
    }

    public async Task<Outcome<Quotation>> Get(Scope scope, QuotationNumber number, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Quotations, "getQuotation", cancel);
        var found = await keeping.Numbered(call, number);
        var read = await Whole(call, found.Select<IReadOnlyList<KeptRow>>(row => [row]));
        return read.Try(out var quotations) && quotations is [] ? Outcome.Failed<Quotation>(rpc.Failure(call, Cause.NotFound)) : read.Select(given => given[0]);
    }

    public async Task<Outcome<Page<Quotation>>> List(Scope scope, QuotationQuery query, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Quotations, "listQuotations", cancel);
        if (!int.TryParse(query.Cursor ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
        {
            return Outcome.Failed<Page<Quotation>>(rpc.Failure(call, Cause.Rejected, "The cursor is not one of ours."));
        }

        var found = await keeping.Find(
            call,
            Domain.All(
                Domain.Is(OdooPartners.CustomerNumber, query.Customer.Value),
                query.Kind is { } kind ? Domain.Like("origin", QuotationMark.Of(kind)) : null,
                query.State is { } state ? In(state) : null),
            offset,
            query.Limit + 1);
        if (!found.Try(out var rows))
        {
            return found.As<Page<Quotation>>();
        }

        // What became an order a moment ago may not say so itself yet.
        var read = await Whole(call, found.Select<IReadOnlyList<KeptRow>>(all => [.. all.Take(query.Limit)]));
        return read.Select(quotations => new Page<Quotation>(
            [.. quotations.Where(quotation => quotation.Customer == query.Customer && (query.State is null || quotation.State == query.State))],
            rows.Count > query.Limit ? (offset + query.Limit).ToString(CultureInfo.InvariantCulture) : null));
    }

    public async Task<Outcome<Quotation>> Change(Scope scope, QuotationNumber number, QuotationChange change, string version, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Quotations, "changeQuotation", cancel);
        var found = await keeping.Numbered(call, number);
        if (!found.Try(out var row))
        {
            return found.As<Quotation>();
        }

        if (row.Version != version)
        {
            return Outcome.Failed<Quotation>(rpc.Failure(call, Cause.Stale, "It was changed since."));
        }

        var ordered = await keeping.OrdersOf(call, [row.Mark!.Submission]);
        if (!ordered.Try(out var orders))
        {
            return ordered.As<Quotation>();
        }

        // What has run out is put away like anything else.
        var ends = change.State is not null && row.Ended is QuotationState.Expired;
        if (row.IsOrdered || orders.Values.Any(order => order.IsPlaced) || (row.Ended is not null && !ends))
        {
            return Outcome.Failed<Quotation>(rpc.Failure(call, Cause.Rejected, "It is not open any more.", "quotation_closed"));
        }

        var notes = QuotationNotes.Read(row.Note);
        notes = notes with
        {
            Label = change.Label ?? notes.Label,
            End = change.State is null ? null : new QuotationEnd(time.GetUtcNow(), change.By.Name, change.Reason),
        };
        var changed = await keeping.Write(call, row, change.State is { } state ? row.Mark with { State = state, Order = null, Contested = false } : row.Mark, notes.ToString());
        if (!changed.Succeeded)
        {
            return changed.As<Quotation>();
        }

        if (change.State is not null)
        {
            var given = await keeping.GiveUpOrder(call, row.Mark.Submission);
            if (!given.Succeeded)
            {
                return given.As<Quotation>();
            }

            await keeping.PutAway(call, row.Mark.Submission);
        }

        return await Get(scope, number, cancel);
    }

    /// <summary>The condition for a state, as far as the quotation itself says it.</summary>
    private object?[] In(QuotationState state)
    {
        var open = Domain.All(Marked("open"), Domain.In("state", new[] { "draft", "sent" }), Domain.IsEmpty("procurement_group_id"));
        var expired = Domain.All(
            Domain.Any(Domain.Like("origin", QuotationMark.Of(QuotationKind.Quote)), Domain.Like("origin", QuotationMark.Of(QuotationKind.Approval))),
            Domain.Is("state", "sent"),
            Domain.IsSet("validity_date"),
            Domain.Before("validity_date", OdooJson.Text(DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime))));
        return state switch
        {
            QuotationState.Open => Domain.All(open, Domain.Not(expired)),
            QuotationState.Expired => Domain.All(open, expired),
            QuotationState.Ordered => Domain.Any(Marked("ordered as %"), Domain.In("state", new[] { "sale", "done" }), Domain.IsSet("procurement_group_id")),
            QuotationState.SentBack => Marked("sent back"),
            QuotationState.Withdrawn => Domain.Any(Marked("withdrawn"), Domain.All(Marked("open"), Domain.Is("state", "cancel"))),
            _ => throw new ArgumentOutOfRangeException(nameof(state), state, "Unknown."),
        };

        static object?[] Marked(string end) => Domain.Like("origin", QuotationMark.Ending(end));
    }

    /// <summary>With their lines, their addresses and what became of them. A model is a call, whatever their number.</summary>
    private async Task<Outcome<IReadOnlyList<Quotation>>> Whole(PortCall call, Outcome<IReadOnlyList<KeptRow>> found)
    {
        if (!found.Try(out var rows) || rows is [])
        {
            return found.Succeeded ? found.Select<IReadOnlyList<Quotation>>(_ => []) : found.As<IReadOnlyList<Quotation>>();
        }

        var lining = rpc.Search<KeptLineRow>(
            call, "sale.order.line", Domain.All(Domain.In("order_id", rows.Select(row => row.Id)), OdooSales.IsLine), "order_id, sequence, id");
        var naming = partners.Customers(call, rows.Select(row => row.PartnerId.Id));
        var addressing = partners.Addresses(call, rows.SelectMany(row => new[] { row.PartnerInvoiceId.Id, row.PartnerShippingId.Id }));
        var ordering = keeping.OrdersOf(call, [.. rows.Select(row => row.Mark!.Submission)]);
        await Task.WhenAll(lining, naming, addressing, ordering);
        var (lines, customers, addresses, orders) = (await lining, await naming, await addressing, await ordering);
        if (OdooSales.FirstFailure(lines.Failure, customers.Failure, addresses.Failure, orders.Failure) is { } failure)
        {
            return Outcome.Failed<IReadOnlyList<Quotation>>(failure);
        }

        var codes = await rpc.ReadIds<OdooSales.CodeRow>(call, "product.product", lines.Value.Select(line => line.ProductId.Id));
        return rpc.Map<IReadOnlyDictionary<long, OdooSales.CodeRow>, IReadOnlyList<Quotation>>(call, codes, skus =>
        [
            .. rows.Where(row => customers.Value.ContainsKey(row.PartnerId.Id)).Select(row => Told(
                row,
                customers.Value[row.PartnerId.Id],
                [.. lines.Value.Where(line => line.OrderId.Id == row.Id)],
                addresses.Value,
                skus,
                orders.Value.GetValueOrDefault(row.Mark!.Submission) is { IsPlaced: true } order ? order.Name : null)),
        ]);
    }

    /// <param name="order">The number of what was made of it.</param>
    private static Quotation Told(
        KeptRow row, CustomerRow customer, IReadOnlyList<KeptLineRow> lines, IReadOnlyDictionary<long, ErpAddress> addresses,
        IReadOnlyDictionary<long, OdooSales.CodeRow> codes, string? order)
    {
        var mark = row.Mark!;
        var notes = QuotationNotes.Read(row.Note);
        order ??= row.IsOrdered ? row.Name : null;
        var state = order is not null ? QuotationState.Ordered : row.Ended ?? QuotationState.Open;
        var freight = OdooSales.Freight(row, lines);
        return new Quotation
        {
            Number = new QuotationNumber(row.Name),
            Customer = new CustomerNumber(customer.Ref!),
            Kind = mark.Kind,
            State = state,
            Submission = mark.Submission,
            Label = notes.Label,
            Reason = notes.Reason,
            RequestedAt = row.CreateDate,
            RequestedBy = notes.Person,
            RequesterName = notes.Name,
            OnBehalfOf = notes.OnBehalfOf,
            ValidUntil = KeptTerms.RunsOut(mark.Kind) && row.ValidityDate is { } day ? new DateTimeOffset(day.ToDateTime(TimeOnly.MaxValue), TimeSpan.Zero) : null,
            PoNumber = row.ClientOrderRef,
            ShipTo = addresses[row.PartnerShippingId.Id],
            BillTo = addresses[row.PartnerInvoiceId.Id],
            DeliveryMethod = row.CarrierId?.Id.ToString(CultureInfo.InvariantCulture),
            DeliveryMethodName = row.CarrierId?.Name,
            RequestedOn = row.CommitmentDate is { } date ? DateOnly.FromDateTime(date.UtcDateTime) : null,
            PartialDelivery = row.PickingPolicy != WantedHeader.AllTogether,
            Note = notes.Note,
            Lines = [.. lines.Where(line => !line.IsDelivery).Select(line => Told(row, line, codes[line.ProductId.Id]))],
            // As in a quote: Odoo's untaxed amount has the freight in it.
            Subtotal = freight is null ? row.Amount(row.AmountUntaxed) : null,
            Freight = freight,
            TaxTotal = row.Amount(row.AmountTax),
            Total = row.Amount(row.AmountTotal),
            Order = order is null ? null : new OrderNumber(order),
            End = state is QuotationState.SentBack or QuotationState.Withdrawn ? notes.End : null,
            Version = row.Version,
        };
    }

    private static QuotationLine Told(KeptRow row, KeptLineRow line, OdooSales.CodeRow product)
    {
        var (requestedOn, note) = QuotationNotes.ReadLine(line.Name.Split('\n', 2) is [_, var noted] ? noted : null);
        return new QuotationLine
        {
            LineId = line.LineNumber,
            Sku = new Sku(product.DefaultCode ?? ""),
            Description = product.Name,
            Quantity = new Quantity(line.ProductUomQty, line.ProductUom.Name),
            UnitPrice = row.Amount(line.PriceUnit),
            ExtendedAmount = row.Amount(line.PriceSubtotal),
            PromisedOn = line.PromisedOn,
            RequestedOn = requestedOn,
            Note = note,
        };
    }

    private sealed record KeptLineRow : SaleLineRow
    {
        /// <summary>The line's text: what it is, and below it what it is noted with.</summary>
        public required string Name { get; init; }
    }
}
