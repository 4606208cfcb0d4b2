using PortalIntegration.Sandbox.Erp.Orders;
using PortalIntegration.Sandbox.Erp.Pricing;
using PortalIntegration.Sandbox.Erp.Returns;
using PortalIntegration.Sandbox.Http;

namespace PortalIntegration.Sandbox.Erp.Invoices;

/// <summary>Invoices what was shipped, credits what came back, books payments. To be called under the ERP's lock.</summary>
internal sealed class InvoiceDesk(ErpState state)
{
    public Invoice Issue(Order order, DateTimeOffset at)
    {
        var due = order.Lines.Where(l => l.Shipped > l.Invoiced).ToList();
        if (due.Count == 0)
        {
            throw Refusal.Of(409, "nothing_to_invoice", "Nothing was shipped that is not invoiced.");
        }

        var lines = due.Select((l, i) => Line(order, l, i + 1, l.Shipped - l.Invoiced, Part(l, l.Invoiced, l.Shipped))).ToList();
        foreach (var line in due)
        {
            line.Invoiced = line.Shipped;
        }

        var freight = order.FreightInvoiced ? 0 : order.Freight;
        order.FreightInvoiced = true;
        var customer = state.Customers.Find(order.CustomerNumber);
        return Book(order, InvoiceKind.Invoice, lines, freight, WorkDays.DayOf(at).AddDays(customer?.Body.Terms.Days ?? 30), at);
    }

    public Invoice Credit(Order order, ReturnCase returned, DateTimeOffset at)
    {
        var lines = returned.Lines.Select((r, i) =>
        {
            var line = order.Lines[r.OrderLineNumber - 1];
            return Line(order, line, i + 1, r.Quantity, Part(line, 0, r.Quantity));
        }).ToList();
        return Book(order, InvoiceKind.CreditNote, lines, 0, null, at);
    }

    public Invoice Pay(Invoice invoice, decimal amount, DateTimeOffset at)
    {
        var paid = Math.Min(invoice.Total, invoice.Paid + amount);
        var changed = invoice with
        {
            Paid = paid,
            Status = paid >= invoice.Total ? InvoiceStatus.Paid : InvoiceStatus.PartlyPaid,
            Version = invoice.Version + 1,
            UpdatedAt = at,
        };
        state.Credit.AddBalance(invoice.CustomerNumber, invoice.Paid - paid);
        state.Invoices.Put(changed);
        state.Publish("invoice.changed", "invoice", invoice.Number);
        state.CreditChanged(invoice.CustomerNumber);
        return changed;
    }

    private Invoice Book(Order order, InvoiceKind kind, IReadOnlyList<InvoiceLine> lines, decimal freight, DateOnly? dueOn, DateTimeOffset at)
    {
        var subtotal = lines.Sum(l => l.ExtendedAmount);
        var taxed = subtotal + freight;
        var tax = order.Taxes[0] with { Base = taxed, Amount = Money.Round(taxed * order.Taxes[0].Rate / 100) };
        var credited = kind == InvoiceKind.CreditNote;
        var total = taxed + tax.Amount;
        var invoice = new Invoice
        {
            Number = credited ? state.NextNumber("CN-", 700_000) : state.NextNumber("INV-", 900_000),
            Kind = kind,
            Status = credited ? InvoiceStatus.Credited : InvoiceStatus.Open,
            CustomerNumber = order.CustomerNumber,
            OrderNumbers = [order.Number],
            PoNumber = order.PoNumber,
            IssuedOn = WorkDays.DayOf(at),
            DueOn = dueOn,
            Currency = order.Currency,
            BillTo = order.BillTo,
            Lines = lines,
            Subtotal = subtotal,
            Freight = freight,
            Taxes = [tax],
            TaxTotal = tax.Amount,
            Total = total,
            Paid = 0,
            Version = 1,
            UpdatedAt = at,
        };
        state.Invoices.Put(invoice);
        state.Credit.AddBalance(order.CustomerNumber, credited ? -total : total);
        state.Publish("invoice.changed", "invoice", invoice.Number);
        state.CreditChanged(order.CustomerNumber);
        return invoice;
    }

    /// <summary>The line's amount between two quantities; what is rounded away early comes with the last part.</summary>
    private static decimal Part(OrderLine line, decimal from, decimal to)
    {
        decimal Upto(decimal quantity) => quantity >= line.Ordered ? line.ExtendedAmount : Money.Round(line.ExtendedAmount * quantity / line.Ordered);
        return Upto(to) - Upto(from);
    }

    private static InvoiceLine Line(Order order, OrderLine line, int number, decimal quantity, decimal amount) => new(
        number, order.Number, line.LineNumber, line.Sku, line.Description, quantity, line.Unit, line.PriceUnit, line.UnitPrice, amount);
}
