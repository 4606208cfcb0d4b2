using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Credit;
using PortalIntegration.Core.Customers;
using PortalIntegration.Core.Inventory;
using PortalIntegration.Core.Invoices;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Pricing;
using PortalIntegration.Core.Returns;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Core.Ownership.Guards;

internal sealed class GuardedCatalog(ICatalog port, Guard guard) : ICatalog
{
    public Task<Outcome<Page<Product>>> Search(Scope scope, CatalogQuery query, CancellationToken cancel) =>
        guard.Hold(scope, query.Customer is not { } customer || scope.Covers(customer), nameof(Search), query.Customer, () =>
            guard.Read(scope, nameof(Search), query.Customer?.Value, query, token => port.Search(scope, query, token), cancel));

    public Task<Outcome<IReadOnlyList<Product>>> Get(Scope scope, CustomerNumber? customer, IReadOnlyList<Sku> skus, CancellationToken cancel) =>
        guard.Hold(scope, customer is not { } given || scope.Covers(given), nameof(Get), customer, () =>
            guard.Read(scope, nameof(Get), customer?.Value, skus, token => port.Get(scope, customer, skus, token), cancel));

    public Task<Outcome<IReadOnlyList<ResolvedCode>>> Resolve(Scope scope, CustomerNumber? customer, IReadOnlyList<string> codes, CancellationToken cancel) =>
        guard.Hold(scope, customer is not { } given || scope.Covers(given), nameof(Resolve), customer, () =>
            guard.Read(scope, nameof(Resolve), customer?.Value, codes, token => port.Resolve(scope, customer, codes, token), cancel));

    public Task<Outcome<IReadOnlyList<Category>>> Categories(Scope scope, CancellationToken cancel) =>
        guard.Read(scope, nameof(Categories), null, null, token => port.Categories(scope, token), cancel);

    public Task<Outcome<IReadOnlyDictionary<string, int>>> CategoryCounts(Scope scope, CustomerNumber? customer, string text, CancellationToken cancel) =>
        guard.Hold(scope, customer is not { } given || scope.Covers(given), nameof(CategoryCounts), customer, () =>
            guard.Read(scope, nameof(CategoryCounts), customer?.Value, text, token => port.CategoryCounts(scope, customer, text, token), cancel));

    public Task<Outcome<Document>> Image(Scope scope, Sku sku, CancellationToken cancel) => port.Image(scope, sku, cancel);

    public Task<Outcome<Changes>> ChangedSince(Scope scope, string? cursor, CancellationToken cancel) =>
        guard.Hold(scope, scope.CoversEverything, nameof(ChangedSince), null, () => port.ChangedSince(scope, cursor, cancel));
}

internal sealed class GuardedPricing(IPricing port, Guard guard) : IPricing
{
    public Task<Outcome<IReadOnlyList<Price>>> Prices(Scope scope, CustomerNumber customer, IReadOnlyList<PriceLine> lines, CancellationToken cancel) =>
        guard.Hold(scope, scope.Covers(customer), nameof(Prices), customer, () =>
            guard.Read(scope, nameof(Prices), customer.Value, lines, token => port.Prices(scope, customer, lines, token), cancel));
}

internal sealed class GuardedInventory(IInventory port, Guard guard) : IInventory
{
    public Task<Outcome<IReadOnlyList<Availability>>> Availability(Scope scope, IReadOnlyList<Sku> skus, CancellationToken cancel) =>
        guard.Read(scope, nameof(Availability), null, skus, token => port.Availability(scope, skus, token), cancel);
}

internal sealed class GuardedCredit(ICredit port, Guard guard) : ICredit
{
    public Task<Outcome<CreditStanding>> Get(Scope scope, CustomerNumber customer, CancellationToken cancel) =>
        guard.Hold(scope, scope.Covers(customer), nameof(Get), customer, () =>
            guard.Read(scope, nameof(Get), customer.Value, null, token => port.Get(scope, customer, token), cancel));

    public Task<Outcome<IReadOnlyList<CreditSignal>>> Signals(Scope scope, IReadOnlyList<CustomerNumber> customers, CancellationToken cancel) =>
        guard.Many(scope, customers, nameof(Signals), token => port.Signals(scope, customers, token), signal => signal.Customer, cancel);

    public Task<Outcome<Changes>> ChangedSince(Scope scope, string? cursor, CancellationToken cancel) =>
        guard.Own(scope, nameof(ChangedSince), null, () => port.ChangedSince(scope, cursor, cancel));
}

internal sealed class GuardedCustomers(ICustomers port, Guard guard) : ICustomers
{
    public Task<Outcome<Customer>> Get(Scope scope, CustomerNumber customer, CancellationToken cancel) =>
        guard.Hold(scope, scope.Covers(customer), nameof(Get), customer, () =>
            guard.Read(scope, nameof(Get), customer.Value, null, token => port.Get(scope, customer, token), cancel));

    public Task<Outcome<Customer?>> FindByAccount(Scope scope, AccountId account, CancellationToken cancel) =>
        guard.Own(scope, nameof(FindByAccount), account, () => port.FindByAccount(scope, account, cancel));

    public Task<Outcome<Customer>> Create(Scope scope, NewCustomer customer, CancellationToken cancel) =>
        guard.Own(scope, nameof(Create), customer.Account, () => port.Create(scope, customer, cancel));

    public Task<Outcome<Customer>> Update(Scope scope, CustomerNumber customer, CustomerChange change, string? version, CancellationToken cancel) =>
        guard.Own(scope, nameof(Update), customer, () => port.Update(scope, customer, change, version, cancel));

    public Task<Outcome<Changes>> ChangedSince(Scope scope, string? cursor, CancellationToken cancel) =>
        guard.Own(scope, nameof(ChangedSince), null, () => port.ChangedSince(scope, cursor, cancel));
}

internal sealed class GuardedInvoices(IInvoices port, Guard guard) : IInvoices
{
    public Task<Outcome<Page<Invoice>>> List(Scope scope, CustomerNumber customer, string? cursor, CancellationToken cancel) =>
        guard.Hold(scope, scope.Covers(customer), nameof(List), customer, () =>
            guard.Read(scope, nameof(List), customer.Value, cursor, token => port.List(scope, customer, cursor, token), cancel));

    public async Task<Outcome<Invoice>> Get(Scope scope, string number, CancellationToken cancel) =>
        guard.Release(
            scope,
            await guard.Read(scope, nameof(Get), Guard.Whose(scope), number, token => port.Get(scope, number, token), cancel),
            invoice => scope.Covers(invoice.Customer),
            nameof(Get),
            number);

    public async Task<Outcome<Statement>> Statement(Scope scope, CustomerNumber customer, CancellationToken cancel) =>
        guard.Release(
            scope,
            await guard.Hold(scope, scope.Covers(customer), nameof(Statement), customer, () =>
                guard.Read(scope, nameof(Statement), customer.Value, null, token => port.Statement(scope, customer, token), cancel)),
            statement => statement.Customer == customer,
            nameof(Statement),
            customer);

    public Task<Outcome<IReadOnlyList<OverdueSignal>>> Overdue(Scope scope, IReadOnlyList<CustomerNumber> customers, CancellationToken cancel) =>
        guard.Many(scope, customers, nameof(Overdue), token => port.Overdue(scope, customers, token), signal => signal.Customer, cancel);

    public async Task<Outcome<InvoiceDocument>> Document(Scope scope, string number, CancellationToken cancel) =>
        guard.Release(scope, await guard.Ask(scope, nameof(Document), () => port.Document(scope, number, cancel)), document => scope.Covers(document.Customer), nameof(Document), number);
}

internal sealed class GuardedReturns(IReturns port, Guard guard) : IReturns
{
    public Task<Outcome<Page<Return>>> List(Scope scope, CustomerNumber customer, string? cursor, CancellationToken cancel) =>
        guard.Hold(scope, scope.Covers(customer), nameof(List), customer, () =>
            guard.Read(scope, nameof(List), customer.Value, cursor, token => port.List(scope, customer, cursor, token), cancel));

    public async Task<Outcome<Return>> Get(Scope scope, string number, CancellationToken cancel) =>
        guard.Release(
            scope,
            await guard.Read(scope, nameof(Get), Guard.Whose(scope), number, token => port.Get(scope, number, token), cancel),
            found => scope.Covers(found.Customer),
            nameof(Get),
            number);

    public async Task<Outcome<Returnable>> Returnable(Scope scope, OrderNumber order, CancellationToken cancel) =>
        guard.Release(scope, await guard.Ask(scope, nameof(Returnable), () => port.Returnable(scope, order, cancel)), found => scope.Covers(found.Customer), nameof(Returnable), order);

    public async Task<Outcome<Return>> Create(Scope scope, NewReturn sentBack, CancellationToken cancel) =>
        guard.Release(
            scope,
            await guard.Hold(scope, scope.Covers(sentBack.Customer) && Guard.MayOrder(scope), nameof(Create), sentBack.Customer, () => port.Create(scope, sentBack, cancel)),
            created => created.Customer == sentBack.Customer,
            nameof(Create),
            sentBack.Customer);

    // Never answered from memory and never shared: what it finds decides whether the return is registered.
    public async Task<Outcome<Return?>> FindByReference(Scope scope, CustomerNumber customer, SubmissionId id, CancellationToken cancel) =>
        guard.Release(
            scope,
            await guard.Hold(scope, scope.Covers(customer), nameof(FindByReference), customer, () => port.FindByReference(scope, customer, id, cancel)),
            found => found is null || found.Customer == customer,
            nameof(FindByReference),
            id);
}
