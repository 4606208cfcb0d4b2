using System.Globalization;
using PortalIntegration.Sandbox.Erp.Catalogue;
using PortalIntegration.Sandbox.Erp.Customers;
using PortalIntegration.Sandbox.Erp.Invoices;
using PortalIntegration.Sandbox.Http;
using PortalIntegration.Sandbox.Erp.Stock;

namespace PortalIntegration.Sandbox.Erp.Orders;

/// <summary>What an order carries beside what was quoted.</summary>
internal sealed record Placing(string? ExternalReference, string? PoNumber, string? Note, Person? OrderedBy)
{
    public string? ApprovedBy { get; init; }
}

/// <summary>Everything that can happen to an order. Each method is one step, to be called under the ERP's lock.</summary>
internal sealed class OrderDesk(ErpState state, InvoiceDesk invoices)
{
    public Order Place(Quoted quoted, Placing placing, DateTimeOffset at)
    {
        var wanted = quoted.Wanted;
        var lines = quoted.Lines.Select((l, i) => new OrderLine
        {
            LineNumber = i + 1,
            LineId = l.Wanted.LineId,
            Sku = l.Wanted.Sku,
            Description = l.Item!.Product.Name,
            Unit = l.Unit!.Unit,
            Factor = l.Unit.Factor,
            Ordered = l.Wanted.Quantity,
            PriceUnit = l.Price!.PriceUnit,
            UnitPrice = l.Price.UnitPrice,
            DiscountPercent = l.DiscountPercent,
            ExtendedAmount = l.ExtendedAmount,
            TaxAmount = l.TaxAmount,
            RequestedDate = l.Wanted.RequestedDate ?? wanted.RequestedDate,
            Note = l.Wanted.Note,
            PromisedOn = l.PromisedOn,
            FirstPromisedOn = l.PromisedOn,
        }).ToList();
        var order = new Order
        {
            Number = state.NextNumber("SO-", 100_000),
            ExternalReference = placing.ExternalReference,
            CustomerNumber = wanted.Customer.Key,
            PoNumber = placing.PoNumber,
            OrderedAt = at,
            OrderedBy = placing.OrderedBy,
            BillTo = wanted.BillTo,
            ShipTo = wanted.ShipTo,
            DeliveryMethod = wanted.DeliveryMethod,
            RequestedDate = wanted.RequestedDate,
            PartialDelivery = wanted.PartialDelivery ?? true,
            Note = placing.Note,
            Currency = quoted.Currency,
            Lines = lines,
            Subtotal = quoted.Subtotal,
            DiscountTotal = quoted.DiscountTotal,
            Freight = quoted.Freight,
            Taxes = quoted.Taxes,
            TaxTotal = quoted.TaxTotal,
            Total = quoted.Total,
            UpdatedAt = at,
        };
        order.Events.Add(new OrderEvent(at, "received", "Order received", placing.OrderedBy?.Name));
        if (placing.ApprovedBy is { } approver)
        {
            order.Events.Add(new OrderEvent(at, "approved", "Order approved", approver));
        }

        if (quoted.Credit.Decision == CreditVerdict.Held)
        {
            order.Hold = new Hold(quoted.Credit.Reason!, at);
            order.Events.Add(new OrderEvent(at, "held", quoted.Credit.Reason!, "Credit control"));
        }

        foreach (var line in lines)
        {
            Reserve(order, line, state.Items.Find(line.Sku)!);
        }

        state.OrderList.Add(order);
        Of(state.OrdersOfCustomer, order.CustomerNumber).Add(order);
        if (order.ExternalReference is { } reference)
        {
            Of(state.OrdersByReference, reference).Add(order);
        }

        state.Credit.AddOpenOrders(order.CustomerNumber, order.NotInvoiced);
        Touch(order, at);
        state.CreditChanged(order.CustomerNumber);
        return order;
    }

    public void Accept(Order order, DateTimeOffset at)
    {
        if (order.Accepted || order.Hold is not null || !order.IsOpen)
        {
            return;
        }

        order.Accepted = true;
        order.Events.Add(order.Lines.Any(l => l.Backordered > 0)
            ? new OrderEvent(at, "backordered", "Part of the order waits for stock", null)
            : new OrderEvent(at, "accepted", "Order is being worked on", null));
        Touch(order, at);
    }

    public void PutOnHold(Order order, string reason, DateTimeOffset at)
    {
        if (!order.IsOpen)
        {
            throw Refusal.Of(409, "order_not_open", "Nothing of the order is open.");
        }

        order.Hold = new Hold(reason, at);
        order.Events.Add(new OrderEvent(at, "held", reason, "Credit control"));
        Touch(order, at);
    }

    public void Release(Order order, DateTimeOffset at)
    {
        if (order.Hold is null)
        {
            return;
        }

        order.Hold = null;
        order.Events.Add(new OrderEvent(at, "released", "Released for delivery", "Credit control"));
        Touch(order, at);
    }

    /// <summary>
    /// Ships quantities by line number; without any, all that is reserved. Stock that is missing is taken as found, so that
    /// a test can ship what it likes.
    /// </summary>
    public Shipment Ship(Order order, IReadOnlyDictionary<int, decimal>? quantities, DateTimeOffset at)
    {
        if (order.Hold is not null)
        {
            throw Refusal.Of(409, "order_on_hold", "The order is on hold.");
        }

        var parts = new List<ShipmentLine>();
        foreach (var line in order.Lines)
        {
            var quantity = Math.Min(line.Open, quantities is null ? line.ReservedQuantity : quantities.GetValueOrDefault(line.LineNumber));
            if (quantity > 0)
            {
                parts.Add(new ShipmentLine(line.LineNumber, quantity));
            }
        }

        if (parts.Count == 0)
        {
            throw Refusal.Of(409, "nothing_to_ship", "Nothing of the order can be shipped.");
        }

        if (!order.PartialDelivery && order.Lines.Any(l => l.Open > parts.Where(p => p.LineNumber == l.LineNumber).Sum(p => p.Quantity)))
        {
            throw Refusal.Of(409, "delivery_incomplete", "The customer wants all of it together, and not all of it is there.");
        }

        order.Accepted = true;
        foreach (var part in parts)
        {
            Issue(order, order.Lines[part.LineNumber - 1], part.Quantity);
        }

        var carrier = Delivery.Find(order.DeliveryMethod)?.Carrier;
        var number = state.NextNumber("SH-", 500_000);
        var tracking = carrier is null ? null : string.Create(CultureInfo.InvariantCulture, $"{carrier}{number[3..]}{order.Number[3..]}");
        var shipment = new Shipment(number, at, carrier, tracking, tracking is null ? null : $"https://track.example/{carrier!.ToLowerInvariant()}/{tracking}", parts);
        order.Shipments.Add(shipment);
        order.Events.Add(new OrderEvent(at, "shipped", order.IsOpen ? $"Part delivery {number}" : $"Delivery {number}", carrier));
        Touch(order, at);
        return shipment;
    }

    public Invoice Bill(Order order, DateTimeOffset at)
    {
        var before = order.NotInvoiced;
        var invoice = invoices.Issue(order, at);
        state.Credit.AddOpenOrders(order.CustomerNumber, order.NotInvoiced - before);
        order.Invoices.Add(invoice.Number);
        order.Events.Add(new OrderEvent(at, "invoiced", $"Invoice {invoice.Number}", null));
        Touch(order, at);
        return invoice;
    }

    public void Cancel(Order order, IReadOnlyCollection<int>? lines, string reason, string? by, DateTimeOffset at)
    {
        if (order.Status == OrderStatus.Cancelled)
        {
            return;
        }

        var unknown = lines?.Where(n => n > order.Lines.Count).ToList();
        if (unknown is { Count: > 0 })
        {
            throw Refusal.Unprocessable("unknown_line", $"There is no line {unknown[0]}.");
        }

        var open = order.Lines.Where(l => l.Open > 0 && (lines is null || lines.Contains(l.LineNumber))).ToList();
        if (open.Count == 0)
        {
            throw Refusal.Of(409, "order_not_cancellable", "Everything has been shipped or cancelled already.");
        }

        var before = order.NotInvoiced;
        foreach (var line in open)
        {
            Unreserve(order, line);
            line.Cancelled += line.Open;
        }

        if (order.Status == OrderStatus.Cancelled)
        {
            order.Hold = null;
        }

        state.Credit.AddOpenOrders(order.CustomerNumber, order.NotInvoiced - before);
        order.Events.Add(new OrderEvent(at, "cancelled", order.IsOpen ? $"Lines cancelled: {reason}" : $"Cancelled: {reason}", by));
        Touch(order, at);
        state.CreditChanged(order.CustomerNumber);
    }

    /// <summary>Another quantity for a line, and the reservations that go with it.</summary>
    public void Resize(Order order, OrderLine line, decimal quantity)
    {
        Unreserve(order, line);
        line.Ordered = quantity;
        if (state.Items.Find(line.Sku) is { } item)
        {
            Reserve(order, line, item);
        }
    }

    /// <summary>Gives stock that has come in to those who wait for it.</summary>
    public void Distribute(Item item, DateTimeOffset at)
    {
        if (!state.Waiting.TryGetValue(item.Key, out var waiting))
        {
            return;
        }

        foreach (var order in waiting.ToList())
        {
            var gained = false;
            foreach (var line in order.Lines.Where(l => l.Sku == item.Key && l.Backordered > 0))
            {
                var parts = item.Stock.Reserve(line.Backordered * line.Factor, line.Factor, order.ShipTo.Country);
                if (parts.Count > 0)
                {
                    line.Reserved.AddRange(parts);
                    item.Stock.Backlog -= parts.Sum(p => p.Quantity);
                    line.PromisedOn = line.Backordered == 0 ? state.NextDispatch(at) : line.PromisedOn;
                    gained = true;
                }
            }

            if (gained)
            {
                order.Events.Add(new OrderEvent(at, "promiseChanged", $"Stock of {item.Key} has come in", null));
                Touch(order, at);
            }

            if (!order.Lines.Any(l => l.Sku == item.Key && l.Backordered > 0))
            {
                waiting.Remove(order);
            }
        }
    }

    /// <summary>How what is open of a line is expected: what is reserved first, then as goods come in for those who wait before it and for it.</summary>
    public IReadOnlyList<ExpectedDelivery> Expected(Order order, OrderLine line, DateTimeOffset at)
    {
        var parts = new List<ExpectedDelivery>();
        if (line.ReservedQuantity > 0)
        {
            parts.Add(new ExpectedDelivery(line.ReservedQuantity, state.NextDispatch(at)));
        }

        var left = line.Backordered;
        if (state.Items.Find(line.Sku) is { } item)
        {
            var before = (state.Waiting.GetValueOrDefault(item.Key) ?? []).TakeWhile(o => o != order)
                .SelectMany(o => o.Lines).Where(l => l.Sku == item.Key).Sum(l => l.Backordered * l.Factor);
            foreach (var inbound in item.Stock.Inbound.OrderBy(i => i.ExpectedOn))
            {
                var mine = Math.Max(0, inbound.Quantity - before);
                before = Math.Max(0, before - inbound.Quantity);
                var part = Math.Min(left, Math.Floor(mine / line.Factor));
                var day = WorkDays.OnOrAfter(inbound.ExpectedOn.AddDays(1));
                if (part > 0 && (line.PromisedOn is null || day < line.PromisedOn))
                {
                    parts.Add(new ExpectedDelivery(part, day));
                    left -= part;
                }
            }
        }

        if (left > 0)
        {
            parts.Add(new ExpectedDelivery(left, line.PromisedOn));
        }

        return parts.GroupBy(p => p.ExpectedOn).Select(day => new ExpectedDelivery(day.Sum(p => p.Quantity), day.Key)).OrderBy(p => p.ExpectedOn ?? DateOnly.MaxValue).ToList();
    }

    /// <summary>Promises another day for a line that waits; null when none can be promised any more.</summary>
    public void Promise(Order order, int lineNumber, DateOnly? day, DateTimeOffset at)
    {
        var line = order.Lines.FirstOrDefault(l => l.LineNumber == lineNumber && l.Open > 0)
            ?? throw Refusal.Of(409, "line_not_open", $"Line {lineNumber} is not open.");
        if (line.PromisedOn == day)
        {
            return;
        }

        line.PromisedOn = day;
        order.Events.Add(new OrderEvent(
            at,
            "promiseChanged",
            day is { } known ? string.Create(CultureInfo.InvariantCulture, $"{line.Sku} is promised for {known:yyyy-MM-dd}") : $"{line.Sku} has no date any more",
            null));
        Touch(order, at);
    }

    public void Touch(Order order, DateTimeOffset at)
    {
        order.Version++;
        order.UpdatedAt = at;
        state.Orders.Put(order);
        state.Publish("order.changed", "order", order.Number);
    }

    private void Reserve(Order order, OrderLine line, Item item)
    {
        line.Reserved.AddRange(item.Stock.Reserve(line.Open * line.Factor, line.Factor, order.ShipTo.Country));
        if (line.Backordered > 0)
        {
            item.Stock.Backlog += line.Backordered * line.Factor;
            var waiting = Of(state.Waiting, item.Key);
            if (!waiting.Contains(order))
            {
                waiting.Add(order);
            }
        }

        if (line.Reserved.Count > 0)
        {
            state.Publish("stock.changed", "stock", item.Key);
        }
    }

    private void Issue(Order order, OrderLine line, decimal quantity)
    {
        var item = state.Items.Find(line.Sku);
        var rest = quantity * line.Factor;
        foreach (var part in line.Reserved.ToList())
        {
            var take = Math.Min(rest, part.Quantity);
            if (take <= 0)
            {
                continue;
            }

            item?.Stock.Issue(part with { Quantity = take });
            line.Reserved.Remove(part);
            if (part.Quantity > take)
            {
                line.Reserved.Add(part with { Quantity = part.Quantity - take });
            }

            rest -= take;
        }

        if (rest > 0 && item is not null)
        {
            // shipped without a reservation: whoever waited, waits for less
            item.Stock.Backlog = Math.Max(0, item.Stock.Backlog - rest);
        }

        line.Shipped += quantity;
        if (line.Backordered == 0 && state.Waiting.TryGetValue(line.Sku, out var waiting))
        {
            waiting.Remove(order);
        }

        state.Publish("stock.changed", "stock", line.Sku);
    }

    private void Unreserve(Order order, OrderLine line)
    {
        if (state.Items.Find(line.Sku) is { } item)
        {
            item.Stock.Backlog = Math.Max(0, item.Stock.Backlog - (line.Backordered * line.Factor));
            foreach (var part in line.Reserved)
            {
                item.Stock.Unreserve(part);
            }

            state.Publish("stock.changed", "stock", item.Key);
        }

        line.Reserved.Clear();
        if (state.Waiting.TryGetValue(line.Sku, out var waiting))
        {
            waiting.Remove(order);
        }
    }

    private static List<Order> Of(Dictionary<string, List<Order>> index, string key)
    {
        if (!index.TryGetValue(key, out var list))
        {
            index[key] = list = [];
        }

        return list;
    }
}
