using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Tests.Ports;

public abstract class OrdersContract : PortContract<ErpFacts>
{
    private Task<IOrders> Orders => Port<IOrders>(Facts());

    private static DateTimeOffset Soon => TimeProvider.System.GetUtcNow().AddMinutes(2);

    [Fact]
    public virtual async Task Create_ThenAsked_StandsAsOrdered()
    {
        var facts = await Facts();
        var orders = await Orders;
        var order = facts.Order(facts.Sku, facts.OtherSku);

        var created = Value(await orders.Create(Portal, order, Soon, Cancel));

        var number = created.Number.ShouldNotBeNull();
        created.Submission.ShouldBe(order.Submission);
        created.Customer.ShouldBe(facts.Customer);
        foreach (var standing in new[] { Value(await orders.Get(Portal, number, Cancel)), Value(await orders.FindByReference(Portal, facts.Customer, order.Submission, Cancel))! })
        {
            standing.Number.ShouldBe(number);
            standing.Submission.ShouldBe(order.Submission);
            standing.Customer.ShouldBe(facts.Customer);
            standing.PoNumber.ShouldBe(order.Request.PoNumber);
            standing.Status.ShouldNotBe(OrderStatus.Cancelled);
            standing.Lines.Select(line => (line.Sku, line.Ordered)).ShouldBe([(facts.Sku, facts.Quantity), (facts.OtherSku, facts.Quantity)], ignoreOrder: true);
            standing.Lines.ShouldAllBe(line => line.Shipped >= 0 && line.PricePer > 0);
            standing.Total!.Value.Amount.ShouldBeGreaterThan(0);
            standing.ShipTo.ShouldNotBeNull();
            standing.Shipments.ShouldBeEmpty();
        }
    }

    [Fact]
    public virtual async Task Create_AgainWithTheSameSubmission_IsTheSameOrder()
    {
        var facts = await Facts();
        var orders = await Orders;
        var order = facts.Order(facts.Sku);

        var first = Value(await orders.Create(Portal, order, Soon, Cancel));
        var second = Value(await orders.Create(Portal, order, Soon, Cancel));

        second.Number.ShouldBe(first.Number);
        Value(await orders.Search(Portal, new OrderQuery { Customer = facts.Customer, PoNumber = order.Request.PoNumber }, Cancel)).Items.Count.ShouldBe(1);
    }

    [Fact]
    public virtual async Task Create_SeveralAtOnce_IsOneOrder()
    {
        var facts = await Facts();
        var orders = await Orders;
        var order = facts.Order(facts.Sku);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => orders.Create(Portal, order, Soon, Cancel)));

        outcomes.ShouldContain(outcome => outcome.Succeeded);
        outcomes.Where(outcome => outcome.Succeeded).Select(outcome => outcome.Value.Number).Distinct().ShouldHaveSingleItem();
        outcomes.Where(outcome => !outcome.Succeeded).ShouldAllBe(outcome => outcome.Failure!.RetryCanHelp);
        Value(await orders.Search(Portal, new OrderQuery { Customer = facts.Customer, PoNumber = order.Request.PoNumber }, Cancel)).Items.Count.ShouldBe(1);
    }

    [Fact]
    public virtual async Task Create_AfterTheDeadline_SendsNothing()
    {
        var facts = await Facts();
        var orders = await Orders;
        var order = facts.Order(facts.Sku);

        var outcome = await orders.Create(Portal, order, TimeProvider.System.GetUtcNow().AddSeconds(-1), Cancel);

        outcome.Failure!.MayHaveTakenEffect.ShouldBeFalse(outcome.Failure.ToString());
        Value(await orders.FindByReference(Portal, facts.Customer, order.Submission, Cancel)).ShouldBeNull();
    }

    [Fact]
    public virtual async Task Fault27_CreateWithAnUnknownSku_IsRefusedForGoodWithAReason()
    {
        var facts = await Facts();
        var orders = await Orders;
        var order = facts.Order(facts.NoSku);

        var outcome = await orders.Create(Portal, order, Soon, Cancel);

        outcome.Failure!.Cause.ShouldBe(Cause.Rejected, outcome.Failure.ToString());
        (outcome.Failure.Detail ?? (outcome.Failure.Problems is [var problem, ..] ? problem.Message : null)).ShouldNotBeNullOrWhiteSpace();
        Value(await orders.FindByReference(Portal, facts.Customer, order.Submission, Cancel)).ShouldBeNull();
    }

    [Fact]
    public virtual async Task FindByReference_NeverPlacedOrAnothers_IsNothing()
    {
        var facts = await Facts();
        var orders = await Orders;
        var order = facts.Order(facts.Sku);
        Value(await orders.Create(Portal, order, Soon, Cancel));

        Value(await orders.FindByReference(Portal, facts.Customer, new SubmissionId(Guid.NewGuid()), Cancel)).ShouldBeNull();
        Value(await orders.FindByReference(Portal, facts.OtherCustomer, order.Submission, Cancel)).ShouldBeNull();
    }

    [Theory]
    [InlineData("NO-SUCH-ORDER")]
    [InlineData("..")]
    [InlineData("a/b c?d=e#f%20")]
    public virtual async Task Get_Unknown_IsNotFound(string number) => NotFound(await (await Orders).Get(Portal, new OrderNumber(number), Cancel));

    [Fact]
    public virtual async Task Search_ByNumberPoOrPart_FindsIt()
    {
        var facts = await Facts();
        var orders = await Orders;
        var order = facts.Order(facts.Sku);
        var number = Value(await orders.Create(Portal, order, Soon, Cancel)).Number!.Value;
        var po = order.Request.PoNumber!;

        foreach (var query in new OrderQuery[]
        {
            new() { Number = number.Value },
            new() { PoNumber = po },
            new() { PoNumber = po.ToLowerInvariant() },
            new() { Text = po[..12] },
            new() { Text = number.Value, Customer = facts.Customer },
        })
        {
            var found = Value(await orders.Search(Portal, query, Cancel)).Items;
            found.ShouldContain(summary => summary.Number == number && summary.Customer == facts.Customer && summary.PoNumber == po, query.ToString());
        }

        Value(await orders.Search(Portal, new OrderQuery { PoNumber = po, Customer = facts.OtherCustomer }, Cancel)).Items.ShouldBeEmpty();
        Value(await orders.Search(Portal, new OrderQuery { PoNumber = po, Number = "other" }, Cancel)).Items.ShouldBeEmpty("all conditions must hold");
    }

    [Fact]
    public virtual async Task Search_OfACustomer_IsHisOnlyNewestFirstPageByPage()
    {
        var facts = await Facts();
        var orders = await Orders;
        for (var i = 0; i < 3; i++)
        {
            Value(await orders.Create(Portal, facts.Order(facts.Sku), Soon, Cancel));
        }

        var found = await All(cursor => orders.Search(Portal, new OrderQuery { Customer = facts.Customer, Limit = 2, Cursor = cursor }, Cancel), mostPages: 3);

        found.Count.ShouldBeGreaterThanOrEqualTo(3);
        found.ShouldAllBe(order => order.Customer == facts.Customer);
        found.Select(order => order.Number).Distinct().Count().ShouldBe(found.Count);
        found.Select(order => order.OrderedAt).ShouldBe(found.Select(order => order.OrderedAt).OrderDescending());
    }

    [Fact]
    public virtual async Task Search_ByStatus_FindsOnlyThat()
    {
        var orders = await Orders;
        var some = Value(await orders.Search(Portal, new OrderQuery { Limit = 50 }, Cancel)).Items[^1].Status;

        var found = Value(await orders.Search(Portal, new OrderQuery { Status = some, Limit = 20 }, Cancel)).Items;

        found.ShouldNotBeEmpty();
        found.ShouldAllBe(order => order.Status == some);
    }

    [Fact]
    public virtual async Task ChangedSince_AfterAnOrder_NamesIt()
    {
        var facts = await Facts();
        var orders = await Orders;
        var cursor = Value(await orders.ChangedSince(Portal, null, Cancel)).Cursor;
        var number = Value(await orders.Create(Portal, facts.Order(facts.Sku), Soon, Cancel)).Number!.Value.Value;

        var seen = new HashSet<string>();
        for (var rounds = 0; rounds < 20 && !seen.Contains(number); rounds++)
        {
            var changes = Value(await orders.ChangedSince(Portal, cursor, Cancel));
            seen.UnionWith(changes.Keys);
            cursor = changes.Cursor;
            await Task.Delay(changes.More ? 0 : 100, Cancel);
        }

        seen.ShouldContain(number);
    }

    [Fact]
    public virtual async Task Placing_SaysHowItIsOnceOnly()
    {
        var placing = (await Orders).Placing;

        (placing.IdempotencyKey || placing.UniqueReference || placing.Claim is { Length: > 0 }).ShouldBeTrue();
        placing.CommitHorizon.ShouldBeGreaterThanOrEqualTo(TimeSpan.Zero);
    }
}
