using System.Security.Cryptography;
using PortalIntegration.Sandbox;
using PortalIntegration.Sandbox.Crm;
using PortalIntegration.Sandbox.Erp;
using PortalIntegration.Sandbox.Erp.Customers;
using PortalIntegration.Sandbox.Erp.Orders;
using PortalIntegration.Sandbox.Http;
using PortalIntegration.Sandbox.Seed;
using PortalIntegration.Tests;

namespace PortalIntegration.UnitTests.Sandbox;

public sealed class SeedTests
{
    private static readonly SandboxOptions Small = new() { Skus = 400, Accounts = 60, Contacts = 150, Orders = 400 };

    [Fact]
    public async Task Seed_SameSeedAndDay_SameBytes()
    {
        (await PrintAsync(Small)).ShouldBe(await PrintAsync(Small));
    }

    [Fact]
    public async Task Seed_SameDayAtAnotherHour_SameBytes()
    {
        (await PrintAsync(Small, ErpBench.Start.AddHours(9))).ShouldBe(await PrintAsync(Small, ErpBench.Start));
    }

    [Fact]
    public async Task Seed_AnotherSeed_OtherBytes()
    {
        (await PrintAsync(Small with { Seed = 2 })).ShouldNotBe(await PrintAsync(Small));
    }

    [Fact]
    public void Items_LargerCatalogue_BeginsWithTheSmallerOne()
    {
        var day = ErpSeed.DayOf(new ManualTimeProvider(ErpBench.Start));

        Json.Bytes(ItemSeed.At(1, 77, day).Product).ShouldBe(Json.Bytes(ItemSeed.At(1, 77, day).Product));
        Company.At(1, 33).ErpName.ShouldBe(Company.At(1, 33).ErpName);
    }

    [Fact]
    public void Items_HundredThousand_EachSkuOnce()
    {
        var skus = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 100_000; i++)
        {
            skus.Add(ItemSeed.At(1, i, ErpBench.Start).Key).ShouldBeTrue();
        }
    }

    [Fact]
    public async Task Orders_DefaultMix_EveryStatusOccurs()
    {
        await using var erp = new ErpSystem(Small with { Orders = 1_000, Clock = new ManualTimeProvider(ErpBench.Start) });

        erp.State.OrderList.Count.ShouldBe(1_000);
        erp.State.OrderList.Select(o => o.Status).Distinct().Order().ShouldBe(Enum.GetValues<OrderStatus>());
        erp.State.OrderList.ShouldContain(o => o.Shipments.Count > 1);
        erp.State.OrderList.ShouldAllBe(o => o.UpdatedAt <= ErpBench.Start);
    }

    [Fact]
    public async Task Stock_AfterSeed_NeverNegativeAndBacklogMatchesOrders()
    {
        await using var erp = new ErpSystem(Small with { Clock = new ManualTimeProvider(ErpBench.Start) });

        var waiting = erp.State.OrderList.SelectMany(o => o.Lines).GroupBy(l => l.Sku, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Sum(l => l.Backordered * l.Factor), StringComparer.Ordinal);
        foreach (var item in erp.State.ItemList)
        {
            item.Stock.Backlog.ShouldBe(waiting.GetValueOrDefault(item.Key), item.Key);
            for (var w = 0; w < 3; w++)
            {
                item.Stock.OnHand(w).ShouldBeGreaterThanOrEqualTo(0);
            }
        }
    }

    [Fact]
    public async Task Customers_ByNumber_AreAsDocumented()
    {
        await using var erp = new ErpSystem(Small with { Clock = new ManualTimeProvider(ErpBench.Start) });
        var crm = new CrmSystem(Small with { Clock = new ManualTimeProvider(ErpBench.Start) });
        Customer C(string number) => erp.State.Customers.Find(number)!;

        C("C-10001").Body.ShipTos.Count.ShouldBe(3);
        C("C-10001").Body.BillTos.Count.ShouldBe(2);
        erp.State.Credit.Show(C("C-10003"), ErpBench.Start).Available!.Value.ShouldBeLessThan(0);
        C("C-10004").Body.Status.ShouldBe(CustomerStatus.OnHold);
        crm.State.Accounts.Find("acc-00005")!.Name.ShouldNotBe(C("C-10005").Body.Name);
        crm.State.Accounts.Find("acc-00005")!.ErpCustomerNumber.ShouldBe("C-10005");
        C("C-10006").CreditLimit.ShouldBeNull();
        C("C-10007").Body.CrmAccountId.ShouldBeNull();
        crm.State.Accounts.Find("acc-00008")!.ErpCustomerNumber.ShouldBeNull();
        erp.State.Customers.Find("C-10008").ShouldBeNull();
        C("C-10009").Body.Status.ShouldBe(CustomerStatus.Closed);
        await crm.DisposeAsync();
    }

    [Fact]
    public async Task Reset_AfterChanges_AsAtTheStart()
    {
        await using var bench = new ErpBench();
        var before = Print(bench.Erp.State);
        await bench.PlaceAsync("r1", (bench.Article(), 5));

        Print(bench.Erp.State).ShouldNotBe(before);
        bench.Erp.Reset();
        Print(bench.Erp.State).ShouldBe(before);
    }

    private static async Task<string> PrintAsync(SandboxOptions options, DateTimeOffset? at = null)
    {
        var timed = options with { Clock = new ManualTimeProvider(at ?? ErpBench.Start) };
        await using var erp = new ErpSystem(timed);
        await using var crm = new CrmSystem(timed);
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sum.AppendData(Convert.FromHexString(Print(erp.State)));
        Add(sum, crm.State.Accounts.All, crm.State.Contacts.All, crm.State.Users.All, crm.State.Opportunities.All, crm.State.Products.All);
        return Convert.ToHexString(sum.GetCurrentHash());
    }

    private static string Print(ErpState state)
    {
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(
            sum,
            state.Categories,
            state.ItemList.Select(i => i.Product),
            state.ItemList.Select(i => new { i.ListPrice, i.Stock.FreeTotal, Warehouses = Enumerable.Range(0, 3).Select(i.Stock.OnHand), i.Stock.Inbound }),
            state.Customers.All.Select(c => c.Body),
            state.Customers.All.Select(c => state.Credit.Show(c, ErpBench.Start)),
            state.OrderList.Select(o => OrderBody.Of(o, state)),
            state.Invoices.All,
            state.Returns.All);
        return Convert.ToHexString(sum.GetCurrentHash());
    }

    private static void Add(IncrementalHash sum, params IEnumerable<object>[] lists)
    {
        foreach (var row in lists.SelectMany(l => l))
        {
            sum.AppendData(Json.Bytes(row));
        }
    }
}
