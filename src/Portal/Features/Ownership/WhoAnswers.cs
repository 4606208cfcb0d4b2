using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Diagnostics;
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

namespace PortalIntegration.Portal.Features.Ownership;

/// <summary>
/// Asks one thing through the ownership map as a page would, and tells the whole way of the question from the spans that it left. Whoever asks is an
/// admin, who sees no customer's business: of the answer only the names and sizes of its fields are told.
/// </summary>
public sealed class WhoAnswers(IOwnershipMap map)
{
    private static readonly ActivitySource _source = new("PortalIntegration.WhoAnswers");

    private static readonly Scope _scope = Scope.ForPortal("who-answers", Lane.Interactive);

    private static readonly FrozenDictionary<Entity, Func<IOwnershipMap, string, string, CancellationToken, Task<Outcome<object?>>>> _questions =
        new Dictionary<Entity, Func<IOwnershipMap, string, string, CancellationToken, Task<Outcome<object?>>>>
        {
            [Entity.Catalogue] = async (map, key, _, cancel) => First(await map.Owner<ICatalog>().Get(_scope, null, [new Sku(key)], cancel)),
            [Entity.Pricing] = async (map, key, product, cancel) => First(await map.Owner<IPricing>().Prices(_scope, new CustomerNumber(key), [new PriceLine(new Sku(product), 1)], cancel)),
            [Entity.Inventory] = async (map, key, _, cancel) => First(await map.Owner<IInventory>().Availability(_scope, [new Sku(key)], cancel)),
            [Entity.Orders] = async (map, key, _, cancel) => Whole(await map.Owner<IOrders>().Get(_scope, new OrderNumber(key), cancel)),
            [Entity.Credit] = async (map, key, _, cancel) => Whole(await map.Owner<ICredit>().Get(_scope, new CustomerNumber(key), cancel)),
            [Entity.Invoices] = async (map, key, _, cancel) => Whole(await map.Owner<IInvoices>().Get(_scope, key, cancel)),
            [Entity.Returns] = async (map, key, _, cancel) => Whole(await map.Owner<IReturns>().Get(_scope, key, cancel)),
            [Entity.Customers] = async (map, key, _, cancel) => Whole(await map.Owner<ICustomers>().Get(_scope, new CustomerNumber(key), cancel)),
            [Entity.Accounts] = async (map, key, _, cancel) => Whole(await map.Owner<IAccounts>().Get(_scope, new AccountId(key), cancel)),
            [Entity.Contacts] = async (map, key, _, cancel) => Whole(await map.Owner<IContacts>().Get(_scope, new PersonId(key), cancel)),
            [Entity.Opportunities] = async (map, key, _, cancel) => Whole(await map.Owner<IOpportunities>().Get(_scope, key, cancel)),
            [Entity.SalesProducts] = async (map, key, _, cancel) => First(await map.Owner<ISalesProducts>().Get(_scope, [new Sku(key)], cancel)),
            [Entity.Quotations] = async (map, key, _, cancel) => Whole(await map.Owner<IQuotations>().Get(_scope, new QuotationNumber(key), cancel)),
        }.ToFrozenDictionary();

    /// <summary>What is owned and can be asked by a key.</summary>
    public IReadOnlyList<Entity> Askable => [.. map.Owned.Select(owned => owned.Entity).Where(CanBeAsked)];

    public static bool CanBeAsked(Entity entity) => _questions.ContainsKey(entity);

    /// <summary>A price is asked for a customer and a product.</summary>
    public static bool NeedsProduct(Entity entity) => entity is Entity.Pricing;

    /// <param name="key">Of the entity: an order's number, a SKU, a customer's number, an account's or a person's id.</param>
    /// <param name="product">A SKU, where <see cref="NeedsProduct"/>.</param>
    public async Task<AnsweredQuestion> Ask(Entity entity, string key, string product, CancellationToken cancel)
    {
        var owned = map.Owned.Single(candidate => candidate.Entity == entity);
        var trace = ActivityTraceId.CreateRandom();
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name.StartsWith("PortalIntegration.", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> asked) => asked.TraceId == trace ? ActivitySamplingResult.AllData : ActivitySamplingResult.None,
            ActivityStopped = span =>
            {
                if (span.TraceId == trace)
                {
                    spans.Enqueue(span);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);

        Outcome<object?> outcome;
        using (_source.StartActivity($"who answers {entity}", ActivityKind.Internal, new ActivityContext(trace, ActivitySpanId.CreateRandom(), ActivityTraceFlags.None)))
        {
            outcome = await _questions[entity](map, key, product, cancel);
        }

        return AnsweredQuestion.From(owned, [.. spans], outcome);
    }

    private static Outcome<object?> Whole<T>(Outcome<T> outcome) => outcome.Select(value => (object?)value);

    private static Outcome<object?> First<T>(Outcome<IReadOnlyList<T>> outcome) => outcome.Select(values => values is [var only, ..] ? (object?)only : null);
}
