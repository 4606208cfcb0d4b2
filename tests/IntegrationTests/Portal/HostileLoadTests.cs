using System.Net;
using Microsoft.Extensions.DependencyInjection;
using PortalIntegration.Core;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Contacts;
using PortalIntegration.Core.Credit;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Scopes;
using PortalIntegration.IntegrationTests.Fuzz;
using PortalIntegration.Portal.SignIn;
using PortalIntegration.Sync.Placing;
using PortalIntegration.Tests.Hostile;

namespace PortalIntegration.IntegrationTests.Portal;

/// <summary>
/// A hostile net beside people who order, small and without a word about time: every page is answered whole, and every order stands in the ERP once. How fast, and at which size, is
/// measured by <c>tests/Benchmarks -- hostile</c>.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class HostileLoadTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const int Most = 8;
    private const int Rounds = 6;

    private static readonly Scope Everything = Scope.ForPortal("test", Lane.Interactive);

    [Fact]
    public async Task HostileLoad_WhileBuyersOrder_EveryPageIsWholeAndEveryOrderStandsOnce()
    {
        var buyers = await Find();
        var visitors = new List<Visitor>();
        foreach (var (person, _) in buyers)
        {
            visitors.Add(await portal.SignedIn(person.Value));
        }

        var product = (await portal.Map.Owner<ICatalog>().Search(Everything, new CatalogQuery("", Limit: 50))).Value.Items.First(item => !item.Discontinued);
        var placing = portal.Services.GetRequiredService<IPlaceOrders>();
        var before = await AllOrders(buyers);
        List<SubmissionId> ordered = [];
        IReadOnlyDictionary<string, int> answers;
        await using (var attack = Attack.Begin(portal.Address, new AttackSize(Idle: 60, Sockets: 60, SlowHeaders: 10, SlowBodies: 10, LargePosts: 1, SignIns: 2, Webhooks: 2)))
        {
            await Task.WhenAll(buyers.Select(async (buyer, at) =>
            {
                for (var round = 0; round < Rounds; round++)
                {
                    foreach (var page in new[] { "/", "/orders", "/catalog" })
                    {
                        using var answer = await visitors[at].Get(page);
                        answer.StatusCode.ShouldBe(HttpStatusCode.OK, page);
                        (await answer.Content.ReadAsStringAsync()).ShouldContain("</html>", Case.Sensitive, page);
                    }

                    var id = new SubmissionId(Guid.NewGuid());
                    (await placing.Submit(buyer.Scope, NewOrder(id, buyer.Scope, product))).Verdict.ShouldBe(SubmitVerdict.Accepted);
                    lock (ordered)
                    {
                        ordered.Add(id);
                    }
                }
            }));
            for (var tries = 0; (await Task.WhenAll(ordered.Select(id => placing.Find(Everything, id)))).Any(order => !order!.IsFinal); tries++)
            {
                tries.ShouldBeLessThan(1_200, "the orders do not come to their end");
                await Task.Delay(100, TestContext.Current.CancellationToken);
            }

            // It did press on all doors, whatever the machine.
            for (var tries = 0; !Pressed(attack.Answers); tries++)
            {
                tries.ShouldBeLessThan(1_200, string.Join(", ", attack.Answers));
                await Task.Delay(100, TestContext.Current.CancellationToken);
            }

            answers = attack.Answers;
        }

        ordered.Count.ShouldBe(buyers.Count * Rounds);
        List<OrderNumber> found = [];
        foreach (var id in ordered)
        {
            var placed = (await placing.Find(Everything, id))!;
            placed.State.ShouldBe(PlacingState.Confirmed);
            found.Add((await portal.Map.Owner<IOrders>().FindByReference(Everything, placed.Customer, id)).Value!.Number!.Value);
        }

        // What the ERP has now and had not before is what was ordered: nothing lost, nothing twice, nothing that nobody asked for.
        (await AllOrders(buyers)).Except(before).ShouldBe(found, ignoreOrder: true);
        answers.Keys.ShouldNotContain(answer => answer.EndsWith(": 500", StringComparison.Ordinal) || answer.StartsWith("LargePost: 2", StringComparison.Ordinal), string.Join(", ", answers));
        visitors.ForEach(visitor => visitor.Dispose());
    }

    private static bool Pressed(IReadOnlyDictionary<string, int> answers) =>
        new[] { "LargePost: ", "SignIn: ", "Webhook: " }.All(kind => answers.Keys.Any(answer => answer.StartsWith(kind, StringComparison.Ordinal)));

    private static Submission NewOrder(SubmissionId id, Scope scope, Product product) => new()
    {
        Id = id,
        Request = new QuoteRequest
        {
            Submission = id,
            Customer = scope.Accounts[0].Customer!.Value,
            Lines = [new OrderLineRequest("1", product.Sku, Math.Max(product.MinimumQuantity ?? 1, product.PackSize ?? 1))],
        },
        OrderedBy = new OrderedBy(new PersonId(scope.Actor), "Buyer"),
        Policy = PricePolicy.PriceOfTheDay,
    };

    private async Task<List<OrderNumber>> AllOrders(IEnumerable<(PersonId Person, Scope Scope)> buyers)
    {
        List<OrderNumber> all = [];
        foreach (var (_, scope) in buyers)
        {
            string? cursor = null;
            do
            {
                var page = (await portal.Map.Owner<IOrders>().Search(Everything, new OrderQuery { Customer = scope.Accounts[0].Customer, Limit = 100, Cursor = cursor })).Value;
                all.AddRange(page.Items.Select(order => order.Number));
                cursor = page.Next;
            }
            while (cursor is not null);
        }

        return all;
    }

    /// <summary>Buyers without a limit of their own, each of another customer, whom the ERP will not refuse for his credit.</summary>
    private async Task<List<(PersonId Person, Scope Scope)>> Find()
    {
        var sessions = portal.Services.GetRequiredService<ScopeSessions>();
        var found = new List<(PersonId, Scope)>();
        string? cursor = null;
        do
        {
            var page = (await portal.Map.Owner<IContacts>().Search(Everything, new PersonQuery(Cursor: cursor, Limit: 200))).Value;
            foreach (var person in page.Items.Where(person => person is { Role: Role.Buyer or Role.Approver, OrderLimit: null, Accounts.Count: 1 }))
            {
                var scope = (await sessions.ScopeFor(SessionTicket.Issue((await sessions.Ask(person.Id)).Value, null))).Value;
                if (found.Count < Most && scope.Accounts is [{ Customer: { } customer }] && found.TrueForAll(other => other.Item2.Accounts[0].Customer != customer)
                    && (await portal.Map.Owner<ICredit>().Get(Everything, customer)).Value is { OnHold: false } credit && (credit.Available is not { } available || available.Amount > 20_000))
                {
                    found.Add((person.Id, scope));
                }
            }

            cursor = page.Next;
        }
        while (cursor is not null && found.Count < Most);
        found.Count.ShouldBeGreaterThan(1);
        return found;
    }
}
