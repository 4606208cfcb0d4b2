using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Tests.Ports;

namespace PortalIntegration.IntegrationTests.Connectors;

/// <summary>A rep with more customers in his care than one query can name.</summary>
[Collection(OnSandbox.Name)]
public sealed class ManyCustomersTests(SandboxFixture sandbox)
{
    private const int MoreThanAQueryTakes = 230;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Search_PagedToTheEnd_FindsExactlyTheOrdersInCareNewestFirst()
    {
        var orders = sandbox.Erp.Find<IOrders>()!;
        var facts = await sandbox.ErpFacts();
        for (var order = 0; order < 7; order++)
        {
            await Place(orders, facts, facts.Customer, $"PO-{Guid.NewGuid():N}"[..16]);
        }

        var (few, many) = await Scopes();
        var expected = await All(orders, few, 50);

        var found = await All(orders, many, 3);

        expected.Count.ShouldBeGreaterThan(6);
        found.Select(order => order.Number).ShouldBe(expected.Select(order => order.Number));
    }

    [Fact]
    public async Task Search_PoNumberThatOthersUseToo_FindsHisOwn()
    {
        var orders = sandbox.Erp.Find<IOrders>()!;
        var facts = await sandbox.ErpFacts();
        var (_, many) = await Scopes();
        var po = $"PO-{Guid.NewGuid():N}"[..16];
        var own = await Place(orders, facts, facts.Customer, po);
        for (var others = 0; others < 3; others++)
        {
            await Place(orders, facts, facts.OtherCustomer, po);
        }

        var found = (await orders.Search(many, new OrderQuery { PoNumber = po, Limit = 2 }, Cancel)).Value;

        found.Items.Select(order => order.Number).ShouldBe([own]);
        found.Next.ShouldBeNull();
    }

    private async Task<(Scope Few, Scope Many)> Scopes()
    {
        var facts = await sandbox.ErpFacts();
        var own = new ScopedAccount(new("acc-own"), facts.Customer, "Own");
        var more = Enumerable.Range(0, MoreThanAQueryTakes).Select(number => new ScopedAccount(new($"acc-none-{number}"), new($"NONE-{number}"), "None"));
        return (Scope.ForPerson(new("rep"), Role.Rep, [own]), Scope.ForPerson(new("rep"), Role.Rep, [own, .. more]));
    }

    private static async Task<List<OrderSummary>> All(IOrders orders, Scope scope, int limit)
    {
        var found = new List<OrderSummary>();
        string? cursor = null;
        do
        {
            var page = (await orders.Search(scope, new OrderQuery { Cursor = cursor, Limit = limit }, Cancel)).Value;
            page.Items.Count.ShouldBeLessThanOrEqualTo(limit);
            found.AddRange(page.Items);
            cursor = page.Next;
        }
        while (cursor is not null && found.Count < 2_000);
        return found;
    }

    private static async Task<OrderNumber> Place(IOrders orders, ErpFacts facts, CustomerNumber customer, string po)
    {
        var order = facts.Order(facts.Sku);
        var created = await orders.Create(
            SandboxFixture.Scope, order with { Request = order.Request with { Customer = customer, PoNumber = po } }, TimeProvider.System.GetUtcNow().AddMinutes(1), Cancel);
        return created.Value.Number!.Value;
    }
}
