using System.Globalization;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Odoo.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Quotations;

namespace PortalIntegration.Connectors.Odoo;

/// <summary>Sales orders that are none yet: to quote by, and to be confirmed.</summary>
internal sealed class OdooDrafts(OdooRpc rpc, OdooPartners partners, OdooProducts products)
{
    /// <summary>
    /// A record that has the identifier already is answered and left as it is. The identifier is unique in the database, so that the record is made
    /// once, however many ask for it, and whenever.
    /// </summary>
    private static readonly Dictionary<string, object?> _createOnly = new(StringComparer.Ordinal)
    {
        ["mode"] = "update", ["noupdate"] = true, ["mail_auto_subscribe_no_notify"] = true,
    };

    /// <summary>Nobody gets mail for a quote, nor follows it: Odoo would write to the salesperson for each.</summary>
    private static readonly Dictionary<string, object?> _silent = new(StringComparer.Ordinal) { ["tracking_disable"] = true };

    /// <summary>
    /// What the request asks for, in Odoo's terms: creating an order fills in only part by itself, so that its form is asked for addresses, terms
    /// and tax rules as for a clerk who enters the customer. Lines that cannot be ordered carry their problem.
    /// </summary>
    public async Task<Outcome<Wanted>> Compose(PortCall call, QuoteRequest request)
    {
        var asking = partners.Find<BuyerRow>(call, request.Customer);
        var finding = products.Find(call, request.Lines.Select(line => line.Sku));
        var listing = products.Units(call);
        var opening = rpc.Session(call);
        await Task.WhenAll(asking, finding, listing, opening);
        var (buyer, found, units, session) = (await asking, await finding, await listing, await opening);
        if (!buyer.Try(out var partner) || !found.Try(out var sold) || !units.Try(out var known) || !session.Try(out var us))
        {
            return Outcome.Failed<Wanted>((buyer.Failure ?? found.Failure ?? units.Failure ?? session.Failure)!);
        }

        var proposing = Propose(call, us, partner);
        var checking = Check(call, request, partner);
        await Task.WhenAll(proposing, checking);
        var (proposed, check) = (await proposing, await checking);
        if (!proposed.Try(out var form) || !check.Succeeded)
        {
            return Outcome.Failed<Wanted>((proposed.Failure ?? check.Failure)!);
        }

        var header = new WantedHeader(
            partner.Id,
            Id(request.BillTo) ?? form.PartnerInvoiceId?.Id ?? partner.Id,
            Id(request.ShipTo) ?? form.PartnerShippingId?.Id ?? partner.Id,
            form.PricelistId?.Id ?? partner.PropertyProductPricelist.Id,
            form.PaymentTermId?.Id,
            form.FiscalPositionId?.Id,
            form.UserId?.Id,
            Id(request.DeliveryMethod) ?? partner.PropertyDeliveryCarrierId?.Id,
            request.RequestedOn,
            request.PartialDelivery is { } inParts ? inParts ? WantedHeader.InParts : WantedHeader.AllTogether : null);
        var lines = request.Lines.Select((line, i) => Line(line, i, sold.GetValueOrDefault(line.Sku), known)).ToList();
        var priced = await Priced(call, us, header, lines);
        return priced.Select(all => new Wanted(request.Submission, request.Customer, header, request.PoNumber, all));
    }

    /// <summary>
    /// Makes the order's draft, or answers the one that was made under the submission, whatever has become of it; its id. What is made of a quotation is made under the
    /// quotation's own claim: then it may be another submission's.
    /// </summary>
    public Task<Outcome<long>> Claim(PortCall call, Wanted wanted, string? note, SubmissionId? quotation = null) => Claim(
        call,
        quotation is { } kept ? OrderOf(kept) : $"o_{wanted.Submission.Value:N}",
        wanted,
        wanted.Submission.ExternalReference,
        note,
        kept: null);

    /// <summary>The name of the external identifier of the one order that may be made of a quotation.</summary>
    public static string OrderOf(SubmissionId quotation) => $"oq_{quotation.Value:N}";

    /// <summary>Makes a quotation, or answers the one that was made under the submission, whatever has become of it; its id.</summary>
    public Task<Outcome<long>> Keep(PortCall call, Wanted wanted, KeptTerms terms) =>
        Claim(call, $"q_{wanted.Submission.Value:N}", wanted, terms.Mark.ToString(), terms.Notes.ToString(), terms);

    private async Task<Outcome<long>> Claim(PortCall call, string identifier, Wanted wanted, string origin, string? note, KeptTerms? kept)
    {
        var table = wanted.ToTable($"{OdooLoad.Module}.{identifier}", origin, note, kept);
        var loaded = await rpc.Load(call, "sale.order", table.Fields, table.Rows, _createOnly);
        return loaded.Select(ids => ids[0]);
    }

    /// <summary>Makes a draft to quote by.</summary>
    public Task<Outcome<long>> Create(PortCall call, Wanted wanted) =>
        rpc.Write<long>(call, "sale.order", "create", ids: null, new(StringComparer.Ordinal) { ["vals_list"] = wanted.ToValues(QuoteReference(wanted.Submission)) }, _silent);

    /// <summary>Gives a draft to quote by another content, at today's prices.</summary>
    public Task<Outcome<bool>> Rewrite(PortCall call, long draft, Wanted wanted) =>
        rpc.Write<bool>(
            call, "sale.order", "write", [draft], new(StringComparer.Ordinal) { ["vals"] = wanted.ToValues(QuoteReference(wanted.Submission), again: true) }, _silent);

    /// <summary>Has Odoo charge the freight, as its dialogue does. Adds the line, or replaces it.</summary>
    public async Task<Outcome<object?>> AddFreight(PortCall call, long draft, long carrier)
    {
        const string dialogue = "choose.delivery.carrier";
        var opened = await rpc.Write<long>(call, dialogue, "create", ids: null, new(StringComparer.Ordinal)
        {
            ["vals_list"] = new Dictionary<string, object?>(StringComparer.Ordinal) { ["order_id"] = draft, ["carrier_id"] = carrier },
        });
        if (!opened.Try(out var id))
        {
            return opened.As<object?>();
        }

        var priced = await rpc.Write<object?>(call, dialogue, "update_price", [id]);
        return priced.Succeeded ? await rpc.Write<object?>(call, dialogue, "button_confirm", [id]) : priced;
    }

    public Task<Outcome<object?>> Confirm(PortCall call, long draft) => rpc.Write<object?>(call, "sale.order", "action_confirm", [draft]);

    /// <summary>
    /// Deletes drafts. Odoo refuses to delete what was confirmed, and the database lets only one of a confirmation and a deletion at the same time come
    /// through. What is gone already counts as deleted.
    /// </summary>
    public async Task<Outcome<bool>> Delete(PortCall call, IReadOnlyCollection<long> drafts)
    {
        var deleted = await rpc.Write<bool>(call, "sale.order", "unlink", drafts);
        if (deleted.Failure is not { Code: OdooRefusals.Missing })
        {
            return deleted;
        }

        var session = await rpc.Session(call);
        return session.Select(_ => true);
    }

    /// <summary>One draft with its lines, freight among them; null where it is gone.</summary>
    public async Task<Outcome<DraftOfOdoo?>> Read(PortCall call, long draft)
    {
        var reading = rpc.Search<SaleRow>(call, "sale.order", Domain.Is("id", draft));
        var lining = rpc.Search<SaleLineRow>(call, "sale.order.line", Domain.All(Domain.Is("order_id", draft), OdooSales.IsLine), "sequence, id");
        await Task.WhenAll(reading, lining);
        var (read, lined) = (await reading, await lining);
        return !lined.Try(out var lines) ? lined.As<DraftOfOdoo?>() : read.Select(rows => rows is [var row] ? new DraftOfOdoo(row, lines) : null);
    }

    /// <summary>Not the order's own reference, so that a quote is never taken for it.</summary>
    public static string QuoteReference(SubmissionId submission) => $"{submission.ExternalReference}/quote";

    private static long? Id(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    /// <summary>What Odoo fills in when a clerk enters the customer.</summary>
    private async Task<Outcome<FormRow>> Propose(PortCall call, OdooSession us, BuyerRow partner)
    {
        var changed = await rpc.Read<FormAnswer<FormRow>>(call, "sale.order", "onchange", [], new(StringComparer.Ordinal)
        {
            ["values"] = new Dictionary<string, object?>(StringComparer.Ordinal) { ["partner_id"] = partner.Id, ["company_id"] = us.Company },
            ["field_name"] = "partner_id",
            ["field_onchange"] = FormRow.Fields,
        });
        return changed.Select(answer => answer.Value);
    }

    /// <summary>Addresses that are the customer's, a delivery method that there is.</summary>
    private async Task<Outcome<bool>> Check(PortCall call, QuoteRequest request, BuyerRow partner)
    {
        var addresses = new[] { request.ShipTo, request.BillTo }.OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        var session = await rpc.Session(call);
        if (addresses.Count == 0 && request.DeliveryMethod is null)
        {
            return session.Select(_ => true);
        }

        if (addresses.Append(request.DeliveryMethod).Any(id => id is not null && Id(id) is null))
        {
            return NotOurs();
        }

        var counting = rpc.Count(call, "res.partner", Domain.All(Domain.In("id", addresses.Select(id => Id(id)!.Value)), Domain.Is("commercial_partner_id", partner.Id)));
        var looking = rpc.Count(call, "delivery.carrier", Domain.Is("id", Id(request.DeliveryMethod) ?? 0));
        await Task.WhenAll(counting, looking);
        var (counted, looked) = (await counting, await looking);
        return !counted.Try(out var his) ? counted.As<bool>()
            : !looked.Try(out var carriers) ? looked.As<bool>()
            : his == addresses.Count && (request.DeliveryMethod is null || carriers == 1) ? session.Select(_ => true)
            : NotOurs();

        Outcome<bool> NotOurs() =>
            Outcome.Failed<bool>(rpc.Failure(call, Cause.Rejected, "An address or delivery method is not one of the customer's.", "invalid_request"));
    }

    private static WantedLine Line(OrderLineRequest line, int place, SoldRow? product, UnitsOfOdoo units)
    {
        var unit = product is null ? null : units.Of(product.UomId, line.Unit);
        var problem = product is null ? LineProblems.UnknownSku(line.Sku, line.LineId)
            : unit is null ? LineProblems.UnitNotSold(line.Sku, line.Unit, line.LineId)
            : decimal.Round(line.Quantity, unit.Decimals) != line.Quantity ? LineProblems.NotDivisible(line.Sku, unit.Name, line.LineId)
            : null;
        return new WantedLine(line, place + 1, product, unit, problem);
    }

    /// <summary>
    /// Odoo prices a new line by itself, but in the product's own unit whatever unit the line has. Where a line has another, all prices are
    /// taken from the line's form, which minds the unit.
    /// </summary>
    private async Task<Outcome<IReadOnlyList<WantedLine>>> Priced(PortCall call, OdooSession us, WantedHeader header, List<WantedLine> lines)
    {
        if (lines.All(line => line.Problem is not null || line.Unit!.Id == line.Product!.UomId.Id))
        {
            var session = await rpc.Session(call);
            return session.Select<IReadOnlyList<WantedLine>>(_ => lines);
        }

        var priced = await Task.WhenAll(lines.Select(line => Form(call, us, header, line)));
        return Array.Find(priced, line => !line.Succeeded) is { } failed
            ? failed.As<IReadOnlyList<WantedLine>>()
            : priced[0].Select<IReadOnlyList<WantedLine>>(_ => [.. priced.Select(line => line.Value)]);
    }

    private async Task<Outcome<WantedLine>> Form(PortCall call, OdooSession us, WantedHeader header, WantedLine line)
    {
        if (line.Problem is not null)
        {
            var session = await rpc.Session(call);
            return session.Select(_ => line);
        }

        var changed = await rpc.Read<FormAnswer<LineFormRow>>(call, "sale.order.line", "onchange", [], new(StringComparer.Ordinal)
        {
            ["values"] = new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["order_id"] = new Dictionary<string, object?>(StringComparer.Ordinal)
                {
                    ["partner_id"] = header.Partner,
                    ["pricelist_id"] = header.Pricelist,
                    ["fiscal_position_id"] = header.FiscalPosition ?? (object)false,
                    ["company_id"] = us.Company,
                    ["date_order"] = OdooJson.Text(rpc.Pipeline.Time.GetUtcNow()),
                },
                ["company_id"] = us.Company,
                ["product_id"] = line.Product!.Id,
                ["product_uom"] = line.Unit!.Id,
                ["product_uom_qty"] = line.Request.Quantity,
            },
            ["field_name"] = "product_uom",
            ["field_onchange"] = LineFormRow.Fields,
        });
        return changed.Select(answer => answer.Value.PriceUnit is { } price && price >= 0
            ? line with { Price = price }
            : line with { Problem = LineProblems.NoPrice(line.Request.Sku, line.Request.LineId) });
    }

    internal sealed record BuyerRow : OdooRow
    {
        public required Ref PropertyProductPricelist { get; init; }

        public required Ref? PropertyDeliveryCarrierId { get; init; }
    }

    private sealed record FormAnswer<T>
    {
        public required T Value { get; init; }
    }

    /// <summary>Only what is set.</summary>
    private sealed record FormRow
    {
        /// <summary>"1" marks what the others follow.</summary>
        public static IReadOnlyDictionary<string, string> Fields { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["partner_id"] = "1", ["partner_invoice_id"] = "", ["partner_shipping_id"] = "1", ["pricelist_id"] = "", ["payment_term_id"] = "",
            ["fiscal_position_id"] = "", ["user_id"] = "", ["company_id"] = "",
        };

        public Ref? PartnerInvoiceId { get; init; }

        public Ref? PartnerShippingId { get; init; }

        public Ref? PricelistId { get; init; }

        public Ref? PaymentTermId { get; init; }

        public Ref? FiscalPositionId { get; init; }

        public Ref? UserId { get; init; }
    }

    private sealed record LineFormRow
    {
        public static IReadOnlyDictionary<string, string> Fields { get; } =
            new Dictionary<string, string>(StringComparer.Ordinal) { ["product_uom"] = "1", ["price_unit"] = "" };

        public decimal? PriceUnit { get; init; }
    }
}

/// <summary>A draft as it stands.</summary>
internal sealed record DraftOfOdoo(SaleRow Sale, IReadOnlyList<SaleLineRow> Lines)
{
    public IEnumerable<SaleLineRow> Goods => Lines.Where(line => !line.IsDelivery);

    public bool HasFreightOf(long carrier) => Sale.CarrierId?.Id == carrier && Lines.Any(line => line.IsDelivery);
}

/// <param name="Carrier">Null for none, and no freight.</param>
internal sealed record WantedHeader(
    long Partner, long InvoiceAddress, long ShippingAddress, long Pricelist, long? PaymentTerm, long? FiscalPosition, long? SalesPerson, long? Carrier, DateOnly? RequestedOn, string? PickingPolicy)
{
    public const string InParts = "direct";
    public const string AllTogether = "one";

    /// <summary>Noon, so that it is the same day nearly everywhere.</summary>
    public string? CommitmentDate => RequestedOn is { } day ? OdooJson.Text(new DateTimeOffset(day.ToDateTime(new TimeOnly(12, 0)), TimeSpan.Zero)) : null;
}

/// <summary>What a quotation has beyond an order's draft.</summary>
internal sealed record KeptTerms(QuotationMark Mark, QuotationNotes Notes)
{
    /// <summary>Given to the customer, with prices that hold until a day; else only put aside.</summary>
    public static bool RunsOut(QuotationKind kind) => kind is QuotationKind.Quote or QuotationKind.Approval;

    /// <summary>Odoo says of a quotation that it has run out only once it was sent.</summary>
    public string State => RunsOut(Mark.Kind) ? "sent" : "draft";
}

/// <summary>A line to order.</summary>
internal sealed record WantedLine(OrderLineRequest Request, int Sequence, SoldRow? Product, UnitRow? Unit, Problem? Problem)
{
    /// <summary>What the line's form says it costs; null where Odoo prices the line when it is made.</summary>
    public decimal? Price { get; init; }

    public bool Is(SaleLineRow line) =>
        line.ProductId.Id == Product?.Id && line.ProductUomQty == Request.Quantity && line.ProductUom.Id == Unit?.Id && (Price is null || line.PriceUnit == Price);
}

/// <summary>An order as it should be.</summary>
internal sealed record Wanted(SubmissionId Submission, CustomerNumber Customer, WantedHeader Header, string? PurchaseOrder, IReadOnlyList<WantedLine> Lines)
{
    public IEnumerable<WantedLine> Orderable => Lines.Where(line => line.Problem is null);

    private bool HasPrices => Orderable.All(line => line.Price is not null);

    /// <summary>Whether the draft orders the same, to the same places, at the same terms.</summary>
    public bool Is(DraftOfOdoo draft)
    {
        var (sale, goods, wanted) = (draft.Sale, draft.Goods.ToList(), Orderable.ToList());
        return sale.PartnerId.Id == Header.Partner && sale.PartnerInvoiceId.Id == Header.InvoiceAddress && sale.PartnerShippingId.Id == Header.ShippingAddress
            && (sale.CommitmentDate is { } date ? OdooJson.Text(date) : null) == Header.CommitmentDate
            && (Header.PickingPolicy is null || sale.PickingPolicy == Header.PickingPolicy)
            && goods.Count == wanted.Count && wanted.Zip(goods).All(pair => pair.First.Is(pair.Second));
    }

    /// <param name="again">For a draft that has lines already: they are removed.</param>
    public Dictionary<string, object?> ToValues(string origin, bool again = false)
    {
        var values = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["origin"] = origin,
            ["client_order_ref"] = PurchaseOrder ?? (object)false,
            ["partner_id"] = Header.Partner,
            ["partner_invoice_id"] = Header.InvoiceAddress,
            ["partner_shipping_id"] = Header.ShippingAddress,
            ["pricelist_id"] = Header.Pricelist,
            ["payment_term_id"] = Header.PaymentTerm ?? (object)false,
            ["fiscal_position_id"] = Header.FiscalPosition ?? (object)false,
            ["user_id"] = Header.SalesPerson ?? (object)false,
            ["commitment_date"] = Header.CommitmentDate ?? (object)false,
            ["carrier_id"] = false,
            ["order_line"] = new List<object?>(
            [
                .. again ? [new object[] { 5, 0, 0 }] : Array.Empty<object[]>(),
                .. Orderable.Select(line => new object[] { 0, 0, Values(line) }),
            ]),
        };
        if (Header.PickingPolicy is { } policy)
        {
            // Left out, it is what Odoo's settings say.
            values["picking_policy"] = policy;
        }

        return values;
    }

    /// <summary>The same as a table for <c>load</c>: the first row has the order and its first line, each further one a line.</summary>
    /// <param name="kept">Null for an order.</param>
    public (IReadOnlyList<string> Fields, IReadOnlyList<IReadOnlyList<string>> Rows) ToTable(string identifier, string origin, string? note, KeptTerms? kept = null)
    {
        var order = new List<(string Field, string? Value)>
        {
            ("id", identifier),
            ("origin", origin),
            ("client_order_ref", PurchaseOrder),
            ("partner_id/.id", Text(Header.Partner)),
            ("partner_invoice_id/.id", Text(Header.InvoiceAddress)),
            ("partner_shipping_id/.id", Text(Header.ShippingAddress)),
            ("pricelist_id/.id", Text(Header.Pricelist)),
            ("payment_term_id/.id", Text(Header.PaymentTerm)),
            ("fiscal_position_id/.id", Text(Header.FiscalPosition)),
            ("user_id/.id", Text(Header.SalesPerson)),
            ("commitment_date", Header.CommitmentDate),
            ("picking_policy", Header.PickingPolicy),
            ("note", note),
            ("state", kept?.State),
            ("carrier_id/.id", kept is null ? null : Text(Header.Carrier)),
        };
        // An empty field would be set to nothing instead of what Odoo fills in.
        order.RemoveAll(field => string.IsNullOrEmpty(field.Value));
        string[] line =
        [
            "order_line/sequence", "order_line/product_id/.id", "order_line/product_uom_qty", "order_line/product_uom/.id", .. HasPrices ? ["order_line/price_unit"] : Array.Empty<string>(),
            .. kept is null ? Array.Empty<string>() : ["order_line/name"],
        ];
        return (
            [.. order.Select(field => field.Field), .. line],
            [.. Orderable.Select((wanted, i) => (IReadOnlyList<string>)[.. order.Select(field => i == 0 ? field.Value! : ""), .. Cells(wanted), .. kept is null ? Array.Empty<string>() : [Name(wanted)]])]);
    }

    private Dictionary<string, object?> Values(WantedLine line)
    {
        var values = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["sequence"] = line.Sequence,
            ["product_id"] = line.Product!.Id,
            ["product_uom_qty"] = line.Request.Quantity,
            ["product_uom"] = line.Unit!.Id,
        };
        if (HasPrices)
        {
            values["price_unit"] = line.Price!.Value;
        }

        return values;
    }

    private IEnumerable<string> Cells(WantedLine line) =>
    [
        Text(line.Sequence)!,
        Text(line.Product!.Id)!,
        line.Request.Quantity.ToString(CultureInfo.InvariantCulture),
        Text(line.Unit!.Id)!,
        .. HasPrices ? [line.Price!.Value.ToString(CultureInfo.InvariantCulture)] : Array.Empty<string>(),
    ];

    /// <summary>What a line is called, and below it what it is noted with: a line has no other text.</summary>
    private string Name(WantedLine line)
    {
        var name = $"[{line.Product!.DefaultCode}] {line.Product.Name}";
        var noted = QuotationNotes.OfLine(
            line.Request.RequestedOn == Header.RequestedOn ? null : line.Request.RequestedOn, string.IsNullOrWhiteSpace(line.Request.Note) ? null : line.Request.Note);
        return noted is null ? name : $"{name}\n{noted}";
    }

    private static string? Text(long? number) => number?.ToString(CultureInfo.InvariantCulture);
}
