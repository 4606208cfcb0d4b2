using PortalIntegration.Sandbox.Http;
using PortalIntegration.Sandbox.Storage;

namespace PortalIntegration.Sandbox.Erp.Invoices;

/// <summary>Invoices on the wire.</summary>
internal sealed class InvoiceOperations(ErpState state)
{
    public IEnumerable<Operation> All =>
    [
        Operation.Get("listInvoices", "/invoices", List),
        Operation.Get("getInvoice", "/invoices/{number}", Show),
        Operation.Get("getStatement", "/customers/{number}/statement", ShowStatement),
        Operation.Get("getInvoicePdf", "/invoices/{number}/pdf", Pdf),
    ];

    private Answer ShowStatement(Call call)
    {
        lock (state.Gate)
        {
            var customer = state.Customers.Find(call.Route("number")) ?? throw Refusal.NotFound($"There is no customer {call.Route("number")}.");
            return Answer.Ok(StatementBody.Of(customer, state, state.Now));
        }
    }

    private Answer List(Call call)
    {
        var statuses = call.Enums<InvoiceStatus>("status");
        var customer = call.Text("customerNumber");
        var order = call.Text("orderNumber");
        var words = (call.Text("q") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        lock (state.Gate)
        {
            var now = state.Now;
            bool Mentions(Invoice i, string word) =>
                i.Number.Contains(word, StringComparison.OrdinalIgnoreCase)
                || i.PoNumber?.Contains(word, StringComparison.OrdinalIgnoreCase) == true
                || i.OrderNumbers.Any(n => n.Contains(word, StringComparison.OrdinalIgnoreCase))
                || i.Lines.Any(l => l.Sku.Contains(word, StringComparison.OrdinalIgnoreCase));
            bool Matches(Invoice i) =>
                (customer is null || i.CustomerNumber == customer)
                && (order is null || i.OrderNumbers.Contains(order))
                && (statuses.Count == 0 || statuses.Contains(i.AsOf(now).Status))
                && words.All(w => Mentions(i, w));

            if (call.ChangedSince is null)
            {
                var found = state.Invoices.All.Where(Matches).OrderByDescending(i => i.IssuedOn).ThenByDescending(i => i.Number, StringComparer.Ordinal).ToList();
                var page = Table<Invoice>.ByPosition(found, call.CursorText, call.Limit);
                return Answer.Ok(new ListPage<Invoice>(page.Items.Select(i => i.AsOf(now)).ToList(), null, page.NextCursor, now, found.Count));
            }

            var slice = state.Invoices.ByChange(call.ChangedSince, call.CursorText, call.Limit, Matches);
            return Answer.Ok(new ListPage<Invoice>(slice.Items.Select(i => i.AsOf(now)).ToList(), null, slice.NextCursor, now, null));
        }
    }

    private Answer Show(Call call)
    {
        lock (state.Gate)
        {
            var invoice = Find(call);
            return Answer.Ok(invoice.AsOf(state.Now)).WithVersion(invoice.Version);
        }
    }

    private Answer Pdf(Call call)
    {
        Invoice invoice;
        string customer;
        lock (state.Gate)
        {
            invoice = Find(call).AsOf(state.Now);
            customer = state.Customers.Find(invoice.CustomerNumber)?.Body.Name ?? invoice.CustomerNumber;
        }

        return Answer.File(InvoicePdf.Print(invoice, customer), "application/pdf")
            .WithHeader("Content-Disposition", $"attachment; filename=\"{invoice.Number}.pdf\"");
    }

    private Invoice Find(Call call) =>
        state.Invoices.Find(call.Route("number")) ?? throw Refusal.NotFound($"There is no invoice {call.Route("number")}.");
}
