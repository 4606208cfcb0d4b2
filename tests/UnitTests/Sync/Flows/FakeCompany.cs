using System.Globalization;
using PortalIntegration.Core;
using PortalIntegration.Core.Accounts;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Credit;
using PortalIntegration.Core.Customers;
using PortalIntegration.Core.Inventory;
using PortalIntegration.Core.Invoices;
using PortalIntegration.Core.Opportunities;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Returns;
using PortalIntegration.Core.SalesProducts;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Storage;

namespace PortalIntegration.UnitTests.Sync.Flows;

/// <summary>An ERP and a CRM of one company, scripted: records with versions, feeds of changes, and faults before or after a write takes effect.</summary>
internal sealed class FakeCompany(TimeProvider clock) : IOwnershipMap, ICustomers, ICredit, IAccounts, ITimeline, IOpportunities, ISalesProducts, ICatalog, IInventory, IOrders, IQuoting, IInvoices, IReturns
{
    private readonly Dictionary<Entity, List<string>> _log = [];
    private readonly Lock _lock = new();
    private List<FieldChange> _changes = [];
    private int _next = 1000;

    public Dictionary<string, Customer> Customers { get; } = [];

    public Dictionary<string, CreditStanding> Credits { get; } = [];

    public Dictionary<string, Order> Orders { get; } = [];

    public Dictionary<string, Invoice> Invoices { get; } = [];

    public Dictionary<string, Product> Products { get; } = [];

    public Dictionary<string, decimal> Stock { get; } = [];

    public Dictionary<string, Account> Accounts { get; } = [];

    public Dictionary<string, Opportunity> Opportunities { get; } = [];

    public Dictionary<string, SalesProduct> Sold { get; } = [];

    public Dictionary<(string Account, string Key), TimelineEntry> Entries { get; } = [];

    /// <summary>How often each entry was written.</summary>
    public List<string> EntryWrites { get; } = [];

    /// <summary>Fields that the CRM's accounts have.</summary>
    public List<string> Fields { get; } = ["creditLimit", "creditAvailable", "creditBalance", "creditCurrency", "creditOnHold", "paymentTerms", "segment"];

    /// <summary>What a system would have told by webhook, oldest first.</summary>
    public Queue<ChangeNotice> Notices { get; } = new();

    /// <summary>Decides before a call is answered; by its name, such as <c>accounts.update acc-1</c>. A write does not take effect.</summary>
    public Func<string, Cause?>? Before { get; set; }

    /// <summary>Decides after a write took effect.</summary>
    public Func<string, Cause?>? After { get; set; }

    /// <summary>Called first by every call, before anything is read; by its name.</summary>
    public Func<string, Task>? Arrives { get; set; }

    public List<string> Calls { get; } = [];

    /// <summary>What the two systems have accepted from the portal, oldest first: their own log.</summary>
    public List<AcceptedWrite> Writes { get; } = [];

    /// <summary>What was ordered, by the order's number.</summary>
    public Dictionary<string, NewOrder> Ordered { get; } = [];

    public int Count(string call) => Calls.Count(made => made.StartsWith(call, StringComparison.Ordinal));

    public IReadOnlyList<ISystemConnection> Systems { get; set; } = [];

    public IReadOnlyList<OwnedEntity> Owned => [];

    public IReadOnlyList<OwnedField> Fields2 { get; set; } = [];

    IReadOnlyList<OwnedField> IOwnershipMap.Fields => Fields2;

    public Func<Feature, NotAvailable?> Lacks { get; set; } = _ => null;

    public PlacingCapabilities Placing { get; } = new(IdempotencyKey: true, UniqueReference: true, TimeSpan.Zero, LateCommit: TimeSpan.Zero);

    public QuotingCapabilities Quoting { get; } = new(QuotingKind.Pure);

    public TPort Owner<TPort>()
        where TPort : class => (TPort)(object)this;

    public string? OwnerOf(Entity entity) => entity is Entity.Accounts or Entity.Contacts or Entity.Opportunities or Entity.SalesProducts ? "crm" : "erp";

    public NotAvailable? Lacking(Feature feature) => Lacks(feature);

    public void Moved(Entity entity)
    {
    }

    /// <summary>A linked pair of customer and account, with credit.</summary>
    public void Add(int number, string? name = null)
    {
        var (customer, account) = (new CustomerNumber($"C-{number}"), new AccountId($"acc-{number}"));
        var address = new ErpAddress { Id = "S1", Name = "Works", Lines = ["Main street 1"], PostalCode = "1000", City = "Porto", Country = "PT", IsDefault = true };
        Customers[customer.Value] = new Customer
        {
            Number = customer, Name = name ?? $"Company {number}", Currency = "EUR", PaymentTerms = "30 days net", ShipTos = [address], BillTos = [address with { Id = "B1" }], Account = account, Version = "1",
        };
        Credits[customer.Value] = new CreditStanding
        {
            Customer = customer, Limit = new Money(5_000, "EUR"), Balance = new Money(100, "EUR"), OpenOrders = new Money(0, "EUR"), Available = new Money(4_900, "EUR"), OnHold = false,
        };
        Accounts[account.Value] = new Account
        {
            Id = account, Name = name ?? $"Company {number}", Customer = customer, Version = "1", EmptyFields = [.. Fields],
            Addresses =
            [
                Place("S1", AddressKind.Shipping), Place("B1", AddressKind.Billing),
            ],
        };

        AccountAddress Place(string id, AddressKind kind) => new($"adr-{number}-{id}", kind, ["Main street 1"], "1000", "Porto", "PT") { Name = "Works", IsDefault = true, ErpAddress = id };
    }

    public void Change(Customer customer)
    {
        Customers[customer.Number.Value] = customer with { Version = Next(customer.Version) };
        Told(Entity.Customers, customer.Number.Value);
    }

    public void Change(CreditStanding credit)
    {
        Credits[credit.Customer.Value] = credit;
        Told(Entity.Credit, credit.Customer.Value);
    }

    public void Change(Account account)
    {
        Accounts[account.Id.Value] = account with { Version = Next(account.Version) };
        Told(Entity.Accounts, account.Id.Value);
    }

    public void Change(Order order)
    {
        Orders[order.Number!.Value.Value] = order;
        Told(Entity.Orders, order.Number.Value.Value);
    }

    public void Change(Opportunity opportunity)
    {
        Opportunities[opportunity.Id] = opportunity with { Version = Next(opportunity.Version) };
        Told(Entity.Opportunities, opportunity.Id);
    }

    public void Change(Product product, decimal stock)
    {
        Products[product.Sku.Value] = product;
        Stock[product.Sku.Value] = stock;
        Told(Entity.Catalogue, product.Sku.Value);
    }

    public string? Field(string account, string name) => Accounts[account].CustomFields.FirstOrDefault(field => field.Key == name).Value;

    public Order Ship(string number, string shipment) => Orders[number] with
    {
        Status = OrderStatus.Shipped,
        Shipments = [.. Orders[number].Shipments, new Shipment { Number = shipment, ShippedAt = clock.GetUtcNow(), Carrier = "DPD" }],
    };

    public Order NewOrder(string customer) => new()
    {
        Number = new OrderNumber($"SO-{++_next}"), Customer = new CustomerNumber(customer), Status = OrderStatus.Open, OrderedAt = clock.GetUtcNow(), Lines = [], Total = new Money(10, "EUR"),
    };

    Task<Outcome<Customer>> ICustomers.Get(Scope scope, CustomerNumber customer, CancellationToken cancel) => Read($"customers.get {customer}", () => Customers.GetValueOrDefault(customer.Value));

    Task<Outcome<Customer?>> ICustomers.FindByAccount(Scope scope, AccountId account, CancellationToken cancel) =>
        Read<Customer?>($"customers.find {account}", () => Customers.Values.FirstOrDefault(customer => customer.Account == account), nullIsFine: true);

    Task<Outcome<Customer>> ICustomers.Create(Scope scope, NewCustomer wanted, CancellationToken cancel) => Write($"customers.create {wanted.Account}", "erp", () =>
    {
        if (Customers.Values.FirstOrDefault(customer => customer.Account == wanted.Account) is { } standing)
        {
            return standing;
        }

        var made = new Customer
        {
            Number = new CustomerNumber($"C-{++_next}"), Name = wanted.Name, Currency = wanted.Currency, Account = wanted.Account, Version = "0",
            ShipTos = [.. wanted.ShipTos.Select((address, i) => address with { Id = $"S{i + 1}" })], BillTos = [.. wanted.BillTos.Select((address, i) => address with { Id = $"B{i + 1}" })],
        };
        Change(made);
        Did("Customer", null, made.Number.Value);
        return Customers[made.Number.Value];
    });

    Task<Outcome<Customer>> ICustomers.Update(Scope scope, CustomerNumber number, CustomerChange change, string? version, CancellationToken cancel) => Write($"customers.update {number}", "erp", () =>
    {
        var customer = Customers[number.Value];
        if (customer.Version != version)
        {
            return null;
        }

        Did("Customers.Name", customer.Name, change.Name);
        Did("Customers.BillTos", null, change.BillTos is null ? null : "set");
        Did("Customers.ShipTos", null, change.ShipTos is null ? null : "set");
        Change(customer with
        {
            Name = change.Name ?? customer.Name, Email = change.Email ?? customer.Email, Phone = change.Phone ?? customer.Phone, TaxNumber = change.TaxNumber ?? customer.TaxNumber,
            ShipTos = change.ShipTos ?? customer.ShipTos, BillTos = change.BillTos ?? customer.BillTos,
        });
        return Customers[number.Value];
    });

    Task<Outcome<Core.Changes>> ICustomers.ChangedSince(Scope scope, string? cursor, CancellationToken cancel) => Feed(Entity.Customers, cursor);

    Task<Outcome<CreditStanding>> ICredit.Get(Scope scope, CustomerNumber customer, CancellationToken cancel) => Read($"credit.get {customer}", () => Credits.GetValueOrDefault(customer.Value));

    Task<Outcome<IReadOnlyList<CreditSignal>>> ICredit.Signals(Scope scope, IReadOnlyList<CustomerNumber> customers, CancellationToken cancel) => throw new NotSupportedException();

    Task<Outcome<Core.Changes>> ICredit.ChangedSince(Scope scope, string? cursor, CancellationToken cancel) => Feed(Entity.Credit, cursor);

    Task<Outcome<Account>> IAccounts.Get(Scope scope, AccountId account, CancellationToken cancel) => Read($"accounts.get {account}", () => Accounts.GetValueOrDefault(account.Value) is { } found ? Shown(found) : null);

    Task<Outcome<Page<Account>>> IAccounts.Search(Scope scope, AccountQuery query, CancellationToken cancel) => Read($"accounts.search {query.Customer}", () =>
        Page(Accounts.Values.Where(account => query.Customer is null || account.Customer == query.Customer).Select(Shown), query.Cursor, query.Limit));

    Task<Outcome<Account>> IAccounts.Update(Scope scope, AccountId id, AccountChange change, string? version, CancellationToken cancel)
    {
        if (change.CustomFields.Keys.Except(Fields).FirstOrDefault() is { } unknown)
        {
            return Task.FromResult(Outcome.Failed<Account>(new Failure(Cause.Rejected, "crm", "updateAccount", clock.GetUtcNow(), unknown) { Code = "invalid_custom_field" }));
        }

        return Write($"accounts.update {id}", "crm", () =>
        {
            var account = Accounts[id.Value];
            if (account.Version != version)
            {
                return null;
            }

            var fields = account.CustomFields.Where(field => !change.CustomFields.ContainsKey(field.Key))
                .Concat(change.CustomFields.Where(field => field.Value is not null).Select(field => KeyValuePair.Create(field.Key, field.Value!.Text)));
            Did("Accounts.Customer", account.Customer?.Value, change.Customer?.Value);
            foreach (var (name, value) in change.CustomFields)
            {
                var before = account.CustomFields.FirstOrDefault(field => field.Key == name).Value;
                if (before != value?.Text)
                {
                    _changes.Add(new FieldChange($"Accounts.{name}", before, value?.Text));
                }
            }

            Change(account with { Customer = change.Customer ?? account.Customer, CustomFields = [.. fields.OrderBy(field => field.Key, StringComparer.Ordinal)] });
            return Shown(Accounts[id.Value]);
        });
    }

    Task<Outcome<Account>> IAccounts.ChangeAddress(Scope scope, AccountId account, AddressChange change, CancellationToken cancel) => throw new NotSupportedException();

    Task<Outcome<Core.Changes>> IAccounts.ChangedSince(Scope scope, string? cursor, CancellationToken cancel) => Feed(Entity.Accounts, cursor);

    Task<Outcome<Page<TimelineEntry>>> ITimeline.List(Scope scope, AccountId account, string? cursor, CancellationToken cancel) => throw new NotSupportedException();

    Task<Outcome<IReadOnlyList<TimelineEntry>>> ITimeline.About(Scope scope, AccountId account, OrderNumber order, CancellationToken cancel) =>
        Read<IReadOnlyList<TimelineEntry>>($"timeline.about {order}", () => [.. Entries.Where(entry => entry.Key.Account == account.Value && entry.Value.Order == order).Select(entry => entry.Value)]);

    Task<Outcome<Done>> ITimeline.Put(Scope scope, AccountId account, TimelineEntry entry, CancellationToken cancel) => Write($"timeline.put {entry.Key}", "crm", () =>
    {
        EntryWrites.Add(entry.Key);
        Did($"Accounts.Timeline {entry.Key}", null, entry.Title);
        Entries[(account.Value, entry.Key)] = entry;
        return (object)entry;
    }).ContinueWith(task => task.GetAwaiter().GetResult().Select(_ => default(Done)), cancel, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    Task<Outcome<Page<Opportunity>>> IOpportunities.List(Scope scope, AccountId account, string? cursor, CancellationToken cancel) => throw new NotSupportedException();

    Task<Outcome<Opportunity>> IOpportunities.Get(Scope scope, string opportunity, CancellationToken cancel) => Read($"opportunities.get {opportunity}", () => Opportunities.GetValueOrDefault(opportunity));

    Task<Outcome<Page<Opportunity>>> IOpportunities.Won(Scope scope, string? cursor, CancellationToken cancel) =>
        Read("opportunities.won", () => Page(Opportunities.Values.Where(one => one.Stage == OpportunityStage.Won), cursor, 50));

    Task<Outcome<Opportunity>> IOpportunities.SetOrder(Scope scope, string opportunity, OrderNumber order, string? version, CancellationToken cancel) => Write($"opportunities.setOrder {opportunity}", "crm", () =>
    {
        if (Opportunities[opportunity].Version != version)
        {
            return null;
        }

        Did("Opportunities.Order", null, order.Value);
        Change(Opportunities[opportunity] with { Order = order });
        return Opportunities[opportunity];
    });

    Task<Outcome<Core.Changes>> IOpportunities.ChangedSince(Scope scope, string? cursor, CancellationToken cancel) => Feed(Entity.Opportunities, cursor);

    Task<Outcome<IReadOnlyList<SalesProduct>>> ISalesProducts.Get(Scope scope, IReadOnlyList<Sku> skus, CancellationToken cancel) =>
        Read<IReadOnlyList<SalesProduct>>($"sold.get {skus.Count}", () => [.. skus.Select(sku => Sold.GetValueOrDefault(sku.Value)).OfType<SalesProduct>()]);

    Task<Outcome<SalesProduct>> ISalesProducts.Put(Scope scope, SalesProduct product, string? version, CancellationToken cancel) => Write($"sold.put {product.Sku}", "crm", () =>
    {
        var before = Sold.GetValueOrDefault(product.Sku.Value);
        if (before is not null && before.Version != version)
        {
            return null;
        }

        Did("SalesProducts.Name", before?.Name ?? "", product.Name);
        Did("SalesProducts.Description", before?.Description, product.Description);
        Did("SalesProducts.Category", before?.Category, product.Category);
        Did("SalesProducts.IsActive", before is null ? "false" : FieldValue.Of(before.IsActive)?.Text, FieldValue.Of(product.IsActive)?.Text);
        Did("SalesProducts.Unit", before?.Unit, product.Unit);
        Did("SalesProducts.Available", FieldValue.Of(before?.Available)?.Text, FieldValue.Of(product.Available)?.Text);
        return Sold[product.Sku.Value] = product with { Version = Next(before?.Version) };
    });

    Task<Outcome<Page<Product>>> ICatalog.Search(Scope scope, CatalogQuery query, CancellationToken cancel) => Read("catalog.search", () => Page(Products.Values, query.Cursor, query.Limit));

    Task<Outcome<IReadOnlyList<Product>>> ICatalog.Get(Scope scope, CustomerNumber? customer, IReadOnlyList<Sku> skus, CancellationToken cancel) =>
        Read<IReadOnlyList<Product>>($"catalog.get {skus.Count}", () => [.. skus.Select(sku => Products.GetValueOrDefault(sku.Value)).OfType<Product>()]);

    Task<Outcome<IReadOnlyList<ResolvedCode>>> ICatalog.Resolve(Scope scope, CustomerNumber? customer, IReadOnlyList<string> codes, CancellationToken cancel) => throw new NotSupportedException();

    Task<Outcome<IReadOnlyDictionary<string, int>>> ICatalog.CategoryCounts(Scope scope, CustomerNumber? customer, string text, CancellationToken cancel) =>
        throw new NotSupportedException();

    Task<Outcome<IReadOnlyList<Category>>> ICatalog.Categories(Scope scope, CancellationToken cancel) => throw new NotSupportedException();

    Task<Outcome<Document>> ICatalog.Image(Scope scope, Sku sku, CancellationToken cancel) => throw new NotSupportedException();

    Task<Outcome<Core.Changes>> ICatalog.ChangedSince(Scope scope, string? cursor, CancellationToken cancel) => Feed(Entity.Catalogue, cursor);

    Task<Outcome<IReadOnlyList<Availability>>> IInventory.Availability(Scope scope, IReadOnlyList<Sku> skus, CancellationToken cancel) =>
        Read<IReadOnlyList<Availability>>($"stock.get {skus.Count}", () => [.. skus.Where(sku => Stock.ContainsKey(sku.Value)).Select(sku => new Availability { Sku = sku, Unit = "PCE", AvailableToPromise = Stock[sku.Value] })]);

    Task<Outcome<Order>> IOrders.Create(Scope scope, NewOrder order, DateTimeOffset deadline, CancellationToken cancel) => Write($"orders.create {order.Submission}", "erp", () =>
    {
        if (Orders.Values.FirstOrDefault(standing => standing.Submission == order.Submission) is { } standing)
        {
            return standing;
        }

        var placed = NewOrder(order.Request.Customer.Value) with { Submission = order.Submission, PoNumber = order.Request.PoNumber };
        Did("Order", null, placed.Number!.Value.Value);
        Ordered[placed.Number.Value.Value] = order;
        Change(placed);
        return placed;
    });

    Task<Outcome<Order?>> IOrders.FindByReference(Scope scope, CustomerNumber customer, SubmissionId submission, CancellationToken cancel) =>
        Read<Order?>("orders.find", () => Orders.Values.FirstOrDefault(order => order.Submission == submission), nullIsFine: true);

    Task<Outcome<Order>> IOrders.Get(Scope scope, OrderNumber number, CancellationToken cancel) => Read($"orders.get {number}", () => Orders.GetValueOrDefault(number.Value));

    Task<Outcome<OrderAllowance>> IOrders.Allowed(Scope scope, OrderNumber number, CancellationToken cancel) => throw new NotSupportedException();

    Task<Outcome<Order>> IOrders.Change(Scope scope, OrderChange change, CancellationToken cancel) => throw new NotSupportedException();

    Task<Outcome<Order>> IOrders.Cancel(Scope scope, OrderCancellation cancellation, CancellationToken cancel) => throw new NotSupportedException();

    Task<Outcome<IReadOnlyList<OrderActivity>>> IOrders.Activity(Scope scope, IReadOnlyList<CustomerNumber> customers, CancellationToken cancel) => throw new NotSupportedException();

    Task<Outcome<Page<Backorder>>> IOrders.Backorders(Scope scope, CustomerNumber customer, string? cursor, CancellationToken cancel) => throw new NotSupportedException();

    Task<Outcome<Page<OrderSummary>>> IOrders.Search(Scope scope, OrderQuery query, CancellationToken cancel) => Read("orders.search", () => Page(
        Orders.Values.Select(order => new OrderSummary { Number = order.Number!.Value, Customer = order.Customer, Status = order.Status, OrderedAt = order.OrderedAt }), query.Cursor, query.Limit));

    Task<Outcome<Core.Changes>> IOrders.ChangedSince(Scope scope, string? cursor, CancellationToken cancel) => Feed(Entity.Orders, cursor);

    Task<Outcome<Quote>> IQuoting.Quote(Scope scope, QuoteRequest request, CancellationToken cancel) => throw new NotSupportedException();

    Task<Outcome<IReadOnlyList<DeliveryMethod>>> IQuoting.DeliveryMethods(Scope scope, CustomerNumber customer, CancellationToken cancel) => throw new NotSupportedException();

    Task<Outcome<int>> IQuoting.SweepDrafts(Scope scope, DateTimeOffset before, CancellationToken cancel) => throw new NotSupportedException();

    Task<Outcome<Page<Invoice>>> IInvoices.List(Scope scope, CustomerNumber customer, string? cursor, CancellationToken cancel) => throw new NotSupportedException();

    Task<Outcome<Invoice>> IInvoices.Get(Scope scope, string number, CancellationToken cancel) => Read($"invoices.get {number}", () => Invoices.GetValueOrDefault(number));

    Task<Outcome<InvoiceDocument>> IInvoices.Document(Scope scope, string number, CancellationToken cancel) => throw new NotSupportedException();

    Task<Outcome<IReadOnlyList<OverdueSignal>>> IInvoices.Overdue(Scope scope, IReadOnlyList<CustomerNumber> customers, CancellationToken cancel) => throw new NotSupportedException();

    Task<Outcome<Statement>> IInvoices.Statement(Scope scope, CustomerNumber customer, CancellationToken cancel) => throw new NotSupportedException();

    Task<Outcome<Returnable>> IReturns.Returnable(Scope scope, OrderNumber order, CancellationToken cancel) => throw new NotSupportedException();

    Task<Outcome<Return>> IReturns.Create(Scope scope, NewReturn sentBack, CancellationToken cancel) => throw new NotSupportedException();

    Task<Outcome<Return?>> IReturns.FindByReference(Scope scope, CustomerNumber customer, SubmissionId id, CancellationToken cancel) => throw new NotSupportedException();

    Task<Outcome<Page<Return>>> IReturns.List(Scope scope, CustomerNumber customer, string? cursor, CancellationToken cancel) => throw new NotSupportedException();

    Task<Outcome<Return>> IReturns.Get(Scope scope, string number, CancellationToken cancel) => throw new NotSupportedException();

    private Account Shown(Account account) => account with
    {
        CustomFields = [.. account.CustomFields.Where(field => Fields.Contains(field.Key))],
        EmptyFields = [.. Fields.Where(field => account.CustomFields.All(given => given.Key != field))],
    };

    private static Page<T> Page<T>(IEnumerable<T> all, string? cursor, int limit)
    {
        var from = cursor is null ? 0 : int.Parse(cursor, CultureInfo.InvariantCulture);
        var items = all.Skip(from).Take(limit + 1).ToList();
        return new Page<T>([.. items.Take(limit)], items.Count > limit ? (from + limit).ToString(CultureInfo.InvariantCulture) : null);
    }

    private void Told(Entity entity, string key)
    {
        (_log.TryGetValue(entity, out var log) ? log : _log[entity] = []).Add(key);
        Notices.Enqueue(new ChangeNotice(entity, key));
    }

    private Task<Outcome<Core.Changes>> Feed(Entity entity, string? cursor) => Read($"feed {entity}", () =>
    {
        var log = _log.GetValueOrDefault(entity, []);
        var from = cursor is null ? log.Count : int.Parse(cursor, CultureInfo.InvariantCulture);
        var keys = log.Skip(from).Take(50).ToList();
        return new Core.Changes(keys, (from + keys.Count).ToString(CultureInfo.InvariantCulture), from + keys.Count < log.Count);
    });

    /// <summary>Part of the write that is under way, where it changes anything.</summary>
    private void Did(string field, string? from, string? to)
    {
        if (to is not null && to != from)
        {
            _changes.Add(new FieldChange(field, from, to));
        }
    }

    private async Task<Outcome<T>> Read<T>(string call, Func<T?> answer, bool nullIsFine = false)
    {
        if (Arrives is { } arrives)
        {
            await arrives(call);
        }

        lock (_lock)
        {
            return Answer(call, answer, nullIsFine);
        }
    }

    private Outcome<T> Answer<T>(string call, Func<T?> answer, bool nullIsFine)
    {
        Calls.Add(call);
        var system = call.StartsWith("accounts", StringComparison.Ordinal) || call.StartsWith("timeline", StringComparison.Ordinal) || call.StartsWith("opp", StringComparison.Ordinal) || call.StartsWith("sold", StringComparison.Ordinal) ? "crm" : "erp";
        if (Before?.Invoke(call) is { } cause)
        {
            return Outcome.Failed<T>(new Failure(cause, system, call.Split(' ')[0], clock.GetUtcNow(), "as arranged"));
        }

        var value = answer();
        return value is null && !nullIsFine
            ? Outcome.Failed<T>(new Failure(Cause.NotFound, system, call.Split(' ')[0], clock.GetUtcNow()))
            : Outcome.Success(value!, new Provenance(system, clock.GetUtcNow()));
    }

    /// <param name="change">Null: it was changed by somebody else since.</param>
    private async Task<Outcome<T>> Write<T>(string call, string system, Func<T?> change)
        where T : class
    {
        if (Arrives is { } arrives)
        {
            await arrives(call);
        }

        var process = PortalProcess.Current;
        lock (_lock)
        {
            Calls.Add(call);
            if (Before?.Invoke(call) is { } cause)
            {
                return Fails(cause);
            }

            _changes = [];
            var value = change();
            var lost = value is null ? null : After?.Invoke(call);
            if (value is not null)
            {
                Writes.Add(new AcceptedWrite(call, clock.GetUtcNow(), _changes, lost, process, process?.Run ?? 0));
            }

            process?.Point($"{call}, answered");
            return value is null ? Fails(Cause.Stale)
                : lost is { } why ? Fails(why)
                : Outcome.Success(value, new Provenance(system, clock.GetUtcNow()));
        }

        Outcome<T> Fails(Cause why) => Outcome.Failed<T>(new Failure(why, system, call.Split(' ')[0], clock.GetUtcNow(), "as arranged"));
    }

    private static string Next(string? version) => (int.Parse(version ?? "0", CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture);
}

/// <summary>One write that took effect in a system.</summary>
/// <param name="Changed">Field by field, as the journal names them.</param>
/// <param name="Lost">What the portal was answered instead of success, where the answer was lost.</param>
/// <param name="By">Whose it was, where processes are told apart.</param>
/// <param name="Run">Which of its runs.</param>
internal sealed record AcceptedWrite(string Call, DateTimeOffset At, IReadOnlyList<FieldChange> Changed, Cause? Lost, PortalProcess? By, int Run)
{
    /// <summary>Whether the process that wrote it died in that run, so that its journal may not have come to be.</summary>
    public bool Cut => By?.DiedIn == Run;

    public override string ToString() => $"{At:HH:mm:ss} {Call} [{string.Join(", ", Changed.Select(change => $"{change.Field}: {change.From} -> {change.To}"))}]{(Lost is { } lost ? $" answer lost: {lost}" : "")}{(Cut ? " then killed" : "")}";
}
