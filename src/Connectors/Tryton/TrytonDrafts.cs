using System.Globalization;
using System.Text.Json.Serialization;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Tryton.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Connectors.Tryton;

/// <summary>
/// Sales under the portal's external reference that are no orders yet. A draft is never rewritten where it would cost something else:
/// for other lines there is another draft, so that what was quoted is what is confirmed.
/// </summary>
internal sealed class TrytonDrafts(TrytonRpc rpc, TrytonParties parties, TrytonProducts products)
{
    /// <summary>
    /// What the request asks for, in Tryton's terms: creating a sale fills in nothing by itself, so that its form is asked for
    /// addresses, terms, prices and taxes as for a clerk who types it in. Lines that cannot be ordered carry their problem.
    /// </summary>
    public async Task<Outcome<Wanted>> Compose(PortCall call, QuoteRequest request)
    {
        var opening = rpc.Session(call);
        var asking = parties.Find<BuyerRow>(call, request.Customer);
        var finding = products.Find(call, request.Lines.Select(line => line.Sku));
        await Task.WhenAll(opening, asking, finding);
        var (session, buyer, found) = (await opening, await asking, await finding);
        if (!session.Try(out var company))
        {
            return session.As<Wanted>();
        }

        if (!buyer.Try(out var party) || !found.Try(out var sold))
        {
            return buyer.Succeeded ? found.As<Wanted>() : buyer.As<Wanted>();
        }

        var header = await Header(call, request, company, party);
        if (!header.Try(out var values))
        {
            return header.As<Wanted>();
        }

        var lines = await Task.WhenAll(request.Lines.Select((line, index) =>
            Line(call, line, 10 * (index + 1), request.RequestedOn, sold.GetValueOrDefault(line.Sku), Sale(company, party, values))));
        return Array.Find(lines, line => !line.Succeeded) is { } failed
            ? failed.As<Wanted>()
            : header.Select(_ => new Wanted(request.Submission, party, company.CurrencyCode, values, request.PoNumber, [.. lines.Select(line => line.Value)]));
    }

    /// <summary>Every sale of the customer's under the reference that the portal wrote, whatever its state; oldest first.</summary>
    public async Task<Outcome<IReadOnlyList<TRow>>> Under<TRow>(PortCall call, CustomerNumber customer, SubmissionId submission)
        where TRow : StandingRow
    {
        var session = await rpc.Session(call);
        if (!session.Try(out var us))
        {
            return session.As<IReadOnlyList<TRow>>();
        }

        var found = await rpc.Search<TRow>(
            call,
            "sale.sale",
            Domain.All(
                Domain.Is("description", submission.ExternalReference),
                Domain.Is("party.code", customer.Value),
                Domain.Is("create_uid", us.User)),
            order: [new[] { "id", "ASC" }]);

        // Sales are deleted and confirmed by this list.
        return found.Try(out var rows) && rows.Any(row => row.Description != submission.ExternalReference || row.Party.Code != customer.Value)
            ? Outcome.Failed<IReadOnlyList<TRow>>(rpc.Failure(call, Cause.Malformed, "Other sales than were asked for."))
            : found;
    }

    /// <summary>Creates the draft; the answer is its id.</summary>
    /// <param name="description">Null for the external reference alone, under which it is to become an order.</param>
    public async Task<Outcome<long>> Create(PortCall call, Wanted wanted, string? description = null, string? comment = null)
    {
        var values = wanted.ToValues();
        if (description is not null)
        {
            values["description"] = description;
            values["comment"] = comment;
        }

        var created = await rpc.Write<IReadOnlyList<long>>(call, "model.sale.sale.create", [new[] { values }]);
        return created.Try(out var made) && made is not [_]
            ? Outcome.Failed<long>(rpc.Failure(call, Cause.Malformed, "Not one record for one draft."))
            : created.Select(ids => ids[0]);
    }

    /// <summary>
    /// Takes lines out of a draft, which leaves the reference in the same transaction: what is left there is the whole basket or nothing. It is
    /// for the sweep to remove if nobody else does.
    /// </summary>
    public Task<Outcome<object?>> Reduce(PortCall call, long draft, SubmissionId submission, IEnumerable<long> lines) =>
        rpc.Write<object?>(call, "model.sale.sale.write", [new[] { draft }, new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["description"] = $"{submission.ExternalReference}, in part",
            ["lines"] = new object[] { new object[] { "delete", lines } },
        }]);

    /// <summary>What costs nothing and may differ between quote and order.</summary>
    public Task<Outcome<object?>> Label(PortCall call, long draft, string? purchaseOrder, string? comment) =>
        rpc.Write<object?>(call, "model.sale.sale.write", [new[] { draft }, new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["reference"] = purchaseOrder,
            ["comment"] = comment,
        }]);

    /// <summary>Tryton adds freight, checks stock and gives a number. A button in the wrong state does nothing: read the state afterwards.</summary>
    public Task<Outcome<object?>> Quote(PortCall call, long draft) => Press(call, "quote", draft);

    /// <param name="asRead">The draft's time stamp: it is confirmed only as it was read.</param>
    public Task<Outcome<object?>> Confirm(PortCall call, long draft, string asRead) => Press(call, "confirm", draft, asRead);

    /// <summary>
    /// Back from quotation to draft, which keeps no stock from other customers. Tryton would take a sale that was confirmed a moment ago
    /// back as well: not when its time stamp is no longer <paramref name="asRead"/>.
    /// </summary>
    public Task<Outcome<object?>> Release(PortCall call, long draft, string asRead) => Press(call, "draft", draft, asRead);

    /// <summary>
    /// Deletes sales that were never confirmed. Tryton refuses to delete a confirmed one, and the database lets only one of a confirmation
    /// and a deletion at the same time come through.
    /// </summary>
    public Task<Outcome<object?>> Delete(PortCall call, IEnumerable<long> drafts) =>
        rpc.Write<object?>(call, "model.sale.sale.delete", [drafts.ToList()]);

    /// <summary>Deletes them as they were read, and none that was changed since.</summary>
    public Task<Outcome<object?>> Delete(PortCall call, IReadOnlyList<StandingRow> asRead) =>
        rpc.Write<object?>(call, "model.sale.sale.delete", [asRead.Select(row => row.Id).ToList()], Stamped([.. asRead.Select(row => (row.Id, row.Timestamp))]));

    /// <summary>The context in which Tryton changes sales only as they were read.</summary>
    public static Dictionary<string, object?> Stamped(params IReadOnlyList<(long Id, string Timestamp)> asRead) => new(StringComparer.Ordinal)
    {
        ["_timestamp"] = asRead.ToDictionary(row => string.Create(CultureInfo.InvariantCulture, $"sale.sale,{row.Id}"), row => row.Timestamp, StringComparer.Ordinal),
    };

    private Task<Outcome<object?>> Press(PortCall call, string button, long draft, string? asRead = null) =>
        rpc.Write<object?>(call, $"model.sale.sale.{button}", [new[] { draft }], asRead is null ? null : Stamped((draft, asRead)));

    /// <summary>What Tryton fills in when a clerk enters the customer.</summary>
    public async Task<Outcome<ProposedRow>> Propose(PortCall call, TrytonSession company, BuyerRow party)
    {
        var form = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["party"] = party.Id,
            ["company"] = company.Company,
            ["currency"] = company.Currency,
            ["warehouse"] = company.Warehouse,
            ["invoice_party"] = null,
            ["shipment_party"] = null,
            ["payment_term"] = null,
            ["carrier"] = null,
            ["shipment_address"] = null,
        };
        var changed = await rpc.Read<IReadOnlyList<ProposedRow>>(call, "model.sale.sale.on_change", [form, new[] { "party" }]);
        return changed.Try(out var rows) && rows is not [_]
            ? Outcome.Failed<ProposedRow>(rpc.Failure(call, Cause.Malformed, "The form of a sale answers nothing."))
            : changed.Select(proposed => proposed[0]);
    }

    private async Task<Outcome<HeaderValues>> Header(PortCall call, QuoteRequest request, TrytonSession company, BuyerRow party)
    {
        var form = await Propose(call, company, party);
        if (!form.Try(out var proposed))
        {
            return form.As<HeaderValues>();
        }

        if (!Chosen(request.ShipTo, proposed.ShipmentAddress, out var shipTo)
            || !Chosen(request.BillTo, proposed.InvoiceAddress, out var billTo)
            || !Chosen(request.DeliveryMethod, proposed.Carrier, out var carrier))
        {
            return Outcome.Failed<HeaderValues>(rpc.Failure(call, Cause.Rejected, "An address or delivery method is not one of Tryton's.", "invalid_request"));
        }

        return form.Select(_ => new HeaderValues(billTo, shipTo, proposed.PaymentTerm, proposed.PriceList, carrier, request.RequestedOn));
    }

    private static bool Chosen(string? choice, long? proposed, out long? id)
    {
        id = proposed;
        if (choice is null)
        {
            return true;
        }

        var isId = long.TryParse(choice, NumberStyles.None, CultureInfo.InvariantCulture, out var chosen);
        id = chosen;
        return isId;
    }

    private static Dictionary<string, object?> Sale(TrytonSession company, BuyerRow party, HeaderValues header) => new(StringComparer.Ordinal)
    {
        ["party"] = party.Id,
        ["company"] = company.Company,
        ["currency"] = company.Currency,
        ["price_list"] = header.PriceList,
        ["warehouse"] = company.Warehouse,
        ["shipment_address"] = header.ShipmentAddress,
        ["invoice_party"] = null,
        ["sale_date"] = null,
    };

    private async Task<Outcome<WantedLine>> Line(
        PortCall call, OrderLineRequest line, int sequence, DateOnly? requestedOn, SoldRow? product, Dictionary<string, object?> sale)
    {
        var unit = product?.Unit(line.Unit);
        var problem = product is null ? LineProblems.UnknownSku(line.Sku, line.LineId)
            : unit is null ? LineProblems.UnitNotSold(line.Sku, line.Unit, line.LineId)
            : decimal.Round(line.Quantity, unit.Digits) != line.Quantity ? LineProblems.NotDivisible(line.Sku, unit.Name, line.LineId)
            : null;
        var wanted = new WantedLine(line, sequence, product, unit, Note(line, requestedOn), problem);
        if (product is null || unit is null || problem is not null)
        {
            var session = await rpc.Session(call);
            return session.Select(_ => wanted);
        }

        var form = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["product"] = product.Id,
            ["quantity"] = TrytonJson.Float(line.Quantity),
            ["unit"] = unit.Id,
            ["taxes"] = Array.Empty<long>(),
            ["sale"] = sale,
        };

        // As if the product were entered last: quantity and unit are taken into its price.
        var changed = await rpc.Read<IReadOnlyList<LineFormRow>>(call, "model.sale.line.on_change", [form, new[] { "product" }]);
        return changed.Select(rows => rows is [{ UnitPrice: { } price } row, ..]
            ? wanted with
            {
                UnitPrice = price,
                Amount = row.Amount,
                Taxes = [.. (row.Taxes?.Add ?? []).Select(tax => tax.Id)],
                ProductCustomer = row.ProductCustomer,
            }
            : wanted with { Problem = LineProblems.NoPrice(line.Sku, line.LineId) });
    }

    /// <summary>Tryton has no date of its own for a line.</summary>
    private static string? Note(OrderLineRequest line, DateOnly? requestedOn) =>
        QuotationNotes.OfLine(line.RequestedOn == requestedOn ? null : line.RequestedOn, string.IsNullOrWhiteSpace(line.Note) ? null : line.Note);

    private sealed record LineFormRow
    {
        public decimal? UnitPrice { get; init; }

        public decimal? Amount { get; init; }

        public AddedTaxes? Taxes { get; init; }

        public long? ProductCustomer { get; init; }
    }

    private sealed record AddedTaxes(IReadOnlyList<AddedTax>? Add);

    /// <summary>A pair: the place in the list, and the record.</summary>
    [JsonConverter(typeof(AddedTaxConverter))]
    private sealed record AddedTax(long Id);

    private sealed class AddedTaxConverter : JsonConverter<AddedTax>
    {
        public override AddedTax Read(ref System.Text.Json.Utf8JsonReader reader, Type typeToConvert, System.Text.Json.JsonSerializerOptions options)
        {
            var pair = System.Text.Json.JsonElement.ParseValue(ref reader);
            return pair is { ValueKind: System.Text.Json.JsonValueKind.Array } && pair.GetArrayLength() == 2
                && pair[1] is { ValueKind: System.Text.Json.JsonValueKind.Object } record
                && record.TryGetProperty("id", out var id) && id.TryGetInt64(out var value)
                    ? new AddedTax(value)
                    : throw new System.Text.Json.JsonException("Expected a place and a tax.");
        }

        public override void Write(System.Text.Json.Utf8JsonWriter writer, AddedTax value, System.Text.Json.JsonSerializerOptions options) =>
            throw new NotSupportedException("Taxes are only read so.");
    }
}

/// <summary>What a form answers: only what it changed.</summary>
internal sealed record ProposedRow
{
    public long? InvoiceAddress { get; init; }

    public long? ShipmentAddress { get; init; }

    public long? PaymentTerm { get; init; }

    public long? PriceList { get; init; }

    public long? Carrier { get; init; }
}

internal sealed record HeaderValues(long? InvoiceAddress, long? ShipmentAddress, long? PaymentTerm, long? PriceList, long? Carrier, DateOnly? ShippingDate);

/// <summary>A line to order, with what Tryton's form says about it.</summary>
internal sealed record WantedLine(OrderLineRequest Request, int Sequence, SoldRow? Product, UnitRow? Unit, string? Note, Problem? Problem)
{
    public decimal UnitPrice { get; init; }

    public decimal? Amount { get; init; }

    public IReadOnlyList<long> Taxes { get; init; } = [];

    /// <summary>The customer's own part number, to be printed.</summary>
    public long? ProductCustomer { get; init; }

    public Dictionary<string, object?> ToValues()
    {
        var values = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["sequence"] = Sequence,
            ["product"] = Product!.Id,
            ["quantity"] = TrytonJson.Float(Request.Quantity),
            ["unit"] = Unit!.Id,
            ["unit_price"] = UnitPrice,
            ["note"] = Note,
            ["taxes"] = new object[] { new object[] { "add", Taxes } },
        };
        if (ProductCustomer is { } own)
        {
            values["product_customer"] = own;
        }

        return values;
    }

    public bool Is(DraftLineRow line) =>
        line.Sequence == Sequence && line.Product == Product?.Id && line.Quantity == Request.Quantity && line.Unit == Unit?.Id
        && line.UnitPrice == UnitPrice && line.Taxes.ToHashSet().SetEquals(Taxes)
        && string.Equals(line.Note ?? "", Note ?? "", StringComparison.Ordinal);
}

/// <summary>A sale as it should be.</summary>
internal sealed record Wanted(SubmissionId Submission, BuyerRow Party, string Currency, HeaderValues Header, string? PurchaseOrder, IReadOnlyList<WantedLine> Lines)
{
    /// <summary>The same, where these lines turned out not to be orderable.</summary>
    public Wanted Without(IReadOnlyCollection<OrderLineRequest> lines, Func<OrderLineRequest, Problem> problem) => this with
    {
        Lines = [.. Lines.Select(line => lines.Contains(line.Request) ? line with { Problem = problem(line.Request) } : line)],
    };

    public IEnumerable<WantedLine> Orderable => Lines.Where(line => line.Problem is null);

    public Dictionary<string, object?> ToValues() => new(StringComparer.Ordinal)
    {
        ["description"] = Submission.ExternalReference,
        ["reference"] = PurchaseOrder,
        ["party"] = Party.Id,
        ["invoice_address"] = Header.InvoiceAddress,
        ["shipment_address"] = Header.ShipmentAddress,
        ["payment_term"] = Header.PaymentTerm,
        ["price_list"] = Header.PriceList,
        ["carrier"] = Header.Carrier,
        ["shipping_date"] = Header.ShippingDate,
        ["lines"] = new object[] { new object[] { "create", Orderable.Select(line => line.ToValues()).ToList() } },
    };

    /// <summary>Whether the draft would cost and ship the same.</summary>
    public bool Is(DraftRow draft)
    {
        var lines = draft.Lines.Where(line => line.ShipmentCost is null).OrderBy(line => line.Sequence).ToList();
        var wanted = Orderable.ToList();
        return draft.InvoiceAddress == Header.InvoiceAddress && draft.ShipmentAddress == Header.ShipmentAddress
            && draft.PaymentTerm == Header.PaymentTerm && draft.PriceList == Header.PriceList && draft.Carrier == Header.Carrier
            && draft.ShippingDate == Header.ShippingDate
            && lines.Count == wanted.Count && wanted.Zip(lines).All(pair => pair.First.Is(pair.Second));
    }
}

/// <summary>A sale under our reference.</summary>
internal record StandingRow : IdentifiedRow
{
    public required SaleState State { get; init; }

    public required DateOnly? SaleDate { get; init; }

    public required string? Description { get; init; }

    [JsonPropertyName("party.")]
    public required PartyRow Party { get; init; }

    public required decimal? TotalAmount { get; init; }

    /// <summary>Changes with every change.</summary>
    [JsonPropertyName("_timestamp")]
    public required string Timestamp { get; init; }

    [JsonIgnore]
    public bool IsPlaced => SaleStates.IsPlaced(State, SaleDate);
}

/// <summary>With what <see cref="Wanted.Is(DraftRow)"/> compares.</summary>
internal sealed record DraftRow : StandingRow
{
    public required string? Reference { get; init; }

    public required string? Comment { get; init; }

    public required long? InvoiceAddress { get; init; }

    public required long? ShipmentAddress { get; init; }

    public required long? PaymentTerm { get; init; }

    public required long? PriceList { get; init; }

    public required long? Carrier { get; init; }

    public required DateOnly? ShippingDate { get; init; }

    [JsonPropertyName("lines.")]
    public required IReadOnlyList<DraftLineRow> Lines { get; init; }
}

internal sealed record DraftLineRow
{
    public required long Id { get; init; }

    public required int? Sequence { get; init; }

    public required long? Product { get; init; }

    public required decimal? Quantity { get; init; }

    public required long? Unit { get; init; }

    public required decimal? UnitPrice { get; init; }

    public required IReadOnlyList<long> Taxes { get; init; }

    public required string? Note { get; init; }

    public required decimal? ShipmentCost { get; init; }
}
