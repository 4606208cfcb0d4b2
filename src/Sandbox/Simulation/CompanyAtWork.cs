using PortalIntegration.Sandbox.Erp;
using PortalIntegration.Sandbox.Erp.Catalogue;
using PortalIntegration.Sandbox.Erp.Invoices;
using PortalIntegration.Sandbox.Erp.Orders;
using PortalIntegration.Sandbox.Erp.Returns;
using PortalIntegration.Sandbox.Erp.Stock;
using PortalIntegration.Sandbox.Seed;

namespace PortalIntegration.Sandbox.Simulation;

/// <summary>
/// The people of the stand-in company: orders are looked at, picked, shipped in parts, invoiced and paid, goods come in,
/// returns are dealt with. How long each takes is stated in hours of a real company and divided by the speed; the times
/// written down are the clock's own.
/// </summary>
internal sealed class CompanyAtWork(ErpState state, ErpDesks desks, SimulationOptions options, int seed) : IAsyncDisposable
{
    private const double HoursToAccept = 0.17;
    private const double HoursToShip = 4;
    private const double HoursToShipTheRest = 8;
    private const double HoursToInvoice = 2;
    private const double HoursToBePaid = 14 * 24;
    private const double HoursToRelease = 24;
    private const double HoursToReceiveStock = 24;
    private const double HoursToHandleReturn = 12;
    private const double HoursBetweenDeliveries = 6;
    private const double HoursBetweenPriceChanges = 12;

    private readonly PriorityQueue<Func<DateTimeOffset, double?>, DateTimeOffset> due = new();
    private readonly CancellationTokenSource stopping = new();
    private Dice dice = Dice.For(seed, "company-at-work");
    private int ordersSeen;
    private int returnsSeen;
    private bool begun;
    private Task loop = Task.CompletedTask;

    public bool Running { get; set; } = options.Enabled;

    public double Speed { get; set; } = options.Speed;

    public void Start() => loop = RunAsync();

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await loop;
        stopping.Dispose();
    }

    /// <summary>Forgets what was planned: the data was made anew.</summary>
    public void Reset()
    {
        lock (state.Gate)
        {
            due.Clear();
            (ordersSeen, returnsSeen, begun) = (0, 0, false);
            dice = Dice.For(seed, "company-at-work");
        }
    }

    /// <summary>Does what is due at this time; returns how many steps that was.</summary>
    public int Step(DateTimeOffset now)
    {
        var steps = 0;
        lock (state.Gate)
        {
            PlanWhatIsNew(now);
        }

        while (true)
        {
            // one step a time under the lock, so that callers wait for one step at most
            lock (state.Gate)
            {
                if (!due.TryPeek(out _, out var at) || at > now)
                {
                    return steps;
                }

                var step = due.Dequeue();
                if (step(now) is { } hours)
                {
                    Plan(step, hours, now);
                }

                steps++;
            }
        }
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(options.Tick, state.Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping.Token))
            {
                if (Running)
                {
                    Step(state.Now);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // the sandbox stops
        }
    }

    private void PlanWhatIsNew(DateTimeOffset now)
    {
        for (; ordersSeen < state.OrderList.Count; ordersSeen++)
        {
            var order = state.OrderList[ordersSeen];
            if (order.IsOpen || order.Status == OrderStatus.Shipped)
            {
                // what the seed left open is spread over days, so that a demo begins quietly
                Plan(at => Work(order, at), begun ? HoursToAccept : dice.Between(1, 96), now);
            }
        }

        if (state.Returns.Count > returnsSeen)
        {
            foreach (var open in state.Returns.All.Skip(returnsSeen).Where(r => r.Status is ReturnStatus.Requested or ReturnStatus.Approved or ReturnStatus.Received))
            {
                var number = open.Number;
                Plan(at => HandleReturn(number, at), HoursToHandleReturn, now);
            }

            returnsSeen = state.Returns.Count;
        }

        if (!begun)
        {
            begun = true;
            Plan(TakeDelivery, HoursBetweenDeliveries, now);
            Plan(ChangePrice, HoursBetweenPriceChanges, now);
        }
    }

    private void Plan(Func<DateTimeOffset, double?> step, double hours, DateTimeOffset now) =>
        due.Enqueue(step, now + TimeSpan.FromHours(hours * (0.6 + (dice.Share() * 0.8)) / Math.Max(Speed, 0.0001)));

    /// <summary>The next thing to do for an order; the hours until the one after, or null when nothing is left.</summary>
    private double? Work(Order order, DateTimeOffset now)
    {
        switch (order.Status)
        {
            case OrderStatus.CreditHold:
                if (state.Customers.Find(order.CustomerNumber)?.HoldReason is null && order.Hold!.Since.AddHours(HoursToRelease / 2 / Speed) < now)
                {
                    desks.Orders.Release(order, now);
                    return HoursToAccept;
                }

                return HoursToRelease;
            case OrderStatus.Received:
                desks.Orders.Accept(order, now);
                return HoursToShip;
            case OrderStatus.Open or OrderStatus.Backordered or OrderStatus.PartlyShipped:
                return order.Hold is not null ? HoursToRelease : Pick(order, now);
            case OrderStatus.Shipped:
                Bill(order, now);
                return null;
            default:
                return null;
        }
    }

    private double? Pick(Order order, DateTimeOffset now)
    {
        if (order.Lines.Any(l => l.Shipped > l.Invoiced))
        {
            Bill(order, now);
            return HoursToShipTheRest;
        }

        var ready = order.Lines.Where(l => l.ReservedQuantity > 0).ToList();
        if (ready.Count == 0 || (!order.PartialDelivery && order.Lines.Any(l => l.Backordered > 0)))
        {
            foreach (var line in order.Lines.Where(l => l.Backordered > 0))
            {
                if (state.Items.Find(line.Sku) is { } item)
                {
                    Receive(item, now);
                }
            }

            return HoursToReceiveStock;
        }

        var first = order.PartialDelivery && order.Shipments.Count == 0;
        Dictionary<int, decimal>? part = null;
        if (first && ready.Count > 1 && dice.Chance(0.6))
        {
            part = ready.Take((ready.Count + 1) / 2).ToDictionary(l => l.LineNumber, l => l.ReservedQuantity);
        }
        else if (first && ready is [{ ReservedQuantity: > 3 } single] && dice.Chance(0.3))
        {
            part = new() { [single.LineNumber] = Math.Floor(single.ReservedQuantity / 2) };
        }

        desks.Orders.Ship(order, part, now);
        return HoursToInvoice;
    }

    private void Bill(Order order, DateTimeOffset now)
    {
        var number = desks.Orders.Bill(order, now).Number;
        Plan(
            at =>
            {
                if (state.Invoices.Find(number) is { Status: InvoiceStatus.Open or InvoiceStatus.PartlyPaid } open)
                {
                    desks.Invoices.Pay(open, open.Balance, at);
                }

                return null;
            },
            HoursToBePaid,
            now);
    }

    private double? HandleReturn(string number, DateTimeOffset now)
    {
        if (state.Returns.Find(number) is not { Status: ReturnStatus.Requested or ReturnStatus.Approved or ReturnStatus.Received } open)
        {
            return null;
        }

        return desks.Returns.Advance(open, now).Status == ReturnStatus.Credited ? null : HoursToHandleReturn;
    }

    private double? TakeDelivery(DateTimeOffset now)
    {
        for (var tries = 0; tries < 30; tries++)
        {
            if (Anything() is { Stock.Inbound.Count: > 0 } item)
            {
                Receive(item, now);
                break;
            }
        }

        return HoursBetweenDeliveries;
    }

    private double? ChangePrice(DateTimeOffset now)
    {
        if (Anything() is { } item)
        {
            item.ListPrice = Math.Max(0.05m, Math.Round(item.ListPrice * (0.97m + (dice.Below(7) / 100m)), 2));
            state.Publish("price.changed", "price", item.Key);
        }

        return HoursBetweenPriceChanges;
    }

    /// <summary>The next delivery that is on its way comes in, or as much as is waited for.</summary>
    private void Receive(Item item, DateTimeOffset now)
    {
        var next = item.Stock.Inbound.OrderBy(i => i.ExpectedOn).FirstOrDefault() ?? new Inbound(0, Math.Max(1, item.Stock.Backlog), WorkDays.DayOf(now));
        item.Stock.Inbound.Remove(next);
        desks.Stock.Receive(item, next.Warehouse, next.Quantity, now);
    }

    private Item? Anything() => state.ItemList.Count == 0 ? null : state.ItemList[dice.Below(state.ItemList.Count)];
}
