using System.Globalization;
using PortalIntegration.Sandbox.Erp;
using PortalIntegration.Sandbox.Erp.Catalogue;
using PortalIntegration.Sandbox.Erp.Customers;
using PortalIntegration.Sandbox.Erp.Orders;
using PortalIntegration.Sandbox.Erp.Quotations;

namespace PortalIntegration.Sandbox.Seed;

/// <summary>What the first customers have the ERP keep: quotes, one of them run out, a basket put aside, and a named list.</summary>
internal static class KeptBaskets
{
    private const int Customers = 12;

    public static void Write(ErpState state, ErpDesks desks, SandboxOptions options, IReadOnlyList<Customer> customers, DateTimeOffset day)
    {
        var goods = state.ItemList.Where(item => item.Product.Status == ProductStatus.Active).ToList();
        if (goods.Count == 0)
        {
            return;
        }

        foreach (var customer in customers.Where(customer => customer.Body.Status == CustomerStatus.Active).Take(Customers))
        {
            var by = SeedPerson.Contact(options.Seed, customer.Index, Company.At(options.Seed, customer.Index));
            var buyer = new Person(by.Id, by.Name, null);
            Keep(QuotationKind.Quote, "Spare parts for the overhaul", 3, 2);
            Keep(QuotationKind.Quote, null, 2, 20);
            Keep(QuotationKind.Basket, "Started on the phone", 2, 1);
            Keep(QuotationKind.List, "Weekly stock", 4, 60);
            if (customer.Index == 0 && options.Contacts > 2 * options.Accounts)
            {
                // the one of this company whose orders wait above a small limit
                var limited = SeedPerson.Contact(options.Seed, 2 * options.Accounts, Company.At(options.Seed, 0));
                buyer = new Person(limited.Id, limited.Name, null);
                Keep(QuotationKind.Approval, null, 3, 1, "AboveLimit");
            }

            void Keep(QuotationKind kind, string? label, int lines, int daysAgo, string? reason = null)
            {
                var dice = Dice.For(options.Seed, string.Create(CultureInfo.InvariantCulture, $"kept-{kind}-{daysAgo}"), customer.Index);
                var at = day.AddDays(-daysAgo).AddHours(9);
                var wanted = Enumerable.Range(1, lines).Select(_ => goods[dice.Below(goods.Count)]).DistinctBy(item => item.Key).Select((item, n) =>
                {
                    var unit = item.Product.Units[0];
                    return new LineWanted((n + 1).ToString(CultureInfo.InvariantCulture), item.Key, unit.Increment * Math.Ceiling(Math.Max(unit.MinQuantity, 1) / unit.Increment), unit.Unit);
                }).ToList();
                var quoted = state.Quotes.Quote(
                    new Wanted(customer, customer.BillTo(null)!, customer.ShipTo(null)!, customer.Body.DefaultDeliveryMethod ?? "STD", null, wanted), at);
                desks.Quotations.Keep(
                    quoted,
                    new Keeping(kind, string.Create(CultureInfo.InvariantCulture, $"seed-{customer.Key}-{kind}-{daysAgo}"), label, reason, buyer, null, null),
                    at);
            }
        }
    }
}
