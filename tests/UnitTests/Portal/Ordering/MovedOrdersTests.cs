using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.Features.Notices;
using PortalIntegration.Sync.Changes;

namespace PortalIntegration.UnitTests.Portal.Ordering;

/// <summary>Pages hear of their own orders, once and not in a storm; while nobody looks, nobody is asked.</summary>
public sealed class MovedOrdersTests : IAsyncLifetime
{
    private static readonly Scope Ann = Scope.ForPerson(new PersonId("ann"), Role.Buyer, [new ScopedAccount(new AccountId("A1"), new CustomerNumber("C1"), "One")]);

    private readonly IOrders _orders = Substitute.For<IOrders>();
    private readonly IChangeBoard _board = Substitute.For<IChangeBoard>();
    private readonly MovedOrders _moved;
    private readonly Immediately _clock = new();
    private readonly TaskCompletionSource _listens = new();
    private Action<string> _tell = _ => { };

    public MovedOrdersTests()
    {
        var map = Substitute.For<IOwnershipMap>();
        map.Owner<IOrders>().Returns(_orders);
        _board.WatchAll(default, default!).ReturnsForAnyArgs(call =>
        {
            _tell = call.Arg<Action<string>>();
            _listens.SetResult();
            return Substitute.For<IDisposable>();
        });
        _orders.Get(default!, default).ReturnsForAnyArgs(call => Outcome.Success(
            new Order
            {
                Number = call.Arg<OrderNumber>(), Customer = new CustomerNumber(call.Arg<OrderNumber>().Value.StartsWith("MINE", StringComparison.Ordinal) ? "C1" : "C2"),
                Status = OrderStatus.Shipped, OrderedAt = default, Lines = [],
            },
            new Provenance("erp", default)));
        _moved = new MovedOrders(_board, map, _clock, NullLogger<MovedOrders>.Instance);
    }

    public async ValueTask InitializeAsync()
    {
        await _moved.StartAsync(TestContext.Current.CancellationToken);
        await _listens.Task;
    }

    public async ValueTask DisposeAsync()
    {
        await _moved.StopAsync(TestContext.Current.CancellationToken);
        _moved.Dispose();
    }

    [Theory]
    [InlineData(true, Cause.TimedOut)]
    [InlineData(true, Cause.TimedOut, Cause.NotFound)]
    [InlineData(false, Cause.NotFound)]
    [InlineData(false, Cause.TimedOut, null)]
    [InlineData(false, null, null)]
    public void IsSaidLater_WhereTheOwnerSaysNothingOfAny_AndMayAnotherTime(bool later, params Cause?[] causes) =>
        MovedOrdersEndpoint.IsSaidLater([.. causes.Select(cause => cause is { } failed
            ? Outcome.Failed<Order>(new Failure(failed, "erp", "getOrder", default))
            : Outcome.Success(new Order { Number = new("1"), Customer = new("C1"), Status = OrderStatus.Shipped, OrderedAt = default, Lines = [] }, new Provenance("erp", default)))]).ShouldBe(later);

    [Fact]
    public async Task Since_AnOrderOfMineMoved_IsToldOnceAndAnothersNever()
    {
        _moved.Since(Ann, null, out var before).ShouldBeEmpty();

        _tell("OTHER-1");
        _tell("MINE-1");

        (await Told(before)).ShouldBe([new OrderNumber("MINE-1")]);
        _moved.Since(Ann, before, out var now);
        _moved.Since(Ann, now, out _).ShouldBeEmpty("it was told");
        await _orders.Received(1).Get(Arg.Any<Scope>(), new OrderNumber("OTHER-1"), Arg.Any<CancellationToken>());
    }

    [Fact]
    public async Task Since_WhatMovedLongAgo_IsNotToldAnyMore()
    {
        _moved.Since(Ann, null, out var before);
        _tell("MINE-1");
        (await Told(before)).ShouldNotBeEmpty();

        _clock.Ahead += TimeSpan.FromMinutes(6);

        _moved.Since(Ann, before, out _).ShouldBeEmpty("who could not be told meanwhile sees it in his orders");
    }

    [Fact]
    public async Task Told_WhileNobodyLooks_NobodyIsAsked()
    {
        _tell("MINE-1");
        _moved.Since(Ann, null, out var before);
        _tell("MINE-2");

        (await Told(before)).ShouldBe([new OrderNumber("MINE-2")]);
        await _orders.DidNotReceive().Get(Arg.Any<Scope>(), new OrderNumber("MINE-1"), Arg.Any<CancellationToken>());
    }

    [Fact]
    public async Task Told_InAStorm_IsAskedSoManyTimesAMinuteAtMost()
    {
        _moved.Since(Ann, null, out var before);

        for (var i = 0; i < 20 * MovedOrders.MostInAMinute; i++)
        {
            _tell($"MINE-{i}");
        }

        await Told(before);
        await Task.Delay(300, TestContext.Current.CancellationToken);
        _orders.ReceivedCalls().Count(call => call.GetMethodInfo().Name == nameof(IOrders.Get)).ShouldBeLessThanOrEqualTo(2 * MovedOrders.MostInAMinute, "the turn of a minute may lie between");
    }

    [Fact]
    public async Task Told_OfAnOrderThatAStormLeftOut_IsToldWhenItMovesAgain()
    {
        _moved.Since(Ann, null, out var before);
        for (var i = 0; i < 20 * MovedOrders.MostInAMinute; i++)
        {
            _tell($"OTHER-{i}");
        }

        _tell("MINE-1");
        for (var tries = 0; tries < 1_200 && _moved.Since(Ann, before, out _) is []; tries++)
        {
            _clock.Ahead += TimeSpan.FromMinutes(1); // the storm is over
            _tell("MINE-1");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        _moved.Since(Ann, before, out _).ShouldBe([new OrderNumber("MINE-1")]);
    }

    private async Task<IReadOnlyList<OrderNumber>> Told(long since)
    {
        for (var tries = 0; tries < 1_200; tries++)
        {
            if (_moved.Since(Ann, since, out _) is [_, ..] told)
            {
                return told;
            }

            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        return [];
    }

    /// <summary>Every wait is over at once.</summary>
    private sealed class Immediately : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => System.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
