using PortalIntegration.Sandbox.Erp.Catalogue;
using PortalIntegration.Sandbox.Erp.Customers;
using PortalIntegration.Sandbox.Seed;

namespace PortalIntegration.Sandbox.Erp.Pricing;

internal enum PriceSource
{
    List,
    Tier,
    Contract,
}

internal sealed record LineProblem(string Code, string Message);

internal sealed record PriceTier(decimal MinQuantity, decimal UnitPrice);

internal sealed record PriceFound(
    decimal UnitPrice,
    decimal PriceUnit,
    decimal ListPrice,
    PriceSource Source,
    IReadOnlyList<PriceTier> Tiers,
    decimal ExtendedAmount,
    DateOnly? ValidUntil);

/// <summary>
/// List prices with quantity tiers, and contract prices per customer. A contract price is taken when it is lower than
/// what the tiers give.
/// </summary>
internal sealed class PriceBook(int seed)
{
    private static readonly (decimal FromEuro, decimal Off)[] Steps = [(0, 0), (50, 0.04m), (250, 0.08m), (1000, 0.13m)];
    private readonly Dictionary<(string Customer, string Sku), decimal> agreed = [];

    /// <summary>Sets a contract price, in Euro for the item's price unit; null takes it away.</summary>
    public void Agree(string customer, string sku, decimal? euro)
    {
        if (euro is { } price)
        {
            agreed[(customer, sku)] = price;
        }
        else
        {
            agreed.Remove((customer, sku));
        }
    }

    public void Clear() => agreed.Clear();

    public PriceFound Price(Customer customer, Item item, SalesUnit unit, decimal quantity, string currency, DateOnly today)
    {
        var baseUnit = unit.Unit == item.Product.BaseUnit;
        var priceUnit = baseUnit ? item.PriceUnit : 1m;

        // whole packs are a little cheaper than loose goods
        var perUnit = item.ListPrice / item.PriceUnit * unit.Factor * (baseUnit ? 1m : 0.98m);
        decimal Shown(decimal euroPerUnit) => Money.RoundPrice(Money.FromEuro(euroPerUnit * priceUnit, currency));

        var tiers = Steps
            .Select(s => new PriceTier(s.FromEuro == 0 ? unit.MinQuantity : Tidy(s.FromEuro / perUnit, unit.Increment), Shown(perUnit * (1 - s.Off))))
            .Where((t, i) => i == 0 || t.MinQuantity > unit.MinQuantity)
            .DistinctBy(t => t.MinQuantity)
            .ToList();
        var tier = tiers.LastOrDefault(t => t.MinQuantity <= quantity) ?? tiers[0];
        var list = Shown(perUnit);
        var source = tier.UnitPrice < list ? PriceSource.Tier : PriceSource.List;
        var price = tier.UnitPrice;
        DateOnly? until = null;

        if (Contract(customer, item, today) is { } contract)
        {
            var contractPrice = Shown(contract.EuroPerPriceUnit / item.PriceUnit * unit.Factor);
            if (contractPrice <= price)
            {
                (price, source, until) = (contractPrice, PriceSource.Contract, contract.Until);
                tiers = [new PriceTier(unit.MinQuantity, contractPrice), .. tiers.Where(t => t.UnitPrice < contractPrice)];
            }
        }

        return new PriceFound(price, priceUnit, list, source, tiers, Money.Round(price * quantity / priceUnit), until);
    }

    private (decimal EuroPerPriceUnit, DateOnly Until)? Contract(Customer customer, Item item, DateOnly today)
    {
        if (agreed.TryGetValue((customer.Key, item.Key), out var set))
        {
            return (set, EndOfQuarter(today));
        }

        if (customer.ContractShare <= 0)
        {
            return null;
        }

        var dice = Dice.For(seed, "contract", ((long)customer.Index << 32) | (uint)item.Index);
        return dice.Chance(customer.ContractShare)
            ? (item.ListPrice * (1 - (dice.Between(9, 28) / 100m)), EndOfQuarter(today))
            : null;
    }

    private static DateOnly EndOfQuarter(DateOnly day) => new DateOnly(day.Year, ((day.Month - 1) / 3 * 3) + 1, 1).AddMonths(3).AddDays(-1);

    /// <summary>A round number of pieces to begin a tier with.</summary>
    private static decimal Tidy(decimal quantity, decimal increment)
    {
        decimal[] nice = [5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 2500, 5000, 10_000, 25_000, 50_000, 100_000];
        var round = nice.FirstOrDefault(n => n >= quantity, nice[^1]);
        return Math.Ceiling(round / increment) * increment;
    }
}
