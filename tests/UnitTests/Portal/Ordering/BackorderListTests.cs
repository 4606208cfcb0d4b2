using NSubstitute;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.Features.Backorders;

namespace PortalIntegration.UnitTests.Portal.Ordering;

public sealed class BackorderListTests
{
    private static readonly DateOnly March = new(2026, 3, 10);

    [Fact]
    public void Changes_AgainstWhatWasConfirmed_AreNamed()
    {
        BackorderList.Changes(Line("A", March, March)).ShouldBe([BackorderChange.Same]);
        BackorderList.Changes(Line("A", March, March.AddDays(4))).ShouldBe([BackorderChange.Later]);
        BackorderList.Changes(Line("A", March, March.AddDays(-1))).ShouldBe([BackorderChange.Earlier]);
        BackorderList.Changes(Line("A", March, null)).ShouldBe([BackorderChange.DateLost]);
        BackorderList.Changes(Line("A", null, March)).ShouldBe([BackorderChange.DateFound]);
        BackorderList.Changes(Line("A", null, null)).ShouldBe([BackorderChange.Same]);
        BackorderList.Changes(Line("A", March, March.AddDays(4)) with { Deliveries = [new(3, March), new(7, March.AddDays(4))] })
            .ShouldBe([BackorderChange.Later, BackorderChange.Split]);
        BackorderList.DaysMoved(Line("A", March, March.AddDays(4))).ShouldBe(4);
        BackorderList.DaysMoved(Line("A", March, null)).ShouldBeNull();
    }

    [Fact]
    public void Where_TextAndChange_BothMustHold()
    {
        var list = new BackorderList(
            [Line("BOLT-1", March, March.AddDays(2)), Line("BOLT-2", March, March), Line("NUT-3", March, March.AddDays(9)) with { PoNumber = "PO-bolt" }], More: false);

        Skus(list.Where("bolt", null, BackorderSort.Product)).ShouldBe(["BOLT-1", "BOLT-2", "NUT-3"]);
        Skus(list.Where(" bolt ", BackorderChange.Later, BackorderSort.Change)).ShouldBe(["NUT-3", "BOLT-1"]);
        Skus(list.Where("SO-1", null, BackorderSort.Promised)).ShouldBe(["BOLT-2", "BOLT-1", "NUT-3"]);
        list.Where("screw", null, BackorderSort.Order).ShouldBeEmpty();
    }

    [Fact]
    public void Where_ByDelay_ALostDateComesFirst()
    {
        var list = new BackorderList([Line("A", March, March), Line("B", March, March.AddDays(90)), Line("C", March, null)], More: false);

        Skus(list.Where(null, null, BackorderSort.Change)).ShouldBe(["C", "B", "A"]);
        Skus(list.Where(null, null, BackorderSort.Promised)).ShouldBe(["A", "B", "C"]);
    }

    [Fact]
    public async Task List_SeveralPages_AreReadToTheEndAndNoFurtherThanAnybodyReads()
    {
        var map = Substitute.For<IOwnershipMap>();
        var orders = Substitute.For<IOrders>();
        map.Owner<IOrders>().Returns(orders);
        var asked = 0;
        orders.Backorders(default!, default, default).ReturnsForAnyArgs(call => Outcome.Success(
            new Page<Backorder>([.. Enumerable.Repeat(Line("A", March, March), 500)], asked++ < 2 || asked > 3 ? $"page-{asked}" : null), new Provenance("erp", default)));
        var finding = new FindBackorders(map);
        var scope = Scope.ForPortal("test", Lane.Interactive);

        (await finding.List(scope, new CustomerNumber("C1"))).Value.ShouldSatisfyAllConditions(
            list => list.Lines.Count.ShouldBe(1_500), list => list.More.ShouldBeFalse());
        (await finding.List(scope, new CustomerNumber("C1"))).Value.ShouldSatisfyAllConditions(
            list => list.Lines.Count.ShouldBe(FindBackorders.MostLines), list => list.More.ShouldBeTrue());
        asked.ShouldBe(7);
    }

    private static IEnumerable<string> Skus(IEnumerable<Backorder> lines) => lines.Select(line => line.Sku.Value);

    private static Backorder Line(string sku, DateOnly? first, DateOnly? now) => new()
    {
        Order = new OrderNumber("SO-1"), Customer = new CustomerNumber("C1"), OrderedAt = default, LineNumber = "1", Sku = new Sku(sku), Unit = "PCE", Ordered = 10,
        Shipped = 0, Open = 10, FirstPromisedOn = first, PromisedOn = now,
    };
}
