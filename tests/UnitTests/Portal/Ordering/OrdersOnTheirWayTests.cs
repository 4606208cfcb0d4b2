using NSubstitute;
using PortalIntegration.Core;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.Features.Checkout;
using PortalIntegration.Portal.Features.Orders;
using PortalIntegration.Sync.Placing;

namespace PortalIntegration.UnitTests.Portal.Ordering;

public sealed class OrdersOnTheirWayTests
{
    private static readonly CustomerNumber Customer = new("C-1");
    private static readonly PersonId Person = new("p");
    private static readonly Scope Scope = Scope.ForPerson(Person, Role.Buyer, [new(new("a"), Customer, "Account")]);
    private static readonly SubmissionId Id = new(Guid.Parse("11111111-2222-4333-8444-555555555555"));

    [Fact]
    public async Task OnTheirWay_ConfirmedBetweenTheReadingAndTheWatching_IsSeen()
    {
        var placing = Substitute.For<IPlaceOrders>();
        var now = At(PlacingState.Checking, 1);
        placing.Recent(Scope, Arg.Any<CancellationToken>()).Returns([now]);
        placing.Find(Scope, Id, Arg.Any<CancellationToken>()).Returns(_ => now);
        // It is confirmed when nobody listens yet.
        placing.Watch(Scope, Id, Arg.Any<Action<Placing>>()).Returns(Substitute.For<IDisposable>()).AndDoes(_ => now = At(PlacingState.Confirmed, 2));

        var orders = await new FindOrders(Substitute.For<IOwnershipMap>(), placing).OnTheirWay(Scope, (_, _) => { }, TestContext.Current.CancellationToken);

        orders.ShouldHaveSingleItem().Placing!.State.ShouldBe(PlacingState.Confirmed);
    }

    [Theory]
    [InlineData(PlacingState.NeedsDecision, 3, PlacingState.Checking, 2, PlacingState.NeedsDecision)]
    [InlineData(PlacingState.Checking, 2, PlacingState.NeedsDecision, 3, PlacingState.NeedsDecision)]
    [InlineData(PlacingState.Confirmed, 2, PlacingState.Checking, 3, PlacingState.Confirmed)]
    // A clock that was set back hides no end.
    [InlineData(PlacingState.Checking, 3, PlacingState.Confirmed, 2, PlacingState.Confirmed)]
    public void Take_WhateverComesInWhichOrder_EndsAtTheNewest(PlacingState first, int at, PlacingState second, int then, PlacingState expected)
    {
        var order = new OrderOnItsWay(Id, kept: null);

        order.Take(At(first, at));
        order.Take(At(second, then));

        order.Placing!.State.ShouldBe(expected);
    }

    private static Placing At(PlacingState state, int minute) => new()
    {
        Id = Id,
        Customer = Customer,
        Person = Person,
        State = state,
        ReceivedAt = DateTimeOffset.UnixEpoch,
        Since = DateTimeOffset.UnixEpoch.AddMinutes(minute),
    };
}
