using PortalIntegration.Sandbox.Erp;
using PortalIntegration.Sandbox.Erp.Catalogue;
using PortalIntegration.Sandbox.Erp.Customers;
using PortalIntegration.Sandbox.Erp.Orders;
using PortalIntegration.Sandbox.Erp.Stock;

namespace PortalIntegration.Sandbox.Seed;

/// <summary>Fills the ERP: articles, customers, a year and a half of orders, stock for the day.</summary>
internal static class ErpSeed
{
    private static readonly Terms[] TermsOffered =
        [new("N14", "14 days net", 14), new("N30", "30 days net", 30), new("N45", "45 days net", 45), new("N60", "60 days net", 60)];

    /// <summary>Everything made up hangs on the beginning of the day, so that one day gives the same bytes.</summary>
    public static DateTimeOffset DayOf(TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        return new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
    }

    public static void Fill(ErpState state, ErpDesks desks, SandboxOptions options)
    {
        lock (state.Gate)
        {
            state.Publishing = false;
            state.Clear();
            var day = DayOf(state.Clock);
            for (var i = 0; i < options.Skus; i++)
            {
                var item = ItemSeed.At(options.Seed, i, day);
                state.Items.Put(item);
                state.ItemList.Add(item);
            }

            var items = state.ItemList;
            state.Units = ItemSeed.Units;
            state.Categories = ItemSeed.Categories(items);
            var customers = new List<Customer>(options.Accounts);
            for (var i = 0; i < options.Accounts; i++)
            {
                var company = Company.At(options.Seed, i);
                if (company.Oddity != Oddity.OnlyInCrm)
                {
                    var customer = Customer(options.Seed, company, day);
                    customers.Add(customer);
                    state.Customers.Put(customer);
                }
            }

            state.StartNumbers("C-", 10_000 + options.Accounts);
            new OrderHistory(state, desks, options, items, customers, day).Write();
            Stock(options.Seed, items, day);
            MovePromises(state, day);
            Limits(state, options.Seed, customers);
            KeptBaskets.Write(state, desks, options, customers, day);
            state.Publishing = true;
        }
    }

    private static Customer Customer(int seed, Company company, DateTimeOffset day)
    {
        var dice = Dice.For(seed, "customer", company.Index);
        var linked = company.Oddity != Oddity.NotLinked;
        return new Customer(company.Index, new CustomerBody
        {
            Number = company.CustomerNumber,
            CrmAccountId = linked ? company.AccountId : null,
            Name = company.ErpName,
            Status = CustomerStatus.Active,
            Currency = company.Nation.Currency,
            Terms = dice.Pick(TermsOffered),
            TaxNumber = company.TaxNumber,
            Email = $"orders@{company.Domain}",
            Phone = company.Phone,
            DefaultDeliveryMethod = dice.Pick(["STD", "STD", "STD", "EXP", "FRT"]),
            BillTos = company.BillTos.Select(Address).ToList(),
            ShipTos = company.ShipTos.Select(Address).ToList(),
            Version = dice.Between(1, 6),
            UpdatedAt = day.AddMinutes(-dice.Between(1, 300 * 24 * 60)),
        })
        {
            ContractShare = company.Index < 2 ? 0.25 : dice.Pick([0, 0, 0.08, 0.2]),
            PartNumberShare = company.Index == 0 ? 0.3 : dice.Pick([0, 0, 0, 0.1]),
        };
    }

    private static Address Address(SeedAddress a) => new()
    {
        Id = a.Id,
        Name = a.Name,
        Line1 = a.Line1,
        Line2 = a.Line2,
        PostalCode = a.PostalCode,
        City = a.City,
        Region = a.Region,
        Country = a.Country,
        IsDefault = a.IsDefault,
    };

    /// <summary>What is on the shelf beside what orders have reserved, and what is on its way.</summary>
    private static void Stock(int seed, IEnumerable<Item> items, DateTimeOffset day)
    {
        foreach (var item in items)
        {
            var dice = Dice.For(seed, "stock", item.Index);
            var today = WorkDays.DayOf(day);
            var scale = Math.Max(4, (int)Math.Min(20_000, 3_000 / (item.ListPrice / item.PriceUnit)));
            var discontinued = item.Product.Status != ProductStatus.Active;
            if (item.Stock.Backlog == 0 && !dice.Chance(0.12))
            {
                for (var w = 0; w < StockLevel.Warehouses.Count; w++)
                {
                    if (w == 0 || dice.Chance(0.4))
                    {
                        item.Stock.Add(w, dice.Between(1, discontinued ? Math.Min(scale, 20) : scale));
                    }
                }
            }

            if (!discontinued && (item.Stock.Backlog > 0 || dice.Chance(0.35)))
            {
                var deliveries = dice.Between(1, 3);
                for (var d = 1; d <= deliveries; d++)
                {
                    var quantity = d == 1 ? Math.Ceiling(item.Stock.Backlog) + dice.Between(1, scale) : dice.Between(1, scale);
                    item.Stock.Inbound.Add(new Inbound(dice.Chance(0.7) ? 0 : dice.Below(StockLevel.Warehouses.Count), quantity, WorkDays.OnOrAfter(today.AddDays(d * dice.Between(2, 18)))));
                }
            }
        }
    }

    /// <summary>Suppliers are late, and some early: a part of what waits is promised for another day than at first.</summary>
    private static void MovePromises(ErpState state, DateTimeOffset day)
    {
        var today = WorkDays.DayOf(day);
        var waiting = 0;
        foreach (var order in state.OrderList)
        {
            foreach (var line in order.Lines.Where(l => l is { Backordered: > 0, PromisedOn: not null }))
            {
                waiting++;
                var first = line.PromisedOn!.Value;
                if (first < today || waiting % 3 == 0)
                {
                    line.PromisedOn = WorkDays.Add(first < today ? today : first, 2 + (waiting % 6));
                }
                else if (waiting % 5 == 0 && first > today.AddDays(7))
                {
                    line.PromisedOn = WorkDays.Add(today, 2);
                }
                else
                {
                    continue;
                }

                order.Events.Add(new OrderEvent(day, "promiseChanged", $"Another day is promised for {line.Sku}", null));
            }
        }
    }

    private static void Limits(ErpState state, int seed, IEnumerable<Customer> customers)
    {
        foreach (var customer in customers)
        {
            var dice = Dice.For(seed, "limit", customer.Index);
            var owed = state.Credit.Balance(customer.Key) + state.Credit.OpenOrders(customer.Key);
            var oddity = Company.At(seed, customer.Index).Oddity;
            customer.CreditLimit = oddity switch
            {
                Oddity.UnlimitedCredit => null,
                Oddity.OverLimit => Math.Max(1_000, Math.Floor(owed * 0.8m / 500) * 500),
                _ => Math.Max(10_000, Math.Ceiling(owed * dice.Between(15, 30) / 10 / 5_000) * 5_000),
            };
            if (oddity is Oddity.OnHold or Oddity.Closed)
            {
                customer.HoldReason = oddity == Oddity.OnHold ? "Invoices are overdue by more than 60 days." : "The account is closed.";
                customer.Body = customer.Body with { Status = oddity == Oddity.OnHold ? CustomerStatus.OnHold : CustomerStatus.Closed };
                state.Customers.Put(customer);
            }
        }
    }
}
