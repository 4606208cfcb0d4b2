using System.Globalization;
using PortalIntegration.Sandbox.Erp.Catalogue;
using PortalIntegration.Sandbox.Erp.Customers;
using PortalIntegration.Sandbox.Erp.Invoices;
using PortalIntegration.Sandbox.Erp.Orders;
using PortalIntegration.Sandbox.Erp.Pricing;
using PortalIntegration.Sandbox.Erp.Quotations;
using PortalIntegration.Sandbox.Erp.Returns;
using PortalIntegration.Sandbox.Storage;

namespace PortalIntegration.Sandbox.Erp;

/// <summary>Everything the ERP holds, behind one lock: an order is placed wholly or not at all.</summary>
internal sealed class ErpState
{
    public ErpState(int seed, TimeProvider clock, Action<string, string, string>? publish = null)
    {
        Seed = seed;
        Clock = clock;
        Prices = new PriceBook(seed);
        Quotes = new QuoteDesk(Prices, Credit, sku => Items.Find(sku), NextDispatch);
        this.publish = publish;
    }

    private readonly Action<string, string, string>? publish;
    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);

    public Lock Gate { get; } = new();

    public int Seed { get; }

    public TimeProvider Clock { get; }

    /// <summary>As <see cref="SandboxOptions.DispatchHour"/>.</summary>
    public int DispatchHour { get; init; } = 14;

    /// <summary>The day on which what is in stock leaves when it is ordered now.</summary>
    public DateOnly NextDispatch(DateTimeOffset at) => WorkDays.NextDispatch(at, DispatchHour);

    public IReadOnlyList<UnitOfMeasure> Units { get; set; } = [];

    public IReadOnlyList<Category> Categories { get; set; } = [];

    public Table<Item> Items { get; } = new();

    /// <summary>In the order of the seed.</summary>
    public List<Item> ItemList { get; } = [];

    public Table<Customer> Customers { get; } = new();

    public Table<Order> Orders { get; } = new();

    public Table<Invoice> Invoices { get; } = new();

    public Table<ReturnCase> Returns { get; } = new();

    public Table<Quotation> Quotations { get; } = new();

    public Dictionary<string, List<Quotation>> QuotationsOfCustomer { get; } = new(StringComparer.Ordinal);

    /// <summary>In the order in which they were placed.</summary>
    public List<Order> OrderList { get; } = [];

    public Dictionary<string, List<Order>> OrdersOfCustomer { get; } = new(StringComparer.Ordinal);

    /// <summary>More than one order only when references are not unique.</summary>
    public Dictionary<string, List<Order>> OrdersByReference { get; } = new(StringComparer.Ordinal);

    /// <summary>Orders that wait for stock, first come first served.</summary>
    public Dictionary<string, List<Order>> Waiting { get; } = new(StringComparer.Ordinal);

    public CreditDesk Credit { get; } = new();

    public PriceBook Prices { get; }

    public QuoteDesk Quotes { get; }

    /// <summary>Off while the past is made up.</summary>
    public bool Publishing { get; set; }

    public DateTimeOffset Now => Clock.GetUtcNow();

    public string NextNumber(string prefix, int start)
    {
        var next = numbers.GetValueOrDefault(prefix, start) + 1;
        numbers[prefix] = next;
        return string.Create(CultureInfo.InvariantCulture, $"{prefix}{next}");
    }

    public void StartNumbers(string prefix, int after) => numbers[prefix] = after;

    public void Publish(string type, string entity, string key)
    {
        if (Publishing)
        {
            publish?.Invoke(type, entity, key);
        }
    }

    /// <summary>Empties everything, to be filled anew.</summary>
    public void Clear()
    {
        numbers.Clear();
        Items.Clear();
        ItemList.Clear();
        Customers.Clear();
        Orders.Clear();
        Invoices.Clear();
        Returns.Clear();
        Quotations.Clear();
        QuotationsOfCustomer.Clear();
        OrderList.Clear();
        OrdersOfCustomer.Clear();
        OrdersByReference.Clear();
        Waiting.Clear();
        Credit.Clear();
        Prices.Clear();
    }

    public void CreditChanged(string customer) => Publish("credit.changed", "credit", customer);
}
