using System.Globalization;
using PortalIntegration.Connectors.Tryton.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Quotations;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Connectors.Tryton;

/// <summary>
/// Quotes, parked baskets, lists and orders that wait for an approval: sales in draft, marked in their description (<see cref="QuotationMark"/>). As drafts they
/// keep no goods from other customers. A quote was quoted by Tryton once, and so has its number, its freight and its stock checked; a basket or a list is only put aside, and
/// is called by its id.
/// </summary>
internal sealed class TrytonQuotations(TrytonRpc rpc, TrytonKeeping keeping, TimeProvider time) : IQuotations
{
    private const string Unnumbered = "DRAFT-";

    public PlacingCapabilities Keeping => TrytonKeeping.Capabilities;

    public async Task<Outcome<Quotation>> Create(Scope scope, NewQuotation quotation, DateTimeOffset deadline, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Quotations, "createQuotation", cancel, deadline);
        var kept = await keeping.Keep(call, quotation);
        if (!kept.Try(out var sale))
        {
            return kept.As<Quotation>();
        }

        // Once it is kept, nothing that goes wrong in reading it may say that nothing was done.
        var read = await Read(call, Domain.Is("id", sale));
        return read.Try(out var quotations) ? read.Select(_ => quotations[0])
            : Outcome.Failed<Quotation>(read.Failure!.MayHaveTakenEffect ? read.Failure : read.Failure with { Cause = Cause.Interrupted });
    }

    public async Task<Outcome<Quotation?>> FindByReference(Scope scope, CustomerNumber customer, SubmissionId submission, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Quotations, "findQuotation", cancel);
        var found = await Read(
            call, Domain.All(Domain.Is("party.code", customer.Value), QuotationClauses.IsKept, QuotationClauses.Under(submission)), orNone: true);
        return found.Try(out var quotations) && quotations.Any(quotation => quotation.Submission != submission || quotation.Customer != customer)
            ? Outcome.Failed<Quotation?>(rpc.Failure(call, Cause.Malformed, "Another quotation than was asked for."))
            : found.Select(rows => rows.Count == 0 ? null : rows[0]);
    }

    public async Task<Outcome<Quotation>> Get(Scope scope, QuotationNumber number, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Quotations, "getQuotation", cancel);
        var found = await Read(call, Domain.Any(Domain.Is("number", number.Value), Domain.Is("id", Id(number))));
        return found.Try(out var quotations) && quotations[0].Number != number
            ? Outcome.Failed<Quotation>(rpc.Failure(call, quotations[0].Number.Value.StartsWith(Unnumbered, StringComparison.Ordinal) ? Cause.NotFound : Cause.Malformed))
            : found.Select(given => given[0]);
    }

    public async Task<Outcome<Page<Quotation>>> List(Scope scope, QuotationQuery query, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Quotations, "listQuotations", cancel);
        if (!int.TryParse(query.Cursor ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
        {
            return Outcome.Failed<Page<Quotation>>(rpc.Failure(call, Cause.Rejected, "The cursor is not one of ours."));
        }

        var found = await Read(
            call,
            Domain.All(
                Domain.Is("party.code", query.Customer.Value),
                query.Kind is { } kind ? QuotationClauses.Of(kind) : null,
                query.State is { } state ? QuotationClauses.In(state) : null),
            offset,
            query.Limit + 1,
            orNone: true);

        // What is claimed for an order that does not stand is open, whatever its mark says.
        return found.Select(quotations => new Page<Quotation>(
            [.. quotations.Take(query.Limit).Where(quotation => query.State is null || quotation.State == query.State)],
            quotations.Count > query.Limit ? (offset + query.Limit).ToString(CultureInfo.InvariantCulture) : null));
    }

    public async Task<Outcome<Quotation>> Change(Scope scope, QuotationNumber number, QuotationChange change, string version, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Quotations, "changeQuotation", cancel);
        var reading = Read(call, Domain.Any(Domain.Is("number", number.Value), Domain.Is("id", Id(number))));
        var numbering = keeping.Numbered(call, number);
        await Task.WhenAll(reading, numbering);
        var (read, numbered) = (await reading, await numbering);
        if (!read.Try(out var quotations) || !numbered.Try(out var row))
        {
            return read.Succeeded ? numbered.As<Quotation>() : read.As<Quotation>();
        }

        if (row.Timestamp != version)
        {
            return Outcome.Failed<Quotation>(rpc.Failure(call, Cause.Stale, "It was changed since."));
        }

        if (quotations[0].State is not QuotationState.Open)
        {
            return Outcome.Failed<Quotation>(rpc.Failure(call, Cause.Rejected, "It is not open any more.", "quotation_closed"));
        }

        var notes = QuotationNotes.Read(row.Comment);
        notes = notes with
        {
            Label = change.Label ?? notes.Label,
            End = change.State is null ? null : new QuotationEnd(time.GetUtcNow(), change.By.Name, change.Reason),
        };
        var mark = change.State is { } state ? row.Mark! with { State = state, Order = null, Contested = false } : row.Mark!;
        var changed = await keeping.Seize(call, row, mark, notes.ToString());
        if (!changed.Succeeded)
        {
            return changed.Failure!.Code is TrytonRefusals.Locked && changed.Failure.Cause is Cause.Conflict
                ? Outcome.Failed<Quotation>(changed.Failure with { Cause = Cause.Stale })
                : changed.As<Quotation>();
        }

        if (change.State is not null)
        {
            await keeping.PutAway(call, number);
        }

        return await Get(scope, number, cancel);
    }

    /// <returns>Null for the number of a sale.</returns>
    public static long? Id(QuotationNumber number) =>
        number.Value.StartsWith(Unnumbered, StringComparison.Ordinal) && long.TryParse(number.Value.AsSpan(Unnumbered.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? id
            : null;

    /// <summary>Newest first; what is not kept is none. <see cref="Cause.NotFound"/> where there is none, unless that is an answer.</summary>
    private async Task<Outcome<IReadOnlyList<Quotation>>> Read(PortCall call, object?[] domain, int offset = 0, int limit = 10, bool orNone = false)
    {
        var session = await rpc.Session(call);
        if (!session.Try(out var us))
        {
            return session.As<IReadOnlyList<Quotation>>();
        }

        var found = await rpc.Search<SaleRow>(
            call,
            "sale.sale",
            Domain.All(Domain.Is("create_uid", us.User), QuotationClauses.IsKept, domain),
            order: [new[] { "create_date", "DESC" }, new[] { "id", "DESC" }],
            offset: offset,
            limit: limit);
        if (!found.Try(out var sales))
        {
            return found.As<IReadOnlyList<Quotation>>();
        }

        if (sales.Any(sale => QuotationMark.Read(sale.Description) is null) || (sales.Count == 0 && !orNone))
        {
            return Outcome.Failed<IReadOnlyList<Quotation>>(sales.Count == 0 ? rpc.Failure(call, Cause.NotFound) : rpc.Failure(call, Cause.Malformed, "Other sales than were asked for."));
        }

        // A claim says under which reference an order would stand; only the order itself says that it does.
        var claims = sales.Select(sale => QuotationMark.Read(sale.Description)!.Order).OfType<SubmissionId>().Select(order => order.ExternalReference).ToList();
        if (claims.Count == 0)
        {
            return found.Select<IReadOnlyList<Quotation>>(_ => [.. sales.Select(sale => Told(sale, order: null))]);
        }

        var claimed = await rpc.Search<OrderedRow>(call, "sale.sale", Domain.All(Domain.In("description", claims), Domain.Is("create_uid", us.User)));
        return claimed.Select<IReadOnlyList<Quotation>>(orders => [.. sales.Select(sale => Told(
            sale, orders.FirstOrDefault(order => order.IsPlaced && order.Description == QuotationMark.Read(sale.Description)!.Order?.ExternalReference)?.Number))]);
    }

    /// <param name="order">The number of what was made of it.</param>
    private static Quotation Told(SaleRow sale, string? order)
    {
        var mark = QuotationMark.Read(sale.Description)!;
        var notes = QuotationNotes.Read(sale.Comment);
        // A clerk may confirm or cancel it like any other sale.
        order = SaleStates.IsPlaced(sale.State, sale.SaleDate) ? sale.Number : order;
        var state = order is not null ? QuotationState.Ordered
            : mark.State is QuotationState.Open && sale.State is SaleState.Cancelled ? QuotationState.Withdrawn
            : mark.State;
        return new Quotation
        {
            Number = new QuotationNumber(mark.Kind is QuotationKind.Quote or QuotationKind.Approval && sale.Number is { } number
                ? number
                : string.Create(CultureInfo.InvariantCulture, $"{Unnumbered}{sale.Id}")),
            Customer = new CustomerNumber(sale.Party.Code),
            Kind = mark.Kind,
            State = state,
            Submission = mark.Submission,
            Label = notes.Label,
            Reason = notes.Reason,
            RequestedAt = sale.CreateDate,
            RequestedBy = notes.Person,
            RequesterName = notes.Name,
            OnBehalfOf = notes.OnBehalfOf,
            PoNumber = sale.Reference,
            ShipTo = sale.ShipmentAddress?.ToAddress(sale.Party.Name),
            BillTo = sale.InvoiceAddress?.ToAddress(sale.Party.Name),
            DeliveryMethod = sale.Carrier?.Id.ToString(CultureInfo.InvariantCulture),
            DeliveryMethodName = sale.Carrier?.Party.Name,
            RequestedOn = sale.ShippingDate,
            Note = notes.Note,
            Lines = [.. sale.Goods.OrderBy(line => line.Sequence).Select(line => Told(sale, line))],
            Subtotal = sale.Subtotal,
            Freight = sale.Freight,
            TaxTotal = sale.Amount(sale.TaxAmount),
            Total = sale.Amount(sale.TotalAmount),
            Order = order is null ? null : new OrderNumber(order),
            End = state is QuotationState.Open or QuotationState.Ordered ? null : notes.End,
            Version = sale.Timestamp,
        };
    }

    private static QuotationLine Told(SaleRow sale, SaleLineRow line)
    {
        var (requestedOn, note) = QuotationNotes.ReadLine(line.Note);
        return new QuotationLine
        {
            LineId = line.LineNumber,
            Sku = line.Sku,
            Description = line.Description is { Length: > 0 } ? line.Description : line.Product?.Name,
            Quantity = new Quantity(line.Quantity ?? 0, line.Unit?.Symbol ?? ""),
            UnitPrice = line.UnitPrice is { } price ? sale.Amount(TrytonJson.Plain(price)) : null,
            ExtendedAmount = sale.Amount(line.Amount),
            PromisedOn = line.ShippingDate,
            RequestedOn = requestedOn,
            Note = note,
        };
    }

    private sealed record OrderedRow : StandingRow
    {
        public required string? Number { get; init; }
    }
}
