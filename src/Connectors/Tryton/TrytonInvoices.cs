using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Tryton.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Invoices;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Connectors.Tryton;

/// <summary>Customer invoices that are posted: only those have a number.</summary>
internal sealed class TrytonInvoices(TrytonRpc rpc, TimeProvider clock) : IInvoices
{
    private const int PageSize = 50;

    public async Task<Outcome<Page<Invoice>>> List(Scope scope, CustomerNumber customer, string? cursor, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Invoices, "invoices", cancel);
        if (!int.TryParse(cursor ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
        {
            return Outcome.Failed<Page<Invoice>>(rpc.Failure(call, Cause.Rejected, "The cursor is not one of ours."));
        }

        var found = await rpc.Search<InvoiceRow>(
            call,
            "account.invoice",
            Domain.All(IsInvoice, Domain.Is("party.code", customer.Value)),
            order: [new[] { "invoice_date", "DESC" }, new[] { "id", "DESC" }],
            offset: offset,
            limit: PageSize + 1);
        return found.Select(rows => new Page<Invoice>(
            [.. rows.Take(PageSize).Select(ToInvoice)],
            rows.Count > PageSize ? (offset + PageSize).ToString(CultureInfo.InvariantCulture) : null));
    }

    public Task<Outcome<IReadOnlyList<OverdueSignal>>> Overdue(Scope scope, IReadOnlyList<CustomerNumber> customers, CancellationToken cancel) =>
        Task.FromResult(Outcome.Failed<IReadOnlyList<OverdueSignal>>(rpc.Failure(new PortCall(scope, Entity.Invoices, "overdue", cancel), Cause.NotSupported)));

    public Task<Outcome<Statement>> Statement(Scope scope, CustomerNumber customer, CancellationToken cancel) =>
        Task.FromResult(Outcome.Failed<Statement>(rpc.Failure(new PortCall(scope, Entity.Invoices, "statement", cancel), Cause.NotSupported)));

    public async Task<Outcome<Invoice>> Get(Scope scope, string number, CancellationToken cancel)
    {
        var found = await Find(new PortCall(scope, Entity.Invoices, "invoice", cancel), number);
        return found.Select(ToInvoice);
    }

    public async Task<Outcome<InvoiceDocument>> Document(Scope scope, string number, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Invoices, "invoiceDocument", cancel);
        var found = await Find(call, number);
        if (!found.Try(out var invoice))
        {
            return found.As<InvoiceDocument>();
        }

        var printed = await rpc.Read<IReadOnlyList<JsonElement>>(
            call,
            "report.account.invoice.execute",
            [new[] { invoice.Id }, new { model = "account.invoice", id = invoice.Id, ids = new[] { invoice.Id } }]);
        return rpc.Map(call, printed, file => file is [var named, var bytes, ..]
            && named.Deserialize<string>(TrytonJson.Options) is { } extension && extension.All(char.IsAsciiLetterOrDigit) && bytes.Deserialize<byte[]>(TrytonJson.Options) is { } content
                ? new InvoiceDocument(new CustomerNumber(invoice.Party.Code), new Document(content, MediaType(extension), $"{invoice.Number}.{extension}"))
                : throw new MalformedAnswerException("The report is no file."));
    }

    private static object?[] IsInvoice => Domain.All(
        Domain.Is("type", "out"), Domain.IsNot("number", value: null), Domain.In("state", new[] { "posted", "paid", "cancelled" }));

    private async Task<Outcome<InvoiceRow>> Find(PortCall call, string number)
    {
        var found = await rpc.Search<InvoiceRow>(call, "account.invoice", Domain.All(IsInvoice, Domain.Is("number", number)), limit: 1);
        return found.Try(out var rows) && rows is []
            ? Outcome.Failed<InvoiceRow>(rpc.Failure(call, Cause.NotFound))
            : found.Select(given => given[0]);
    }

    /// <summary>By the extension that Tryton's administrator chose for the report.</summary>
    private static string MediaType(string extension) => extension switch
    {
        "pdf" => "application/pdf",
        "odt" => "application/vnd.oasis.opendocument.text",
        _ => "application/octet-stream",
    };

    private Invoice ToInvoice(InvoiceRow row)
    {
        var due = row.LinesToPay.Max(line => line.MaturityDate);
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);

        // A credit note is an invoice with negative amounts.
        var credit = row.TotalAmount < 0;
        return new Invoice
        {
            Number = row.Number,
            Kind = credit ? InvoiceKind.CreditNote : InvoiceKind.Invoice,
            Customer = new CustomerNumber(row.Party.Code),
            Orders = [.. row.Sales.Select(sale => sale.Number).OfType<string>().Select(number => new OrderNumber(number))],
            IssuedOn = row.InvoiceDate,
            DueOn = due,
            Total = new Money(Math.Abs(row.TotalAmount), row.Currency.Code),
            Open = row.AmountToPay is { } open ? new Money(Math.Abs(open), row.Currency.Code) : null,
            Status = row.State switch
            {
                InvoiceState.Paid => InvoiceStatus.Paid,
                InvoiceState.Cancelled => InvoiceStatus.Cancelled,
                _ when !credit && due < today => InvoiceStatus.Overdue,
                _ when row.AmountToPay is { } left && left != row.TotalAmount => InvoiceStatus.PartlyPaid,
                _ => InvoiceStatus.Open,
            },
        };
    }

    private sealed record InvoiceRow : IdentifiedRow
    {
        public required string Number { get; init; }

        public required InvoiceState State { get; init; }

        public required DateOnly InvoiceDate { get; init; }

        public required decimal TotalAmount { get; init; }

        public required decimal? AmountToPay { get; init; }

        [JsonPropertyName("currency.")]
        public required CurrencyRow Currency { get; init; }

        [JsonPropertyName("party.")]
        public required PartyRow Party { get; init; }

        [JsonPropertyName("sales.")]
        public required IReadOnlyList<OrderNumberRow> Sales { get; init; }

        [JsonPropertyName("lines_to_pay.")]
        public required IReadOnlyList<DueRow> LinesToPay { get; init; }
    }

    private sealed record OrderNumberRow(string? Number);

    private sealed record DueRow(DateOnly? MaturityDate);
}
