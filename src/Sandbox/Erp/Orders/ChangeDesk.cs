using System.Globalization;
using PortalIntegration.Sandbox.Erp.Catalogue;
using PortalIntegration.Sandbox.Erp.Customers;
using PortalIntegration.Sandbox.Erp.Pricing;
using PortalIntegration.Sandbox.Http;

namespace PortalIntegration.Sandbox.Erp.Orders;

internal sealed record QuantityAllowed(decimal Least, decimal? Most, decimal Step);

internal sealed record LineAllowed(int LineNumber, bool Cancel, QuantityAllowed? Quantity);

internal sealed record OrderAllowed(
    string OrderNumber,
    string CustomerNumber,
    long Version,
    DateTimeOffset? Until,
    string? Reason,
    bool Cancel,
    IReadOnlyList<string> Fields,
    IReadOnlyList<Address> ShipTos,
    IReadOnlyList<LineAllowed> Lines);

internal sealed record OrderChanged(string By, string? PoNumber, string? Note, DateOnly? RequestedDate, string? ShipToId, IReadOnlyDictionary<int, decimal> Quantities);

/// <summary>What a customer may still do to an order: until it is packed for the first time nearly everything, afterwards only what is not sent. To be called under the ERP's lock.</summary>
internal sealed class ChangeDesk(ErpState state, OrderDesk orders)
{
    /// <summary>Packing begins at noon UTC of the day that is promised.</summary>
    private static readonly TimeOnly Packing = new(12, 0);

    public OrderAllowed Allowed(Order order, DateTimeOffset at)
    {
        var version = order.Version;
        if (!order.IsOpen)
        {
            var reason = order.Status == OrderStatus.Cancelled ? "The order is cancelled." : "Everything has been sent.";
            return new(order.Number, order.CustomerNumber, version, null, reason, false, order.Status == OrderStatus.Shipped ? ["poNumber"] : [], [], []);
        }

        var untouched = order.Shipments.Count == 0;
        IReadOnlyList<string> fields = untouched ? ["poNumber", "note", "requestedDate", "shipToId"] : ["poNumber", "note"];
        var lines = order.Lines.Where(l => l.Open > 0).Select(l => new LineAllowed(l.LineNumber, true, Quantity(l))).ToList();
        return new(
            order.Number,
            order.CustomerNumber,
            version,
            Until(order, at),
            untouched ? null : "A part has been sent: what is left can still be changed.",
            true,
            fields,
            untouched ? state.Customers.Find(order.CustomerNumber)?.Body.ShipTos ?? [] : [],
            lines);
    }

    public void Change(Order order, OrderChanged wanted, DateTimeOffset at)
    {
        var allowed = Allowed(order, at);
        if (allowed.Fields.Count == 0 && allowed.Lines.Count == 0)
        {
            throw Refusal.Of(409, "order_not_changeable", allowed.Reason ?? "The order cannot be changed any more.");
        }

        var errors = new List<ProblemError>();
        void Field(string name, bool given)
        {
            if (given && !allowed.Fields.Contains(name))
            {
                errors.Add(new ProblemError("not_changeable", $"{name} cannot be changed any more.", $"/{name}"));
            }
        }

        Field("poNumber", wanted.PoNumber is not null);
        Field("note", wanted.Note is not null);
        Field("requestedDate", wanted.RequestedDate is not null);
        Field("shipToId", wanted.ShipToId is not null);
        var shipTo = wanted.ShipToId is { } id ? allowed.ShipTos.FirstOrDefault(a => a.Id == id) : null;
        if (wanted.ShipToId is not null && shipTo is null && allowed.Fields.Contains("shipToId"))
        {
            errors.Add(new ProblemError("unknown_address", "This is no delivery address of the customer's.", "/shipToId"));
        }

        if (wanted.RequestedDate is { } day && day < WorkDays.DayOf(at))
        {
            errors.Add(new ProblemError("date_in_the_past", "The day has passed.", "/requestedDate"));
        }

        foreach (var (number, quantity) in wanted.Quantities)
        {
            var pointer = string.Create(CultureInfo.InvariantCulture, $"/lines/{number}/quantity");
            var line = order.Lines.FirstOrDefault(l => l.LineNumber == number);
            if (line is null || allowed.Lines.FirstOrDefault(l => l.LineNumber == number)?.Quantity is not { } may)
            {
                errors.Add(new ProblemError("not_changeable", line is null ? $"There is no line {number}." : $"{line.Sku} cannot be changed any more.", pointer));
            }
            else if (quantity < may.Least || quantity > (may.Most ?? decimal.MaxValue) || quantity % may.Step != 0)
            {
                errors.Add(new ProblemError("quantity_not_allowed", $"{line.Sku}: {may.Least:0.####} {line.Unit} or more{(may.Most is { } most ? $", at most {most:0.####}" : "")}, in steps of {may.Step:0.####}.", pointer));
            }
        }

        if (errors.Count > 0)
        {
            throw Refusal.Unprocessable("change_refused", errors[0].Message, errors);
        }

        CheckCredit(order, wanted);
        var before = order.NotInvoiced;
        order.PoNumber = wanted.PoNumber ?? order.PoNumber;
        order.Note = wanted.Note ?? order.Note;
        order.RequestedDate = wanted.RequestedDate ?? order.RequestedDate;
        order.ShipTo = shipTo ?? order.ShipTo;
        foreach (var (number, quantity) in wanted.Quantities)
        {
            Resize(order, order.Lines.First(l => l.LineNumber == number), quantity, at);
        }

        if (wanted.RequestedDate is { } wish)
        {
            foreach (var line in order.Lines.Where(l => l.Open > 0 && l.PromisedOn is { } promised && promised < wish))
            {
                line.PromisedOn = WorkDays.OnOrAfter(wish);
            }
        }

        Total(order);
        state.Credit.AddOpenOrders(order.CustomerNumber, order.NotInvoiced - before);
        order.Events.Add(new OrderEvent(at, "changed", "Changed by the customer", wanted.By));
        orders.Touch(order, at);
        state.CreditChanged(order.CustomerNumber);
    }

    private static DateTimeOffset? Until(Order order, DateTimeOffset at)
    {
        var next = order.Lines.Where(l => l.Open > 0 && l.ReservedQuantity > 0 && l.PromisedOn is not null)
            .Select(l => new DateTimeOffset(l.PromisedOn!.Value.ToDateTime(Packing), TimeSpan.Zero)).Where(end => end > at).ToList();
        return next.Count == 0 ? null : next.Min();
    }

    private QuantityAllowed? Quantity(OrderLine line)
    {
        if (state.Items.Find(line.Sku) is not { } item || item.UnitOf(line.Unit) is not { } unit)
        {
            return null;
        }

        var least = Math.Max(unit.MinQuantity, Math.Ceiling((line.Shipped + line.Cancelled) / unit.Increment) * unit.Increment);
        return item.Product.Status == ProductStatus.Active
            ? new QuantityAllowed(least, null, unit.Increment)
            : new QuantityAllowed(least, Math.Max(least, line.Ordered), unit.Increment);
    }

    private void CheckCredit(Order order, OrderChanged wanted)
    {
        var more = order.Lines.Where(l => wanted.Quantities.ContainsKey(l.LineNumber))
            .Sum(l => l.Ordered == 0 ? 0 : l.ExtendedAmount * (wanted.Quantities[l.LineNumber] - l.Ordered) / l.Ordered);
        if (more > 0 && state.Customers.Find(order.CustomerNumber) is { } customer && state.Credit.Decide(customer, more) is { Decision: not CreditVerdict.Approved } refused)
        {
            throw Refusal.Unprocessable("credit_refused", refused.Reason ?? "The credit does not reach for more.");
        }
    }

    private void Resize(Order order, OrderLine line, decimal quantity, DateTimeOffset at)
    {
        var rate = order.Taxes[0].Rate;
        orders.Resize(order, line, quantity);
        line.ExtendedAmount = Money.Round(line.UnitPrice * quantity / line.PriceUnit * (100 - line.DiscountPercent) / 100);
        line.TaxAmount = Money.Round(line.ExtendedAmount * rate / 100);
        line.PromisedOn = line.Backordered > 0 && state.Items.Find(line.Sku) is { } item ? QuoteDesk.WhenReady(item, 0, at) : line.PromisedOn ?? state.NextDispatch(at);
    }

    private static void Total(Order order)
    {
        order.Subtotal = order.Lines.Sum(l => l.ExtendedAmount);
        var taxed = order.Subtotal + order.Freight;
        var tax = order.Taxes[0] with { Base = taxed, Amount = Money.Round(taxed * order.Taxes[0].Rate / 100) };
        order.Taxes = [tax];
        order.TaxTotal = tax.Amount;
        order.Total = taxed + tax.Amount;
    }
}
