using PortalIntegration.Sandbox.Erp.Invoices;
using PortalIntegration.Sandbox.Erp.Orders;
using PortalIntegration.Sandbox.Http;

namespace PortalIntegration.Sandbox.Erp.Returns;

internal sealed record ReturnWanted(int OrderLineNumber, decimal Quantity, ReturnReason Reason, string? Note);

/// <summary>Goods on their way back. To be called under the ERP's lock.</summary>
internal sealed class ReturnDesk(ErpState state, OrderDesk orders, InvoiceDesk invoices)
{
    public ReturnCase Register(Order order, IReadOnlyList<ReturnWanted> wanted, string? reference, Person? by, string? note, DateTimeOffset at)
    {
        var errors = new List<ProblemError>();
        for (var i = 0; i < wanted.Count; i++)
        {
            var line = order.Lines.FirstOrDefault(l => l.LineNumber == wanted[i].OrderLineNumber);
            var pointer = $"/lines/{i}/quantity";
            if (line is null)
            {
                errors.Add(new ProblemError("unknown_line", $"The order has no line {wanted[i].OrderLineNumber}.", pointer));
            }
            else if (wanted[i].Quantity > Returnable(order, line) - wanted.Take(i).Where(w => w.OrderLineNumber == line.LineNumber).Sum(w => w.Quantity))
            {
                errors.Add(new ProblemError("quantity_not_returnable", $"Only {Returnable(order, line):0.####} {line.Unit} can be returned.", pointer));
            }
        }

        if (errors.Count > 0)
        {
            throw Refusal.Unprocessable(errors[0].Code, errors[0].Message, errors);
        }

        var registered = new ReturnCase
        {
            Number = state.NextNumber("RMA-", 5_000),
            ExternalReference = reference,
            CustomerNumber = order.CustomerNumber,
            OrderNumber = order.Number,
            Status = ReturnStatus.Requested,
            RequestedAt = at,
            RequestedBy = by,
            Note = note,
            Lines = wanted.Select(w =>
            {
                var line = order.Lines[w.OrderLineNumber - 1];
                return new ReturnLine(line.LineNumber, line.Sku, line.Description, w.Quantity, line.Unit, w.Reason, w.Note);
            }).ToList(),
            Version = 1,
            UpdatedAt = at,
        };
        order.Returns.Add(registered.Number);
        Save(registered, order, at);
        return registered;
    }

    /// <summary>The next step of an open return: approved, received, credited.</summary>
    public ReturnCase Advance(ReturnCase open, DateTimeOffset at)
    {
        var order = state.Orders.Find(open.OrderNumber) ?? throw Refusal.NotFound("The order is gone.");
        var next = open with { Version = open.Version + 1, UpdatedAt = at };
        switch (open.Status)
        {
            case ReturnStatus.Requested:
                next = next with { Status = ReturnStatus.Approved };
                break;
            case ReturnStatus.Approved:
                next = next with { Status = ReturnStatus.Received };
                foreach (var line in open.Lines)
                {
                    order.Lines[line.OrderLineNumber - 1].Returned += line.Quantity;
                }

                order.Events.Add(new OrderEvent(at, "returned", $"Return {open.Number} received", null));
                break;
            case ReturnStatus.Received:
                var note = invoices.Credit(order, open, at);
                order.Invoices.Add(note.Number);
                next = next with { Status = ReturnStatus.Credited, CreditNoteNumber = note.Number };
                break;
            default:
                throw Refusal.Of(409, "return_closed", "The return is closed.");
        }

        Save(next, order, at);
        return next;
    }

    /// <summary>How long after it was sent something may come back.</summary>
    private const int DaysToReturn = 60;

    public static IReadOnlyList<ReturnReasonBody> Reasons { get; } =
    [
        new(ReturnReason.Damaged, "Damaged in transit"), new(ReturnReason.Defective, "Defective"), new(ReturnReason.WrongItem, "Not what was ordered"),
        new(ReturnReason.NotNeeded, "Not needed any more"), new(ReturnReason.Other, "Another reason"),
    ];

    public ReturnableBody Show(Order order, DateTimeOffset at) => new(
        order.Number,
        order.CustomerNumber,
        Reasons,
        order.Lines.Where(l => l.Shipped > 0).Select(l =>
        {
            var left = Returnable(order, l);
            var until = Until(order, l);
            var over = until < WorkDays.DayOf(at);
            return new ReturnableLineBody(
                l.LineNumber,
                l.Sku,
                l.Description,
                l.Unit,
                l.Shipped,
                over ? 0 : left,
                until,
                left == 0 ? "All of it has come back or is on its way." : over ? "The time for returns is over." : null,
                order.Shipments.Where(s => s.Lines.Any(p => p.LineNumber == l.LineNumber)).Select(s => s.Number).ToList(),
                order.Invoices.Select(n => state.Invoices.Find(n)!)
                    .Where(i => i.Kind == InvoiceKind.Invoice && i.Lines.Any(p => p.OrderNumber == order.Number && p.OrderLineNumber == l.LineNumber)).Select(i => i.Number).ToList());
        }).ToList());

    /// <summary>A customer asks by himself: what came too long ago is refused.</summary>
    public void CheckTime(Order order, IReadOnlyList<ReturnWanted> wanted, DateTimeOffset at)
    {
        var late = wanted.Select(w => order.Lines.FirstOrDefault(l => l.LineNumber == w.OrderLineNumber)).FirstOrDefault(l => l is not null && Until(order, l) < WorkDays.DayOf(at));
        if (late is not null)
        {
            throw Refusal.Unprocessable("return_period_over", $"{late.Sku}: the time for returns is over.");
        }
    }

    private static DateOnly? Until(Order order, OrderLine line)
    {
        var sent = order.Shipments.Where(s => s.Lines.Any(p => p.LineNumber == line.LineNumber)).Select(s => (DateOnly?)WorkDays.DayOf(s.ShippedOn)).Max();
        return sent?.AddDays(DaysToReturn);
    }

    private decimal Returnable(Order order, OrderLine line) =>
        line.Shipped - order.Returns.Select(n => state.Returns.Find(n))
            .Where(r => r is not null && r.Status is not (ReturnStatus.Rejected or ReturnStatus.Cancelled))
            .SelectMany(r => r!.Lines)
            .Where(l => l.OrderLineNumber == line.LineNumber)
            .Sum(l => l.Quantity);

    private void Save(ReturnCase changed, Order order, DateTimeOffset at)
    {
        state.Returns.Put(changed);
        state.Publish("return.changed", "return", changed.Number);
        orders.Touch(order, at);
    }
}
