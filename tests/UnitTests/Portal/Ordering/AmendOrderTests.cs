using System.Globalization;
using System.Text.Json;
using NSubstitute;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.Features.Amending;
using PortalIntegration.Sync.Changes;

namespace PortalIntegration.UnitTests.Portal.Ordering;

/// <summary>Whatever becomes of the answers, a change takes effect once, and nobody is told what is not known.</summary>
public sealed class AmendOrderTests
{
    private static readonly Scope Ann = Scope.ForPerson(new PersonId("ann"), Role.Buyer, [new ScopedAccount(new AccountId("A1"), new CustomerNumber("C1"), "One")]);
    private static readonly Provenance Erp = new("erp", default);

    private readonly IOrders _orders = Substitute.For<IOrders>();
    private readonly IChangeBoard _board = Substitute.For<IChangeBoard>();
    private readonly AmendOrder _amending;

    public AmendOrderTests()
    {
        var map = Substitute.For<IOwnershipMap>();
        map.Owner<IOrders>().Returns(_orders);
        _amending = new AmendOrder(map, _board, new Immediately());
        _orders.Get(default!, default).ReturnsForAnyArgs(Ok(OrderWith("PO-OLD")));
    }

    private static Amendment NewPo { get; } =
        new(new OrderChange { Id = Guid.Parse("0f8fad5b-d9cb-469f-a165-70867728950e"), Order = new OrderNumber("SO-1"), Version = "3", By = "Ann", PoNumber = "PO-NEW" }, null);

    [Fact]
    public async Task Apply_Answered_IsDoneAndToldToOpenPages()
    {
        _orders.Change(default!, default!).ReturnsForAnyArgs(Ok(OrderWith("PO-NEW")));

        (await _amending.Apply(Ann, NewPo, again: false)).Verdict.ShouldBe(AmendVerdict.Done);
        _board.Received(1).Tell(Entity.Orders, "SO-1");
    }

    [Fact]
    public async Task Apply_AnswerLost_AsksAgainUnderTheSameId()
    {
        _orders.Change(default!, default!).ReturnsForAnyArgs(Fails(Cause.TimedOut), Fails(Cause.Conflict), Ok(OrderWith("PO-NEW")));

        (await _amending.Apply(Ann, NewPo, again: false)).Verdict.ShouldBe(AmendVerdict.Done);
        await _orders.Received(3).Change(Ann, NewPo.Change!);
    }

    [Fact]
    public async Task Apply_AnswerLostAndTheOwnerKnowsNoIds_TheOrderItselfTells()
    {
        _orders.Change(default!, default!).ReturnsForAnyArgs(Fails(Cause.Interrupted), Fails(Cause.Stale));
        _orders.Get(default!, default).ReturnsForAnyArgs(Ok(OrderWith("PO-NEW")));

        (await _amending.Apply(Ann, NewPo, again: false)).Verdict.ShouldBe(AmendVerdict.Done);
    }

    [Fact]
    public async Task Apply_NeverAnswered_IsUnclearAndSaysSo()
    {
        _orders.Change(default!, default!).ReturnsForAnyArgs(Fails(Cause.TimedOut));

        (await _amending.Apply(Ann, NewPo, again: false)).Verdict.ShouldBe(AmendVerdict.Unclear);
        _board.DidNotReceiveWithAnyArgs().Tell(default, default!);
    }

    [Theory]
    [InlineData(Cause.Stale, AmendVerdict.Stale)]
    [InlineData(Cause.Rejected, AmendVerdict.Refused)]
    [InlineData(Cause.NotFound, AmendVerdict.Refused)]
    [InlineData(Cause.Unreachable, AmendVerdict.NotReached)]
    [InlineData(Cause.CircuitOpen, AmendVerdict.NotReached)]
    public async Task Apply_FirstTryWithoutEffect_IsToldAtOnce(Cause cause, AmendVerdict verdict)
    {
        _orders.Change(default!, default!).ReturnsForAnyArgs(Fails(cause));

        (await _amending.Apply(Ann, NewPo, again: false)).Verdict.ShouldBe(verdict);
        await _orders.ReceivedWithAnyArgs(1).Change(default!, default!);
    }

    [Theory]
    [InlineData(Cause.Unreachable)]
    [InlineData(Cause.Throttled)]
    public async Task Apply_NotReachedAfterATryThatMayHaveTakenEffect_IsUnclear(Cause cause)
    {
        _orders.Change(default!, default!).ReturnsForAnyArgs(Fails(Cause.TimedOut), Fails(cause));

        (await _amending.Apply(Ann, NewPo, again: false)).Verdict.ShouldBe(AmendVerdict.Unclear);
    }

    [Fact]
    public async Task Apply_TakenUpAgainAndRefused_IsRefusedUnlessTheOrderHasIt()
    {
        _orders.Change(default!, default!).ReturnsForAnyArgs(Fails(Cause.Rejected));

        (await _amending.Apply(Ann, NewPo, again: true)).Verdict.ShouldBe(AmendVerdict.Refused);
        _orders.Get(default!, default).ReturnsForAnyArgs(Ok(OrderWith("PO-NEW")));
        (await _amending.Apply(Ann, NewPo, again: true)).Verdict.ShouldBe(AmendVerdict.Done);
    }

    [Fact]
    public void IsDone_Cancellation_OnlyWhenWhatWasChosenIsCancelled()
    {
        var all = new Amendment(null, new OrderCancellation { Id = Guid.NewGuid(), Order = new OrderNumber("SO-1"), Version = "1", By = "Ann", Reason = "R" });
        var second = all with { Cancellation = all.Cancellation! with { Lines = ["2"] } };
        var order = OrderWith("PO") with { Lines = [Line("1", cancelled: 0), Line("2", cancelled: 5)] };

        all.IsDone(order).ShouldBeFalse();
        second.IsDone(order).ShouldBeTrue();
        all.IsDone(order with { Lines = [Line("1", cancelled: 5), Line("2", cancelled: 5)] }).ShouldBeTrue();
        all.IsDone(order with { Lines = [Line("1", cancelled: 0) with { Shipped = 5 }] }).ShouldBeFalse("it was sent, not cancelled");
    }

    [Fact]
    public void SignedBy_WhatTheBrowserKeptForAnother_IsOfWhoeverIsSignedIn()
    {
        var change = new Amendment(new OrderChange { Id = Guid.NewGuid(), Order = new OrderNumber("SO-1"), Version = "1", By = "Somebody else" }, null);
        var cancellation = new Amendment(null, new OrderCancellation { Id = Guid.NewGuid(), Order = new OrderNumber("SO-1"), Version = "1", By = "Somebody else", Reason = "R" });

        var (changed, cancelled) = (change.SignedBy("Ann"), cancellation.SignedBy("Ann"));

        (changed.Change!.By, changed.Change.Id, changed.Cancellation).ShouldBe(("Ann", change.Change!.Id, null));
        (cancelled.Cancellation!.By, cancelled.Cancellation.Id, cancelled.Change).ShouldBe(("Ann", cancellation.Cancellation!.Id, null));
    }

    [Fact]
    public void Amendment_KeptByTheBrowser_ComesBackAsItWas()
    {
        var kept = NewPo with { Change = NewPo.Change! with { Lines = [new LineChange("1", 2.5m)], RequestedOn = new DateOnly(2026, 3, 2) } };

        var back = JsonSerializer.Deserialize<Amendment>(JsonSerializer.Serialize(kept))!;

        JsonSerializer.Serialize(back).ShouldBe(JsonSerializer.Serialize(kept));
        back.Change!.Lines.ShouldBe(kept.Change.Lines);
        back.Order.ShouldBe(kept.Order);
    }

    [Theory]
    [InlineData("2.5", "en", 2.5)]
    [InlineData("2,5", "de", 2.5)]
    [InlineData("1,000", "en", 1000.0)]
    [InlineData(" 7 ", "de", 7.0)]
    [InlineData("seven", "en", null)]
    [InlineData("", "en", null)]
    public void Quantity_AsItIsTyped_IsRead(string text, string culture, double? expected) =>
        AmendOrder.Quantity(text, CultureInfo.GetCultureInfo(culture)).ShouldBe((decimal?)expected);

    private static Task<Outcome<Order>> Ok(Order order) => Task.FromResult(Outcome.Success(order, Erp));

    private static Task<Outcome<Order>> Fails(Cause cause) => Task.FromResult(Outcome.Failed<Order>(new Failure(cause, "erp", "changeOrder", default)));

    private static Order OrderWith(string po) => new()
    {
        Number = new OrderNumber("SO-1"), Customer = new CustomerNumber("C1"), PoNumber = po, Status = OrderStatus.Open, OrderedAt = default, Lines = [Line("1", 0)],
    };

    private static OrderLine Line(string number, decimal cancelled) => new() { LineNumber = number, Sku = new Sku("A"), Unit = "PCE", Ordered = 5, Shipped = 0, Cancelled = cancelled };

    /// <summary>Every wait is over at once.</summary>
    private sealed class Immediately : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => System.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
