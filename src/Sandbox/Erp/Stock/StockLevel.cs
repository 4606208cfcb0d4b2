namespace PortalIntegration.Sandbox.Erp.Stock;

internal sealed record Warehouse(string Code, string Name, string Country);

internal sealed record Inbound(int Warehouse, decimal Quantity, DateOnly ExpectedOn);

internal sealed record Allocation(int Warehouse, decimal Quantity);

/// <summary>Stock of one product, in base units, per warehouse.</summary>
internal sealed class StockLevel
{
    public static IReadOnlyList<Warehouse> Warehouses { get; } =
        [new("HAM", "Hamburg", "DE"), new("LYO", "Lyon", "FR"), new("GDN", "Gdańsk", "PL")];

    private readonly decimal[] onHand = new decimal[Warehouses.Count];
    private readonly decimal[] reserved = new decimal[Warehouses.Count];

    public List<Inbound> Inbound { get; } = [];

    /// <summary>What orders wait for, and no stock is reserved for.</summary>
    public decimal Backlog { get; set; }

    public decimal OnHand(int warehouse) => onHand[warehouse];

    /// <summary>What a new order can still have from a warehouse; never negative.</summary>
    public decimal Free(int warehouse) => Math.Max(0, onHand[warehouse] - reserved[warehouse]);

    public decimal FreeTotal => Enumerable.Range(0, onHand.Length).Sum(Free);

    public void Set(int warehouse, decimal quantity) => onHand[warehouse] = quantity;

    public void Add(int warehouse, decimal quantity) => onHand[warehouse] += quantity;

    /// <summary>
    /// Reserves what there is, near warehouses first, in whole multiples of <paramref name="multiple"/>.
    /// </summary>
    public IReadOnlyList<Allocation> Reserve(decimal quantity, decimal multiple, string country)
    {
        var taken = Offer(quantity, multiple, country);
        foreach (var part in taken)
        {
            reserved[part.Warehouse] += part.Quantity;
        }

        return taken;
    }

    /// <summary>What <see cref="Reserve"/> would take.</summary>
    public IReadOnlyList<Allocation> Offer(decimal quantity, decimal multiple, string country)
    {
        var parts = new List<Allocation>();
        var open = quantity;
        foreach (var warehouse in Nearest(country))
        {
            var take = Math.Min(open, Math.Floor(Free(warehouse) / multiple) * multiple);
            if (take > 0)
            {
                parts.Add(new Allocation(warehouse, take));
                open -= take;
            }
        }

        return parts;
    }

    public void Unreserve(Allocation part) => reserved[part.Warehouse] -= part.Quantity;

    /// <summary>Goods that were reserved leave the house.</summary>
    public void Issue(Allocation part)
    {
        reserved[part.Warehouse] -= part.Quantity;
        onHand[part.Warehouse] = Math.Max(0, onHand[part.Warehouse] - part.Quantity);
    }

    private static IEnumerable<int> Nearest(string country) =>
        Enumerable.Range(0, Warehouses.Count).OrderBy(w => Warehouses[w].Country == country ? 0 : 1);
}
