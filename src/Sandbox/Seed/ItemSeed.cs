using System.Globalization;
using System.Text;
using PortalIntegration.Sandbox.Erp.Catalogue;
using PortalIntegration.Sandbox.Erp.Stock;

namespace PortalIntegration.Sandbox.Seed;

/// <summary>Articles. The n-th is the same in every run and at every size; its times hang on the day of the seed.</summary>
internal static class ItemSeed
{
    private static readonly string[] Uses =
        ["for maintenance", "for machine building", "for conveyors", "for agricultural machines", "for the food industry", "for shipyards", "for presses", "for pumps", "for gearboxes", "for wind turbines", "for packaging machines", "for workshops"];

    public static IReadOnlyList<UnitOfMeasure> Units { get; } =
    [
        new("PCE", "Piece", 0), new("BX", "Box", 0), new("M", "Metre", 2), new("KG", "Kilogram", 3), new("PR", "Pair", 0), new("ROL", "Roll", 0), new("CAN", "Canister", 0),
    ];

    public static Item At(int seed, int index, DateTimeOffset day)
    {
        var dice = Dice.For(seed, "item", index);
        var family = Trade.Families[index % Trade.Families.Count];
        var (options, maker, series) = Pick(family, index / Trade.Families.Count);
        var texts = family.Dimensions.Select((d, i) => Text(d.Options[options[i]])).ToArray();
        var sku = Sku(family, options, maker, series);
        double price = family.Price, kilos = family.Kilos;
        for (var i = 0; i < options.Length; i++)
        {
            price *= Math.Pow(family.Dimensions[i].PriceGrowth, options[i]);
            kilos *= Math.Pow(family.Dimensions[i].WeightGrowth, options[i]);
        }

        price *= (1 + (maker * 0.06)) * (0.97 + (dice.Share() * 0.06));
        var listPrice = Math.Max(0.05m, Math.Round((decimal)price, 2));
        var status = dice.Below(100) switch { 0 => ProductStatus.Blocked, <= 3 => ProductStatus.Discontinued, _ => ProductStatus.Active };
        var name = string.Format(CultureInfo.InvariantCulture, family.Title, texts) + (series == 0 ? "" : $" series {series + 1}");
        var makerName = family.Makers[maker];
        var updated = day.AddMinutes(-dice.Between(1, 400 * 24 * 60));
        var product = new Product
        {
            Sku = sku,
            Name = name,
            Description = Describe(family, texts, makerName, ref dice),
            CategoryId = family.Category,
            Status = status,
            ReplacedBy = status == ProductStatus.Discontinued ? Sku(family, options, (maker + 1) % family.Makers.Length, series) : null,
            Manufacturer = makerName,
            ManufacturerPartNumber = string.Create(CultureInfo.InvariantCulture, $"{makerName[..2].ToUpperInvariant()}{dice.Between(100, 999)}.{index % 10_000:0000}"),
            Gtin = Gtin(index),
            BaseUnit = family.Packs.First(p => p.Factor == 1).Unit,
            Units = family.Packs.Select(p => SalesUnit(p, family.Packs.First(x => x.Factor == 1).Unit)).ToList(),
            Weight = Math.Max(0.0001m, Math.Round((decimal)kilos, 4)),
            LeadTimeDays = dice.Pick([3, 5, 7, 10, 15, 20, 30]),
            Attributes = family.Dimensions.Select((d, i) => new ProductAttribute(d.Name, texts[i], d.Unit)).Append(new ProductAttribute("Manufacturer", makerName, null)).ToList(),
            Images = Pictures(index, name),
            Version = dice.Between(1, 9),
            UpdatedAt = updated,
        };
        return new Item(index, product, listPrice, family.PriceUnit, new StockLevel());
    }

    public static IReadOnlyList<Category> Categories(IEnumerable<Item> items)
    {
        var counts = items.GroupBy(i => i.Product.CategoryId, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
        var groups = Trade.Groups.Select((g, i) => new Category(
            g.Id,
            null,
            g.Name,
            i + 1,
            Trade.Families.Where(f => f.Group == g.Id).Sum(f => counts.GetValueOrDefault(f.Category))));
        var families = Trade.Families.GroupBy(f => f.Group, StringComparer.Ordinal)
            .SelectMany(g => g.Select((f, i) => new Category(f.Category, f.Group, f.Name, i + 1, counts.GetValueOrDefault(f.Category))));
        return [.. groups, .. families];
    }

    /// <summary>Walks through the combinations in strides, so that a small catalogue has all sizes too.</summary>
    private static (int[] Options, int Maker, int Series) Pick(Family family, int k)
    {
        var combination = (int)((long)(k % family.Combinations) * Stride(family.Combinations) % family.Combinations);
        var maker = combination % family.Makers.Length;
        combination /= family.Makers.Length;
        var options = new int[family.Dimensions.Length];
        for (var i = 0; i < options.Length; i++)
        {
            options[i] = combination % family.Dimensions[i].Options.Length;
            combination /= family.Dimensions[i].Options.Length;
        }

        return (options, maker, k / family.Combinations);
    }

    private static int Stride(int combinations)
    {
        var stride = (int)(combinations * 0.618) | 1;
        while (Divisor(stride, combinations) != 1)
        {
            stride += 2;
        }

        return stride;

        static int Divisor(int a, int b)
        {
            while (b != 0)
            {
                (a, b) = (b, a % b);
            }

            return a;
        }
    }

    private static string Sku(Family family, int[] options, int maker, int series)
    {
        var sku = new StringBuilder(family.Prefix);
        for (var i = 0; i < options.Length; i++)
        {
            sku.Append('-').Append(Code(family.Dimensions[i].Options[options[i]]));
        }

        if (maker > 0)
        {
            sku.Append('-').Append((char)('A' + maker));
        }

        if (series > 0)
        {
            sku.Append(CultureInfo.InvariantCulture, $"-S{series + 1}");
        }

        return sku.ToString();
    }

    private static string Text(string option) => option.Split('~')[0];

    private static string Code(string option)
    {
        var parts = option.Split('~');
        if (parts.Length > 1)
        {
            return parts[1];
        }

        var code = new StringBuilder();
        foreach (var c in option)
        {
            code.Append(c switch { '.' => "P", '-' => "X", '/' or ' ' => "", _ => char.ToUpperInvariant(c).ToString() });
        }

        return code.ToString();
    }

    private static string Describe(Family family, string[] texts, string maker, ref Dice dice)
    {
        var properties = family.Dimensions.Select((d, i) => $"{d.Name.ToLowerInvariant()} {texts[i]}{(d.Unit is null ? "" : " " + d.Unit)}");
        return $"{family.Text}, {dice.Pick(Uses)}. {Capital(string.Join(", ", properties))}. Made by {maker}.";
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static List<ProductImage> Pictures(int index, string name)
    {
        var png = index % 3 == 0;
        var pictures = new List<ProductImage> { new("main", png ? "image/png" : "image/svg+xml", name, true) };
        if (index % 5 == 0)
        {
            pictures.Add(new ProductImage("drawing", png ? "image/svg+xml" : "image/png", $"{name}, drawing", false));
        }

        return pictures;
    }

    private static SalesUnit SalesUnit(Pack pack, string baseUnit)
    {
        var unit = Units.First(u => u.Code == pack.Unit);
        var name = unit.Name.ToLowerInvariant();
        return new SalesUnit(
            pack.Unit,
            pack.Factor == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{name} of {pack.Factor:0.###}{(baseUnit is "PCE" or "PR" ? "" : " " + baseUnit.ToLowerInvariant())}"),
            unit.Decimals,
            pack.Factor,
            pack.Minimum,
            pack.Step);
    }

    private static string Gtin(int index)
    {
        var digits = (400_638_100_000L + index).ToString(CultureInfo.InvariantCulture);
        var sum = digits.Select((c, i) => (c - '0') * (i % 2 == 0 ? 1 : 3)).Sum();
        return digits + ((10 - (sum % 10)) % 10).ToString(CultureInfo.InvariantCulture);
    }
}
