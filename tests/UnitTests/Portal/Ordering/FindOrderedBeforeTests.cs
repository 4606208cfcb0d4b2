using NSubstitute;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.Features.OrderPad;

namespace PortalIntegration.UnitTests.Portal.Ordering;

public sealed class FindOrderedBeforeTests
{
    private static readonly CustomerNumber Customer = new("C-1");
    private static readonly Scope Scope = Scope.ForPerson(new("p"), Role.Buyer, [new(new("a"), Customer, "Account")]);
    private static readonly Provenance Erp = new("erp", DateTimeOffset.UnixEpoch);

    private readonly IOrders _orders = Substitute.For<IOrders>();
    private readonly FindOrderedBefore _finding;

    public FindOrderedBeforeTests()
    {
        var map = Substitute.For<IOwnershipMap>();
        map.Owner<IOrders>().Returns(_orders);
        _finding = new FindOrderedBefore(map);
    }

    [Fact]
    public async Task Lines_OfSeveralOrders_EachProductOnceAsItWasOrderedLast()
    {
        Has(Order("SO-3", 3, Line("A", 5), Line("B", 1)), Order("SO-2", 2, Line("A", 2), Line("C", 9)));

        var part = (await _finding.Lines(Scope, Customer, null, TestContext.Current.CancellationToken)).Value;

        part.Lines.Count.ShouldBe(4);
        var last = FindOrderedBefore.LastOfEach(part.Lines);
        last.Select(line => (line.Sku.Value, line.Quantity, line.Order.Value)).ShouldBe([("A", 5, "SO-3"), ("B", 1, "SO-3"), ("C", 9, "SO-2")], ignoreOrder: true);
        last.Single(line => FindOrderedBefore.Has(line, "thing  so-2")).Sku.Value.ShouldBe("C");
        FindOrderedBefore.Has(last[0], "thing nothing").ShouldBeFalse();
    }

    [Fact]
    public async Task Lines_WhatWasCancelled_WasNotOrdered()
    {
        Has(Order("SO-3", 3, Line("A", 5) with { Cancelled = 5 }, Line("B", 5) with { Cancelled = 4 }), Order("SO-2", 2, Line("C", 1)) with { Status = OrderStatus.Cancelled });

        var part = (await _finding.Lines(Scope, Customer, null, TestContext.Current.CancellationToken)).Value;

        part.Lines.ShouldHaveSingleItem().Sku.Value.ShouldBe("B");
        part.Orders.ShouldBe(2);
        await _orders.DidNotReceive().Get(Arg.Any<Scope>(), new OrderNumber("SO-2"), Arg.Any<CancellationToken>());
    }

    [Fact]
    public async Task Lines_OneOrderUnread_TheOthersAreThereAndItIsCounted()
    {
        Has(Order("SO-3", 3, Line("A", 5)), Order("SO-2", 2, Line("C", 1)));
        _orders.Get(Arg.Any<Scope>(), new OrderNumber("SO-3"), Arg.Any<CancellationToken>())
            .Returns(Outcome.Failed<Order>(new Failure(Cause.TimedOut, "erp", "get", DateTimeOffset.UnixEpoch)));

        var part = (await _finding.Lines(Scope, Customer, null, TestContext.Current.CancellationToken)).Value;

        part.Lines.ShouldHaveSingleItem().Sku.Value.ShouldBe("C");
        part.Unread.ShouldBe(1);
        part.Since.ShouldBe(DateTimeOffset.UnixEpoch.AddDays(2));
    }

    private void Has(params Order[] orders)
    {
        _orders.Search(default!, default!, default).ReturnsForAnyArgs(Outcome.Success(
            new Page<OrderSummary>(
                [.. orders.Select(order => new OrderSummary { Number = order.Number!.Value, Customer = Customer, Status = order.Status, OrderedAt = order.OrderedAt })], null), Erp));
        foreach (var order in orders)
        {
            _orders.Get(Arg.Any<Scope>(), order.Number!.Value, Arg.Any<CancellationToken>()).Returns(Outcome.Success(order, Erp));
        }
    }

    private static Order Order(string number, int day, params OrderLine[] lines) => new()
    {
        Number = new OrderNumber(number), Customer = Customer, Status = OrderStatus.Invoiced, OrderedAt = DateTimeOffset.UnixEpoch.AddDays(day), Lines = lines,
    };

    private static OrderLine Line(string sku, decimal quantity) => new()
    {
        LineNumber = sku, Sku = new Sku(sku), Description = $"Thing {sku}", Unit = "PCE", Ordered = quantity, Shipped = 0,
    };
}
