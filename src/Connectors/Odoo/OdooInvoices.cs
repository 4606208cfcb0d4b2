using System.Globalization;
using PortalIntegration.Connectors.Odoo.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Invoices;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Connectors.Odoo;

/// <summary>Customer invoices and credit notes that are posted: only those have a number for good.</summary>
internal sealed class OdooInvoices(OdooRpc rpc, OdooPartners partners, OdooSignals signals, TimeProvider clock) : IInvoices
{
    private const int PageSize = 50;

    public async Task<Outcome<Page<Invoice>>> List(Scope scope, CustomerNumber customer, string? cursor, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Invoices, "invoices", cancel);
        return int.TryParse(cursor ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            ? await Read(call, Domain.Is(OdooPartners.CustomerNumber, customer.Value), offset)
            : Outcome.Failed<Page<Invoice>>(rpc.Failure(call, Cause.Rejected, "The cursor is not one of ours."));
    }

    public Task<Outcome<IReadOnlyList<OverdueSignal>>> Overdue(Scope scope, IReadOnlyList<CustomerNumber> customers, CancellationToken cancel) =>
        signals.Overdue(new PortCall(scope, Entity.Invoices, "overdue", cancel), customers);

    public Task<Outcome<Statement>> Statement(Scope scope, CustomerNumber customer, CancellationToken cancel) =>
        Task.FromResult(Outcome.Failed<Statement>(rpc.Failure(new PortCall(scope, Entity.Invoices, "statement", cancel), Cause.NotSupported)));

    public async Task<Outcome<Invoice>> Get(Scope scope, string number, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Invoices, "invoice", cancel);
        var read = await Read(call, Domain.Is("name", number), 0);
        return read.Try(out var page) && page.Items is [] ? Outcome.Failed<Invoice>(rpc.Failure(call, Cause.NotFound)) : read.Select(found => found.Items[0]);
    }

    public async Task<Outcome<InvoiceDocument>> Document(Scope scope, string number, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Invoices, "invoiceDocument", cancel);
        var found = await rpc.Search<InvoiceRow>(call, "account.move", Domain.All(IsInvoice, Domain.Is("name", number)), limit: 1);
        if (!found.Try(out var rows) || rows is not [var invoice])
        {
            return found.Succeeded ? Outcome.Failed<InvoiceDocument>(rpc.Failure(call, Cause.NotFound)) : found.As<InvoiceDocument>();
        }

        var named = await partners.Customers(call, [invoice.PartnerId.Id]);
        if (!named.Try(out var customers) || !customers.TryGetValue(invoice.PartnerId.Id, out var customer))
        {
            return named.Succeeded ? Outcome.Failed<InvoiceDocument>(rpc.Failure(call, Cause.NotFound)) : named.As<InvoiceDocument>();
        }

        var printed = await rpc.Print(call, "account.report_invoice_with_payments", invoice.Id);
        return printed.Select(pdf => new InvoiceDocument(
            new CustomerNumber(customer.Ref!),
            new Document(pdf, "application/pdf", $"{invoice.Name.Replace('/', '-')}.pdf")));
    }

    private static object?[] IsInvoice => Domain.All(
        Domain.In("move_type", new[] { "out_invoice", "out_refund" }), Domain.Is("state", "posted"), Domain.IsSet(OdooPartners.CustomerNumber));

    private async Task<Outcome<Page<Invoice>>> Read(PortCall call, object?[] condition, int offset)
    {
        var found = await rpc.Search<InvoiceRow>(call, "account.move", Domain.All(IsInvoice, condition), "invoice_date desc, id desc", offset, PageSize + 1);
        if (!found.Try(out var rows))
        {
            return found.As<Page<Invoice>>();
        }

        var shown = rows.Take(PageSize).ToList();
        var selling = rpc.Search<InvoicedRow>(call, "sale.order", shown is [] ? Domain.None : Domain.In("invoice_ids", shown.Select(row => row.Id)));
        var naming = partners.Customers(call, shown.Select(row => row.PartnerId.Id));
        await Task.WhenAll(selling, naming);
        var (sold, named) = (await selling, await naming);
        if (!sold.Try(out var orders) || !named.Try(out var customers))
        {
            return Outcome.Failed<Page<Invoice>>((sold.Failure ?? named.Failure)!);
        }

        return found.Select(_ => new Page<Invoice>(
            [
                .. shown.Where(row => customers.ContainsKey(row.PartnerId.Id)).Select(row => ToInvoice(
                    row,
                    customers[row.PartnerId.Id],
                    orders.Where(order => order.InvoiceIds.Contains(row.Id)).Select(order => new OrderNumber(order.Name)))),
            ],
            rows.Count > PageSize ? (offset + PageSize).ToString(CultureInfo.InvariantCulture) : null));
    }

    private Invoice ToInvoice(InvoiceRow row, CustomerRow customer, IEnumerable<OrderNumber> orders)
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var credit = row.MoveType is MoveType.OutRefund;
        return new Invoice
        {
            Number = row.Name,
            Kind = credit ? InvoiceKind.CreditNote : InvoiceKind.Invoice,
            Customer = new CustomerNumber(customer.Ref!),
            Orders = [.. orders],
            IssuedOn = row.InvoiceDate,
            DueOn = row.InvoiceDateDue,
            Total = new Money(row.AmountTotal, row.CurrencyId.Name),
            Open = new Money(row.AmountResidual, row.CurrencyId.Name),
            Status = row.PaymentState switch
            {
                PaymentState.Paid or PaymentState.InPayment or PaymentState.InvoicingLegacy => InvoiceStatus.Paid,
                PaymentState.Reversed => InvoiceStatus.Credited,
                _ when !credit && row.InvoiceDateDue < today => InvoiceStatus.Overdue,
                PaymentState.Partial => InvoiceStatus.PartlyPaid,
                _ => InvoiceStatus.Open,
            },
        };
    }

    private sealed record InvoiceRow : OdooRow
    {
        public required string Name { get; init; }

        public required MoveType MoveType { get; init; }

        public required Ref PartnerId { get; init; }

        public required DateOnly InvoiceDate { get; init; }

        public required DateOnly? InvoiceDateDue { get; init; }

        public required decimal AmountTotal { get; init; }

        public required decimal AmountResidual { get; init; }

        public required PaymentState PaymentState { get; init; }

        public required Ref CurrencyId { get; init; }
    }

    private sealed record InvoicedRow : OdooRow
    {
        public required string Name { get; init; }

        public required IReadOnlyList<long> InvoiceIds { get; init; }
    }

    private enum MoveType
    {
        OutInvoice,
        OutRefund,
    }

    private enum PaymentState
    {
        NotPaid,

        /// <summary>A payment was entered, and the bank has not confirmed it.</summary>
        InPayment,

        Paid,
        Partial,
        Reversed,
        InvoicingLegacy,
    }
}
