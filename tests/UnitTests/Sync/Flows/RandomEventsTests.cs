using PortalIntegration.Core;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Opportunities;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Flows;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Tests;

namespace PortalIntegration.UnitTests.Sync.Flows;

/// <summary>
/// A company at work in bad weather, by a clock of its own: people change things on both sides, systems fail before and after they did what they were asked,
/// notices come twice, late, in another order or not at all, the portal is stopped, and its store is deleted. In the end both systems say the same: by the flows'
/// own work where the store was kept, after a full comparison where it was lost.
/// </summary>
public sealed class RandomEventsTests
{
    private static readonly Scope Admin = Scope.ForPerson(new PersonId("adm-1"), Role.Admin, []);
    private static readonly Cause[] Weather = [Cause.Unreachable, Cause.TimedOut, Cause.ServerError, Cause.Throttled, Cause.Interrupted, Cause.Unavailable, Cause.Malformed];

    private static bool Full => Environment.GetEnvironmentVariable("PORTALINTEGRATION_FULL") is { Length: > 0 };

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public async Task RandomEvents_OverAllFlows_EndWithBothSystemsEqualAndNothingTwice(int seed, bool storeLost)
    {
        using var directory = new TemporaryDirectory();
        var clock = ManualClock.Start();
        var company = new FakeCompany(clock);
        var random = new Random(seed);
        for (var i = 0; i < 8; i++)
        {
            company.Add(i);
            company.Products[$"S-{i}"] = new Product { Sku = new Sku($"S-{i}"), Name = $"Bearing {i}", SalesUnit = "PCE", CategoryName = "Bearings" };
            company.Stock[$"S-{i}"] = i;
        }

        var node = await Start(directory.Path, clock, company, random);
        await CompareEverything(); // what stood there before the portal came
        var late = new List<Core.Ownership.ChangeNotice>();
        var end = clock.Now + (Full ? TimeSpan.FromHours(1) : TimeSpan.FromMinutes(12));
        var opportunities = 0;
        while (clock.Now < end)
        {
            company.Before = _ => random.NextDouble() < 0.08 ? Weather[random.Next(Weather.Length)] : null;
            company.After = _ => random.NextDouble() < 0.05 ? random.Next(2) == 0 ? Cause.TimedOut : Cause.Interrupted : null;
            Happen();
            await Tell();
            await node.RunToTheEnd(clock, TimeSpan.FromSeconds(random.Next(1, 12)));
            clock.Advance(TimeSpan.FromSeconds(random.Next(1, 10)));
            if (random.NextDouble() < 0.03)
            {
                await node.DisposeAsync();
                if (storeLost && random.Next(3) == 0)
                {
                    Directory.Delete(directory.Path, recursive: true); // with all that waits in it
                    Directory.CreateDirectory(directory.Path);
                }

                node = await Start(directory.Path, clock, company, random);
            }
        }

        company.Before = null;
        company.After = null;
        if (storeLost)
        {
            await CompareEverything();
            await CompareEverything();
        }
        else
        {
            // Nobody tells of the last changes any more: polling finds them, and what failed is tried again.
            company.Notices.Clear();
            await node.RunToTheEnd(clock, TimeSpan.FromMinutes(20));
        }

        foreach (var (id, account) in company.Accounts)
        {
            var customer = company.Customers[account.Customer!.Value.Value];
            var credit = company.Credits[customer.Number.Value];
            customer.Name.ShouldBe(account.Name, id);
            company.Field(id, "creditBalance").ShouldBe(FieldValue.Of(credit.Balance)!.Text);
            company.Field(id, "creditAvailable").ShouldBe(FieldValue.Of(credit.Available)?.Text);
            company.Field(id, "creditLimit").ShouldBe(FieldValue.Of(credit.Limit)?.Text);
            company.Field(id, "creditOnHold").ShouldBe(credit.OnHold ? "true" : "false");
            company.Field(id, "paymentTerms").ShouldBe(customer.PaymentTerms);
        }

        foreach (var order in company.Orders.Values)
        {
            var told = company.Entries.Where(entry => entry.Value.Order == order.Number).Select(entry => entry.Key.Key);
            told.ShouldBe([$"order:{order.Number}:placed", .. order.Shipments.Select(shipment => $"order:{order.Number}:shipped:{shipment.Number}")], ignoreOrder: true);
        }

        company.EntryWrites.ShouldBeUnique();
        foreach (var won in company.Opportunities.Values)
        {
            var submission = OpportunityToOrder.SubmissionOf("crm", won.Id);
            company.Orders.Values.Where(order => order.Submission == submission).ShouldHaveSingleItem(won.Id).Number.ShouldBe(won.Order);
        }

        foreach (var product in company.Products.Values)
        {
            var sold = company.Sold[product.Sku.Value];
            (sold.Name, sold.Available).ShouldBe((product.Name, company.Stock[product.Sku.Value]));
        }

        opportunities.ShouldBeGreaterThan(0, "the dice won something");
        company.EntryWrites.Count.ShouldBeGreaterThan(5);
        (await node.Get<IWorkDesk>().Count(new WorkFilter { Statuses = [WorkStatus.Held, WorkStatus.Dead, WorkStatus.Failing] })).ShouldBe(0);
        await node.DisposeAsync();

        async Task CompareEverything()
        {
            foreach (var flow in FlowRegistration.Definitions)
            {
                (await node.Get<IResync>().Start(Admin, flow.Name)).ShouldBeTrue();
            }

            await node.RunToTheEnd(clock, TimeSpan.FromMinutes(10));
        }

        void Happen()
        {
            var n = random.Next(8);
            switch (random.Next(9))
            {
                case 0 or 1:
                    company.Change(company.Credits[$"C-{n}"] with
                    {
                        Balance = new Money(random.Next(5_000), "EUR"), Available = new Money(random.Next(5_000), "EUR"), OnHold = random.Next(4) == 0,
                        Limit = random.Next(5) == 0 ? null : new Money(5_000, "EUR"),
                    });
                    break;
                case 2:
                    company.Change(company.Customers[$"C-{n}"] with { PaymentTerms = $"{random.Next(1, 9)}0 days net" });
                    break;
                case 3:
                    company.Change(company.Accounts[$"acc-{n}"] with { Name = $"Renamed {random.Next(1000)}" });
                    break;
                case 4:
                    company.Change(company.Customers[$"C-{n}"] with { Name = "On the wrong side" });
                    break;
                case 5:
                    company.Change(company.NewOrder($"C-{n}"));
                    break;
                case 6 when company.Orders.Count > 0:
                    var order = company.Orders.Keys.ElementAt(random.Next(company.Orders.Count));
                    company.Change(company.Ship(order, $"SH-{company.Orders[order].Shipments.Count + 1}"));
                    break;
                case 7:
                    company.Change(company.Products[$"S-{n}"], random.Next(500));
                    break;
                case 8:
                    var id = $"opp-{++opportunities}";
                    company.Opportunities[id] = new Opportunity
                    {
                        Id = id, Account = new AccountId($"acc-{n}"), Name = "Belts", Stage = OpportunityStage.Won, Currency = "EUR", Version = "1",
                        Lines = [new OpportunityLine(new Sku("S-1"), new Quantity(1 + random.Next(9), "PCE"))],
                    };
                    company.Change(company.Opportunities[id]);
                    break;
            }
        }

        async Task Tell()
        {
            var notices = new List<Core.Ownership.ChangeNotice>(late);
            late.Clear();
            while (company.Notices.TryDequeue(out var notice))
            {
                var fate = random.NextDouble();
                if (fate < 0.15)
                {
                    continue; // never told
                }

                (fate < 0.3 ? late : notices).Add(notice);
                if (fate > 0.85)
                {
                    notices.Add(notice);
                }
            }

            foreach (var notice in notices.OrderBy(_ => random.Next()).ToList())
            {
                foreach (var trigger in node.Get<Followers>().Of(notice.Entity, notice.Key, TriggerKind.Webhook))
                {
                    await node.Store.Trigger(trigger);
                }
            }
        }
    }

    private static async Task<Node> Start(string directory, ManualTimeProvider clock, FakeCompany company, Random random)
    {
        var node = new Node(
            directory,
            clock,
            company,
            random,
            [],
            [
                .. FlowRegistration.Definitions.SelectMany(definition => new[]
                {
                    ($"Sync:Flows:{definition.Name}:Mode", "apply"), ($"Sync:Flows:{definition.Name}:BrakeKeys", "100000"), ($"Sync:Flows:{definition.Name}:BrakeEmptied", "100000"),
                }),
                ("Sync:Polling:Interval", "00:01:00"),
                ("Sync:Worker:MaxAttempts", "100"),
            ]);
        await node.Stand();
        return node;
    }
}
