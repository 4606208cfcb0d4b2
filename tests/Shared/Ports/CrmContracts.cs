using PortalIntegration.Core;
using PortalIntegration.Core.Accounts;
using PortalIntegration.Core.Contacts;
using PortalIntegration.Core.Opportunities;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.SalesProducts;

namespace PortalIntegration.Tests.Ports;

public abstract class AccountsContract : PortContract<CrmFacts>
{
    private Task<IAccounts> Accounts => Port<IAccounts>(Facts());

    [Fact]
    public virtual async Task Get_AnAccount_SaysWhoItIs()
    {
        var facts = await Facts();
        var account = Value(await (await Accounts).Get(Portal, facts.Account, Cancel));

        account.Id.ShouldBe(facts.Account);
        account.Name.ShouldContain(facts.AccountWord, Case.Insensitive);
        account.Addresses.Select(address => address.Id).Distinct().Count().ShouldBe(account.Addresses.Count);
    }

    [Fact]
    public virtual async Task Get_Unknown_IsNotFound() => NotFound(await (await Accounts).Get(Portal, (await Facts()).NoAccount, Cancel));

    [Fact]
    public virtual async Task Search_Word_FindsIt()
    {
        var facts = await Facts();
        var found = Value(await (await Accounts).Search(Portal, new AccountQuery(facts.AccountWord.ToUpperInvariant()), Cancel)).Items;

        found.ShouldContain(account => account.Id == facts.Account);
    }

    [Fact]
    public virtual async Task Search_OfAnOwner_FindsHisOnly()
    {
        var facts = await Facts();
        var accounts = await Accounts;
        var found = await All(cursor => accounts.Search(Portal, new AccountQuery(Owner: facts.Rep, Cursor: cursor, Limit: 5), Cancel), mostPages: 100);

        found.ShouldNotBeEmpty();
        found.ShouldAllBe(account => account.Owner == facts.Rep);
        found.Select(account => account.Id).Distinct().Count().ShouldBe(found.Count);
        await TellsEverywhere(Feature.AccountVersions, found.Select(account => account.Version is not null));
        await TellsSomewhere(Feature.CustomFields, found.Select(account => account.CustomFields.Count > 0));
    }

    [Fact]
    public virtual async Task Search_OfACustomer_FindsTheAccountLinkedToHim()
    {
        var facts = await Facts();
        var accounts = await Accounts;
        var customer = Value(await accounts.Get(Portal, facts.Account, Cancel)).Customer.ShouldNotBeNull();

        Value(await accounts.Search(Portal, new AccountQuery { Customer = customer }, Cancel)).Items.ShouldHaveSingleItem().Id.ShouldBe(facts.Account);
        Value(await accounts.Search(Portal, new AccountQuery { Customer = new CustomerNumber("NO-SUCH-CUSTOMER") }, Cancel)).Items.ShouldBeEmpty();
    }

    [Fact]
    public virtual async Task Update_OneField_ChangesItAndNothingElseAndIsTold()
    {
        var facts = await Facts();
        var accounts = await Accounts;
        var before = Value(await accounts.Get(Portal, facts.Account, Cancel));
        var feed = await accounts.ChangedSince(Portal, null, Cancel);
        var followed = await SupportedUnlessLacking(Feature.AccountChanges, feed);
        var value = FieldValue.Of($"net {Random.Shared.Next(10, 99)}");

        var updated = await accounts.Update(Portal, facts.Account, Change(value), before.Version, Cancel);
        if (!await SupportedUnlessLacking(Feature.AccountUpdates, updated))
        {
            return;
        }

        var after = Value(await accounts.Get(Portal, facts.Account, Cancel));
        after.CustomFields.Single(field => field.Key == facts.Field).Value.ShouldBe(value!.Text);
        (after.Name, after.Customer, after.Owner, after.Email).ShouldBe((before.Name, before.Customer, before.Owner, before.Email));
        after.CustomFields.Where(field => field.Key != facts.Field).ShouldBe(before.CustomFields.Where(field => field.Key != facts.Field));
        (await accounts.Update(Portal, facts.Account, Change(FieldValue.Of("late")), before.Version, Cancel)).Failure!.Cause.ShouldBe(Core.Outcomes.Cause.Stale);
        if (followed)
        {
            Value(await accounts.ChangedSince(Portal, feed.Value.Cursor, Cancel)).Keys.ShouldContain(facts.Account.Value);
        }

        Value(await accounts.Update(Portal, facts.Account, Change(null), after.Version, Cancel)).EmptyFields.ShouldContain(facts.Field);

        AccountChange Change(FieldValue? to) => new() { CustomFields = new Dictionary<string, FieldValue?> { [facts.Field] = to } };
    }

    [Fact]
    public virtual async Task Update_AFieldThatIsNotThere_IsRefusedAndChangesNothing()
    {
        var facts = await Facts();
        var accounts = await Accounts;
        var before = Value(await accounts.Get(Portal, facts.Account, Cancel));
        before.EmptyFields.Concat(before.CustomFields.Select(field => field.Key)).ShouldNotContain("no_such_field");

        var updated = await accounts.Update(
            Portal, facts.Account, new AccountChange { CustomFields = new Dictionary<string, FieldValue?> { ["no_such_field"] = FieldValue.Of("x") } }, before.Version, Cancel);

        if (await SupportedUnlessLacking(Feature.AccountUpdates, updated))
        {
            updated.Failure!.Cause.ShouldBe(Core.Outcomes.Cause.Rejected);
            Value(await accounts.Get(Portal, facts.Account, Cancel)).Version.ShouldBe(before.Version);
        }
    }

    [Fact]
    public virtual async Task ChangeAddress_AddedChangedAndRemoved_EachOnce()
    {
        var facts = await Facts();
        var accounts = await Accounts;
        var before = Value(await accounts.Get(Portal, facts.Account, Cancel));
        await TellsEverywhere(Feature.DefaultAddresses, before.Addresses.GroupBy(address => address.Kind).Select(kind => kind.Any(address => address.IsDefault)));
        var wanted = new AccountAddress($"K-{Guid.NewGuid():N}", AddressKind.Shipping, ["Hamngatan 1", "Gate 3"], "411 05", "Göteborg", "SE") { Name = "Port contract" };
        var add = new AddressChange { Id = wanted.Id, Wanted = wanted };

        var added = await accounts.ChangeAddress(Portal, facts.Account, add, Cancel);
        if (!await SupportedUnlessLacking(Feature.AddressChanges, added))
        {
            return;
        }

        var standing = Found(added, wanted);
        Found(await accounts.ChangeAddress(Portal, facts.Account, add with { Id = standing.Id }, Cancel), wanted);
        Value(await accounts.Get(Portal, facts.Account, Cancel)).Addresses.Count.ShouldBe(before.Addresses.Count + 1, "asked twice, there once");

        var moved = standing with { Lines = ["Hamngatan 2"], PostalCode = "411 06" };
        var change = new AddressChange { Id = standing.Id, Seen = standing, Wanted = moved };
        Found(await accounts.ChangeAddress(Portal, facts.Account, change, Cancel), moved);
        Found(await accounts.ChangeAddress(Portal, facts.Account, change, Cancel), moved);
        (await accounts.ChangeAddress(Portal, facts.Account, change with { Wanted = standing with { City = "Mölndal" } }, Cancel)).Failure!.Cause.ShouldBe(Core.Outcomes.Cause.Stale);
        (await accounts.ChangeAddress(Portal, facts.Account, new AddressChange { Id = standing.Id, Seen = standing }, Cancel)).Failure!.Cause.ShouldBe(Core.Outcomes.Cause.Stale);
        NotFound(await accounts.ChangeAddress(Portal, facts.Account, change with { Id = "no-such-address" }, Cancel));
        NotFound(await accounts.ChangeAddress(Portal, facts.NoAccount, add, Cancel));

        var remove = new AddressChange { Id = standing.Id, Seen = moved };
        Value(await accounts.ChangeAddress(Portal, facts.Account, remove, Cancel)).Addresses.ShouldNotContain(address => address.Id == standing.Id);
        var after = Value(await accounts.ChangeAddress(Portal, facts.Account, remove, Cancel));
        after.Addresses.Select(address => (address.Id, address.IsDefault, address.ErpAddress)).ShouldBe(before.Addresses.Select(address => (address.Id, address.IsDefault, address.ErpAddress)));
        after.Addresses.Zip(before.Addresses).ShouldAllBe(pair => pair.First.SaysTheSameAs(pair.Second));

        AccountAddress Found(Core.Outcomes.Outcome<Account> answer, AccountAddress said) =>
            Value(answer).Addresses.Where(address => address.SaysTheSameAs(said)).ShouldHaveSingleItem();
    }

    [Fact]
    public virtual async Task ChangeAddress_MadeTheDefault_IsTheOnlyOneOfItsKind()
    {
        var facts = await Facts();
        var accounts = await Accounts;
        if (await Lacks(Feature.AddressChanges) || await Lacks(Feature.DefaultAddresses))
        {
            return;
        }

        var before = Value(await accounts.Get(Portal, facts.Account, Cancel)).Addresses.Single(address => address is { Kind: AddressKind.Shipping, IsDefault: true });
        var wanted = new AccountAddress($"K-{Guid.NewGuid():N}", AddressKind.Shipping, ["Hamngatan 1"], null, "Göteborg", "SE") { Name = "Port contract", IsDefault = true };

        var made = Value(await accounts.ChangeAddress(Portal, facts.Account, new AddressChange { Id = wanted.Id, Wanted = wanted }, Cancel));
        made.Addresses.Single(address => address is { Kind: AddressKind.Shipping, IsDefault: true }).Id.ShouldBe(wanted.Id);
        var standing = made.Addresses.Single(address => address.Id == wanted.Id);
        (await accounts.ChangeAddress(Portal, facts.Account, new AddressChange { Id = wanted.Id, Seen = standing }, Cancel)).Failure!.Cause.ShouldBe(Core.Outcomes.Cause.Rejected, "another one first");

        var seen = made.Addresses.Single(address => address.Id == before.Id);
        Value(await accounts.ChangeAddress(Portal, facts.Account, new AddressChange { Id = before.Id, Seen = seen, Wanted = seen with { IsDefault = true } }, Cancel))
            .Addresses.Single(address => address is { Kind: AddressKind.Shipping, IsDefault: true }).Id.ShouldBe(before.Id);
        Value(await accounts.ChangeAddress(Portal, facts.Account, new AddressChange { Id = wanted.Id, Seen = standing }, Cancel)).Addresses.ShouldNotContain(address => address.Id == wanted.Id);
    }
}

public abstract class TimelineContract : PortContract<CrmFacts>
{
    private Task<ITimeline> Timeline => Port<ITimeline>(Facts());

    [Fact]
    public virtual async Task Put_TwiceUnderOneKey_IsOneEntry()
    {
        var facts = await Facts();
        var timeline = await Timeline;
        var entry = new TimelineEntry($"order:{Guid.NewGuid():N}:shipped/1 ä", TimeProvider.System.GetUtcNow(), TimelineKind.Shipment, "Order shipped", "In two parts", new("SO-1"));

        Value(await timeline.Put(Portal, facts.Account, entry, Cancel));
        Value(await timeline.Put(Portal, facts.Account, entry, Cancel));
        Value(await timeline.Put(Portal, facts.Account, entry with { Key = entry.Key + "-before", At = entry.At.AddHours(-1), Kind = TimelineKind.Note, Text = null, Order = null }, Cancel));

        var list = Value(await timeline.List(Portal, facts.Account, null, Cancel)).Items;
        var kept = list.Where(candidate => candidate.Key == entry.Key).ShouldHaveSingleItem();
        (kept.Kind, kept.Title, kept.Text).ShouldBe((entry.Kind, entry.Title, entry.Text));
        kept.Order.ShouldBe(await Lacks(Feature.OrdersInTimeline) ? null : entry.Order);
        kept.At.ShouldBe(entry.At, TimeSpan.FromMilliseconds(1));
        list.Select(candidate => candidate.At).ShouldBe(list.Select(candidate => candidate.At).OrderDescending());
    }

    [Fact]
    public virtual async Task About_AnOrder_IsWhatWasWrittenOfIt()
    {
        var facts = await Facts();
        var timeline = await Timeline;
        var order = new OrderNumber($"SO-{Guid.NewGuid():N}"[..20]);
        var entry = new TimelineEntry($"order:{order}:placed", TimeProvider.System.GetUtcNow(), TimelineKind.Order, "Order placed", null, order);
        Value(await timeline.About(Portal, facts.Account, order, Cancel)).ShouldBeEmpty();

        Value(await timeline.Put(Portal, facts.Account, entry, Cancel));
        Value(await timeline.Put(Portal, facts.Account, entry with { Key = entry.Key + "-other", Order = new OrderNumber("SO-2") }, Cancel));

        if (!await Lacks(Feature.OrdersInTimeline))
        {
            Value(await timeline.About(Portal, facts.Account, order, Cancel)).ShouldHaveSingleItem().Key.ShouldBe(entry.Key);
        }
    }

    [Fact]
    public virtual async Task Put_ToNobody_IsNotFound() => NotFound(await (await Timeline).Put(
        Portal,
        (await Facts()).NoAccount,
        new TimelineEntry("k", TimeProvider.System.GetUtcNow(), TimelineKind.Note, "n"),
        Cancel));
}

public abstract class ContactsContract : PortContract<CrmFacts>
{
    private Task<IContacts> Contacts => Port<IContacts>(Facts());

    [Fact]
    public virtual async Task Get_AContact_SaysForWhomHeActs()
    {
        var facts = await Facts();
        var person = Value(await (await Contacts).Get(Portal, facts.Contact, Cancel));

        person.Id.ShouldBe(facts.Contact);
        person.Name.ShouldNotBeNullOrWhiteSpace();
        person.IsStaff.ShouldBeFalse();
        person.Role.ShouldNotBeNull();
        person.Accounts.ShouldContain(facts.Account);
    }

    [Fact]
    public virtual async Task Get_AMemberOfStaff_SaysSo()
    {
        var facts = await Facts();
        var person = Value(await (await Contacts).Get(Portal, facts.Rep, Cancel));

        person.Id.ShouldBe(facts.Rep);
        person.IsStaff.ShouldBeTrue();
        person.Accounts.ShouldBeEmpty("a rep's are those he owns");
    }

    [Fact]
    public virtual async Task Get_Nobody_IsNotFound() => NotFound(await (await Contacts).Get(Portal, (await Facts()).NoPerson, Cancel));

    [Fact]
    public virtual async Task Search_OfAnAccount_FindsItsPeopleWithARole()
    {
        var facts = await Facts();
        var found = Value(await (await Contacts).Search(Portal, new PersonQuery(Account: facts.Account, Limit: 100), Cancel)).Items;

        found.ShouldContain(person => person.Id == facts.Contact);
        found.ShouldAllBe(person => person.Accounts.Contains(facts.Account) && person.Role != null && !person.IsStaff);
    }

    [Fact]
    public virtual async Task Search_PartOfAName_FindsHim()
    {
        var facts = await Facts();
        var contacts = await Contacts;
        foreach (var (id, staff) in new[] { (facts.Contact, false), (facts.Rep, true) })
        {
            var person = Value(await contacts.Get(Portal, id, Cancel));
            var found = Value(await contacts.Search(Portal, new PersonQuery(person.Name.Split(' ')[^1].ToLowerInvariant(), Staff: staff), Cancel)).Items;
            found.ShouldContain(candidate => candidate.Id == id);
            found.ShouldAllBe(candidate => candidate.IsStaff == staff);
        }
    }

    [Fact]
    public virtual async Task Change_AddedAndChanged_EachOnce_WithoutARole()
    {
        var facts = await Facts();
        var contacts = await Contacts;
        var id = new PersonId($"K-{Guid.NewGuid():N}");
        var wanted = new ContactDetails("Port Contract", $"{id.Value.ToLowerInvariant()}@port.example", null);
        var add = new ContactChange { Id = id, Account = facts.Account, Wanted = wanted };

        var added = await contacts.Change(Portal, add, Cancel);
        if (!await SupportedUnlessLacking(Feature.ContactChanges, added))
        {
            return;
        }

        id = Value(added).Id;
        Value(await contacts.Change(Portal, add with { Id = id }, Cancel)).Id.ShouldBe(id);
        var standing = Value(await contacts.Get(Portal, id, Cancel));
        (standing.Details, standing.Role, standing.OrderLimit, standing.IsStaff).ShouldBe((wanted, null, null, false));
        standing.Accounts.ShouldBe([facts.Account]);
        var ofAccount = new PersonQuery(Account: facts.Account, Limit: 200);
        Value(await contacts.Search(Portal, ofAccount, Cancel)).Items.ShouldNotContain(person => person.Id == id);
        Value(await contacts.Search(Portal, ofAccount with { AlsoWithoutRole = true }, Cancel)).Items.Where(person => person.Details == wanted).ShouldHaveSingleItem().Id.ShouldBe(id);

        var change = new ContactChange { Id = id, Account = facts.Account, Seen = wanted, Wanted = wanted with { Phone = "+46 31 1" } };
        Value(await contacts.Change(Portal, change, Cancel)).Phone.ShouldBe("+46 31 1");
        Value(await contacts.Change(Portal, change, Cancel)).Details.ShouldBe(change.Wanted);
        (await contacts.Change(Portal, change with { Wanted = wanted with { Name = "Late" } }, Cancel)).Failure!.Cause.ShouldBe(Core.Outcomes.Cause.Stale);
        NotFound(await contacts.Change(Portal, change with { Id = facts.NoPerson }, Cancel));
    }

    [Fact]
    public virtual async Task Search_PageByPage_GivesEachOnce()
    {
        var contacts = await Contacts;
        var found = await All(cursor => contacts.Search(Portal, new PersonQuery(Cursor: cursor, Limit: 7), Cancel), mostPages: 6);

        found.Count.ShouldBeGreaterThan(7);
        found.Select(person => person.Id).Distinct().Count().ShouldBe(found.Count);
        await TellsSomewhere(Feature.OrderLimits, Value(await contacts.Search(Portal, new PersonQuery(Limit: 200), Cancel)).Items.Select(person => person.OrderLimit is not null));
    }
}

public abstract class OpportunitiesContract : PortContract<CrmFacts>
{
    private Task<IOpportunities> Opportunities => Port<IOpportunities>(Facts());

    [Fact]
    public virtual async Task List_OfAnAccount_IsItsOnly()
    {
        var facts = await Facts();
        var opportunities = await Opportunities;
        var list = await All(cursor => opportunities.List(Portal, facts.Dealing, cursor, Cancel), mostPages: 4);

        list.ShouldNotBeEmpty();
        list.ShouldAllBe(opportunity => opportunity.Account == facts.Dealing && opportunity.Name.Length > 0);
        list.Select(opportunity => opportunity.Id).Distinct().Count().ShouldBe(list.Count);
        list.SelectMany(opportunity => opportunity.Lines).ShouldAllBe(line => line.Quantity.Value > 0);
        await TellsSomewhere(Feature.OpportunityLines, list.Select(opportunity => opportunity.Lines.Count > 0));
    }

    [Fact]
    public virtual async Task Get_AWonOne_CanBeHadChangedAndIsTold()
    {
        var opportunities = await Opportunities;
        var won = await opportunities.Won(Portal, null, Cancel);
        var feed = await opportunities.ChangedSince(Portal, null, Cancel);
        (await SupportedUnlessLacking(Feature.OpportunityChanges, won)).ShouldBe(await SupportedUnlessLacking(Feature.OpportunityChanges, feed));
        var orders = !await Lacks(Feature.OpportunityOrders);
        if (won.Succeeded)
        {
            won.Value.Items.ShouldNotBeEmpty();
            won.Value.Items.ShouldAllBe(one => one.Stage == OpportunityStage.Won);
            feed.Value.Keys.ShouldBeEmpty();
        }

        var id = won.Succeeded ? won.Value.Items[0].Id : "1";
        var got = await opportunities.Get(Portal, id, Cancel);
        await SupportedUnlessLacking(Feature.OpportunityChanges, got);
        var order = new OrderNumber("SO-CONTRACT");
        var written = await opportunities.SetOrder(Portal, id, order, got.Succeeded ? got.Value.Version : null, Cancel);
        if (!await SupportedUnlessLacking(Feature.OpportunityOrders, written) || !got.Succeeded)
        {
            return;
        }

        orders.ShouldBeTrue();
        var after = Value(await opportunities.Get(Portal, id, Cancel));
        after.Order.ShouldBe(order);
        (after.Name, after.Account, after.Stage, after.Amount).ShouldBe((got.Value.Name, got.Value.Account, got.Value.Stage, got.Value.Amount));
        (await opportunities.SetOrder(Portal, id, order, got.Value.Version, Cancel)).Failure!.Cause.ShouldBe(Core.Outcomes.Cause.Stale);
        Value(await opportunities.ChangedSince(Portal, feed.Value.Cursor, Cancel)).Keys.ShouldContain(id);
    }

    [Fact]
    public virtual async Task Get_Unknown_IsNotFound()
    {
        var got = await (await Opportunities).Get(Portal, "no-such-opportunity", Cancel);
        if (await SupportedUnlessLacking(Feature.OpportunityChanges, got))
        {
            NotFound(got);
        }
    }
}

public abstract class SalesProductsContract : PortContract<CrmFacts>
{
    private Task<ISalesProducts> Products => Port<ISalesProducts>(Facts());

    [Fact]
    public virtual async Task Put_Twice_IsOneProductOfOneVersion()
    {
        var products = await Products;
        var product = new SalesProduct
        {
            Sku = new Sku($"T-{Guid.NewGuid():N}/ä"[..20]), Name = "Port contract", Description = "Seals", Category = "Bearings", Unit = "PCE", IsActive = true,
            Available = 12.5m, StockAsOf = new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero), ListPrice = new Money(5.45m, "EUR"),
        };
        Value(await products.Get(Portal, [product.Sku], Cancel)).ShouldBeEmpty();

        var first = Value(await products.Put(Portal, product, null, Cancel));
        var second = Value(await products.Put(Portal, product, first.Version, Cancel));

        second.Version.ShouldBe(first.Version);
        Value(await products.Get(Portal, [product.Sku, new Sku("NO-SUCH-SKU")], Cancel)).ShouldHaveSingleItem().ShouldBe(product with { Version = first.Version });
        Value(await products.Put(Portal, product with { Available = 3 }, first.Version, Cancel)).Available.ShouldBe(3);
        (await products.Put(Portal, product with { Available = 4 }, first.Version, Cancel)).Failure!.Cause.ShouldBe(Core.Outcomes.Cause.Stale);
    }
}
