using PortalIntegration.Core;
using PortalIntegration.Core.Accounts;
using PortalIntegration.Core.Contacts;
using PortalIntegration.Core.Opportunities;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.LiveTests;

/// <summary>What a real Odoo's records mean to the portal, beyond what the port suites ask of any CRM.</summary>
public sealed class OdooCrmTests(OdooFixture odoo) : IAsyncLifetime
{
    private OdooDesk? _desk;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private OdooDesk Desk => _desk!;

    public async ValueTask InitializeAsync() => _desk = await OdooDesk.SignIn(odoo.Address);

    public ValueTask DisposeAsync()
    {
        _desk?.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Account_OfTheSeed_IsAsItStandsInOdoo()
    {
        var id = await Partner("C1001");
        var row = await Desk.Only("res.partner", $"""["id", "=", {id}]""", "write_date");

        var account = Value(await Accounts.Get(OdooFixture.Scope, new AccountId(id), Cancel));

        account.Name.ShouldBe("Elbe Maschinenbau");
        account.Customer.ShouldBe(new CustomerNumber("C1001"));
        account.OwnerName.ShouldBe("Anna Brandt");
        account.Version.ShouldBe(row.GetProperty("write_date").GetString());
        account.CustomFields.ShouldBe([KeyValuePair.Create("x_segment", "Machinery"), KeyValuePair.Create("website", "https://www.elbe-maschinenbau.example")]);
        account.Addresses.Select(address => (address.Kind, string.Join(", ", address.Lines), address.City, address.Country)).ShouldBe(
        [
            (AddressKind.Billing, "Accounts, Postfach 12", "Hamburg", "DE"),
            (AddressKind.Shipping, "Central store, Lagerweg 5", "Hamburg", "DE"),
            (AddressKind.Shipping, "Building site, Baustelle 3", "Kassel", "DE"),
        ]);
    }

    [Fact]
    public async Task Account_WithoutAddressesOfItsOwn_ShipsAndBillsToItsSeatAndIsNotLinked()
    {
        var found = Value(await Accounts.Search(OdooFixture.Scope, new AccountQuery("oder ANL"), Cancel)).Items.ShouldHaveSingleItem();

        found.Customer.ShouldBeNull();
        found.Addresses.Select(address => (address.Kind, address.Lines[0], address.City)).ShouldBe(
            [(AddressKind.Billing, "Am Kai 4", "Frankfurt (Oder)"), (AddressKind.Shipping, "Am Kai 4", "Frankfurt (Oder)")]);
        found.CustomFields.ShouldBeEmpty();
    }

    /// <summary>Our own company, people, addresses and what is archived.</summary>
    [Theory]
    [InlineData("""["ref_company_ids", "!=", false]""")]
    [InlineData("""["name", "=", "Petra Muster"]""")]
    [InlineData("""["ref", "=", "C1099"], ["active", "=", false]""")]
    public async Task Account_OfAPartnerThatIsNone_IsNotFound(string condition)
    {
        var id = (await Desk.Only("res.partner", condition, "id")).GetProperty("id").GetRawText();

        (await Accounts.Get(OdooFixture.Scope, new AccountId(id), Cancel)).Failure!.Cause.ShouldBe(Cause.NotFound);
        (await odoo.Port<ITimeline>().List(OdooFixture.Scope, new AccountId(id), null, Cancel)).Failure?.Cause.ShouldBe(Cause.NotFound);
    }

    [Fact]
    public async Task Account_LinkedByAnotherField_HasThatNumber()
    {
        var id = await Partner("C1006");
        await Desk.Call("res.partner.write", $$"""[{{id}}], {"x_erp_customer": "K-77"}""");
        var accounts = With("CustomerField", "x_erp_customer").Find<IAccounts>()!;

        Value(await accounts.Get(OdooFixture.Scope, new AccountId(id), Cancel)).Customer.ShouldBe(new CustomerNumber("K-77"));
        Value(await accounts.Get(OdooFixture.Scope, new AccountId(await Partner("C1007")), Cancel)).Customer.ShouldBeNull();
    }

    /// <summary>Somebody is put in before what was read already: nobody is told twice or left out.</summary>
    [Fact]
    public async Task Fault36_PageShifts_GivesEachOnce()
    {
        var word = $"Shift{Guid.NewGuid():N}"[..14];
        foreach (var name in new[] { "B", "C", "C", "D" })
        {
            await Desk.Call("res.partner.create", $$"""{"name": "{{word}} {{name}}", "is_company": true}""");
        }

        var first = Value(await Accounts.Search(OdooFixture.Scope, new AccountQuery(word, Limit: 2), Cancel));
        await Desk.Call("res.partner.create", $$"""{"name": "{{word}} A", "is_company": true}""");
        var second = Value(await Accounts.Search(OdooFixture.Scope, new AccountQuery(word, Cursor: first.Next, Limit: 2), Cancel));

        first.Items.Concat(second.Items).Select(account => account.Name[^1]).ShouldBe(['B', 'C', 'C', 'D']);
        first.Items.Concat(second.Items).Select(account => account.Id).ShouldBeUnique();
        second.Next.ShouldBeNull();
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("12")]
    [InlineData("x.%%")]
    public async Task Cursor_OfSomebodyElse_IsRejected(string cursor)
    {
        (await Accounts.Search(OdooFixture.Scope, new AccountQuery(Cursor: cursor), Cancel)).Failure!.Cause.ShouldBe(Cause.Rejected);
        (await Contacts.Search(OdooFixture.Scope, new PersonQuery(Cursor: cursor), Cancel)).Failure!.Cause.ShouldBe(Cause.Rejected);
        (await odoo.Port<ITimeline>().List(OdooFixture.Scope, new AccountId("12"), cursor, Cancel)).Failure!.Cause.ShouldBe(Cause.Rejected);
    }

    /// <summary>A page of fifty companies costs three calls, not a hundred.</summary>
    [Fact]
    public async Task Search_OfManyAccounts_IsThreeCalls()
    {
        await using var proxy = await odoo.Proxy();
        var accounts = odoo.Connect(proxy.Address).Find<IAccounts>()!;
        Value(await accounts.Get(OdooFixture.Scope, new AccountId(await Partner("C1001")), Cancel)); // signed in
        proxy.Seen.Clear();

        Value(await accounts.Search(OdooFixture.Scope, new AccountQuery(), Cancel)).Items.Count.ShouldBeGreaterThan(8);

        proxy.Seen.ShouldBe(["res.partner.search_read", "res.partner.search_read", "res.country.read"]);
    }

    [Theory]
    [InlineData("Petra Muster", Role.Buyer, 2500, new[] { "C1001" })]
    [InlineData("Karl Jensen", Role.Approver, null, new[] { "C1001", "C1010" })]
    [InlineData("Lena Vieweg", Role.Viewer, null, new[] { "C1001" })]
    public async Task Contact_OfTheSeed_HasHisRoleLimitAndAccounts(string name, Role role, int? limit, string[] customers)
    {
        var person = Value(await Contacts.Get(OdooFixture.Scope, await Contact(name), Cancel));

        (person.Name, person.Role, person.IsStaff).ShouldBe((name, role, false));
        person.Email.ShouldNotBeNull().ShouldEndWith("@elbe-maschinenbau.example");
        person.OrderLimit.ShouldBe(limit is { } amount ? new Money(amount, "EUR") : null);
        person.Accounts.ShouldBe(await Task.WhenAll(customers.Select(async customer => new AccountId(await Partner(customer)))));
    }

    [Fact]
    public async Task Contacts_OfAnAccount_AreAlsoThoseOfAnotherWhoActForIt()
    {
        var found = Value(await Contacts.Search(OdooFixture.Scope, new PersonQuery(Account: new AccountId(await Partner("C1010"))), Cancel)).Items;

        found.Select(person => person.Name).ShouldBe(["Karl Jensen", "Nina Vogel"]);
    }

    [Fact]
    public async Task Contact_WithoutARole_HasNoAccessAndIsInNoList()
    {
        var id = await Desk.Call("res.partner.create", $$"""{"name": "Rolf Ohne", "parent_id": {{await Partner("C1002")}}, "type": "contact"}""");

        Value(await Contacts.Get(OdooFixture.Scope, new PersonId($"contact-{id}"), Cancel)).Role.ShouldBeNull();
        Value(await Contacts.Search(OdooFixture.Scope, new PersonQuery("Rolf Ohne"), Cancel)).Items.ShouldBeEmpty();
    }

    /// <summary>A field of the company's own that says staff of a customer's contact.</summary>
    [Fact]
    public async Task Contact_WhoseRoleIsNone_IsMalformedAndInNoList()
    {
        var id = await Desk.Call("res.partner.create", $$"""{"name": "Adam Eins", "parent_id": {{await Partner("C1002")}}, "type": "contact", "x_segment": "admin"}""");
        var contacts = With("RoleField", "x_segment").Find<IContacts>()!;

        (await contacts.Get(OdooFixture.Scope, new PersonId($"contact-{id}"), Cancel)).Failure!.Cause.ShouldBe(Cause.Malformed);
        Value(await contacts.Search(OdooFixture.Scope, new PersonQuery("Adam Eins"), Cancel)).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Staff_OfTheSeed_AreRepsAndAdminsAndNotThePortalItself()
    {
        var staff = Value(await Contacts.Search(OdooFixture.Scope, new PersonQuery(Staff: true), Cancel)).Items;

        staff.Select(person => (person.Name, person.Role)).ShouldBe(
            [("Anna Brandt", Role.Rep), ("Back Office", Role.Rep), ("Björn Falk", Role.Rep), ("Ines Vogt", Role.Admin)]);
        var portal = (await Desk.Only("res.users", """["login", "=", "portal"]""", "id")).GetProperty("id");
        (await Contacts.Get(OdooFixture.Scope, new PersonId($"user-{portal}"), Cancel)).Failure!.Cause.ShouldBe(Cause.NotFound);
    }

    [Fact]
    public async Task Staff_OfAnotherGroup_AreAdmins()
    {
        var contacts = With("AdminGroup", "stock.group_stock_manager").Find<IContacts>()!;

        Value(await contacts.Search(OdooFixture.Scope, new PersonQuery("back", Staff: true), Cancel)).Items.ShouldHaveSingleItem().Role.ShouldBe(Role.Admin);
    }

    [Fact]
    public async Task Staff_OfAGroupThatIsNot_IsRejectedWithItsName()
    {
        var failure = (await With("AdminGroup", "x_halden.portal").Find<IContacts>()!.Search(OdooFixture.Scope, new PersonQuery(Staff: true), Cancel)).Failure!;

        (failure.Cause, failure.Code).ShouldBe((Cause.Rejected, "missing_group"));
        failure.Detail!.ShouldContain("x_halden.portal");
    }

    [Theory]
    [InlineData("CustomerField")]
    [InlineData("CustomFields")]
    [InlineData("RoleField")]
    [InlineData("OrderLimitField")]
    [InlineData("AccountsField")]
    [InlineData("OrderField")]
    public async Task Fault20_FieldRenamed_IsRejectedWithItsName(string option)
    {
        var crm = With(option, "x_renamed");
        var account = new AccountId(await Partner("C1001"));
        var failure = option switch
        {
            "CustomerField" or "CustomFields" => (await crm.Find<IAccounts>()!.Get(OdooFixture.Scope, account, Cancel)).Failure,
            "OrderField" => (await crm.Find<IOpportunities>()!.List(OdooFixture.Scope, account, null, Cancel)).Failure,
            _ => (await crm.Find<IContacts>()!.Get(OdooFixture.Scope, await Contact("Petra Muster"), Cancel)).Failure,
        };

        failure.ShouldNotBeNull();
        (failure.Cause, failure.Code, failure.RetryCanHelp).ShouldBe((Cause.Rejected, "missing_field", false));
        failure.Detail!.ShouldContain("x_renamed");
    }

    [Fact]
    public async Task Opportunities_OfTheSeed_AreAsTheyStandInOdoo()
    {
        var id = await Partner("C1001");
        var deal = Value(await odoo.Port<IOpportunities>().List(OdooFixture.Scope, new AccountId(id), null, Cancel)).Items
            .Where(deal => deal.Name == "New assembly line").ShouldHaveSingleItem();

        (deal.Stage, deal.Amount, deal.Order).ShouldBe((OpportunityStage.Open, new Money(24_000, "EUR"), (OrderNumber?)null));
        deal.ClosesOn.ShouldNotBeNull();
        deal.Lines.ShouldBe([new(new Sku("HYD-004"), new Quantity(100, "Units")), new(new Sku("TOO-006"), new Quantity(40, "Units"))]);
    }

    [Fact]
    public async Task Opportunities_WonLostAndOfAPerson_AreTold()
    {
        var account = await Partner("C1010");
        var contact = (await Contact("Nina Vogel")).Value["contact-".Length..];
        var won = (await Desk.Only("crm.stage", """["is_won", "=", true]""", "id")).GetProperty("id");
        var first = await Desk.Call("crm.lead.create", $$"""{"type": "opportunity", "name": "Won", "partner_id": {{account}}, "stage_id": {{won}}, "x_erp_order": "SO-9"}""");
        var second = await Desk.Call("crm.lead.create", $$"""{"type": "opportunity", "name": "Lost", "partner_id": {{contact}}}""");
        await Desk.Call("crm.lead.action_set_lost", $"[{second}]");
        var hidden = await Desk.Call("crm.lead.create", $$"""{"type": "opportunity", "name": "Hidden", "partner_id": {{account}}, "probability": 40}""");
        await Desk.Call("crm.lead.write", $$"""[{{hidden}}], {"active": false}""");
        await Desk.Call("crm.lead.create", $$"""{"type": "lead", "name": "A lead", "partner_id": {{account}}}""");

        var deals = Value(await odoo.Port<IOpportunities>().List(OdooFixture.Scope, new AccountId(account), null, Cancel)).Items;

        deals.Select(deal => (deal.Id, deal.Name, deal.Stage, deal.Amount, deal.Order)).ShouldBe(
        [
            (second.GetRawText(), "Lost", OpportunityStage.Lost, null, null),
            (first.GetRawText(), "Won", OpportunityStage.Won, null, new OrderNumber("SO-9")),
        ]);
    }

    private IAccounts Accounts => odoo.Port<IAccounts>();

    private IContacts Contacts => odoo.Port<IContacts>();

    private static T Value<T>(Outcome<T> outcome)
    {
        outcome.Succeeded.ShouldBeTrue(outcome.ToString());
        return outcome.Value;
    }

    private ISystemConnection With(string option, string value) => odoo.Connect(options: new Dictionary<string, string>(odoo.Settings().Options, StringComparer.Ordinal) { [option] = value });

    private async Task<string> Partner(string customer) => (await Desk.Only("res.partner", $"""["ref", "=", "{customer}"]""", "id")).GetProperty("id").GetRawText();

    private async Task<PersonId> Contact(string name) => new($"contact-{(await Desk.Only("res.partner", $"""["name", "=", "{name}"]""", "id")).GetProperty("id").GetRawText()}");
}
