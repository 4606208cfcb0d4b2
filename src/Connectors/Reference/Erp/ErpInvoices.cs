using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Reference.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Invoices;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Connectors.Reference.Erp;

internal sealed class ErpInvoices(SystemPipeline pipeline, Func<Call, IErpApi> api) : IInvoices
{
    private const string Capability = "Invoices";
    private const int PageSize = 50;

    private static readonly Operation _list = Operation.Read("listInvoices", Capability);
    private static readonly Operation _get = Operation.Read("getInvoice", Capability);
    private static readonly Operation _statement = Operation.Read("getStatement", Capability);
    private static readonly Operation _overdue = Operation.Read("overdueQuery", Capability);
    private static readonly Operation _pdf = Operation.Read("getInvoicePdf", "Invoice documents");

    public Task<Outcome<Page<Invoice>>> List(Scope scope, CustomerNumber customer, string? cursor = null, CancellationToken cancel = default) => pipeline.Send(
        scope,
        _list,
        (call, token) => api(call).ListInvoices(customer.Value, null, cursor, PageSize, token),
        page => new Page<Invoice>(
            Strict.Each(page.Items, "items", (invoice, at) =>
            {
                Strict.Same(invoice.CustomerNumber, customer.Value, $"{at}.customerNumber");
                return Map(invoice, $"{at}.");
            }),
            page.NextCursor,
            page.Total),
        page => page.AsOf,
        cancel: cancel);

    public Task<Outcome<Statement>> Statement(Scope scope, CustomerNumber customer, CancellationToken cancel = default) => Ask.ByKey(pipeline, _statement, customer.Value, key =>
        pipeline.Send(
            scope,
            _statement,
            (call, token) => api(call).GetStatement(key, token),
            answer =>
            {
                Strict.Same(answer.CustomerNumber, customer.Value, "customerNumber");
                var currency = Strict.Currency(answer.Currency, "currency");
                return new Statement
                {
                    Customer = customer,
                    Total = new Money(answer.Total, currency),
                    Overdue = new Money(Strict.NotNegative(answer.Overdue, "overdue"), currency),
                    Buckets = Strict.Each(answer.Buckets, "buckets", (bucket, _) => new AgeingBucket(bucket.FromDays, bucket.ToDays, new Money(bucket.Amount, currency))),
                    Items = Strict.Each(answer.Items, "items", (item, at) => new StatementItem
                    {
                        Number = Strict.Filled(item.Number, $"{at}.number"),
                        Kind = Kind(item.Kind, $"{at}."),
                        Orders = [.. item.OrderNumbers.Select(number => new OrderNumber(number))],
                        IssuedOn = item.IssuedOn,
                        DueOn = item.DueOn,
                        Total = new Money(Strict.NotNegative(item.Total, $"{at}.total"), currency),
                        Open = new Money(item.Open, currency),
                        DaysOverdue = item.DaysOverdue >= 0 ? item.DaysOverdue : throw new MalformedAnswerException($"{at}.daysOverdue is negative"),
                    }),
                    Held = Strict.Each(answer.HeldOrders, "heldOrders", (order, at) =>
                        new HeldOrder(new OrderNumber(Strict.Filled(order.Number, $"{at}.number")), Strict.Filled(order.Reason, $"{at}.reason"), order.Since)),
                };
            },
            answer => answer.AsOf,
            cancel: cancel));

    public Task<Outcome<IReadOnlyList<OverdueSignal>>> Overdue(Scope scope, IReadOnlyList<CustomerNumber> customers, CancellationToken cancel = default) =>
        Batches.Ask(pipeline, customers, Ask.LargestBatch, batch => pipeline.Send(
            scope,
            _overdue,
            (call, token) => api(call).OverdueQuery(new CustomersQueryWire([.. batch.Select(customer => customer.Value)]), token),
            answer => (IReadOnlyList<OverdueSignal>)Strict.Among(
                Strict.Each(answer.Items, "items", (item, at) => new OverdueSignal(
                    new CustomerNumber(item.CustomerNumber),
                    new Money(Strict.NotNegative(item.Overdue, $"{at}.overdue"), Strict.Currency(item.Currency, $"{at}.currency")),
                    item.Overdue > 0 == item.OverdueSince is not null
                        ? item.OverdueSince
                        : throw new MalformedAnswerException($"{at}.overdueSince does not fit overdue"))),
                batch,
                signal => signal.Customer,
                "items"),
            answer => answer.AsOf,
            cancel: cancel));

    public Task<Outcome<Invoice>> Get(Scope scope, string number, CancellationToken cancel = default) => Ask.ByKey(pipeline, _get, number, key =>
        pipeline.Send(scope, _get, (call, token) => api(call).GetInvoice(key, token), invoice => Map(invoice, ""), cancel: cancel));

    public Task<Outcome<InvoiceDocument>> Document(Scope scope, string number, CancellationToken cancel = default) => Ask.ByKey(pipeline, _pdf, number, async key =>
    {
        // Whose it is stands in the invoice, not in the file: a foreign one is not even fetched.
        var invoice = await pipeline.Send(scope, _get, (call, token) => api(call).GetInvoice(key, token), answer => (Invoice: Map(answer, ""), answer.HasPdf), cancel: cancel);
        if (!invoice.Succeeded)
        {
            return invoice.As<InvoiceDocument>();
        }

        var customer = invoice.Value.Invoice.Customer;
        return invoice.Value.HasPdf && scope.Covers(customer)
            ? await pipeline.Send(
                scope,
                _pdf,
                async (call, token) => await Ask.File(await api(call).GetInvoicePdf(key, token), PlainText.FileName(number, ".pdf"), token),
                file => file.Content.Span.StartsWith("%PDF-"u8) ? new InvoiceDocument(customer, file) : throw new MalformedAnswerException("The file is no PDF"),
                cancel: cancel)
            : pipeline.Fail<InvoiceDocument>(_pdf, Cause.NotFound);
    });

    private static InvoiceKind Kind(InvoiceKindWire kind, string at) => kind switch
    {
        InvoiceKindWire.Invoice => InvoiceKind.Invoice,
        InvoiceKindWire.CreditNote => InvoiceKind.CreditNote,
        _ => throw new MalformedAnswerException($"{at}kind is unknown"),
    };

    private static Invoice Map(InvoiceWire invoice, string at)
    {
        var currency = Strict.Currency(invoice.Currency, $"{at}currency");
        return new Invoice
        {
            Number = Strict.Filled(invoice.Number, $"{at}number"),
            Kind = Kind(invoice.Kind, at),
            Customer = new CustomerNumber(Strict.Filled(invoice.CustomerNumber, $"{at}customerNumber")),
            Orders = Strict.Each(invoice.OrderNumbers, $"{at}orderNumbers", (number, numberAt) => new OrderNumber(Strict.Filled(number, numberAt))),
            IssuedOn = invoice.IssuedOn,
            DueOn = invoice.DueOn,
            Total = new Money(Strict.NotNegative(invoice.Total, $"{at}total"), currency),
            Open = new Money(invoice.Balance, currency),
            Status = invoice.Status switch
            {
                InvoiceStatusWire.Open => InvoiceStatus.Open,
                InvoiceStatusWire.PartlyPaid => InvoiceStatus.PartlyPaid,
                InvoiceStatusWire.Paid => InvoiceStatus.Paid,
                InvoiceStatusWire.Overdue => InvoiceStatus.Overdue,
                InvoiceStatusWire.Credited => InvoiceStatus.Credited,
                _ => throw new MalformedAnswerException($"{at}status is unknown"),
            },
        };
    }
}
