using PortalIntegration.Core;
using PortalIntegration.Core.Accounts;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Credit;
using PortalIntegration.Core.Customers;
using PortalIntegration.Core.Opportunities;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Flows;
using PortalIntegration.Sync.Placing;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Work;
using PortalIntegration.Tests;
using PortalIntegration.UnitTests.Sync.Storage;

namespace PortalIntegration.UnitTests.Sync.Flows;

/// <summary>The flows between two systems, on every kind of store.</summary>
public abstract class FlowsContract(IStoreGround ground) : IAsyncLifetime
{
    private static readonly Scope Admin = Scope.ForPerson(new PersonId("adm-1"), Role.Admin, []);

    private readonly ManualTimeProvider _clock = ManualClock.Start();
    private readonly List<Node> _nodes = [];
    private FakeCompany _company = null!;
    private Node _node = null!;

    private protected virtual int Cycles => 1_000;

    private protected ManualTimeProvider Clock => _clock;

    private protected FakeCompany Company => _company;

    private protected Node First => _node;

    public async ValueTask InitializeAsync()
    {
        _company = new FakeCompany(_clock);
        _node = await Start("apply");
        _company.Add(1);
        _company.Add(2);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        await ground.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Credit_Changed_StandsInTheCrmAndInTheJournalFieldByField()
    {
        _company.Change(Credit(1) with { Available = new Money(1_234.50m, "EUR"), OnHold = true });
        await Tell();

        _company.Field("acc-1", "creditAvailable").ShouldBe("1234.5");
        _company.Field("acc-1", "creditOnHold").ShouldBe("true");
        _company.Field("acc-1", "creditLimit").ShouldBe("5000");
        var entry = (await Journal("credit-to-crm", "C-1")).Single(entry => entry.Asked == "update");
        entry.Changes.ShouldContain(new FieldChange("Accounts.creditAvailable", null, "1234.5"));
        entry.Written!.ShouldContain("creditOnHold");
        entry.Origin.ShouldBe(TriggerKind.Webhook);
    }

    [Fact]
    public async Task Limit_TakenAway_IsEmptiedForNoLimitIsAValue()
    {
        _company.Change(Credit(1));
        await Tell();

        _company.Change(Credit(1) with { Limit = null, Available = null });
        await Tell();

        _company.Field("acc-1", "creditLimit").ShouldBeNull();
    }

    [Fact]
    public async Task Terms_EmptyAtTheirOwner_AreNeverEmptiedInTheCrm()
    {
        _company.Change(_company.Customers["C-1"]);
        await Tell();
        _company.Field("acc-1", "paymentTerms").ShouldBe("30 days net");

        _company.Change(_company.Customers["C-1"] with { PaymentTerms = null });
        await Tell();

        _company.Field("acc-1", "paymentTerms").ShouldBe("30 days net");
        (await Journal("terms-to-crm", "C-1"))[0].Changes.ShouldContain(new FieldChange("Accounts.paymentTerms", "30 days net", null), "it is told");
    }

    [Fact]
    public async Task Account_NameAndAddressChanged_AreTheErpsToo()
    {
        var account = _company.Accounts["acc-1"];
        _company.Change(account with { Name = "Lindqvist Maskin Aktiebolag", Addresses = [account.Addresses[0] with { City = "Göteborg" }, account.Addresses[1]] });
        await Tell();

        var customer = _company.Customers["C-1"];
        (customer.Name, customer.ShipTos[0].City, customer.ShipTos[0].Id, customer.BillTos[0].City).ShouldBe(("Lindqvist Maskin Aktiebolag", "Göteborg", "S1", "Porto"));
    }

    [Fact]
    public async Task Report_Differences_AreJournaledAndNothingIsWritten()
    {
        await Restart("report");
        _company.Change(Credit(1));
        await Tell();

        _company.Count("accounts.update").ShouldBe(0);
        var entry = (await Journal("credit-to-crm", "C-1")).ShouldHaveSingleItem();
        entry.Changes.Count.ShouldBeGreaterThan(3);
        entry.Written.ShouldBeNull();
    }

    [Fact]
    public async Task Off_Changes_AreNotEvenRead()
    {
        await Restart("off");
        _company.Change(Credit(1));
        await Tell();

        _company.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Fault12_ThirdVersionToldBeforeTheSecond_TheOwnerIsReadAnewAndTheLastOneStands()
    {
        _company.Change(Credit(1) with { Available = new Money(2, "EUR") });
        var second = _company.Notices.Dequeue();
        _company.Change(Credit(1) with { Available = new Money(3, "EUR") });
        await Tell();
        _company.Notices.Enqueue(second);
        await Tell();

        _company.Field("acc-1", "creditAvailable").ShouldBe("3");
        (await Journal("credit-to-crm", "C-1")).Count(entry => entry.Asked == "update").ShouldBe(1);
    }

    [Fact]
    public async Task Fault19_OneAccountIsPoison_IsADeadLetterAndTheOthersAreCarried()
    {
        _company.Before = call => call == "accounts.update acc-1" ? Cause.ServerError : null;
        _company.Change(Credit(1));
        _company.Change(Credit(2));
        await Tell();
        await _node.RunToTheEnd(_clock);

        _company.Field("acc-2", "creditLimit").ShouldBe("5000");
        var dead = (await _node.Store.Find(new WorkKey("credit-to-crm", "C-1"))).ShouldNotBeNull();
        dead.State.ShouldBe(WorkState.Dead);
        _company.Before = null;
        _company.Change(Credit(1));
        await Tell();
        _company.Field("acc-1", "creditLimit").ShouldBe("5000", "a change looks again");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Fault20_FieldRemovedOrRenamed_ActionRequiredAndNothingEmptied(bool renamed)
    {
        _company.Change(Credit(1));
        await Tell();
        _company.Fields.Remove("creditLimit");
        if (renamed)
        {
            _company.Fields.Add("kreditLimit");
        }

        var before = _company.Accounts["acc-1"].CustomFields;
        _company.Change(Credit(1) with { Limit = new Money(9_000, "EUR"), Available = new Money(8_900, "EUR") });
        await Tell();

        _company.Accounts["acc-1"].CustomFields.ShouldBe(before);
        var held = (await _node.Store.Find(new WorkKey("credit-to-crm", "C-1"))).ShouldNotBeNull();
        (held.State, held.Cause).ShouldBe((WorkState.Held, "fieldMissing"));
        held.Detail!.ShouldContain("creditLimit");

        _company.Fields.Add("creditLimit");
        _company.Change(Credit(1));
        await Tell();
        _company.Field("acc-1", "creditLimit").ShouldBe("9000");
    }

    [Fact]
    public async Task Fault21_ThreeOfAHundredFail_TheOthersAreWrittenOnceAndTheThreeComeAlone()
    {
        for (var i = 0; i < 100; i++)
        {
            _company.Products[$"S-{i:000}"] = new Product { Sku = new Sku($"S-{i:000}"), Name = $"Bearing {i}", SalesUnit = "PCE", CategoryName = "Bearings" };
            _company.Stock[$"S-{i:000}"] = i;
        }

        string[] bad = ["sold.put S-003", "sold.put S-042", "sold.put S-099"];
        _company.Before = call => bad.Contains(call) ? Cause.ServerError : null;
        await Resync("product-to-crm");

        _company.Sold.Count.ShouldBe(97);
        _company.Count("catalog.get 50").ShouldBe(2, "fifty at a time");
        _company.Before = null;
        await _node.RunToTheEnd(_clock, TimeSpan.FromMinutes(5));

        _company.Sold.Count.ShouldBe(100);
        foreach (var sku in _company.Sold.Keys.Where(sku => !bad.Contains($"sold.put {sku}")))
        {
            _company.Count($"sold.put {sku}").ShouldBe(1);
        }

        _company.Sold["S-042"].Available.ShouldBe(42);
    }

    [Fact]
    public async Task ProcessKilledInTheMiddleOfABatch_NothingThatItChangedIsMissingFromTheJournal()
    {
        for (var i = 0; i < 100; i++)
        {
            _company.Products[$"S-{i:000}"] = new Product { Sku = new Sku($"S-{i:000}"), Name = $"Bearing {i}", SalesUnit = "PCE", CategoryName = "Bearings" };
            _company.Stock[$"S-{i:000}"] = i;
        }

        // Dead before it could write down what came of the seventieth.
        _company.After = call => call == "sold.put S-070" ? throw new StoreUnavailableException("killed") : null;
        await Should.ThrowAsync<StoreUnavailableException>(() => Resync("product-to-crm"));
        _company.After = null;
        _company.Sold.Count.ShouldBe(71);

        foreach (var sku in _company.Sold.Keys)
        {
            (await Journal("product-to-crm", sku)).ShouldContain(
                entry => entry.Asked == "update" && entry.Changes.Contains(new FieldChange("SalesProducts.Name", null, _company.Sold[sku].Name)), $"{sku} was changed and nobody said so");
        }

        (await Journal("product-to-crm", "S-001")).ShouldContain(entry => entry.Answered == "S-001", "with what came of it, where that was known");

        // Another process takes over, and finds what stands there already.
        await Restart("apply");
        await _node.RunToTheEnd(_clock, TimeSpan.FromMinutes(5));
        _company.Sold.Count.ShouldBe(100);
        _company.Sold.Keys.ShouldAllBe(sku => _company.Count($"sold.put {sku}") == 1);
    }

    [Fact]
    public async Task Fault33_OwnWritesComeBack_CycleAfterCycleAndNothingGrows()
    {
        for (var i = 101; i <= 100 + Cycles; i++)
        {
            _company.Change(Credit(1) with { Balance = new Money(i, "EUR") });
            await Tell();
        }

        _company.Count("accounts.update").ShouldBe(Cycles + 1, "and once the payment terms");
        _company.Notices.ShouldBeEmpty();
        (await _node.Get<IWorkDesk>().Count(new WorkFilter { Flows = ["credit-to-crm", "terms-to-crm", "account-to-erp"] })).ShouldBe(0);
    }

    [Fact]
    public async Task Fault34_BothSidesEdited_TheOwnerWinsAndBothAreInTheJournal()
    {
        _company.Change(_company.Accounts["acc-1"] with { Name = "As sales says" });
        _company.Change(_company.Customers["C-1"] with { Name = "As accounting says" });
        await Tell();

        (_company.Accounts["acc-1"].Name, _company.Customers["C-1"].Name).ShouldBe(("As sales says", "As sales says"));
        (await Journal("account-to-erp", "acc-1")).SelectMany(entry => entry.Changes)
            .ShouldContain(new FieldChange("Customers.Name", "As accounting says", "As sales says"));
    }

    [Fact]
    public async Task Fault34_EditedBetweenReadAndWrite_IsReadAgain()
    {
        var once = true;
        _company.Before = call =>
        {
            if (call == "accounts.update acc-1" && once)
            {
                once = false;
                _company.Accounts["acc-1"] = _company.Accounts["acc-1"] with { OwnerName = "Somebody else", Version = "77" };
            }

            return null;
        };
        _company.Change(Credit(1));
        await Tell();

        _company.Field("acc-1", "creditLimit").ShouldBe("5000");
        _company.Accounts["acc-1"].OwnerName.ShouldBe("Somebody else");
    }

    [Fact]
    public async Task Unlinked_IsActionRequiredInPlainWordsAndGoesByItselfOnceLinked()
    {
        _company.Change(_company.Accounts["acc-1"] with { Customer = null, Name = "New name" });
        await Tell();
        var held = (await _node.Store.Find(new WorkKey("account-to-erp", "acc-1"))).ShouldNotBeNull();
        (held.State, held.Cause).ShouldBe((WorkState.Held, "unlinked"));
        held.Detail!.ShouldContain("not linked to any customer");

        _company.Change(_company.Accounts["acc-1"] with { Customer = new CustomerNumber("C-1") });
        await Tell();

        _company.Customers["C-1"].Name.ShouldBe("New name");
        (await _node.Store.Find(new WorkKey("account-to-erp", "acc-1"))).ShouldBeNull();
    }

    [Fact]
    public async Task ActionRequired_TriedAgainByAnAdmin_LooksAgain()
    {
        _company.Change(_company.Accounts["acc-1"] with { Customer = null, Name = "New name" });
        await Tell();
        _company.Accounts["acc-1"] = _company.Accounts["acc-1"] with { Customer = new CustomerNumber("C-1") };

        (await _node.Get<IWorkAdmin>().Retry(Admin, new WorkKey("account-to-erp", "acc-1"))).ShouldBe(AdminResult.Applied);
        await _node.RunDue();

        _company.Customers["C-1"].Name.ShouldBe("New name");
    }

    [Fact]
    public async Task Brake_TooManyChangesAtOnce_PausesUntilAnAdminLetsItGo()
    {
        await Restart("apply", ("Sync:Flows:credit-to-crm:BrakeKeys", "5"));
        for (var i = 10; i < 20; i++)
        {
            _company.Add(i);
            _company.Change(Credit(i));
        }

        await Tell();

        _company.Accounts.Values.Count(account => account.CustomFields.Any(field => field.Key == "creditLimit")).ShouldBe(5);
        var board = _node.Get<IFlowBoard>();
        var status = (await board.Read()).Single(flow => flow.Name == "credit-to-crm");
        status.Paused!.By.ShouldBeNull();
        status.Paused.Why.ShouldContain("6 keys");
        _node.Logs.Entries.ShouldContain(entry => entry.Id.Id == 5501);
        (await board.Resume(Scope.ForPerson(new PersonId("con-1"), Role.Buyer, []), "credit-to-crm")).ShouldBeFalse();

        (await board.Resume(Admin, "credit-to-crm")).ShouldBeTrue();
        await Tell();

        _company.Accounts.Values.Count(account => account.CustomFields.Any(field => field.Key == "creditLimit")).ShouldBe(10);
    }

    [Fact]
    public async Task Brake_OwnerValuesTurnEmpty_Pauses()
    {
        await Restart("apply", ("Sync:Flows:credit-to-crm:BrakeEmptied", "2"));
        for (var i = 10; i < 14; i++)
        {
            _company.Add(i);
            _company.Change(Credit(i));
        }

        await Tell();
        for (var i = 10; i < 14; i++)
        {
            _company.Change(Credit(i) with { Limit = null });
        }

        await Tell();

        _company.Accounts.Values.Count(account => account.Id.Value.Length == 6 && account.CustomFields.All(field => field.Key != "creditLimit")).ShouldBe(2);
        (await _node.Get<IFlowBoard>().Read()).Single(flow => flow.Name == "credit-to-crm").Paused!.Why.ShouldContain("empty");
    }

    [Fact]
    public async Task Order_Shipped_IsToldOnceUnderItsKey()
    {
        var order = _company.NewOrder("C-1");
        _company.Change(order);
        await Tell();
        _company.Change(_company.Ship(order.Number!.Value.Value, "SH-1"));
        await Tell();
        await Resync("order-to-crm");
        await _node.RunToTheEnd(_clock, TimeSpan.FromMinutes(1));

        _company.Entries.Keys.Select(entry => entry.Key).ShouldBe([$"order:{order.Number}:placed", $"order:{order.Number}:shipped:SH-1"]);
        _company.EntryWrites.Count.ShouldBe(2);
        _company.Entries.Values.ShouldAllBe(entry => entry.Order == order.Number);
    }

    [Fact]
    public async Task Fault06_StoppedBetweenErpAndCrm_TheCrmCatchesUpAndThereIsOneOrder()
    {
        _company.Opportunities["opp-1"] = Won("opp-1", "acc-1");
        _company.After = call => call.StartsWith("orders.create", StringComparison.Ordinal) ? Cause.TimedOut : null;
        _company.Before = call => call.StartsWith("opportunities.setOrder", StringComparison.Ordinal) ? Cause.Unreachable : null;
        _company.Change(_company.Opportunities["opp-1"]);
        await Tell();
        await _node.RunToTheEnd(_clock, TimeSpan.FromMinutes(3));
        _company.Orders.Count.ShouldBe(1);
        _company.Opportunities["opp-1"].Order.ShouldBeNull();

        // The process dies, and with it the store: nothing remembers that there was an order.
        _company.After = null;
        _company.Before = null;
        await _node.DisposeAsync();
        await ground.Empty();
        _node = await Start("apply");
        await Resync("opportunity-to-order");
        await _node.RunToTheEnd(_clock, TimeSpan.FromMinutes(3));

        _company.Orders.Count.ShouldBe(1);
        _company.Opportunities["opp-1"].Order.ShouldBe(_company.Orders.Values.Single().Number);
    }

    [Fact]
    public async Task Opportunity_OfAnAccountWithoutACustomer_MakesHimOnceAndLinksBothSides()
    {
        _company.Accounts["acc-1"] = _company.Accounts["acc-1"] with { Customer = null };
        _company.Customers.Remove("C-1");
        _company.Opportunities["opp-1"] = Won("opp-1", "acc-1");
        var lost = true;
        _company.After = call =>
        {
            var first = lost && call.StartsWith("customers.create", StringComparison.Ordinal);
            lost &= !first;
            return first ? Cause.TimedOut : null;
        };
        _company.Change(_company.Opportunities["opp-1"]);
        await Tell();
        await _node.RunToTheEnd(_clock, TimeSpan.FromMinutes(3));

        var made = _company.Customers.Values.Single(customer => customer.Account == new AccountId("acc-1"));
        _company.Accounts["acc-1"].Customer.ShouldBe(made.Number);
        _company.Orders.Values.ShouldHaveSingleItem().Customer.ShouldBe(made.Number);
        _company.Opportunities["opp-1"].Order.ShouldBe(_company.Orders.Values.Single().Number);
    }

    [Fact]
    public async Task Opportunity_WonLongAgo_IsLeft()
    {
        _company.Opportunities["opp-1"] = Won("opp-1", "acc-1") with { ClosesOn = new DateOnly(2025, 1, 1) };
        await Resync("opportunity-to-order");
        await _node.RunToTheEnd(_clock, TimeSpan.FromMinutes(3));

        _company.Orders.ShouldBeEmpty();
    }

    [Fact]
    public async Task Fault35_NothingIsToldByWebhook_PollingFindsIt()
    {
        await _node.Stand();
        await _node.RunDue();
        _company.Change(Credit(1) with { Available = new Money(77, "EUR") });
        _company.Change(_company.Accounts["acc-2"] with { Name = "Renamed" });
        _company.Notices.Clear();
        await _node.RunToTheEnd(_clock, TimeSpan.FromSeconds(90));

        _company.Field("acc-1", "creditAvailable").ShouldBe("77");
        _company.Customers["C-2"].Name.ShouldBe("Renamed");
    }

    [Fact]
    public async Task Drift_OfOneNode_IsSeenOnTheOther_WithoutItsValues_WhichAreReadAnewThere()
    {
        await Restart("report");
        _company.Customers["C-2"] = _company.Customers["C-2"] with { Name = "Ferreira e Filhos" };
        _node.Get<IDrift>().Begin(Admin, "account-to-erp").ShouldNotBeNull();
        await Finished(_node.Get<IDrift>(), "account-to-erp");
        var kept = await Kept("drift:account-to-erp", "acc-2");
        kept.ShouldContain("Customers.Name");
        kept.ShouldNotContain("Company 2", Case.Insensitive, "no name of a record, and no value of its owner");
        kept.ShouldNotContain("Ferreira", Case.Insensitive);
        var other = await Start("report");
        var drift = other.Get<IDrift>();
        drift.Last(Admin, "account-to-erp").ShouldBeNull();
        (await drift.Find(Samples.Buyer(), "account-to-erp")).ShouldBeNull();
        var report = (await drift.Find(Admin, "account-to-erp")).ShouldNotBeNull();
        (report.IsElsewhere, report.Looked, report.Differing, report.FinishedAt is not null).ShouldBe((true, 2, 1, true));
        report.Rows.ShouldHaveSingleItem().ShouldBe(new DriftRow("acc-2", null, "Customers.Name", "crm", null, "erp", null, true) { IsRead = false });
        var read = await drift.Read(Admin, "account-to-erp", ["acc-1", "acc-2"]);
        read["acc-2"].ShouldHaveSingleItem().ShouldBe(new DriftRow("acc-2", "Company 2", "Customers.Name", "crm", "Company 2", "erp", "Ferreira e Filhos", true));
        read["acc-1"].ShouldBeEmpty();
        (await drift.Read(Samples.Buyer(), "account-to-erp", ["acc-2"])).ShouldBeEmpty();
        (await drift.Repair(Admin, "account-to-erp", null)).ShouldBe(1, "all of it, as the other node found it");

        _clock.Advance(TimeSpan.FromDays(31));
        (await drift.Find(Admin, "account-to-erp")).ShouldBeNull("it is kept as long as the journal");
    }

    [Fact]
    public async Task Drift_OfAnAccount_IsFoundWithItsNameAndRepairedEvenWhereTheFlowOnlyReports()
    {
        await Restart("report");
        _company.Customers["C-2"] = _company.Customers["C-2"] with { Name = "Ferreira e Filhos" };
        var drift = _node.Get<IDrift>();
        drift.Begin(Samples.Buyer(), "account-to-erp").ShouldBeNull();
        drift.Begin(Admin, "account-to-erp").ShouldNotBeNull();
        var report = await Finished(drift, "account-to-erp");

        (report.Looked, report.Differing).ShouldBe((2, 1));
        report.Rows.ShouldHaveSingleItem().ShouldBe(new DriftRow("acc-2", "Company 2", "Customers.Name", "crm", "Company 2", "erp", "Ferreira e Filhos", true));
        (await drift.Repair(Samples.Buyer(), "account-to-erp", null)).ShouldBe(0);
        (await drift.Repair(Admin, "account-to-erp", null)).ShouldBe(1);
        await _node.RunDue();

        _company.Customers["C-2"].Name.ShouldBe("Company 2");
        (await _node.Get<IAudit>().Read(new AuditFilter(), null, 10)).Entries.ShouldContain(entry => entry.Action == "repair" && entry.Who == "adm-1");
    }

    [Fact]
    public async Task Fault40_ClockSetBack_NoScheduleEarlyAndNoneSkipped()
    {
        // A day of polling every five seconds is another test's.
        (string, string)[] noon =
        [
            ("Sync:Flows:credit-to-crm:Schedule", "0 0 12 * * ?"), ("Sync:Polling:Interval", "01:00:00"), ("Sync:Polling:RepairInterval", "1.00:00:00"),
            ("Sync:Alerts:Interval", "00:10:00"),
        ];
        await Restart("apply", noon);
        await _node.Stand();
        await _node.RunToTheEnd(_clock, TimeSpan.FromHours(3.9));
        (await Journal("schedule", "credit-to-crm")).ShouldBeEmpty("not before its time");
        await _node.RunToTheEnd(_clock, TimeSpan.FromHours(1));
        (await Journal("schedule", "credit-to-crm")).ShouldHaveSingleItem();

        // Another node, whose clock is an hour behind, starts on the same store.
        var behind = new ManualTimeProvider(_clock.Now.AddHours(-2));
        await using var second = await FlowGround.Start(ground, behind, _company, random: null, noon);
        await second.Stand();
        await second.RunToTheEnd(behind, TimeSpan.FromHours(1.9));
        (await Journal("schedule", "credit-to-crm")).ShouldHaveSingleItem();
        await second.RunToTheEnd(behind, TimeSpan.FromHours(24));
        (await Journal("schedule", "credit-to-crm")).Count.ShouldBe(2, "and the next day's is not skipped");
    }

    [Fact]
    public async Task Fault31_TwoNodesAndOneStartedLate_OneRunOfASchedule()
    {
        (string, string)[] noon = [("Sync:Flows:credit-to-crm:Schedule", "0 0 13 * * ?"), ("Sync:Flows:credit-to-crm:TimeZone", "Europe/Lisbon")];
        await Restart("apply", noon);
        await _node.Stand();
        await _node.RunDue();
        await using var second = await FlowGround.Start(ground, _clock, _company, random: null, noon);
        await second.Stand();
        _clock.AdvanceTo(new DateTimeOffset(2026, 3, 2, 13, 0, 1, TimeSpan.Zero));
        await Task.WhenAll(_node.RunDue(), second.RunDue());
        await second.Stand();
        await second.RunDue();

        (await Journal("schedule", "credit-to-crm")).ShouldHaveSingleItem();
        (await _node.Get<IFlowBoard>().Read()).Single(flow => flow.Name == "credit-to-crm").NextScheduled.ShouldBe(new DateTimeOffset(2026, 3, 3, 13, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task Lacking_OneSystemCannot_TheFlowSaysSoAndQueuesNothing()
    {
        _company.Lacks = feature => feature == Feature.AccountUpdates ? new NotAvailable("crm", new Lack(feature, "Companies are not written.")) : null;
        _company.Change(Credit(1));
        await Tell();

        _company.Calls.ShouldNotContain("credit.get C-1");
        (await _node.Get<IFlowBoard>().Read()).Single(flow => flow.Name == "credit-to-crm").Impossible.ShouldBe("Not supported by crm: Companies are not written.");
    }

    [Fact]
    public async Task Field_OfTheCompanysOwn_IsCarriedByTheFlowOfItsPair()
    {
        _company.Fields2 = [new OwnedField("Ownership:Fields:0", new FieldEnd("erp", "Customers.TaxNumber", FieldType.Text, null), new FieldEnd("crm", "Accounts.vat", FieldType.Text, 8), "shorten:8", FieldMode.RealTime)];
        _company.Fields.Add("vat");
        await Restart("apply");
        _company.Change(_company.Customers["C-1"] with { TaxNumber = "SE556677889901" });
        await Tell();

        _company.Field("acc-1", "vat").ShouldBe("SE556677");
    }

    [Fact]
    public async Task Changed_AHundredTimesForOneKey_IsOneReadAndOneWrite()
    {
        for (var i = 1; i <= 100; i++)
        {
            _company.Change(Credit(1) with { Balance = new Money(i, "EUR") });
        }

        await Tell();

        _company.Field("acc-1", "creditBalance").ShouldBe("100");
        (await Journal("credit-to-crm", "C-1")).Count(entry => entry.Asked == "update").ShouldBe(1);
        _company.Count("credit.get C-1").ShouldBe(3, "and once for the echo of its own write, and of that of the terms");
    }

    [Fact]
    public async Task Entry_SecondOfTwoFails_TheFirstIsInTheJournalAsWritten()
    {
        var order = _company.NewOrder("C-1");
        _company.Change(order);
        _company.Change(_company.Ship(order.Number!.Value.Value, "SH-1"));
        _company.Before = call => call.EndsWith(":shipped:SH-1", StringComparison.Ordinal) ? Cause.ServerError : null;
        await Tell();

        var half = (await Journal("order-to-crm", order.Number.Value.Value)).Single(entry => entry.Answered == "ServerError");
        half.Written.ShouldBe($"Timeline order:{order.Number}:placed");
        half.Changes.Count.ShouldBe(2);
        _company.Before = null;
        await _node.RunToTheEnd(_clock, TimeSpan.FromMinutes(1));
        (await Journal("order-to-crm", order.Number.Value.Value)).Single(entry => entry.Asked == "update").Written.ShouldBe($"Timeline order:{order.Number}:shipped:SH-1");
    }

    [Fact]
    public async Task Address_NewInTheCrm_IsShownAndLeft()
    {
        var account = _company.Accounts["acc-1"];
        _company.Change(account with { Name = "Lindqvist AB", Addresses = [.. account.Addresses, new AccountAddress("adr-9", AddressKind.Shipping, ["Quay 9"], "4000", "Porto", "PT")] });
        await Tell();

        var customer = _company.Customers["C-1"];
        (customer.Name, customer.ShipTos.Count).ShouldBe(("Lindqvist AB", 1));
        var drift = _node.Get<IDrift>();
        drift.Begin(Admin, "account-to-erp");
        var row = (await Finished(drift, "account-to-erp")).Rows.ShouldHaveSingleItem();
        (row.Key, row.IsRepaired, row.TargetValue).ShouldBe(("acc-1", false, null));
        row.OwnerValue!.ShouldContain("Quay 9");
    }

    [Fact]
    public async Task Comparing_WhenItsNodeStops_IsKeptAsFarAsItCame()
    {
        _node.Get<IDrift>().Begin(Admin, "account-to-erp").ShouldNotBeNull();

        await _node.DisposeAsync();

        var other = await Start("apply");
        (await other.Get<IDrift>().Find(Admin, "account-to-erp", TestContext.Current.CancellationToken)).ShouldNotBeNull().FinishedAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task Refused_OpportunityMendedInTheCrm_IsOrderedByItsOwnChangeAndOnce()
    {
        await Refuse("opp-1");
        var held = (await _node.Store.Find(new WorkKey("opportunity-to-order", "opp-1"))).ShouldNotBeNull();
        (held.State, held.Cause).ShouldBe((WorkState.Held, "orderRefused"));

        // What only says "look again" is no reason to ask again.
        var asked = _company.Count("orders.create");
        await _node.Store.Trigger(new WorkTrigger(new WorkKey("opportunity-to-order", "opp-1"), 2) { Kind = TriggerKind.Webhook });
        await _node.RunToTheEnd(_clock, TimeSpan.FromMinutes(3));
        _company.Count("orders.create").ShouldBe(asked);

        _company.Before = null;
        _company.Change(_company.Opportunities["opp-1"] with { Lines = [new OpportunityLine(new Sku("FAS-002"), new Quantity(3, "PCE"))] });
        await Tell();
        await _node.RunToTheEnd(_clock, TimeSpan.FromMinutes(3));

        var order = _company.Orders.Values.ShouldHaveSingleItem();
        (order.Submission, _company.Opportunities["opp-1"].Order).ShouldBe((OpportunityToOrder.SubmissionOf("crm", "opp-1"), order.Number));
        _company.Ordered[order.Number!.Value.Value].Request.Lines.ShouldHaveSingleItem().Sku.ShouldBe(new Sku("FAS-002"), "as it says now");
    }

    [Fact]
    public async Task Refused_OpportunityMendedInTheErp_IsOrderedWhenAnAdminTriesAgainAndOnce()
    {
        await Refuse("opp-1");
        var key = new WorkKey("opportunity-to-order", "opp-1");
        var asked = _company.Count("orders.create");

        // Not mended yet: one try for one word, however long one waits.
        (await _node.Get<IWorkAdmin>().Retry(Admin, key)).ShouldBe(AdminResult.Applied);
        await _node.RunToTheEnd(_clock, TimeSpan.FromMinutes(5));
        _company.Count("orders.create").ShouldBe(asked + 1);
        (await _node.Store.Find(key)).ShouldNotBeNull().Cause.ShouldBe("orderRefused");

        _company.Before = null;
        (await _node.Get<IWorkAdmin>().Retry(Admin, key)).ShouldBe(AdminResult.Applied);
        await _node.RunToTheEnd(_clock, TimeSpan.FromMinutes(5));

        var order = _company.Orders.Values.ShouldHaveSingleItem();
        _company.Opportunities["opp-1"].Order.ShouldBe(order.Number);
        (await _node.Store.Find(key)).ShouldBeNull();
        (await Journal("place-order", order.Submission!.Value.ToString())).ShouldContain(entry => entry.Asked == "submitAgain" && entry.By == "opportunity-to-order");
    }

    [Fact]
    public async Task Refused_ButAlreadyOrderedByHandUnderItsReference_IsFoundAndNotOrderedTwice()
    {
        await Refuse("opp-1");
        _company.Before = null;
        var standing = _company.NewOrder("C-1") with { Submission = OpportunityToOrder.SubmissionOf("crm", "opp-1") };
        _company.Orders[standing.Number!.Value.Value] = standing;
        _company.Change(_company.Opportunities["opp-1"] with { Name = "Mended" });
        await Tell();
        await _node.RunToTheEnd(_clock, TimeSpan.FromMinutes(3));

        _company.Orders.Count.ShouldBe(1);
        _company.Opportunities["opp-1"].Order.ShouldBe(standing.Number);
    }

    [Fact]
    public async Task TakenBack_OrderOfAnOpportunity_WaitsForAPersonAndIsNotAskedForEverySecond()
    {
        _company.Before = call => call.StartsWith("orders.create", StringComparison.Ordinal) ? Cause.Unreachable : null;
        _company.Opportunities["opp-1"] = Won("opp-1", "acc-1");
        var id = OpportunityToOrder.SubmissionOf("crm", "opp-1");
        var everything = Scope.ForPortal("test", Lane.Order);
        _company.Before = call => call.StartsWith("orders.", StringComparison.Ordinal) && _company.Count("orders.find") > 1 ? Cause.Unreachable : null;
        _company.Change(_company.Opportunities["opp-1"]);
        await Tell();
        (await _node.Orders.Withdraw(everything, id)).ShouldNotBeNull();
        _company.Before = null;
        await _node.RunToTheEnd(_clock, TimeSpan.FromMinutes(3));
        (await _node.Orders.Find(everything, id))!.State.ShouldBe(PlacingState.Withdrawn);

        var runs = await _node.RunDue();
        _clock.Advance(TimeSpan.FromMinutes(1));
        runs += await _node.RunDue();
        (await _node.Store.Find(new WorkKey("opportunity-to-order", "opp-1"))).ShouldNotBeNull().Cause.ShouldBe("orderTakenBack");
        _company.Orders.ShouldBeEmpty();
        (await _node.Get<IWorkAdmin>().Retry(Admin, new WorkKey("opportunity-to-order", "opp-1"))).ShouldBe(AdminResult.Applied);
        await _node.RunToTheEnd(_clock, TimeSpan.FromMinutes(3));
        _company.Orders.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Resync_AskedForAnewWhileOneStandsInTheMiddle_LooksAtEverythingAgain()
    {
        for (var i = 0; i < 120; i++)
        {
            _company.Products[$"S-{i:000}"] = new Product { Sku = new Sku($"S-{i:000}"), Name = $"Bearing {i}", SalesUnit = "PCE", CategoryName = "Bearings" };
            _company.Stock[$"S-{i:000}"] = i;
        }

        var pages = 0;
        _company.Before = call => call == "catalog.search" && ++pages > 1 ? Cause.ServerError : null;
        await Resync("product-to-crm");
        _company.Sold.Count.ShouldBe(50, "the first page");
        _company.Stock["S-000"] = 777; // and nobody tells
        _company.Before = null;
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await Resync("product-to-crm");
        await _node.RunToTheEnd(_clock, TimeSpan.FromMinutes(5));

        (_company.Sold.Count, _company.Sold["S-000"].Available).ShouldBe((120, 777));
    }

    [Fact]
    public async Task Fault41_StoreEmptiedInMidRun_AFullResyncBringsBothSystemsInStep()
    {
        for (var i = 10; i < 22; i++)
        {
            _company.Add(i);
            _company.Change(Credit(i) with { Balance = new Money(i, "EUR") });
            _company.Change(_company.Accounts[$"acc-{i}"] with { Name = $"Renamed {i}" });
            _company.Change(_company.NewOrder($"C-{i}"));
            _company.Products[$"S-{i}"] = new Product { Sku = new Sku($"S-{i}"), Name = $"Bearing {i}", SalesUnit = "PCE", CategoryName = "Bearings" };
            _company.Stock[$"S-{i}"] = i;
        }

        _company.Opportunities["opp-1"] = Won("opp-1", "acc-10");
        _company.Change(_company.Opportunities["opp-1"]);
        foreach (var notice in _company.Notices)
        {
            foreach (var trigger in _node.Get<Followers>().Of(notice.Entity, notice.Key, TriggerKind.Webhook))
            {
                await _node.Store.Trigger(trigger);
            }
        }

        _company.Notices.Clear();
        await _node.RunDue(25);
        var (customers, entries) = (_company.Count("customers.update"), _company.EntryWrites.Count);
        (customers + entries + _company.Count("accounts.update")).ShouldBeInRange(5, 40, "in the middle of it");
        await _node.DisposeAsync();
        await ground.Empty();

        _node = await Start("apply");
        (await _node.Get<IWorkDesk>().Count(new WorkFilter())).ShouldBe(0, "it knows nothing");
        foreach (var definition in FlowRegistration.Definitions)
        {
            await Resync(definition.Name);
        }

        await Tell();
        await _node.RunToTheEnd(_clock, TimeSpan.FromMinutes(5));

        for (var i = 10; i < 22; i++)
        {
            _company.Field($"acc-{i}", "creditBalance").ShouldBe($"{i}");
            _company.Field($"acc-{i}", "paymentTerms").ShouldBe("30 days net");
            _company.Customers[$"C-{i}"].Name.ShouldBe($"Renamed {i}");
            _company.Sold[$"S-{i}"].Available.ShouldBe(i);
        }

        _company.EntryWrites.ShouldBeUnique();
        _company.Entries.Values.Select(entry => entry.Order).Distinct().Count().ShouldBe(_company.Orders.Count);
        _company.Orders.Values.Count(order => order.Submission is not null).ShouldBe(1);
    }

    /// <summary>An opportunity whose order the ERP refuses.</summary>
    private async Task Refuse(string id)
    {
        _company.Before = call => call.StartsWith("orders.create", StringComparison.Ordinal) ? Cause.Rejected : null;
        _company.Opportunities[id] = Won(id, "acc-1");
        _company.Change(_company.Opportunities[id]);
        await Tell();
        await _node.RunToTheEnd(_clock, TimeSpan.FromMinutes(3));
        _company.Orders.ShouldBeEmpty();
    }

    private CreditStanding Credit(int number) => _company.Credits[$"C-{number}"];

    private static Opportunity Won(string id, string account) => new()
    {
        Id = id, Account = new AccountId(account), Name = "Spare bearings", Stage = OpportunityStage.Won, Currency = "EUR", PoNumber = "OP-7", Version = "1", ClosesOn = new DateOnly(2026, 3, 1),
        Lines = [new OpportunityLine(new Sku("FAS-001"), new Quantity(10, "PCE"))],
    };

    private Task<IReadOnlyList<JournalEntry>> Journal(string flow, string key) => _node.Journal.Read(new WorkKey(flow, key), 1_000);

    /// <summary>Takes what the systems would have told, as the receiver of webhooks does, until nobody has anything to say.</summary>
    private async Task Tell()
    {
        do
        {
            while (_company.Notices.TryDequeue(out var notice))
            {
                foreach (var trigger in _node.Get<Followers>().Of(notice.Entity, notice.Key, TriggerKind.Webhook))
                {
                    await _node.Store.Trigger(trigger);
                }
            }

            await _node.RunDue(10_000);
        }
        while (_company.Notices.Count > 0);
    }

    private async Task Resync(string flow)
    {
        (await _node.Get<IResync>().Start(Admin, flow)).ShouldBeTrue();
        await _node.RunDue(10_000);
    }

    /// <summary>A mark, once it has this in it.</summary>
    private async Task<string> Kept(string name, string part)
    {
        for (var i = 0; i < 6_000; i++)
        {
            if (await _node.Get<IMarks>().Get(name) is { } value && value.Contains(part, StringComparison.Ordinal))
            {
                return value;
            }

            await Task.Delay(10);
        }

        throw new TimeoutException($"{name} never has {part}.");
    }

    private static async Task<DriftReport> Finished(IDrift drift, string flow)
    {
        for (var i = 0; i < 6_000; i++)
        {
            if (drift.Last(Admin, flow) is { FinishedAt: not null } report)
            {
                report.Broken.ShouldBeNull();
                return report;
            }

            await Task.Delay(10);
        }

        throw new TimeoutException("The drift report does not end.");
    }

    private async Task Restart(string mode, params (string Key, string Value)[] more)
    {
        await _node.DisposeAsync();
        _node = await Start(mode, more);
    }

    /// <summary>One more node on the same store.</summary>
    private protected async Task<Node> Start(string mode, params (string Key, string Value)[] more)
    {
        var node = await FlowGround.Start(
            ground,
            _clock,
            _company,
            random: null,
            [
                .. FlowRegistration.Definitions.Select(definition => ($"Sync:Flows:{definition.Name}:Mode", mode)),
                .. FlowRegistration.Definitions.Where(definition => more.All(setting => setting.Key != $"Sync:Flows:{definition.Name}:BrakeKeys"))
                    .Select(definition => ($"Sync:Flows:{definition.Name}:BrakeKeys", "1000")),
                .. more,
            ]);
        _nodes.Add(node);
        return node;
    }
}

/// <summary>Starts nodes with flows on a store.</summary>
internal static class FlowGround
{
    public static Task<Node> Start(IStoreGround ground, TimeProvider clock, FakeCompany company, Random? random, params (string Key, string Value)[] settings) =>
        Start(ground, clock, company, random, process: null, settings);

    public static async Task<Node> Start(
        IStoreGround ground, TimeProvider clock, FakeCompany company, Random? random, PortalProcess? process, params (string Key, string Value)[] settings)
    {
        (string Key, string Value)[] all = [.. await ground.Settings(), .. settings];
        var directory = all.FirstOrDefault(setting => setting.Key == "State:Directory").Value ?? "unused";
        return new Node(directory, clock, company, random, [], process, [.. all.Where(setting => setting.Key != "State:Directory")]);
    }
}

public sealed class SqliteFlowsTests() : FlowsContract(new SqliteGround());

public sealed class PostgresFlowsTests(PostgresFixture postgres) : FlowsContract(new PostgresGround(postgres))
{
    private static readonly Scope Admin = Scope.ForPerson(new PersonId("adm-1"), Role.Admin, []);

    private protected override int Cycles => 50;

    [Fact]
    public async Task Brake_TwoNodesThatShareTheStore_CountTogetherAndStopTogether()
    {
        (string, string)[] five = [("Sync:Flows:credit-to-crm:BrakeKeys", "5")];
        await using var one = await Start("apply", five);
        await using var two = await Start("apply", five);
        for (var i = 10; i < 30; i++)
        {
            Company.Add(i);
            await one.Store.Trigger(new WorkTrigger(new WorkKey("credit-to-crm", $"C-{i}"), 2));
        }

        // In turn, so that neither passes its own limit alone.
        for (var i = 0; i < 10; i++)
        {
            await one.RunDue(1);
            await two.RunDue(1);
        }

        Changed().ShouldBe(5);
        Clock.Advance(TimeSpan.FromSeconds(2));
        (await one.RunDue() + await two.RunDue()).ShouldBe(0, "both obey");
        foreach (var node in new[] { one, two })
        {
            (await node.Get<IFlowBoard>().Read()).Single(flow => flow.Name == "credit-to-crm").Paused!.Why.ShouldContain("6 keys");
        }

        (await two.Get<IFlowBoard>().Resume(Admin, "credit-to-crm")).ShouldBeTrue();
        Clock.Advance(TimeSpan.FromSeconds(2));
        await Task.WhenAll(one.RunDue(), two.RunDue());
        Changed().ShouldBe(20);
    }

    [Fact]
    public async Task Brake_TwoNodesAtTheSameTime_NotOneKeyPastTheLimit()
    {
        (string, string)[] five = [("Sync:Flows:credit-to-crm:BrakeKeys", "5")];
        await using var one = await Start("apply", five);
        await using var two = await Start("apply", five);
        for (var i = 10; i < 40; i++)
        {
            Company.Add(i);
            await one.Store.Trigger(new WorkTrigger(new WorkKey("credit-to-crm", $"C-{i}"), 2));
        }

        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => (i % 2 == 0 ? one : two).RunDue(4))));

        Changed().ShouldBe(5);
    }

    [Fact]
    public async Task Brake_ShareOfAllKeys_IsKnownToTheNodeThatDidNotCountThem()
    {
        (string, string)[] half = [("Sync:Flows:credit-to-crm:BrakeKeys", "1"), ("Sync:Flows:credit-to-crm:BrakeShare", "0.5"), ("Sync:Flows:credit-to-crm:BrakeWindow", "00:01:00")];
        for (var i = 10; i < 18; i++)
        {
            Company.Add(i);
        }

        await using var one = await Start("report", half);
        (await one.Get<IResync>().Start(Admin, "credit-to-crm")).ShouldBeTrue();
        await one.RunDue();
        await using var two = await Start("apply", half);
        for (var i = 10; i < 18; i++)
        {
            await two.Store.Trigger(new WorkTrigger(new WorkKey("credit-to-crm", $"C-{i}"), 2));
        }

        await two.RunDue();

        Changed().ShouldBe(5, "half of ten");
    }

    private int Changed() => Company.Accounts.Values.Count(account => account.CustomFields.Any(field => field.Key == "creditLimit"));
}
