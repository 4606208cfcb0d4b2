using NSubstitute;
using PortalIntegration.Core;
using PortalIntegration.Core.Inventory;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Pricing;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Tests;

namespace PortalIntegration.UnitTests.Ownership;

public sealed class ReadsTests
{
    private static readonly Sku[] Skus = [new("A-1")];
    private static readonly PriceLine[] Lines = [new(new Sku("A-1"), 5)];
    private readonly ManualTimeProvider _time = new(Systems.Now);

    [Fact]
    public async Task Ask_IdenticalReadsInFlight_AreOneCall()
    {
        var systems = new Systems();
        var answer = new TaskCompletionSource<Outcome<IReadOnlyList<Availability>>>();
        systems.Port<IInventory>().Availability(default!, default!).ReturnsForAnyArgs(answer.Task);
        var inventory = systems.Build(_time).Owner<IInventory>();

        var asked = Enumerable.Range(0, 10).Select(_ => inventory.Availability(Person("ann", "C1"), Skus)).ToList();
        answer.SetResult(Systems.Answer<IReadOnlyList<Availability>>([]));
        await Task.WhenAll(asked);

        await systems.Port<IInventory>().ReceivedWithAnyArgs(1).Availability(default!, default!);
    }

    [Fact]
    public async Task Ask_ByWhoHasUsedUpHisQuestions_IsThePortalsNo_AndNobodyElses()
    {
        var systems = new Systems().With("Ownership:Entities:Pricing:Freshness", "60");
        systems.Port<IInventory>().Availability(default!, default!).ReturnsForAnyArgs(Systems.Answer<IReadOnlyList<Availability>>([]));
        systems.Port<IPricing>().Prices(default!, default, default!).ReturnsForAnyArgs(PriceOf(2m));
        systems.Port<IOrders>().Allowed(default!, default).ReturnsForAnyArgs(Systems.Fails<OrderAllowance>(Cause.NotFound));
        var spent = new HashSet<string>();
        var budget = Substitute.For<IPersonBudget>();
        budget.Refuses(default, default!).ReturnsForAnyArgs(asked => spent.Contains(asked.Arg<PersonId>().Value)
            ? new Failure(Cause.Throttled, "portal", asked.Arg<string>(), Systems.Now) { RetryAfter = TimeSpan.FromSeconds(2) }
            : null);
        var map = systems.Build(_time, budget: budget);
        var (inventory, pricing) = (map.Owner<IInventory>(), map.Owner<IPricing>());
        (await pricing.Prices(Person("ann", "C1"), new CustomerNumber("C1"), Lines)).Succeeded.ShouldBeTrue();
        spent.Add("ann");

        var refused = (await inventory.Availability(Person("ann", "C1"), Skus)).Failure!;
        (refused.Cause, refused.System, refused.RetryAfter, refused.MayHaveTakenEffect).ShouldBe((Cause.Throttled, "portal", TimeSpan.FromSeconds(2), false));
        (await map.Owner<IOrders>().Allowed(Person("ann", "C1"), new OrderNumber("SO-1"))).Failure!.System.ShouldBe("portal", "what is never shared counts too");
        await systems.Port<IInventory>().DidNotReceiveWithAnyArgs().Availability(default!, default!);
        (await pricing.Prices(Person("ann", "C1"), new CustomerNumber("C1"), Lines)).Provenance!.Freshness.ShouldBe(Freshness.Snapshot, "memory costs nothing");

        (await inventory.Availability(Person("bob", "C1"), Skus)).Succeeded.ShouldBeTrue();
        (await inventory.Availability(Scope.ForPortal("ann", Lane.Interactive), Skus)).Succeeded.ShouldBeTrue("the portal's own work is nobody's");
        (await map.Owner<IOrders>().Allowed(Scope.ForPortal("ann", Lane.Order), new OrderNumber("SO-1"))).Failure!.System.ShouldBe("erp");
    }

    [Fact]
    public async Task Ask_AfterAChange_JoinsNoReadFromBeforeIt()
    {
        var systems = new Systems();
        var before = new TaskCompletionSource<Outcome<IReadOnlyList<Availability>>>();
        var after = new TaskCompletionSource<Outcome<IReadOnlyList<Availability>>>();
        systems.Port<IInventory>().Availability(default!, default!).ReturnsForAnyArgs(before.Task, after.Task);
        var map = systems.Build(_time);
        var inventory = map.Owner<IInventory>();

        var old = inventory.Availability(Person("ann", "C1"), Skus);
        map.Moved(Entity.Orders);
        var same = inventory.Availability(Person("ann", "C1"), Skus);
        map.Moved(Entity.Inventory);
        var fresh = inventory.Availability(Person("ann", "C1"), Skus);
        var together = inventory.Availability(Person("ann", "C1"), Skus);
        after.SetResult(Systems.Answer<IReadOnlyList<Availability>>([]));
        await Task.WhenAll(fresh, together);
        (old.IsCompleted, same.IsCompleted).ShouldBe((false, false));
        before.SetResult(Systems.Answer<IReadOnlyList<Availability>>([]));
        await Task.WhenAll(old, same);

        await systems.Port<IInventory>().ReceivedWithAnyArgs(2).Availability(default!, default!);
    }

    [Fact]
    public async Task Ask_AfterTheAnswer_AsksAgain()
    {
        var systems = new Systems();
        systems.Port<IInventory>().Availability(default!, default!).ReturnsForAnyArgs(Systems.Answer<IReadOnlyList<Availability>>([]));
        var inventory = systems.Build(_time).Owner<IInventory>();

        await inventory.Availability(Person("ann", "C1"), Skus);
        (await inventory.Availability(Person("ann", "C1"), Skus)).Provenance!.Freshness.ShouldBe(Freshness.Live);

        await systems.Port<IInventory>().ReceivedWithAnyArgs(2).Availability(default!, default!);
    }

    [Fact]
    public async Task Ask_TwoCustomersWithEqualRequests_AreNeverOneCall()
    {
        var systems = new Systems().With("Ownership:Entities:Pricing:Freshness", "60");
        var first = new TaskCompletionSource<Outcome<IReadOnlyList<Price>>>();
        systems.Port<IPricing>().Prices(default!, new CustomerNumber("C1"), default!).ReturnsForAnyArgs(call =>
            call.Arg<CustomerNumber>().Value == "C1" ? first.Task : Task.FromResult(PriceOf(2m)));
        var pricing = systems.Build(_time).Owner<IPricing>();

        var one = pricing.Prices(Person("ann", "C1"), new CustomerNumber("C1"), Lines);
        var other = await pricing.Prices(Person("bob", "C2"), new CustomerNumber("C2"), Lines).WaitAsync(TimeSpan.FromSeconds(60));
        first.SetResult(PriceOf(1m));

        (await one).Value[0].UnitPrice!.Value.Amount.ShouldBe(1m);
        other.Value[0].UnitPrice!.Value.Amount.ShouldBe(2m);
        (await pricing.Prices(Person("ann", "C1"), new CustomerNumber("C1"), Lines)).Value[0].UnitPrice!.Value.Amount.ShouldBe(1m);
    }

    [Fact]
    public async Task Ask_WithinDeclaredFreshness_AnswersFromMemoryAndSaysSo()
    {
        var systems = new Systems().With("Ownership:Entities:Inventory:Freshness", "30");
        systems.Port<IInventory>().Availability(default!, default!).ReturnsForAnyArgs(Systems.Answer<IReadOnlyList<Availability>>([]));
        var inventory = systems.Build(_time).Owner<IInventory>();

        await inventory.Availability(Person("ann", "C1"), Skus);
        _time.Advance(TimeSpan.FromSeconds(30));
        (await inventory.Availability(Person("ann", "C1"), Skus)).Provenance!.Freshness.ShouldBe(Freshness.Snapshot);
        _time.Advance(TimeSpan.FromSeconds(1));
        (await inventory.Availability(Person("ann", "C1"), Skus)).Provenance!.Freshness.ShouldBe(Freshness.Live);

        await systems.Port<IInventory>().ReceivedWithAnyArgs(2).Availability(default!, default!);
    }

    [Theory]
    [InlineData("lastKnown", Cause.TimedOut, true)]
    [InlineData("nothing", Cause.TimedOut, false)]
    [InlineData("lastKnown", Cause.Rejected, false)]
    public async Task Ask_OwnerFails_ShowsLastKnownOnlyWhereTheMapAllowsAndTheOwnerCouldNotBeAsked(string onFailure, Cause cause, bool shown)
    {
        var systems = new Systems().With("Ownership:Entities:Inventory:OnFailure", onFailure);
        systems.Port<IInventory>().Availability(default!, default!)
            .ReturnsForAnyArgs(Systems.Answer<IReadOnlyList<Availability>>([]), Systems.Fails<IReadOnlyList<Availability>>(cause));
        var inventory = systems.Build(_time).Owner<IInventory>();

        await inventory.Availability(Person("ann", "C1"), Skus);
        var second = await inventory.Availability(Person("ann", "C1"), Skus);

        second.Succeeded.ShouldBe(shown);
        second.Failure!.Cause.ShouldBe(cause);
        if (shown)
        {
            second.Provenance!.Freshness.ShouldBe(Freshness.LastKnown);
        }
    }

    [Fact]
    public async Task Ask_OneCallerLeaves_TheOthersStillGetTheAnswer()
    {
        var systems = new Systems();
        var answer = new TaskCompletionSource<Outcome<IReadOnlyList<Availability>>>();
        systems.Port<IInventory>().Availability(default!, default!).ReturnsForAnyArgs(answer.Task);
        var inventory = systems.Build(_time).Owner<IInventory>();
        using var leaving = new CancellationTokenSource();

        var left = inventory.Availability(Person("ann", "C1"), Skus, leaving.Token);
        var stayed = inventory.Availability(Person("ann", "C1"), Skus);
        await leaving.CancelAsync();
        answer.SetResult(Systems.Answer<IReadOnlyList<Availability>>([]));

        await Should.ThrowAsync<OperationCanceledException>(() => left);
        (await stayed).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task Ask_BugInTheConnector_ReachesEveryWaiterAndIsForgotten()
    {
        var systems = new Systems();
        systems.Port<IInventory>().Availability(default!, default!).ReturnsForAnyArgs(
            _ => throw new InvalidOperationException("a bug"), _ => Systems.Answer<IReadOnlyList<Availability>>([]));
        var inventory = systems.Build(_time).Owner<IInventory>();

        await Should.ThrowAsync<InvalidOperationException>(() => inventory.Availability(Person("ann", "C1"), Skus));
        (await inventory.Availability(Person("ann", "C1"), Skus)).Succeeded.ShouldBeTrue();
    }

    private static Outcome<IReadOnlyList<Price>> PriceOf(decimal amount) => Systems.Answer<IReadOnlyList<Price>>(
        [new Price { Sku = new Sku("A-1"), Quantity = new Quantity(5, "PCE"), UnitPrice = new Money(amount, "EUR") }]);

    private static Scope Person(string id, string customer) =>
        Scope.ForPerson(new PersonId(id), Role.Buyer, [new ScopedAccount(new AccountId("A-" + customer), new CustomerNumber(customer), customer)]);
}
