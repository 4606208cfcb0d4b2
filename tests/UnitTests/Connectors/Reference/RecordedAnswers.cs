using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Reference;
using PortalIntegration.Connectors.Reference.Wire;
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
using PortalIntegration.Sandbox;
using PortalIntegration.Tests.Fuzz;

namespace PortalIntegration.UnitTests.Connectors.Reference;

/// <summary>One method of one port, and which answer it is made of.</summary>
/// <param name="Wire">The record that its main answer is read into.</param>
/// <param name="Path">How the path of that answer's request ends or goes on.</param>
internal sealed record PortMethod(string Name, bool OfErp, Type Wire, string Path, Func<ISystemConnection, Task<Failure?>> Ask)
{
    public override string ToString() => Name;
}

/// <summary>
/// Genuine answers of the sandbox to every method of every port, recorded once, so that tests can spoil them.
/// </summary>
public sealed class RecordedAnswers : IAsyncLifetime
{
    private static readonly Scope _scope = Scope.ForPortal("test", Lane.Interactive);
    private static readonly SubmissionId _submission = new(Guid.Parse("0f8fad5b-d9cb-469f-a165-70867728950e"));

    private readonly ConcurrentDictionary<string, Recorded> _answers = new();
    private readonly List<PortMethod> _methods = [];

    internal IReadOnlyList<PortMethod> Methods => _methods;

    public static IEnumerable<TheoryDataRow<string>> Names => new[]
    {
        "Search products", "Get products", "Categories", "Image", "Changed products", "Prices", "Availability", "Quote", "Delivery methods", "Create order",
        "Find order", "Get order", "Search orders", "Changed orders", "Credit", "Customer", "Invoices", "Invoice", "Invoice document", "Returns", "Return",
        "Account", "Accounts", "Timeline", "Put timeline", "Contact", "Contacts", "Staff", "Opportunities", "Subscribe",
        "Changed customers", "Find customer", "Create customer", "Update customer", "Changed accounts", "Update account", "About an order", "Opportunity",
        "Won opportunities", "Changed opportunities", "Set order", "Sales product", "Put sales product", "Backorders",
        "Create quotation", "Find quotation", "Quotation", "Quotations", "Change quotation",
        "Order allowed", "Change order", "Cancel order", "Returnable", "Create return", "Find return", "Statement",
        "Credit signals", "Overdue", "Order activity",
    }.Select(name => new TheoryDataRow<string>(name));

    internal PortMethod Method(string name) => _methods.Single(method => method.Name == name);

    /// <summary>The body that the method's main answer had.</summary>
    internal string Body(PortMethod method) => Encoding.UTF8.GetString(_answers.Single(entry => Fits(entry.Key, method)).Value.Body);

    /// <summary>Asks the connector again over the recorded answers, the main one replaced.</summary>
    internal async Task<Failure?> Replay(PortMethod method, Func<HttpResponseMessage> main)
    {
        var connection = Open(method.OfErp, _ => new Replayer(this, method) { Main = main }, settings => settings with { ReadRetries = 0 });
        return await method.Ask(connection);
    }

    /// <summary>As <see cref="Replay(PortMethod, Func{HttpResponseMessage})"/>, for many bodies in a row that all are JSON by their type.</summary>
    internal async IAsyncEnumerable<Failure?> ReplayAll(PortMethod method, IEnumerable<string> bodies)
    {
        var replayer = new Replayer(this, method);
        var connection = Open(method.OfErp, _ => replayer, settings => settings with { ReadRetries = 0 });
        foreach (var body in bodies)
        {
            replayer.Main = () => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            yield return await method.Ask(connection);
        }
    }

    /// <summary>As <see cref="Replay(PortMethod, Func{HttpResponseMessage})"/>, with nonsense in the main answer.</summary>
    internal Task<Failure?> Replay(PortMethod method, Mutator mutator)
    {
        var genuine = _answers.Single(entry => Fits(entry.Key, method)).Value;
        return Replay(method, () => HostileAnswer.Of(mutator, genuine.Body, genuine.Type?.ToString()));
    }

    internal Task<Failure?> Replay(PortMethod method, string body, string mediaType = "application/json", HttpStatusCode status = HttpStatusCode.OK) =>
        Replay(method, () => new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, mediaType) });

    public async ValueTask InitializeAsync()
    {
        await using var sandbox = await SandboxHost.StartAsync(new SandboxOptions
        {
            ErpUrl = new Uri("http://127.0.0.1:0"),
            CrmUrl = new Uri("http://127.0.0.1:0"),
            Skus = 300,
            Accounts = 20,
            Contacts = 40,
            Orders = 250,
        });
        var erp = Open(true, _ => new Recorder(this), settings => settings with { Address = sandbox.ErpUrl, Credentials = Token(sandbox.Options.ErpToken) });
        var crm = Open(false, _ => new Recorder(this), settings => settings with { Address = sandbox.CrmUrl, Credentials = Token(sandbox.Options.CrmToken) });
        await Arrange(erp, crm);
        _answers.Clear();
        foreach (var method in _methods)
        {
            (await method.Ask(method.OfErp ? erp : crm)).ShouldBeNull(method.Name);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static Dictionary<string, string> Token(string token) => new() { ["Token"] = token };

    private static ISystemConnection Open(bool erp, Func<SystemSettings, HttpMessageHandler> transport, Func<SystemSettings, SystemSettings> change)
    {
        var environment = new PipelineEnvironment(TimeProvider.System, NullLoggerFactory.Instance) { Transport = transport };
        IConnector connector = erp ? new ReferenceErp(environment) : new ReferenceCrm(environment);
        return connector.Open(change(new SystemSettings
        {
            Name = erp ? "erp" : "crm",
            Connector = connector.Name,
            Address = new Uri(erp ? "http://erp.test/erp/v1" : "http://crm.test/crm/v1"),
            Credentials = Token("t"),
            WebhookSecrets = ["whsec_c2FuZGJveC1zZWNyZXQtMzItYnl0ZXMtbG9uZyEhISE="],
        }));
    }

    private static bool Fits(string recorded, PortMethod method) => recorded.StartsWith(method.Path, StringComparison.Ordinal);

    /// <summary>Finds things that say much: an order with a hold or shipments, a customer with invoices and returns.</summary>
    private async Task Arrange(ISystemConnection erp, ISystemConnection crm)
    {
        var products = (await erp.Find<ICatalog>()!.Search(_scope, new CatalogQuery("", Limit: 50))).Value.Items;
        var product = products.First(candidate => candidate is { HasImage: true, Attributes.Count: > 0, Discontinued: false });
        var orders = (await erp.Find<IOrders>()!.Search(_scope, new OrderQuery { Limit = 100 })).Value.Items;
        Order? order = null;
        CustomerNumber customer = default;
        string? invoice = null, sentBack = null;
        foreach (var candidate in orders)
        {
            var returns = (await erp.Find<IReturns>()!.List(_scope, candidate.Customer)).Value.Items;
            var invoices = (await erp.Find<IInvoices>()!.List(_scope, candidate.Customer)).Value.Items;
            if (returns.Count == 0 || invoices.Count == 0)
            {
                continue;
            }

            (customer, invoice, sentBack) = (candidate.Customer, invoices[0].Number, returns[0].Number);
            order = (await erp.Find<IOrders>()!.Get(_scope, returns[0].Order!.Value)).Value;
            break;
        }

        order.ShouldNotBeNull("the seed has a customer with returns and invoices");
        var account = new AccountId((await erp.Find<ICustomers>()!.Get(_scope, customer)).Value.Account!.Value.Value);
        var contact = (await crm.Find<IContacts>()!.Search(_scope, new PersonQuery(Limit: 100))).Value.Items.First(person => person.OrderLimit is not null);
        var dealer = AccountId(await WithOpportunity(crm));
        var entry = new TimelineEntry("order:1:shipped", new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero), TimelineKind.Shipment, "Shipped", "In two parts", order.Number);
        await crm.Find<ITimeline>()!.Put(_scope, account, entry);
        var request = new QuoteRequest
        {
            Submission = _submission,
            Customer = customer,
            PoNumber = "PO-1",
            Lines = [new OrderLineRequest("a", product.Sku, product.MinimumQuantity!.Value * product.PackSize!.Value)],
        };
        var deadline = TimeProvider.System.GetUtcNow().AddHours(1);
        var waiting = await Waiting(erp, orders);
        var goods = await Goods(erp, orders);
        var sent = goods.Order;
        var owing = await Owing(erp, orders);
        var late = await Late(erp, orders);
        var open = orders.First(candidate => candidate.Status is OrderStatus.Open).Number;
        var cancelled = orders.First(candidate => candidate.Status is (OrderStatus.Open or OrderStatus.Backordered or OrderStatus.PartlyShipped) && candidate.Number != open).Number;
        var cancelledVersion = (await erp.Find<IOrders>()!.Allowed(_scope, cancelled)).Value.Version;
        cancelled.ShouldNotBe(open);
        var version = (await erp.Find<IOrders>()!.Allowed(_scope, open)).Value.Version;

        Erp<ICatalog, ProductPageWire>("Search products", "GET products?q=", async port => await port.Search(_scope, new CatalogQuery(product.Sku.Value, customer)));
        Erp<ICatalog, ProductsWire>("Get products", "POST products/query", async port => await port.Get(_scope, customer, [product.Sku]));
        Erp<ICatalog, ListWire<CategoryWire>>("Categories", "GET categories", async port => await port.Categories(_scope));
        Erp<ICatalog, ProductWire>("Image", $"GET products/{Uri.EscapeDataString(product.Sku.Value)}?", async port => await port.Image(_scope, product.Sku));
        Erp<ICatalog, ProductPageWire>("Changed products", "GET products?limit", async port => await port.ChangedSince(_scope, null));
        Erp<IPricing, PricesWire>("Prices", "POST prices/query", async port => await port.Prices(_scope, customer, [new PriceLine(product.Sku, 1)]));
        Erp<IInventory, AvailabilityWire>("Availability", "POST availability/query", async port => await port.Availability(_scope, [product.Sku]));
        Erp<IQuoting, QuoteWire>("Quote", "POST quotes", async port => await port.Quote(_scope, request));
        Erp<IQuoting, ListWire<DeliveryMethodWire>>("Delivery methods", "GET delivery-methods", async port => await port.DeliveryMethods(_scope, customer));
        Erp<IOrders, OrderWire>("Create order", "POST orders?", async port => await port.Create(_scope, new NewOrder { Submission = _submission, Request = request, OrderedBy = new OrderedBy(contact.Id, contact.Name) }, deadline));
        Erp<IOrders, PageWire<OrderWire>>("Find order", $"GET orders?customerNumber={customer}&externalReference", async port => await port.FindByReference(_scope, customer, _submission));
        Erp<IOrders, OrderWire>("Get order", $"GET orders/{order.Number}?", async port => await port.Get(_scope, order.Number!.Value));
        Erp<IOrders, PageWire<OrderWire>>("Search orders", $"GET orders?customerNumber={customer}&number", async port => await port.Search(_scope, new OrderQuery { Customer = customer, Number = order.Number!.Value.Value }));
        Erp<IOrders, PageWire<OrderWire>>("Changed orders", "GET orders?changedSince", async port => await port.ChangedSince(_scope, Since(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero))));
        Erp<IOrders, PageWire<BackorderWire>>("Backorders", $"GET backorders?customerNumber={waiting}", async port => await port.Backorders(_scope, waiting));
        Erp<IOrders, OrderAllowedWire>("Order allowed", $"GET orders/{open}/allowed", async port => await port.Allowed(_scope, open));
        Erp<IOrders, OrderWire>("Change order", $"PATCH orders/{open}?", async port => await port.Change(
            _scope, new OrderChange { Id = _submission.Value, Order = open, Version = version, By = "Ana", PoNumber = "PO-2" }));
        Erp<IOrders, OrderWire>("Cancel order", $"POST orders/{cancelled}/cancel", async port => await port.Cancel(
            _scope, new OrderCancellation { Id = _submission.Value, Order = cancelled, Version = cancelledVersion, By = "Ana", Reason = "Enough" }));
        Erp<ICredit, CreditWire>("Credit", $"GET customers/{customer}/credit", async port => await port.Get(_scope, customer));
        Erp<ICredit, CreditSignalsWire>("Credit signals", "POST credit/query", async port => await port.Signals(_scope, [customer]));
        Erp<IInvoices, OverdueWire>("Overdue", "POST overdue/query", async port => await port.Overdue(_scope, [late.Overdue]));
        Erp<IOrders, OrderActivityWire>("Order activity", "POST order-activity/query", async port => await port.Activity(_scope, [late.Late]));
        Erp<ICustomers, CustomerWire>("Customer", $"GET customers/{customer}?", async port => await port.Get(_scope, customer));
        Erp<IInvoices, PageWire<InvoiceWire>>("Invoices", "GET invoices?customerNumber", async port => await port.List(_scope, customer));
        Erp<IInvoices, InvoiceWire>("Invoice", $"GET invoices/{invoice}?", async port => await port.Get(_scope, invoice!));
        Erp<IInvoices, InvoiceWire>("Invoice document", $"GET invoices/{invoice}?", async port => await port.Document(_scope, invoice!));
        Erp<IReturns, PageWire<ReturnWire>>("Returns", $"GET returns?customerNumber={customer}&limit", async port => await port.List(_scope, customer));
        Erp<IReturns, ReturnableWire>("Returnable", $"GET orders/{sent}/returnable", async port => await port.Returnable(_scope, sent));
        Erp<IReturns, ReturnWire>("Create return", "POST returns?", async port => await port.Create(_scope, goods));
        Erp<IReturns, PageWire<ReturnWire>>("Find return", $"GET returns?customerNumber={goods.Customer}&externalReference", async port => await port.FindByReference(_scope, goods.Customer, _submission));
        Erp<IInvoices, StatementWire>("Statement", $"GET customers/{owing}/statement", async port => await port.Statement(_scope, owing));
        Erp<IReturns, ReturnWire>("Return", $"GET returns/{sentBack}?", async port => await port.Get(_scope, sentBack!));
        Erp<IWebhookSubscriptions, SubscriptionWire>("Subscribe", "POST webhook-subscriptions", async port => await port.Ensure(new Uri("http://127.0.0.1:9/webhooks/erp")));
        var kept = (await erp.Find<IQuotations>()!.List(_scope, new QuotationQuery { Customer = customer, Kind = QuotationKind.Quote })).Value.Items is [var found, ..] ? found
            : (await erp.Find<IQuotations>()!.Create(_scope, Quotation(new SubmissionId(Guid.Parse("1f8fad5b-d9cb-469f-a165-70867728950e"))), deadline)).Value;
        Erp<IQuotations, QuotationWire>("Create quotation", "POST quotations", async port => await port.Create(_scope, Quotation(_submission), deadline));
        Erp<IQuotations, PageWire<QuotationWire>>("Find quotation", $"GET quotations?customerNumber={customer}&externalReference", async port => await port.FindByReference(_scope, customer, _submission));
        Erp<IQuotations, QuotationWire>("Quotation", $"GET quotations/{kept.Number}?", async port => await port.Get(_scope, kept.Number));
        Erp<IQuotations, PageWire<QuotationWire>>("Quotations", $"GET quotations?customerNumber={customer}&kind", async port => await port.List(_scope, new QuotationQuery { Customer = customer, Kind = QuotationKind.Quote }));
        Erp<IQuotations, QuotationWire>("Change quotation", $"PATCH quotations/{kept.Number}?", async port => await port.Change(
            _scope, kept.Number, new QuotationChange(new OrderedBy(contact.Id, contact.Name), State: QuotationState.Withdrawn, Reason: "Done"), kept.Version));
        NewQuotation Quotation(SubmissionId id) => new()
        {
            Submission = id, Kind = QuotationKind.Quote, Label = "Recorded", Request = request with { Submission = id }, RequestedBy = new OrderedBy(contact.Id, contact.Name),
        };
        Crm<IAccounts, AccountWire>("Account", $"GET accounts/{account}?", async port => await port.Get(_scope, account));
        Crm<IAccounts, DeletablePageWire<AccountWire>>("Accounts", "GET accounts?limit", async port => await port.Search(_scope, new AccountQuery(Limit: 3)));
        Crm<ITimeline, TimelinePageWire>("Timeline", $"GET accounts/{account}/timeline?limit", async port => await port.List(_scope, account));
        Crm<ITimeline, TimelineEntryWire>("Put timeline", $"PUT accounts/{account}/timeline/", async port => await port.Put(_scope, account, entry));
        Crm<IContacts, ContactWire>("Contact", $"GET contacts/{contact.Id}?", async port => await port.Get(_scope, contact.Id));
        Crm<IContacts, PageWire<ContactWire>>("Contacts", "GET contacts?q", async port => await port.Search(_scope, new PersonQuery(contact.Name)));
        Crm<IContacts, PageWire<UserWire>>("Staff", "GET users?limit", async port => await port.Search(_scope, new PersonQuery(Staff: true, Limit: 3)));
        Crm<IOpportunities, DeletablePageWire<OpportunityWire>>("Opportunities", "GET opportunities?accountId", async port => await port.List(_scope, dealer));
        var won = (await crm.Find<IOpportunities>()!.Won(_scope)).Value.Items[0].Id;
        var sold = new SalesProduct { Sku = new Sku("SOLD-1"), Name = product.Name, IsActive = true, Available = 3, ListPrice = new Money(1, "EUR") };
        await crm.Find<ISalesProducts>()!.Put(_scope, sold, null);
        var made = new AccountId("acc-recorded");
        var place = new ErpAddress { Id = null, Name = "Recorded", Lines = ["Main street 1"], City = "Porto", Country = "PT" };
        var wanted = new NewCustomer { Account = made, Name = "Recorded", Currency = "EUR", ShipTos = [place], BillTos = [place] };
        var all = Since(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero));
        Erp<ICustomers, CustomerWire>("Create customer", "POST customers?", async port => await port.Create(_scope, wanted));
        Erp<ICustomers, DeletablePageWire<CustomerWire>>("Find customer", $"GET customers?crmAccountId={account}", async port => await port.FindByAccount(_scope, account));
        Erp<ICustomers, CustomerWire>("Update customer", $"PATCH customers/{customer}?", async port => await port.Update(_scope, customer, new CustomerChange { Phone = "1" }, null));
        Erp<ICustomers, DeletablePageWire<CustomerWire>>("Changed customers", "GET customers?changedSince", async port => await port.ChangedSince(_scope, all));
        Crm<IAccounts, DeletablePageWire<AccountWire>>("Changed accounts", "GET accounts?changedSince", async port => await port.ChangedSince(_scope, all));
        Crm<IAccounts, AccountWire>("Update account", $"PATCH accounts/{account}?", async port => await port.Update(
            _scope, account, new AccountChange { CustomFields = new Dictionary<string, FieldValue?> { ["creditLimit"] = FieldValue.Of(60_000m) } }, null));
        Crm<ITimeline, TimelinePageWire>("About an order", $"GET accounts/{account}/timeline?orderNumber", async port => await port.About(_scope, account, order.Number!.Value));
        Crm<IOpportunities, OpportunityWire>("Opportunity", $"GET opportunities/{won}?", async port => await port.Get(_scope, won));
        Crm<IOpportunities, DeletablePageWire<OpportunityWire>>("Won opportunities", "GET opportunities?stage", async port => await port.Won(_scope));
        Crm<IOpportunities, DeletablePageWire<OpportunityWire>>("Changed opportunities", "GET opportunities?changedSince", async port => await port.ChangedSince(_scope, all));
        Crm<IOpportunities, OpportunityWire>("Set order", $"PATCH opportunities/{won}?", async port => await port.SetOrder(_scope, won, order.Number!.Value, null));
        Crm<ISalesProducts, SalesProductWire>("Sales product", "GET products/SOLD-1?", async port => await port.Get(_scope, [sold.Sku]));
        Crm<ISalesProducts, SalesProductWire>("Put sales product", "PUT products/SOLD-1?", async port => await port.Put(_scope, sold, null));

        static string Since(DateTimeOffset time) => new ChangeCursor(time, null, null).After([], null, time).Cursor;
        static AccountId AccountId(string id) => new(id);
    }

    private static async Task<NewReturn> Goods(ISystemConnection erp, IEnumerable<OrderSummary> orders)
    {
        foreach (var order in orders.Where(candidate => candidate.Status is OrderStatus.PartlyShipped or OrderStatus.Invoiced or OrderStatus.Shipped))
        {
            if ((await erp.Find<IReturns>()!.Returnable(_scope, order.Number)).Value.Lines.FirstOrDefault(line => line is { Left: > 0, Invoices.Count: > 0 }) is { } line)
            {
                return new NewReturn
                {
                    Id = _submission, Customer = order.Customer, Order = order.Number, RequestedBy = new OrderedBy(new PersonId("con-1"), "Ana"),
                    Lines = [new NewReturnLine(line.LineNumber, Math.Min(1, line.Left), "damaged", null)],
                };
            }
        }

        throw new InvalidOperationException("The seed has nothing that can be sent back.");
    }

    private static async Task<CustomerNumber> Owing(ISystemConnection erp, IEnumerable<OrderSummary> orders)
    {
        CustomerNumber? found = null;
        foreach (var customer in orders.Select(order => order.Customer).Distinct())
        {
            var statement = (await erp.Find<IInvoices>()!.Statement(_scope, customer)).Value;
            if (statement.Held.Count > 0 && statement.Items.Count > 0)
            {
                return customer;
            }

            found ??= statement.Items.Count > 0 ? customer : null;
        }

        return found ?? throw new InvalidOperationException("The seed has nobody who owes.");
    }

    /// <summary>Who has something overdue, and whose orders are late: all that the answers can tell is recorded.</summary>
    private static async Task<(CustomerNumber Overdue, CustomerNumber Late)> Late(ISystemConnection erp, IEnumerable<OrderSummary> orders)
    {
        List<CustomerNumber> customers = [.. orders.Select(order => order.Customer).Distinct()];
        return (
            (await erp.Find<IInvoices>()!.Overdue(_scope, customers)).Value.First(signal => signal.Since is not null).Customer,
            (await erp.Find<IOrders>()!.Activity(_scope, customers)).Value.OrderByDescending(activity => activity.Late).First().Customer);
    }

    private static async Task<CustomerNumber> Waiting(ISystemConnection erp, IEnumerable<OrderSummary> orders)
    {
        foreach (var customer in orders.Select(order => order.Customer).Distinct())
        {
            if ((await erp.Find<IOrders>()!.Backorders(_scope, customer)).Value.Items.Count > 0)
            {
                return customer;
            }
        }

        throw new InvalidOperationException("The seed has no customer who waits.");
    }

    private static async Task<string> WithOpportunity(ISystemConnection crm)
    {
        foreach (var account in (await crm.Find<IAccounts>()!.Search(_scope, new AccountQuery(Limit: 20))).Value.Items)
        {
            if ((await crm.Find<IOpportunities>()!.List(_scope, account.Id)).Value.Items is [{ Amount: not null, Lines.Count: > 0 }, ..])
            {
                return account.Id.Value;
            }
        }

        throw new InvalidOperationException("The seed has no account with an opportunity.");
    }

    private void Erp<TPort, TWire>(string name, string path, Func<TPort, Task<object>> ask)
        where TPort : class => _methods.Add(new PortMethod(name, true, typeof(TWire), path, async connection => FailureOf(await ask(connection.Find<TPort>()!))));

    private void Crm<TPort, TWire>(string name, string path, Func<TPort, Task<object>> ask)
        where TPort : class => _methods.Add(new PortMethod(name, false, typeof(TWire), path, async connection => FailureOf(await ask(connection.Find<TPort>()!))));

    private static Failure? FailureOf(object outcome) => (Failure?)outcome.GetType().GetProperty(nameof(Outcome<>.Failure))!.GetValue(outcome);

    /// <summary>"METHOD path?query", without the base path.</summary>
    private static string KeyOf(HttpRequestMessage request)
    {
        var path = request.RequestUri!.AbsolutePath;
        return $"{request.Method} {path[(path.IndexOf("/v1/", StringComparison.Ordinal) + 4)..]}?{request.RequestUri.Query.TrimStart('?')}";
    }

    private sealed record Recorded(HttpStatusCode Status, MediaTypeHeaderValue? Type, byte[] Body);

    private sealed class Recorder(RecordedAnswers answers) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            answers._answers[KeyOf(request)] = new Recorded(response.StatusCode, response.Content.Headers.ContentType, await response.Content.ReadAsByteArrayAsync(cancellationToken));
            return response;
        }
    }

    private sealed class Replayer(RecordedAnswers answers, PortMethod method) : HttpMessageHandler
    {
        public Func<HttpResponseMessage> Main { get; set; } = () => throw new InvalidOperationException("No answer is arranged.");

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var key = KeyOf(request);
            if (Fits(key, method))
            {
                return Task.FromResult(Main());
            }

            if (!answers._answers.TryGetValue(key, out var recorded))
            {
                // Nobody asked this when all went well.
                return Task.FromResult(new HttpResponseMessage(HttpStatusCode.ServiceUnavailable));
            }

            return Task.FromResult(new HttpResponseMessage(recorded.Status) { Content = new ByteArrayContent(recorded.Body) { Headers = { ContentType = recorded.Type } } });
        }
    }
}
