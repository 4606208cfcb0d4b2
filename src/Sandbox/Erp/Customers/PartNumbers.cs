using System.Globalization;
using PortalIntegration.Sandbox.Erp.Catalogue;
using PortalIntegration.Sandbox.Seed;

namespace PortalIntegration.Sandbox.Erp.Customers;

/// <summary>What customers call our articles. Made from the seed when asked for, and kept nowhere.</summary>
internal sealed class PartNumbers(int seed)
{
    public IReadOnlyList<string> Of(Customer customer, Item item)
    {
        if (customer.PartNumberShare <= 0)
        {
            return [];
        }

        var dice = Dice.For(seed, "part-number", ((long)customer.Index << 32) | (uint)item.Index);
        if (!dice.Chance(customer.PartNumberShare))
        {
            return [];
        }

        var letter = (char)('A' + (customer.Index % 26));
        return [string.Create(CultureInfo.InvariantCulture, $"{letter}-{dice.Between(10, 99)}-{item.Index + 1000:0000}")];
    }

    public bool Has(Customer? customer, Item item, string word) =>
        customer is { PartNumberShare: > 0 } && Of(customer, item) is [var own] && own.Equals(word, StringComparison.OrdinalIgnoreCase);
}
