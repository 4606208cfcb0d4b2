using System.Globalization;
using PortalIntegration.Sandbox.Erp;
using PortalIntegration.Sandbox.Erp.Catalogue;
using PortalIntegration.Sandbox.Erp.Customers;
using PortalIntegration.Sandbox.Erp.Orders;
using PortalIntegration.Sandbox.Erp.Returns;

namespace PortalIntegration.Sandbox.Seed;

/// <summary>
/// Past orders in every state, made by the ERP's own desks at past times. Each gets the stock it needs just before it is
/// placed, so that what history leaves behind is consistent: nothing free, all reserved stock on hand.
/// </summary>
internal sealed class OrderHistory(ErpState state, ErpDesks desks, SandboxOptions options, IReadOnlyList<Item> items, IReadOnlyList<Customer> customers, DateTimeOffset day)
{
    private const double SpanDays = 540;
    private static readonly Fate[] Newest = [Fate.Received, Fate.Open, Fate.Hold, Fate.Backordered, Fate.PartlyShipped, Fate.Shipped];

    private enum Fate
    {
        Invoiced,
        InvoicedInParts,
        Cancelled,
        Returned,
        ReturnRequested,
        Received,
        Open,
        Hold,
        Backordered,
        PartlyShipped,
        Shipped,
    }

    public void Write()
    {
        if (customers.Count == 0 || items.Count == 0)
        {
            return;
        }

        for (var i = 0; i < options.Orders; i++)
        {
            WriteOne(i);
        }
    }

    private void WriteOne(int index)
    {
        var dice = Dice.For(options.Seed, "order", index);

        // orders become more frequent towards today
        var share = Math.Pow((index + 1.0) / (options.Orders + 1), 0.8);
        var at = day.AddMinutes(-Math.Max(30, (1 - share) * SpanDays * 24 * 60)).AddSeconds(dice.Below(20));
        var age = (day - at).TotalDays;
        var fate = FateOf(age, ref dice);
        var fromLast = options.Orders - 1 - index;
        if (fromLast < Newest.Length)
        {
            // a small seed has every open state too
            fate = Newest[fromLast];
        }

        var customer = customers[(int)(customers.Count * Math.Pow(dice.Share(), 1.8))];
        var lines = Lines(customer, fate, ref dice);
        if (lines.Count == 0)
        {
            return;
        }

        var company = Company.At(options.Seed, customer.Index);
        var by = SeedPerson.Contact(options.Seed, customer.Index, company);
        var wanted = new Wanted(
            customer,
            customer.BillTo(null)!,
            dice.Pick(customer.Body.ShipTos),
            customer.Body.DefaultDeliveryMethod ?? "STD",
            null,
            lines);
        var placing = new Placing(
            string.Create(CultureInfo.InvariantCulture, $"seed-{index + 1:000000}"),
            dice.Chance(0.85) ? string.Create(CultureInfo.InvariantCulture, $"PO-{4_000 + index}") : null,
            dice.Chance(0.1) ? "Please deliver before noon." : null,
            new Person(by.Id, by.Name, null));
        var order = desks.Orders.Place(state.Quotes.Quote(wanted, at), placing, at);
        Live(order, customer, fate, at, ref dice);
    }

    private static Fate FateOf(double age, ref Dice dice)
    {
        var roll = dice.Below(100);
        return age switch
        {
            > 45 => roll switch { < 72 => Fate.Invoiced, < 90 => Fate.InvoicedInParts, < 94 => Fate.Cancelled, < 98 => Fate.Returned, _ => Fate.Backordered },
            > 12 => roll switch { < 50 => Fate.Invoiced, < 66 => Fate.InvoicedInParts, < 71 => Fate.Cancelled, < 75 => Fate.Returned, < 78 => Fate.ReturnRequested, < 86 => Fate.PartlyShipped, < 92 => Fate.Backordered, < 96 => Fate.Shipped, _ => Fate.Hold },
            _ => roll switch { < 12 => Fate.Received, < 38 => Fate.Open, < 48 => Fate.Hold, < 62 => Fate.Backordered, < 78 => Fate.PartlyShipped, < 88 => Fate.Shipped, < 96 => Fate.Invoiced, _ => Fate.Cancelled },
        };
    }

    private List<LineWanted> Lines(Customer customer, Fate fate, ref Dice dice)
    {
        var count = Math.Max(fate is Fate.PartlyShipped or Fate.InvoicedInParts ? 2 : 1, (int)(1 + (8 * Math.Pow(dice.Share(), 2))));
        var lines = new List<LineWanted>();
        for (var n = 0; lines.Count < count && n < count + 12; n++)
        {
            // customers buy again what they bought before
            var item = items[dice.Chance(0.5) ? ((customer.Index * 7) + dice.Below(12)) % items.Count : dice.Below(items.Count)];
            if (item.Product.Status != ProductStatus.Active || lines.Any(l => l.Sku == item.Key))
            {
                continue;
            }

            var unit = item.Product.Units[0];
            var each = item.ListPrice / item.PriceUnit * unit.Factor;
            var quantity = Math.Clamp(Math.Round(dice.Between(15, 600) / each), 1, 2_000);
            quantity = Math.Max(unit.MinQuantity, Math.Ceiling(quantity / unit.Increment) * unit.Increment);
            lines.Add(new LineWanted((n + 1).ToString(CultureInfo.InvariantCulture), item.Key, quantity, unit.Unit));
            var backordered = fate == Fate.Backordered && (lines.Count == 1 || dice.Chance(0.3));
            if (!backordered)
            {
                item.Stock.Add(dice.Chance(0.8) ? 0 : 1, quantity * unit.Factor);
            }
        }

        return lines;
    }

    private void Live(Order order, Customer customer, Fate fate, DateTimeOffset at, ref Dice dice)
    {
        DateTimeOffset Later(double days) => at.AddDays(days) < day ? at.AddDays(days) : day.AddMinutes(-1);
        switch (fate)
        {
            case Fate.Received:
                break;
            case Fate.Hold:
                desks.Orders.PutOnHold(order, "The order exceeds the available credit.", Later(0.01));
                break;
            case Fate.Cancelled:
                desks.Orders.Cancel(order, null, "No longer needed", order.OrderedBy?.Name, Later(0.4));
                break;
            case Fate.Open or Fate.Backordered:
                desks.Orders.Accept(order, Later(0.05));
                break;
            case Fate.PartlyShipped:
                desks.Orders.Accept(order, Later(0.05));
                ShipHalf(order, Later(1.2));
                break;
            case Fate.Shipped:
                desks.Orders.Accept(order, Later(0.05));
                desks.Orders.Ship(order, null, Later(1 + dice.Share()));
                break;
            case Fate.InvoicedInParts:
                desks.Orders.Accept(order, Later(0.05));
                ShipHalf(order, Later(1.2));
                Pay(order, desks.Orders.Bill(order, Later(1.5)).Number, customer, Later, ref dice);
                if (order.IsOpen)
                {
                    desks.Orders.Ship(order, null, Later(5));
                    Pay(order, desks.Orders.Bill(order, Later(5.4)).Number, customer, Later, ref dice);
                }

                break;
            default:
                desks.Orders.Accept(order, Later(0.05));
                desks.Orders.Ship(order, null, Later(1 + dice.Share()));
                Pay(order, desks.Orders.Bill(order, Later(2.2)).Number, customer, Later, ref dice);
                if (fate is Fate.Returned or Fate.ReturnRequested)
                {
                    SendBack(order, fate, Later, ref dice);
                }

                break;
        }
    }

    private void ShipHalf(Order order, DateTimeOffset at)
    {
        var half = order.Lines.ToDictionary(l => l.LineNumber, l => l.LineNumber == 1 && order.Lines.Count > 1 ? l.Ordered : Math.Floor(l.Ordered / 2));
        if (order.Lines.Count > 1)
        {
            half[order.Lines.Count] = 0;
        }

        if (half.Values.All(q => q == 0))
        {
            half[1] = order.Lines[0].Ordered;
        }

        desks.Orders.Ship(order, half, at);
    }

    private void SendBack(Order order, Fate fate, Func<double, DateTimeOffset> later, ref Dice dice)
    {
        var reason = dice.Pick(Enum.GetValues<ReturnReason>());
        var lines = order.Lines.Where(l => l.Shipped > 0).Select(l => new ReturnWanted(l.LineNumber, l.Shipped, reason, null)).ToList();
        var open = desks.Returns.Register(order, lines, null, order.OrderedBy, null, later(6));
        if (fate == Fate.Returned)
        {
            open = desks.Returns.Advance(open, later(6.5));
            open = desks.Returns.Advance(open, later(10));
            desks.Returns.Advance(open, later(11));
        }
    }

    private void Pay(Order order, string invoice, Customer customer, Func<double, DateTimeOffset> later, ref Dice dice)
    {
        var terms = customer.Body.Terms.Days;
        var owed = state.Invoices.Find(invoice)!;
        var due = later(terms + dice.Between(-6, 5));
        var late = dice.Below(100);
        if (order.OrderedAt.AddDays(terms + 6) < day && late < 94)
        {
            desks.Invoices.Pay(owed, late < 91 ? owed.Total : Math.Floor(owed.Total / 2), due);
        }
    }
}
