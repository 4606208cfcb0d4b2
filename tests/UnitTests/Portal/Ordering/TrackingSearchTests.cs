using NSubstitute;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.Features.Orders;
using PortalIntegration.Portal.Features.Search;
using PortalIntegration.Portal.SignIn;
using PortalIntegration.Sync.Placing;

namespace PortalIntegration.UnitTests.Portal.Ordering;

/// <summary>Orders that travel in one parcel have one tracking number.</summary>
public sealed class TrackingSearchTests
{
    private const string Tracking = "PX77";

    private static readonly ScopedAccount Account = new(new AccountId("a"), new CustomerNumber("C-1"), "Account");
    private static readonly ScopedAccount Other = new(new AccountId("b"), new CustomerNumber("C-2"), "Other");

    [Theory]
    [InlineData(Role.Buyer, "C-1", 1, "/orders/O-1")]
    [InlineData(Role.Buyer, "C-1", 2, "/orders?q=PX77")]
    // The list shows one account's: then the first is better than a list without it.
    [InlineData(Role.Buyer, "C-2", 2, "/orders/O-1")]
    [InlineData(Role.Rep, "C-1", 2, "/sales/orders?q=PX77")]
    public async Task ByTracking_OfOrdersInOneParcel_LeadsToAllThatCanBeShown(Role role, string customer, int orders, string address)
    {
        var session = new PortalSession { Person = new PersonId("p"), Name = "P", Role = role, Scope = Scope.ForPerson(new PersonId("p"), role, [Account, Other]), Acting = Account };

        (await FindAnything.ByTracking(Owning(customer, orders), session, Tracking)).ShouldBe(address);
    }

    [Fact]
    public async Task List_TextThatIsNoNumberButOfAParcel_FindsItsOrders()
    {
        var scope = Scope.ForPerson(new PersonId("p"), Role.Buyer, [Account]);
        var finding = new FindOrders(Owning("C-1", 2), Substitute.For<IPlaceOrders>());

        (await finding.List(scope, Account.Customer, Tracking, null, null)).Value.Items.Count.ShouldBe(2);
        (await finding.List(scope, Account.Customer, "O-1", null, null)).Value.Items.ShouldHaveSingleItem();
        (await finding.List(scope, Account.Customer, " \u200BO-\u20601\u202C", null, null)).Value.Items.ShouldHaveSingleItem("as it was pasted from a document");
        (await finding.List(scope, Account.Customer, Tracking, null, "cursor")).Value.Items.ShouldBeEmpty("a further page is of the same question");
    }

    private static IOwnershipMap Owning(string customer, int count)
    {
        var summaries = Enumerable.Range(1, count).Select(i => new OrderSummary
        {
            Number = new OrderNumber($"O-{i}"), Customer = new CustomerNumber(customer), Status = OrderStatus.Shipped, OrderedAt = DateTimeOffset.UnixEpoch,
        }).ToList();
        var orders = Substitute.For<IOrders>();
        orders.Search(Arg.Any<Scope>(), Arg.Any<OrderQuery>(), Arg.Any<CancellationToken>()).Returns(call =>
        {
            var query = call.Arg<OrderQuery>();
            return Outcome.Success(
                new Page<OrderSummary>([.. summaries.Where(order => query.TrackingNumber == Tracking || (query.Text is { } text && order.Number.Value.Contains(text, StringComparison.Ordinal)))], null),
                new Provenance("erp", DateTimeOffset.UnixEpoch, Freshness.Live));
        });
        var map = Substitute.For<IOwnershipMap>();
        map.Owner<IOrders>().Returns(orders);
        return map;
    }
}
