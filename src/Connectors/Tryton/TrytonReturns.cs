using System.Globalization;
using System.Text.Json.Serialization;
using PortalIntegration.Connectors.Tryton.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Returns;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Connectors.Tryton;

/// <summary>
/// Complaints about a sale or an invoice (module <c>sale_complaint</c>) that ask for a return or a credit note. What they ask for is made by
/// Tryton when a clerk approves: a sale with negative quantities, or a credit note; how far that has come is how far the return has.
/// </summary>
internal sealed class TrytonReturns(TrytonRpc rpc, TrytonReturning returning) : IReturns
{
    private const int PageSize = 50;

    /// <summary>Without an action it is a complaint and no return; nor is what the portal has not handed in yet.</summary>
    private static readonly object?[] IsReturn = Domain.All(Domain.IsNot("number", value: null), Domain.IsNot("actions", value: null), TrytonReturning.IsHandedIn);

    public async Task<Outcome<Page<Return>>> List(Scope scope, CustomerNumber customer, string? cursor, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Returns, "returns", cancel);
        if (!int.TryParse(cursor ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
        {
            return Outcome.Failed<Page<Return>>(rpc.Failure(call, Cause.Rejected, "The cursor is not one of ours."));
        }

        var found = await Read(call, Domain.All(IsReturn, Domain.Is("customer.code", customer.Value)), offset, PageSize + 1);
        return found.Select(returns => new Page<Return>(
            [.. returns.Take(PageSize)],
            returns.Count > PageSize ? (offset + PageSize).ToString(CultureInfo.InvariantCulture) : null));
    }

    public async Task<Outcome<Return>> Get(Scope scope, string number, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Returns, "return", cancel);
        var found = await Read(call, Domain.All(IsReturn, Domain.Is("number", number)), offset: 0, limit: 1);
        return !found.Try(out var returns) ? found.As<Return>()
            : returns is [] ? Outcome.Failed<Return>(rpc.Failure(call, Cause.NotFound))
            : returns[0].Number != number ? Outcome.Failed<Return>(rpc.Failure(call, Cause.Malformed, "Another return than was asked for."))
            : found.Select(given => given[0]);
    }

    public Task<Outcome<Returnable>> Returnable(Scope scope, OrderNumber order, CancellationToken cancel) =>
        returning.Returnable(new PortCall(scope, Entity.Returns, "returnable", cancel), order);

    public async Task<Outcome<Return>> Create(Scope scope, NewReturn sentBack, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Returns, "createReturn", cancel);
        var registered = await returning.Register(call, sentBack);
        if (!registered.Try(out var complaint))
        {
            return registered.As<Return>();
        }

        // Once it is handed in, nothing that goes wrong in reading it may say that nothing was done.
        var read = PlacingRounds.Only(await Read(call, Domain.Is("id", complaint), offset: 0, limit: 1), rpc.Failure(call, Cause.Interrupted, "The complaint was deleted by hand."));
        return read.Succeeded || read.Failure!.MayHaveTakenEffect ? read : Outcome.Failed<Return>(read.Failure with { Cause = Cause.Interrupted });
    }

    public async Task<Outcome<Return?>> FindByReference(Scope scope, CustomerNumber customer, SubmissionId id, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Returns, "returnByReference", cancel);
        var standing = await returning.Under(call, customer, id);
        if (!standing.Try(out var rows))
        {
            return standing.As<Return?>();
        }

        if (rows.FirstOrDefault(row => row.State is not ComplaintState.Draft) is not { } handedIn)
        {
            return standing.Select(_ => (Return?)null);
        }

        var found = await Read(call, Domain.Is("id", handedIn.Id), offset: 0, limit: 1);
        return found.Select(returns => returns.Count == 0 ? null : (Return?)returns[0]);
    }

    /// <summary>The numbers of the returns of a sale, oldest first.</summary>
    public static Task<Outcome<IReadOnlyList<NumberedRow>>> Of(TrytonRpc rpc, PortCall call, OrderNumber order) => rpc.Search<NumberedRow>(
        call,
        "sale.complaint",
        Domain.All(
            IsReturn,
            Domain.Any(
                ["origin.number", "=", order.Value, "sale.sale"],
                ["origin.sale.number", "=", order.Value, "sale.line"],
                ["origin.sales.number", "=", order.Value, "account.invoice"],
                ["origin.invoice.sales.number", "=", order.Value, "account.invoice.line"])),
        order: [new[] { "id", "ASC" }]);

    private async Task<Outcome<IReadOnlyList<Return>>> Read(PortCall call, object?[] domain, int offset, int limit)
    {
        var found = await rpc.Search<ComplaintRow>(
            call, "sale.complaint", domain, order: [new[] { "date", "DESC NULLS FIRST" }, new[] { "id", "DESC" }], offset: offset, limit: limit);
        if (!found.Try(out var complaints))
        {
            return found.As<IReadOnlyList<Return>>();
        }

        // Origins and results are references to several kinds of records, each with fields of its own.
        var lines = Referred<OriginLineRow>(call, "sale.line", complaints.Select(complaint => complaint.Origin));
        var sales = Referred<OriginSaleRow>(call, "sale.sale", complaints.Select(complaint => complaint.Origin));
        var invoiceLines = Referred<OriginInvoiceLineRow>(call, "account.invoice.line", complaints.Select(complaint => complaint.Origin));
        var invoices = Referred<OriginInvoiceRow>(call, "account.invoice", complaints.Select(complaint => complaint.Origin));
        var madeSales = Referred<MadeSaleRow>(call, "sale.sale", complaints.SelectMany(complaint => complaint.Actions, (_, action) => action.Result));
        var madeInvoices = Referred<MadeInvoiceRow>(call, "account.invoice", complaints.SelectMany(complaint => complaint.Actions, (_, action) => action.Result));
        await Task.WhenAll(lines, sales, invoiceLines, invoices, madeSales, madeInvoices);
        var origins = new Origins(new Dictionary<string, IOrigin>(StringComparer.Ordinal));
        var results = new Dictionary<string, ReturnStatus>(StringComparer.Ordinal);
        return origins.Add(await lines, "sale.line") ?? origins.Add(await sales, "sale.sale")
            ?? origins.Add(await invoiceLines, "account.invoice.line") ?? origins.Add(await invoices, "account.invoice")
            ?? Progress(results, await madeSales, "sale.sale", row => row.Status) ?? Progress(results, await madeInvoices, "account.invoice", row => row.Status)
            ?? found.Select<IReadOnlyList<Return>>(rows => [.. rows.Select(row => row.ToReturn(origins, results))]);
    }

    /// <summary>Of the references, those to the model.</summary>
    private async Task<Outcome<IReadOnlyList<TRow>>> Referred<TRow>(PortCall call, string model, IEnumerable<string?> references)
        where TRow : IdentifiedRow
    {
        var ids = new HashSet<long>();
        // A clerk who chose the kind and no record leaves the model alone, or with -1.
        foreach (var reference in references.OfType<string>().Where(reference => reference.StartsWith(model + ",", StringComparison.Ordinal) && reference.Length > model.Length + 1))
        {
            if (!long.TryParse(reference.AsSpan(model.Length + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id))
            {
                return Outcome.Failed<IReadOnlyList<TRow>>(rpc.Failure(call, Cause.Malformed, "A reference names no record."));
            }

            ids.Add(id);
        }

        if (ids.Count == 0)
        {
            return Outcome.Success<IReadOnlyList<TRow>>([], new Provenance(rpc.Pipeline.System, rpc.Pipeline.Time.GetUtcNow()));
        }

        return await rpc.Search<TRow>(call, model, Domain.All(Domain.In("id", ids)));
    }

    private static Outcome<IReadOnlyList<Return>>? Progress<TRow>(
        Dictionary<string, ReturnStatus> results, Outcome<IReadOnlyList<TRow>> read, string model, Func<TRow, ReturnStatus> status)
        where TRow : IdentifiedRow
    {
        if (!read.Try(out var rows))
        {
            return read.As<IReadOnlyList<Return>>();
        }

        foreach (var row in rows)
        {
            results[Reference(model, row.Id)] = status(row);
        }

        return null;
    }

    private static string Reference(string model, long id) => string.Create(CultureInfo.InvariantCulture, $"{model},{id}");

    /// <summary>What was complained about, by reference.</summary>
    private sealed record Origins(Dictionary<string, IOrigin> All)
    {
        public Outcome<IReadOnlyList<Return>>? Add<TRow>(Outcome<IReadOnlyList<TRow>> read, string model)
            where TRow : IdentifiedRow, IOrigin
        {
            if (!read.Try(out var rows))
            {
                return read.As<IReadOnlyList<Return>>();
            }

            foreach (var row in rows)
            {
                All[Reference(model, row.Id)] = row;
            }

            return null;
        }
    }

    /// <summary>A sale, an invoice, or a line of one.</summary>
    private interface IOrigin
    {
        string? OrderNumber { get; }

        /// <summary>All its goods: what an action without lines of its own is about.</summary>
        IEnumerable<GoodsRow> Goods { get; }
    }

    private sealed record ComplaintRow : IdentifiedRow
    {
        public required string Number { get; init; }

        public required DateOnly? Date { get; init; }

        public required DateTimeOffset CreateDate { get; init; }

        public required string? Description { get; init; }

        public required ComplaintState State { get; init; }

        /// <summary>Model and id.</summary>
        public required string? Origin { get; init; }

        [JsonPropertyName("customer.")]
        public required PartyRow Customer { get; init; }

        [JsonPropertyName("actions.")]
        public required IReadOnlyList<ActionRow> Actions { get; init; }

        public Return ToReturn(Origins origins, Dictionary<string, ReturnStatus> results)
        {
            var origin = Origin is null ? null : origins.All.GetValueOrDefault(Origin);
            return new Return
            {
                Number = Number,
                Customer = new CustomerNumber(Customer.Code),
                Order = origin?.OrderNumber is { } order ? new OrderNumber(order) : null,
                RequestedAt = SaleStates.OrderedAt(Date, CreateDate),
                Status = State switch
                {
                    ComplaintState.Draft or ComplaintState.Waiting => ReturnStatus.Requested,
                    ComplaintState.Rejected => ReturnStatus.Rejected,
                    ComplaintState.Cancelled => ReturnStatus.Cancelled,
                    // A clerk may approve it and do nothing.
                    _ => Actions.Select(action => action.Result is { } result ? results.GetValueOrDefault(result, ReturnStatus.Approved) : ReturnStatus.Approved)
                        .DefaultIfEmpty(ReturnStatus.Approved).Min(),
                },
                Reason = Description is { Length: > 0 } ? Description : null,
                Lines = [.. Actions.SelectMany(action => action.Lines(origin)).Distinct()],
            };
        }
    }

    private sealed record ActionRow
    {
        /// <summary>Null for all of it.</summary>
        public required decimal? Quantity { get; init; }

        /// <summary>Model and id of what was made; null until then.</summary>
        public required string? Result { get; init; }

        [JsonPropertyName("sale_lines.")]
        public required IReadOnlyList<ActionLineRow> SaleLines { get; init; }

        [JsonPropertyName("invoice_lines.")]
        public required IReadOnlyList<ActionLineRow> InvoiceLines { get; init; }

        public IEnumerable<ReturnLine> Lines(IOrigin? origin)
        {
            var chosen = SaleLines.Concat(InvoiceLines).ToList();
            return (chosen.Count > 0 ? chosen.Select(line => line.Line.ToLine(line.Quantity)) : (origin?.Goods ?? []).Select(goods => goods.ToLine(Quantity)))
                .OfType<ReturnLine>();
        }
    }

    private sealed record ActionLineRow
    {
        public required decimal? Quantity { get; init; }

        [JsonPropertyName("line.")]
        public required GoodsRow Line { get; init; }
    }

    /// <summary>A line of a sale or of an invoice.</summary>
    private sealed record GoodsRow
    {
        public required LineType Type { get; init; }

        public required decimal? Quantity { get; init; }

        [JsonPropertyName("unit.")]
        public required LineUnitRow? Unit { get; init; }

        [JsonPropertyName("product.")]
        public required ProductRow? Product { get; init; }

        /// <summary>Null where it is no goods.</summary>
        /// <param name="quantity">Null for all of it.</param>
        public ReturnLine? ToLine(decimal? quantity) => 
            Type is LineType.Line && Product is { Type: not "service", Code: { } sku } && Unit is not null && Math.Abs(quantity ?? Quantity ?? 0) is > 0 and var returned
            ? new ReturnLine(new Sku(sku), new Quantity(returned, Unit.Symbol), Reason: null)
            : null;
    }

    /// <param name="Type">Freight is a service.</param>
    private sealed record ProductRow(string? Code, string Type);

    private sealed record OriginLineRow : IdentifiedRow, IOrigin
    {
        public required LineType Type { get; init; }

        public required decimal? Quantity { get; init; }

        [JsonPropertyName("unit.")]
        public required LineUnitRow? Unit { get; init; }

        [JsonPropertyName("product.")]
        public required ProductRow? Product { get; init; }

        [JsonPropertyName("sale.")]
        public required NumberedRow Sale { get; init; }

        [JsonIgnore]
        public string? OrderNumber => Sale.Number;

        [JsonIgnore]
        public IEnumerable<GoodsRow> Goods => [new GoodsRow { Type = Type, Quantity = Quantity, Unit = Unit, Product = Product }];
    }

    private sealed record OriginSaleRow : IdentifiedRow, IOrigin
    {
        public required string? Number { get; init; }

        [JsonPropertyName("lines.")]
        public required IReadOnlyList<GoodsRow> Lines { get; init; }

        [JsonIgnore]
        public string? OrderNumber => Number;

        [JsonIgnore]
        public IEnumerable<GoodsRow> Goods => Lines;
    }

    private sealed record OriginInvoiceLineRow : IdentifiedRow, IOrigin
    {
        public required LineType Type { get; init; }

        public required decimal? Quantity { get; init; }

        [JsonPropertyName("unit.")]
        public required LineUnitRow? Unit { get; init; }

        [JsonPropertyName("product.")]
        public required ProductRow? Product { get; init; }

        [JsonPropertyName("invoice.")]
        public required InvoicedRow Invoice { get; init; }

        [JsonIgnore]
        public string? OrderNumber => Invoice.Sales.Select(sale => sale.Number).FirstOrDefault();

        [JsonIgnore]
        public IEnumerable<GoodsRow> Goods => [new GoodsRow { Type = Type, Quantity = Quantity, Unit = Unit, Product = Product }];
    }

    private sealed record OriginInvoiceRow : IdentifiedRow, IOrigin
    {
        [JsonPropertyName("sales.")]
        public required IReadOnlyList<NumberedRow> Sales { get; init; }

        [JsonPropertyName("lines.")]
        public required IReadOnlyList<GoodsRow> Lines { get; init; }

        [JsonIgnore]
        public string? OrderNumber => Sales.Select(sale => sale.Number).FirstOrDefault();

        [JsonIgnore]
        public IEnumerable<GoodsRow> Goods => Lines;
    }

    private sealed record InvoicedRow
    {
        [JsonPropertyName("sales.")]
        public required IReadOnlyList<NumberedRow> Sales { get; init; }
    }

    /// <summary>The sale with negative quantities.</summary>
    private sealed record MadeSaleRow : IdentifiedRow
    {
        public required SaleState State { get; init; }

        public required ShipmentState ShipmentState { get; init; }

        [JsonPropertyName("invoices.")]
        public required IReadOnlyList<SaleInvoiceRow> Invoices { get; init; }

        [JsonIgnore]
        public ReturnStatus Status =>
            State is SaleState.Cancelled ? ReturnStatus.Cancelled
            : State is SaleState.Done || Invoices.Any(invoice => invoice.State is InvoiceState.Posted or InvoiceState.Paid) ? ReturnStatus.Credited
            : ShipmentState is ShipmentState.Sent ? ReturnStatus.Received
            : ReturnStatus.Approved;
    }

    private sealed record MadeInvoiceRow : IdentifiedRow
    {
        public required InvoiceState State { get; init; }

        [JsonIgnore]
        public ReturnStatus Status => State switch
        {
            InvoiceState.Posted or InvoiceState.Paid => ReturnStatus.Credited,
            InvoiceState.Cancelled => ReturnStatus.Cancelled,
            _ => ReturnStatus.Approved,
        };
    }
}

/// <summary>A record by its number; null until it has one.</summary>
internal sealed record NumberedRow(string? Number) : IdentifiedRow;
