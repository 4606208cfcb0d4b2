using PortalIntegration.Sandbox.Erp.Orders;
using PortalIntegration.Sandbox.Simulation;

namespace PortalIntegration.UnitTests.Sandbox;

public sealed class SimulationTests
{
    [Fact]
    public async Task Order_InTime_IsShippedInvoicedAndPaid()
    {
        await using var bench = Bench();
        bench.Erp.Company.Step(bench.Clock.GetUtcNow());
        var order = await PlaceAsync(bench, "t1", 2);

        Days(bench, 3);
        order.Status.ShouldBe(OrderStatus.Invoiced);
        order.Events.Select(e => e.Kind).ShouldBe(["received", "accepted", "shipped", "invoiced"]);
        Days(bench, 25);
        bench.Erp.State.Invoices.Find(order.Invoices[0])!.Balance.ShouldBe(0);
    }

    [Fact]
    public async Task Order_OfMoreThanStock_ShipsInPartsOnceGoodsComeIn()
    {
        await using var bench = Bench();
        bench.Erp.Company.Step(bench.Clock.GetUtcNow());
        var order = await PlaceAsync(bench, "t2", 150);

        Days(bench, 12);

        order.Status.ShouldBe(OrderStatus.Invoiced);
        order.Shipments.Count.ShouldBeGreaterThan(1);
        order.Shipments.SelectMany(s => s.Lines).Sum(l => l.Quantity).ShouldBe(150);
    }

    [Fact]
    public async Task Order_OnCreditHold_IsReleasedByCreditControl()
    {
        await using var bench = Bench();
        bench.Erp.State.Customers.Find("C-10002")!.CreditLimit = 200_000;
        bench.Erp.State.Credit.AddBalance("C-10002", 200_000);
        bench.Erp.Company.Step(bench.Clock.GetUtcNow());
        var order = await PlaceAsync(bench, "t3", 1);
        order.Status.ShouldBe(OrderStatus.CreditHold);

        Days(bench, 6);

        order.Events.ShouldContain(e => e.Kind == "released");
        order.Shipments.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Clock_WithSimulationRunning_MovesOrdersByItself()
    {
        await using var bench = Bench(new SimulationOptions { Enabled = true, Tick = TimeSpan.FromMinutes(5) });
        bench.Erp.Company.Start();
        bench.Clock.Advance(TimeSpan.FromMinutes(5));
        var order = await PlaceAsync(bench, "t4", 1);

        await AdvanceUntilAsync(bench, () => order.Accepted, most: 10_000);

        order.Accepted.ShouldBeTrue();
    }

    [Fact]
    public async Task Clock_WithSimulationPaused_MovesNothing()
    {
        await using var bench = Bench(new SimulationOptions { Enabled = false, Tick = TimeSpan.FromMinutes(5) });
        bench.Erp.Company.Step(bench.Clock.GetUtcNow());
        bench.Erp.Company.Start();
        var order = await PlaceAsync(bench, "t5", 1);

        await AdvanceUntilAsync(bench, () => false, most: 100);

        order.Accepted.ShouldBeFalse();
    }

    [Fact]
    public async Task Company_TwoRunsOfOneSeed_DoTheSame()
    {
        static async Task<string> Run()
        {
            await using var bench = Bench();
            bench.Erp.Company.Step(bench.Clock.GetUtcNow());
            Days(bench, 10);
            return string.Join('\n', bench.Erp.State.OrderList.Select(o => $"{o.Number} {o.Status} {o.Version} {o.UpdatedAt:O}"));
        }

        (await Run()).ShouldBe(await Run());
    }

    private static ErpBench Bench(SimulationOptions? simulation = null) => new(o => o with { Simulation = simulation ?? new SimulationOptions() });

    private static async Task<Order> PlaceAsync(ErpBench bench, string reference, decimal quantity)
    {
        var (_, body) = await bench.PlaceAsync(reference, (bench.Article(), quantity));
        return bench.Erp.State.Orders.Find(body["number"]!.GetValue<string>())!;
    }

    private static void Days(ErpBench bench, int days)
    {
        for (var hour = 0; hour < days * 24; hour++)
        {
            bench.Clock.Advance(TimeSpan.FromHours(1));
            bench.Erp.Company.Step(bench.Clock.GetUtcNow());
        }
    }

    private static async Task AdvanceUntilAsync(ErpBench bench, Func<bool> done, int most)
    {
        for (var i = 0; i < most && !done(); i++)
        {
            bench.Clock.Advance(TimeSpan.FromMinutes(5));
            await Task.Delay(2, CancellationToken.None);
        }
    }
}
