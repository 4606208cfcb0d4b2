using System.Net;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using PortalIntegration.Core;
using PortalIntegration.Core.Accounts;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Contacts;
using PortalIntegration.Core.Credit;
using PortalIntegration.Core.Customers;
using PortalIntegration.Core.Inventory;
using PortalIntegration.Core.Invoices;
using PortalIntegration.Core.Opportunities;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Pricing;
using PortalIntegration.Core.Quotations;
using PortalIntegration.Core.Returns;
using PortalIntegration.Core.SalesProducts;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.SignIn;
using PortalIntegration.Sync.Placing;

namespace PortalIntegration.IntegrationTests.Portal;

/// <summary>
/// Every route, every query and every command of the running portal, asked by every role for what belongs to somebody else. The lists of
/// what there is come from the portal itself: whoever adds a route, a port's method or a command finds this test red until a probe
/// stands here.
/// </summary>
[Collection(PortalCollection.Name)]
public sealed partial class IsolationWalkTests(PortalFixture portal) : IAsyncDisposable
{
    private static readonly Role[] Roles = Enum.GetValues<Role>();
    private static readonly Scope Everything = Scope.ForPortal("test", Lane.Interactive);

    /// <summary>What a route is tried with. Null: it shows nobody's business, whatever it is asked.</summary>
    private static readonly Dictionary<string, Func<Visitor, Belongings, Task>?> RouteProbes = new()
    {
        ["/approvals"] = ShowsNothing("/approvals"),
        ["/"] = ShowsNothing("/"),
        ["/account"] = async (visitor, foreign) =>
        {
            await ShowsNothing($"/account?q={Uri.EscapeDataString(foreign.Customer.Value)}")(visitor, foreign);
            using var switched = await visitor.Post("/account", "/account", ("account", foreign.Account.Value));
            switched.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        },
        ["/admin/ownership"] = null,
        ["/admin/sync"] = null,
        ["/admin/sync/audit"] = null,
        ["/admin/sync/drift"] = null,
        ["/admin/sync/items"] = null,
        ["/admin/sync/jobs/{Id:guid}"] = null,
        ["/admin/sync/{Flow}/{*Key}"] = null,
        ["/admin/systems"] = null,
        ["/backorders"] = (visitor, foreign) => ShowsNothing($"/backorders?q={foreign.Order}")(visitor, foreign),
        ["/catalog"] = ShowsNothing("/catalog"),
        ["/checkout"] = ShowsNothing("/checkout"),
        ["/company"] = ShowsNothing("/company"),
        ["/company/address"] = (visitor, foreign) => IsNotFoundLikeAnUnknownOne(visitor, $"/company/address?id={foreign.Address}", "/company/address?id=NO-SUCH-ONE"),
        ["/company/contact"] = (visitor, foreign) => IsNotFoundLikeAnUnknownOne(visitor, $"/company/contact?id={foreign.Contact}", "/company/contact?id=NO-SUCH-ONE"),
        ["/failed"] = null,
        ["/health/live"] = null,
        ["/health/ready"] = null,
        ["/health/sync"] = null,
        ["/invoices"] = ShowsNothing("/invoices"),
        ["/invoices/{number}/document"] = (visitor, foreign) => IsNotFoundLikeAnUnknownOne(visitor, $"/invoices/{foreign.Invoice}/document", "/invoices/NO-SUCH-ONE/document"),
        ["/keys"] = null,
        ["/logo"] = null,
        ["/logo-dark"] = null,
        ["/not-found"] = null,
        ["/order-pad"] = ShowsNothing("/order-pad"),
        ["/orders"] = (visitor, foreign) => ShowsNothing($"/orders?q={foreign.Order}")(visitor, foreign),
        ["/orders/in-flight"] = (visitor, foreign) => AnswersAnEmptyList(visitor, $"/orders/in-flight?ids={ForeignSubmission}"),
        ["/orders/moved"] = async (visitor, foreign) => (await visitor.Read("/orders/moved?since=1")).ShouldNotContain(foreign.Order.Value),
        ["/orders/{number}"] = (visitor, foreign) => IsNotFoundLikeAnUnknownOne(visitor, $"/orders/{foreign.Order}", "/orders/NO-SUCH-ONE"),
        ["/orders/{number}/change"] = (visitor, foreign) => IsNotFoundLikeAnUnknownOne(visitor, $"/orders/{foreign.Order}/change", "/orders/NO-SUCH-ONE/change"),
        ["/products/{sku}"] = null,
        ["/products/{sku}/image"] = null,
        ["/quotes"] = ShowsNothing("/quotes"),
        ["/quotes/{number}"] = (visitor, foreign) => IsNotFoundLikeAnUnknownOne(visitor, $"/quotes/{foreign.Quotation ?? "NONE"}", "/quotes/NO-SUCH-ONE"),
        ["/returns"] = ShowsNothing("/returns"),
        ["/returns/new"] = (visitor, foreign) => IsNotFoundLikeAnUnknownOne(visitor, $"/returns/new?order={foreign.Order}", "/returns/new?order=NO-SUCH-ONE"),
        ["/statement"] = ShowsNothing("/statement"),
        ["/sales/accounts"] = (visitor, foreign) => ShowsNothing($"/sales/accounts?q={Uri.EscapeDataString(foreign.Name)}")(visitor, foreign),
        ["/sales/accounts/{id}"] = (visitor, foreign) => IsNotFoundLikeAnUnknownOne(visitor, $"/sales/accounts/{foreign.Account}", "/sales/accounts/NO-SUCH-ONE"),
        ["/sales/orders"] = (visitor, foreign) => ShowsNothing($"/sales/orders?q={foreign.Order}")(visitor, foreign),
        ["/search"] = async (visitor, foreign) =>
        {
            foreach (var words in new[] { foreign.Order.Value, foreign.PoNumber ?? foreign.Order.Value, foreign.Invoice, foreign.Tracking })
            {
                using var found = await visitor.Get($"/search?q={Uri.EscapeDataString(words)}");
                found.Headers.Location!.OriginalString.ShouldStartWith("/catalog?q=");
            }
        },
        ["/sign-in"] = null,
        ["/sign-in/{provider}"] = null,
        ["/sign-out"] = null,
        ["/sign-out/{provider}"] = null,
        ["/signed-out"] = null,
        ["/status/{Code:int}"] = null,
        ["/theme"] = null,
        ["/theme.css"] = null,
        ["/webhooks/{system}"] = null,
    };

    /// <summary>What each method of a port is asked. True: nothing of the foreign customer's came out.</summary>
    private static readonly Dictionary<string, Func<IOwnershipMap, Scope, Belongings, Task<bool>>> PortProbes = new()
    {
        ["ICatalog.Search"] = async (map, scope, f) => Hidden(await map.Owner<ICatalog>().Search(scope, new CatalogQuery("", f.Customer))),
        ["ICatalog.Get"] = async (map, scope, f) => Hidden(await map.Owner<ICatalog>().Get(scope, f.Customer, [new Sku("X")])),
        ["ICatalog.Resolve"] = async (map, scope, f) => Hidden(await map.Owner<ICatalog>().Resolve(scope, f.Customer, ["X"])),
        ["ICatalog.Categories"] = TheSameForEverybody,
        ["ICatalog.CategoryCounts"] = async (map, scope, f) => Hidden(await map.Owner<ICatalog>().CategoryCounts(scope, f.Customer, "")),
        ["ICatalog.Image"] = TheSameForEverybody,
        ["ICatalog.ChangedSince"] = async (map, scope, _) => Hidden(await map.Owner<ICatalog>().ChangedSince(scope, null)),
        ["IPricing.Prices"] = async (map, scope, f) => Hidden(await map.Owner<IPricing>().Prices(scope, f.Customer, [new PriceLine(new Sku("X"), 1)])),
        ["IInventory.Availability"] = TheSameForEverybody,
        ["IOrders.Create"] = async (map, scope, f) => Hidden(await map.Owner<IOrders>().Create(
            scope, new NewOrder { Submission = NewId(), Request = Request(f), OrderedBy = new OrderedBy(new PersonId("x"), "X") }, DateTimeOffset.MaxValue)),
        ["IOrders.FindByReference"] = async (map, scope, f) => Hidden(await map.Owner<IOrders>().FindByReference(scope, f.Customer, NewId())),
        ["IOrders.Get"] = async (map, scope, f) => Hidden(await map.Owner<IOrders>().Get(scope, f.Order)),
        ["IOrders.Search"] = async (map, scope, f) =>
            Hidden(await map.Owner<IOrders>().Search(scope, new OrderQuery { Customer = f.Customer }))
            && Without(await map.Owner<IOrders>().Search(scope, new OrderQuery { Number = f.Order.Value }), order => order.Customer == f.Customer)
            && Without(await map.Owner<IOrders>().Search(scope, new OrderQuery { Limit = 100 }), order => order.Customer == f.Customer),
        ["IOrders.Allowed"] = async (map, scope, f) => Hidden(await map.Owner<IOrders>().Allowed(scope, f.Order)),
        ["IOrders.Change"] = async (map, scope, f) => Hidden(await map.Owner<IOrders>().Change(
            scope, new OrderChange { Id = Guid.NewGuid(), Order = f.Order, Version = "1", By = "X", PoNumber = "MINE" })),
        ["IOrders.Cancel"] = async (map, scope, f) => Hidden(await map.Owner<IOrders>().Cancel(
            scope, new OrderCancellation { Id = Guid.NewGuid(), Order = f.Order, Version = "1", By = "X", Reason = "Mine" })),
        ["IOrders.Backorders"] = async (map, scope, f) => Hidden(await map.Owner<IOrders>().Backorders(scope, f.Customer)),
        ["IOrders.Activity"] = async (map, scope, f) => Hidden(await map.Owner<IOrders>().Activity(scope, [f.Customer])),
        ["ICredit.Signals"] = async (map, scope, f) => Hidden(await map.Owner<ICredit>().Signals(scope, [f.Customer])),
        ["IInvoices.Overdue"] = async (map, scope, f) => Hidden(await map.Owner<IInvoices>().Overdue(scope, [f.Customer])),
        ["IOrders.ChangedSince"] = async (map, scope, _) => Hidden(await map.Owner<IOrders>().ChangedSince(scope, null)),
        ["IQuoting.Quote"] = async (map, scope, f) => Hidden(await map.Owner<IQuoting>().Quote(scope, Request(f))),
        ["IQuoting.DeliveryMethods"] = async (map, scope, f) => Hidden(await map.Owner<IQuoting>().DeliveryMethods(scope, f.Customer)),
        ["IQuoting.SweepDrafts"] = async (map, scope, _) => Hidden(await map.Owner<IQuoting>().SweepDrafts(scope, DateTimeOffset.MinValue)),
        ["ICredit.Get"] = async (map, scope, f) => Hidden(await map.Owner<ICredit>().Get(scope, f.Customer)),
        ["ICredit.ChangedSince"] = async (map, scope, _) => Hidden(await map.Owner<ICredit>().ChangedSince(scope, null)),
        ["ICustomers.FindByAccount"] = async (map, scope, f) => Hidden(await map.Owner<ICustomers>().FindByAccount(scope, f.Account)),
        ["ICustomers.Create"] = async (map, scope, f) => Hidden(await map.Owner<ICustomers>().Create(
            scope, new NewCustomer { Account = f.Account, Name = "Mine", Currency = "EUR", ShipTos = [NoAddress], BillTos = [NoAddress] })),
        ["ICustomers.Update"] = async (map, scope, f) => Hidden(await map.Owner<ICustomers>().Update(scope, f.Customer, new CustomerChange { Name = "Mine" }, null)),
        ["ICustomers.ChangedSince"] = async (map, scope, _) => Hidden(await map.Owner<ICustomers>().ChangedSince(scope, null)),
        ["ICustomers.Get"] = async (map, scope, f) => Hidden(await map.Owner<ICustomers>().Get(scope, f.Customer)),
        ["IInvoices.List"] = async (map, scope, f) => Hidden(await map.Owner<IInvoices>().List(scope, f.Customer)),
        ["IInvoices.Get"] = async (map, scope, f) => Hidden(await map.Owner<IInvoices>().Get(scope, f.Invoice)),
        ["IInvoices.Document"] = async (map, scope, f) => Hidden(await map.Owner<IInvoices>().Document(scope, f.Invoice)),
        ["IQuotations.List"] = async (map, scope, f) => Hidden(await map.Owner<IQuotations>().List(scope, new QuotationQuery { Customer = f.Customer })),
        ["IQuotations.Get"] = async (map, scope, f) => Hidden(await map.Owner<IQuotations>().Get(scope, new QuotationNumber(f.Quotation ?? "NONE"))),
        ["IQuotations.FindByReference"] = async (map, scope, f) => Hidden(await map.Owner<IQuotations>().FindByReference(scope, f.Customer, NewId())),
        ["IQuotations.Change"] = async (map, scope, f) => Hidden(await map.Owner<IQuotations>().Change(
            scope, new QuotationNumber(f.Quotation ?? "NONE"), new QuotationChange(new OrderedBy(new PersonId("x"), "X"), Label: "Mine now"), "1")),
        ["IQuotations.Create"] = async (map, scope, f) => Hidden(await map.Owner<IQuotations>().Create(
            scope,
            new NewQuotation { Submission = NewId(), Kind = QuotationKind.Basket, Request = Request(f), RequestedBy = new OrderedBy(new PersonId("x"), "X") },
            DateTimeOffset.MaxValue)),
        ["IReturns.List"] = async (map, scope, f) => Hidden(await map.Owner<IReturns>().List(scope, f.Customer)),
        ["IReturns.Returnable"] = async (map, scope, f) => Hidden(await map.Owner<IReturns>().Returnable(scope, f.Order)),
        ["IReturns.Create"] = async (map, scope, f) => Hidden(await map.Owner<IReturns>().Create(
            scope,
            new NewReturn { Id = NewId(), Customer = f.Customer, Order = f.Order, RequestedBy = new OrderedBy(new PersonId("x"), "X"), Lines = [new NewReturnLine("1", 1, "other", null)] })),
        ["IReturns.FindByReference"] = async (map, scope, f) => Hidden(await map.Owner<IReturns>().FindByReference(scope, f.Customer, NewId())),
        ["IInvoices.Statement"] = async (map, scope, f) => Hidden(await map.Owner<IInvoices>().Statement(scope, f.Customer)),
        ["IReturns.Get"] = async (map, scope, f) => Hidden(await map.Owner<IReturns>().Get(scope, f.Return ?? "NONE")),
        ["IAccounts.Get"] = async (map, scope, f) => Hidden(await map.Owner<IAccounts>().Get(scope, f.Account)),
        ["IAccounts.Search"] = async (map, scope, f) => Without(await map.Owner<IAccounts>().Search(scope, new AccountQuery(f.Name, Limit: 200)), account => account.Id == f.Account),
        ["IAccounts.Update"] = async (map, scope, f) => Hidden(await map.Owner<IAccounts>().Update(scope, f.Account, new AccountChange { Customer = f.Customer }, null)),
        ["IAccounts.ChangeAddress"] = async (map, scope, f) => Hidden(await map.Owner<IAccounts>().ChangeAddress(
            scope, f.Account, new AddressChange { Id = "K-00000001", Wanted = new AccountAddress("K-00000001", AddressKind.Shipping, ["Mine"], null, "Mine", "SE") })),
        ["IAccounts.ChangedSince"] = async (map, scope, _) => Hidden(await map.Owner<IAccounts>().ChangedSince(scope, null)),
        ["ITimeline.About"] = async (map, scope, f) => Hidden(await map.Owner<ITimeline>().About(scope, f.Account, f.Order)),
        ["ITimeline.List"] = async (map, scope, f) => Hidden(await map.Owner<ITimeline>().List(scope, f.Account)),
        ["ITimeline.Put"] = async (map, scope, f) => Hidden(await map.Owner<ITimeline>().Put(
            scope, f.Account, new TimelineEntry("test:1", DateTimeOffset.UnixEpoch, TimelineKind.Note, "Mine"))),
        ["IContacts.Get"] = async (map, scope, f) => Hidden(await map.Owner<IContacts>().Get(scope, f.Contact)),
        ["IContacts.Change"] = async (map, scope, f) =>
            Hidden(await map.Owner<IContacts>().Change(scope, new ContactChange { Id = f.Contact, Account = f.Account, Wanted = new ContactDetails("Mine", null, null) }))
            && Hidden(await map.Owner<IContacts>().Change(scope, new ContactChange
            {
                Id = f.Contact, Account = scope.Accounts is [var own, ..] ? own.Account : f.Account, Seen = new ContactDetails("Mine", null, null), Wanted = new ContactDetails("Mine", null, null),
            }))
            && Hidden(await map.Owner<IContacts>().Change(scope, new ContactChange
            {
                Id = new PersonId($"K-{Guid.NewGuid():N}"), Account = f.Account, Wanted = new ContactDetails("Mine", null, null),
            })),
        ["IContacts.Search"] = async (map, scope, f) =>
            Hidden(await map.Owner<IContacts>().Search(scope, new PersonQuery(Account: f.Account)))
            && Without(await map.Owner<IContacts>().Search(scope, new PersonQuery(Limit: 200)), person => person.Id == f.Contact),
        ["IOpportunities.List"] = async (map, scope, f) => Hidden(await map.Owner<IOpportunities>().List(scope, f.Account)),
        ["IOpportunities.Get"] = async (map, scope, f) => Hidden(await map.Owner<IOpportunities>().Get(scope, f.Opportunity ?? "NONE")),
        ["IOpportunities.Won"] = async (map, scope, _) => Hidden(await map.Owner<IOpportunities>().Won(scope)),
        ["IOpportunities.SetOrder"] = async (map, scope, f) => Hidden(await map.Owner<IOpportunities>().SetOrder(scope, f.Opportunity ?? "NONE", f.Order, null)),
        ["IOpportunities.ChangedSince"] = async (map, scope, _) => Hidden(await map.Owner<IOpportunities>().ChangedSince(scope, null)),
        ["ISalesProducts.Get"] = async (map, scope, _) => IsNobodys(await map.Owner<ISalesProducts>().Get(scope, [new Sku("X")])),
        ["ISalesProducts.Put"] = async (map, scope, _) => IsNobodys(await map.Owner<ISalesProducts>().Put(scope, new SalesProduct { Sku = new Sku("X"), Name = "Mine", IsActive = true }, null)),
    };

    /// <summary>What each method of placing is asked about somebody else's order on its way.</summary>
    private static readonly Dictionary<string, Func<IPlaceOrders, Scope, Belongings, Task<bool>>> PlacingProbes = new()
    {
        ["Submit"] = async (orders, scope, f) => await orders.Submit(scope, Submission(NewId(), f)) is { Verdict: SubmitVerdict.NotFound, Placing: null }
            && await orders.Submit(scope, Submission(ForeignSubmission, f)) is { Verdict: SubmitVerdict.NotFound, Placing: null },
        ["SubmitAgain"] = async (orders, scope, f) => await orders.SubmitAgain(scope, Submission(NewId(), f)) is { Verdict: SubmitVerdict.NotFound, Placing: null }
            && await orders.SubmitAgain(scope, Submission(ForeignSubmission, f)) is { Verdict: SubmitVerdict.NotFound, Placing: null },
        ["Find"] = async (orders, scope, _) => await orders.Find(scope, ForeignSubmission) is null,
        ["Recent"] = async (orders, scope, f) => (await orders.Recent(scope)).All(placing => placing.Customer != f.Customer),
        ["Accept"] = async (orders, scope, _) => await orders.Accept(scope, ForeignSubmission, 1) is null,
        ["Withdraw"] = async (orders, scope, _) => await orders.Withdraw(scope, ForeignSubmission) is null,
        ["Watch"] = async (orders, scope, f) =>
        {
            var (mine, portals, id) = (0, 0, NewId());
            using (orders.Watch(scope, id, _ => Interlocked.Increment(ref mine)))
            using (orders.Watch(Everything, id, _ => Interlocked.Increment(ref portals)))
            {
                await orders.Submit(Everything, Submission(id, f));
                for (var tries = 0; Volatile.Read(ref portals) == 0 && tries < 1_200; tries++)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(50));
                }
            }

            await Ended(orders, id);
            return mine == 0 && portals > 0;
        },
    };

    private static SubmissionId ForeignSubmission { get; } = new(Guid.NewGuid());

    [Fact]
    public async Task Fault39_EveryRoute_ForeignId_NotFoundForEveryRole()
    {
        Unlisted(Routes.Of(portal), RouteProbes.Keys).ShouldBeEmpty("a route has no probe here");
        RouteProbes.Keys.Except(Routes.Of(portal)).ShouldBeEmpty("a probe has lost its route");

        var people = await People.Of(portal);
        await PlaceAsOwner(people.Foreign);
        foreach (var role in Roles)
        {
            using var visitor = await portal.SignedIn(people.ByRole[role].Value);
            foreach (var (route, probe) in RouteProbes.Where(entry => entry.Value is not null))
            {
                await Should.NotThrowAsync(() => probe!(visitor, people.Foreign), $"{role} asks {route}");
            }

            foreach (var url in RouteProbes.Keys.Where(route => route.StartsWith("/admin/", StringComparison.Ordinal)))
            {
                using var admins = await visitor.Get(url.Replace("{Id:guid}", Guid.Empty.ToString(), StringComparison.Ordinal));
                admins.StatusCode.ShouldBe(role is Role.Admin ? HttpStatusCode.OK : HttpStatusCode.NotFound, $"{role} {url}");
            }
        }

        var tried = RouteProbes.Count(entry => entry.Value is not null);
        Say($"routes: {RouteProbes.Count}, of which {tried} name or list somebody's things, each asked by {Roles.Length} roles, and the admin's pages by all: all refused");
    }

    [Fact]
    public async Task Fault39_EveryQueryAndCommandOfEveryPort_ForeignId_NotFoundForEveryRole()
    {
        var methods = Entities.Ports.Values.SelectMany(ports => ports).SelectMany(Methods).ToList();
        Unlisted(methods, PortProbes.Keys).ShouldBeEmpty("a port's method has no probe here");
        PortProbes.Keys.Except(methods).ShouldBeEmpty("a probe has lost its method");

        var people = await People.Of(portal);
        foreach (var role in Roles)
        {
            var scope = await ScopeOf(people.ByRole[role]);
            foreach (var (method, probe) in PortProbes)
            {
                (await probe(portal.Map, scope, people.Foreign)).ShouldBeTrue($"{role} asks {method}");
            }
        }

        Say($"queries and commands of ports: {PortProbes.Count}, each asked by {Roles.Length} roles: all refused");
    }

    [Fact]
    public async Task Fault39_EveryCommandOfPlacing_ForeignOrder_NotFoundForEveryRole()
    {
        var methods = Methods(typeof(IPlaceOrders)).Select(name => name.Split('.')[1]).ToList();
        Unlisted(methods, PlacingProbes.Keys).ShouldBeEmpty("a method of placing has no probe here");
        PlacingProbes.Keys.Except(methods).ShouldBeEmpty("a probe has lost its method");

        var people = await People.Of(portal);
        await PlaceAsOwner(people.Foreign);
        var orders = portal.Services.GetRequiredService<IPlaceOrders>();
        foreach (var role in Roles)
        {
            var scope = await ScopeOf(people.ByRole[role]);
            foreach (var (method, probe) in PlacingProbes)
            {
                (await probe(orders, scope, people.Foreign)).ShouldBeTrue($"{role} asks {method}");
            }
        }

        Say($"commands of placing: {PlacingProbes.Count}, each by {Roles.Length} roles: all refused");
    }

    /// <summary>What nobody else may see is really there, and its owner sees it: the walk above does not pass for want of anything to find.</summary>
    [Fact]
    public async Task Control_ItsOwner_SeesIt()
    {
        var people = await People.Of(portal);
        await PlaceAsOwner(people.Foreign);
        using var owner = await portal.SignedIn(people.Foreign.Contact.Value);

        (await owner.Read($"/orders/{people.Foreign.Order}")).ShouldContain(people.Foreign.Order.Value);
        using var invoice = await owner.Get($"/invoices/{people.Foreign.Invoice}/document");
        invoice.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await owner.Read($"/orders/in-flight?ids={ForeignSubmission}")).ShouldContain(ForeignSubmission.ToString());
        using var found = await owner.Get($"/search?q={people.Foreign.Order}");
        found.Headers.Location!.OriginalString.ShouldBe($"/orders/{people.Foreign.Order}");
        (await owner.Read("/company")).ShouldContain((await portal.Map.Owner<IContacts>().Get(Everything, people.Foreign.Contact)).Value.Email!);
        (await owner.Read($"/company/address?id={people.Foreign.Address}")).ShouldContain("/company");
        using var tracked = await owner.Get($"/search?q={people.Foreign.Tracking[..4]}%20{people.Foreign.Tracking[4..]}");
        (await owner.Read(tracked.Headers.Location!.OriginalString)).ShouldContain(people.Foreign.Tracking);

        string[] forThePortalAlone =
        [
            "ICatalog.ChangedSince", "IOrders.ChangedSince", "IQuoting.SweepDrafts", "ICredit.ChangedSince", "ICustomers.FindByAccount", "ICustomers.Create",
            "ICustomers.Update", "ICustomers.ChangedSince", "IAccounts.Update", "IAccounts.ChangedSince", "IOpportunities.Won", "IOpportunities.SetOrder",
            "IOpportunities.ChangedSince", "ISalesProducts.Get", "ISalesProducts.Put",
        ];
        string[] notTried = ["IReturns.Create", "IReturns.FindByReference", "IOrders.Create", "IOrders.Change", "IOrders.Cancel", "IOrders.FindByReference", "IQuotations.Create", "IQuotations.FindByReference", "IQuotations.Change", "ITimeline.Put", "IAccounts.ChangeAddress", "IContacts.Change"]; // they write, or there is nothing under a new reference
        var scope = await ScopeOf(people.Foreign.Contact);
        foreach (var (method, probe) in PortProbes.Where(entry => entry.Value != TheSameForEverybody).ExceptBy(forThePortalAlone.Concat(notTried), entry => entry.Key))
        {
            if ((method != "IReturns.Get" || people.Foreign.Return is not null) && (method != "IOpportunities.Get" || people.Foreign.Opportunity is not null)
                && (method != "IQuotations.Get" || people.Foreign.Quotation is not null))
            {
                (await probe(portal.Map, scope, people.Foreign)).ShouldBeFalse($"its owner asks {method} and gets nothing");
            }
        }
    }

    [Fact]
    public void Control_ASearchThatFailed_ProvesNothing()
    {
        var failure = new Failure(Cause.TimedOut, "erp", "listOrders", DateTimeOffset.UnixEpoch);

        Without(Outcome.Failed<Page<string>>(failure), _ => true).ShouldBeFalse();
        Without(Outcome.Failed<Page<string>>(failure with { Cause = Cause.NotFound }), _ => true).ShouldBeTrue();
        Without(Outcome.Success(new Page<string>(["theirs"]), new Provenance("erp", DateTimeOffset.UnixEpoch)), _ => true).ShouldBeFalse();
    }

    [Fact]
    public void Control_ANewRouteOrMethod_WouldBeSeen()
    {
        Unlisted([.. RouteProbes.Keys, "/no-page-yet/{number}"], RouteProbes.Keys).ShouldBe(["/no-page-yet/{number}"]);
        Unlisted(Methods(typeof(INewPort)), PortProbes.Keys).ShouldBe(["INewPort.Peek"]);
    }

    /// <summary>What was placed here has ended before the next test counts what the ERP is asked.</summary>
    public async ValueTask DisposeAsync()
    {
        var orders = portal.Services.GetRequiredService<IPlaceOrders>();
        if (await orders.Find(Everything, ForeignSubmission) is not null)
        {
            await Ended(orders, ForeignSubmission);
        }
    }

    private static async Task Ended(IPlaceOrders orders, SubmissionId id)
    {
        for (var tries = 0; await orders.Find(Everything, id) is not { IsFinal: true }; tries++)
        {
            tries.ShouldBeLessThan(1_200);
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    private static IEnumerable<string> Unlisted(IEnumerable<string> there, IEnumerable<string> listed) =>
        there.Where(route => !route.StartsWith("/_blazor", StringComparison.Ordinal) && !route.StartsWith("/_framework", StringComparison.Ordinal)).Except(listed);

    private static IEnumerable<string> Methods(Type port) => port.GetMethods(BindingFlags.Public | BindingFlags.Instance)
        .Where(method => !method.IsSpecialName).Select(method => $"{port.Name}.{method.Name}");

    private static Task<bool> TheSameForEverybody(IOwnershipMap map, Scope scope, Belongings foreign) => Task.FromResult(true);

    private static ErpAddress NoAddress => new() { Id = null, Name = "Mine" };

    /// <summary>Not for people; and this company has none.</summary>
    private static bool IsNobodys<T>(Outcome<T> answer) => answer is { Succeeded: false, Failure.Cause: Cause.NotFound or Cause.NotSupported };

    private static bool Hidden<T>(Outcome<T> answer) => answer is { Succeeded: false, Failure: { Cause: Cause.NotFound, Detail: null } };

    /// <summary>A search that failed for another reason shows nothing, and proves nothing.</summary>
    private static bool Without<T>(Outcome<Page<T>> answer, Func<T, bool> foreign) => answer.Succeeded ? !answer.Value.Items.Any(foreign) : Hidden(answer);

    private static SubmissionId NewId() => new(Guid.NewGuid());

    private static QuoteRequest Request(Belongings of) => new()
    {
        Submission = NewId(),
        Customer = of.Customer,
        Lines = [new OrderLineRequest("1", new Sku("NO-SUCH-SKU"), 1)],
    };

    private static Submission Submission(SubmissionId id, Belongings of) => new()
    {
        Id = id,
        Request = Request(of) with { Submission = id },
        OrderedBy = new OrderedBy(of.Contact, "Owner"),
        Policy = PricePolicy.PriceOfTheDay,
    };

    /// <summary>A page that names nobody's things but those in scope: what is foreign does not stand on it.</summary>
    private static Func<Visitor, Belongings, Task> ShowsNothing(string url) => async (visitor, foreign) =>
    {
        using var answer = await visitor.Get(url);
        if (answer.StatusCode is HttpStatusCode.NotFound)
        {
            return; // not for this role at all
        }

        answer.StatusCode.ShouldBe(HttpStatusCode.OK, url);
        var page = await answer.Content.ReadAsStringAsync();
        page.ShouldNotContain($"/orders/{foreign.Order}\"");
        page.ShouldNotContain($"/invoices/{foreign.Invoice}");
        page.ShouldNotContain($"value=\"{foreign.Account}\"");
    };

    private static async Task IsNotFoundLikeAnUnknownOne(Visitor visitor, string foreign, string unknown)
    {
        using var theirs = await visitor.Get(foreign);
        using var nobodys = await visitor.Get(unknown);
        theirs.StatusCode.ShouldBe(HttpStatusCode.NotFound, foreign);
        nobodys.StatusCode.ShouldBe(HttpStatusCode.NotFound, unknown);
        var (one, other) = (Plain(await theirs.Content.ReadAsStringAsync(), foreign), Plain(await nobodys.Content.ReadAsStringAsync(), unknown));
        one.Split('\n').Except(other.Split('\n')).ShouldBeEmpty(foreign);
        one.Length.ShouldBe(other.Length);
    }

    /// <summary>The page without what differs between any two answers: tokens, component ids, and the address itself.</summary>
    private static string Plain(string page, string url) => Varying().Replace(page.Replace(url, "URL", StringComparison.Ordinal), "");

    private static async Task AnswersAnEmptyList(Visitor visitor, string url) => (await visitor.Read(url)).ShouldBe("[]");

    private async Task PlaceAsOwner(Belongings of)
    {
        var placed = await portal.Services.GetRequiredService<IPlaceOrders>().Submit(await ScopeOf(of.Contact), Submission(ForeignSubmission, of));
        placed.Verdict.ShouldBeOneOf(SubmitVerdict.Accepted, SubmitVerdict.Attached);
    }

    private async Task<Scope> ScopeOf(PersonId person)
    {
        var confirmed = (await portal.Services.GetRequiredService<ScopeSessions>().Ask(person)).Value;
        return (await portal.Services.GetRequiredService<ScopeSessions>().ScopeFor(SessionTicket.Issue(confirmed, null))).Value;
    }

    [GeneratedRegex("""(name="__RequestVerificationToken" value="[^"]*")|(<!--/?bl:\d+-->)|(blazor-component-id="\d+")|(<!--Blazor[^>]*-->)""")]
    private static partial Regex Varying();

    private interface INewPort
    {
        Task Peek();
    }
}
