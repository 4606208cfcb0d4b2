using System.Collections.Frozen;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Logging;
using PortalIntegration.Core.Accounts;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Contacts;
using PortalIntegration.Core.Credit;
using PortalIntegration.Core.Customers;
using PortalIntegration.Core.Inventory;
using PortalIntegration.Core.Invoices;
using PortalIntegration.Core.Opportunities;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Pricing;
using PortalIntegration.Core.Quotations;
using PortalIntegration.Core.Returns;
using PortalIntegration.Core.SalesProducts;

namespace PortalIntegration.Core.Ownership.Guards;

/// <summary>Puts the guard in front of every port. A port without a guard cannot be had.</summary>
internal static class PortGuards
{
    /// <summary>Answers kept in memory over all entities; the least used go first.</summary>
    private const int KeptAnswers = 20_000;

    private static readonly FrozenDictionary<Type, Func<ISystemConnection, Guard, object?>> ByPort = new Dictionary<Type, Func<ISystemConnection, Guard, object?>>
    {
        [typeof(ICatalog)] = (system, guard) => system.Find<ICatalog>() is { } port ? new GuardedCatalog(port, guard) : null,
        [typeof(IPricing)] = (system, guard) => system.Find<IPricing>() is { } port ? new GuardedPricing(port, guard) : null,
        [typeof(IInventory)] = (system, guard) => system.Find<IInventory>() is { } port ? new GuardedInventory(port, guard) : null,
        [typeof(IOrders)] = (system, guard) => system.Find<IOrders>() is { } port ? new GuardedOrders(port, guard) : null,
        [typeof(IQuoting)] = (system, guard) => system.Find<IQuoting>() is { } port ? new GuardedQuoting(port, guard) : null,
        [typeof(ICredit)] = (system, guard) => system.Find<ICredit>() is { } port ? new GuardedCredit(port, guard) : null,
        [typeof(IInvoices)] = (system, guard) => system.Find<IInvoices>() is { } port ? new GuardedInvoices(port, guard) : null,
        [typeof(IReturns)] = (system, guard) => system.Find<IReturns>() is { } port ? new GuardedReturns(port, guard) : null,
        [typeof(ICustomers)] = (system, guard) => system.Find<ICustomers>() is { } port ? new GuardedCustomers(port, guard) : null,
        [typeof(IAccounts)] = (system, guard) => system.Find<IAccounts>() is { } port ? new GuardedAccounts(port, guard) : null,
        [typeof(ITimeline)] = (system, guard) => system.Find<ITimeline>() is { } port ? new GuardedTimeline(port, guard) : null,
        [typeof(IContacts)] = (system, guard) => system.Find<IContacts>() is { } port ? new GuardedContacts(port, guard) : null,
        [typeof(IOpportunities)] = (system, guard) => system.Find<IOpportunities>() is { } port ? new GuardedOpportunities(port, guard) : null,
        [typeof(ISalesProducts)] = (system, guard) => system.Find<ISalesProducts>() is { } port ? new GuardedSalesProducts(port, guard) : null,
        [typeof(IQuotations)] = (system, guard) => system.Find<IQuotations>() is { } port ? new GuardedQuotations(port, guard) : null,
    }.ToFrozenDictionary();

    /// <returns>The ports, and the reads behind them.</returns>
    public static (FrozenDictionary<Type, object> Ports, FrozenDictionary<Entity, Reads> Reads) For(
        IReadOnlyList<OwnedEntity> entities, IReadOnlyList<Entity> nobodys, IReadOnlyList<ISystemConnection> systems, TimeProvider time, ILoggerFactory loggers,
        IPersonBudget? budget)
    {
        var logger = loggers.CreateLogger<Guard>();
        var kept = new MemoryCache(new MemoryCacheOptions { SizeLimit = KeptAnswers });
        var ports = new Dictionary<Type, object>();
        var reads = new Dictionary<Entity, Reads>();
        foreach (var owned in entities)
        {
            var system = systems.Single(candidate => candidate.System.Equals(owned.System, StringComparison.OrdinalIgnoreCase));
            reads[owned.Entity] = new Reads(owned, time, kept, budget);
            var guard = new Guard(owned, reads[owned.Entity], time, logger);
            foreach (var port in Entities.Ports[owned.Entity])
            {
                ports.Add(port, ByPort[port](system, guard)
                    ?? throw new OwnershipException([$"Ownership:Entities:{owned.Entity}:Owner: connector '{system.System}' declares {port.Name} and does not open it."]));
            }
        }

        foreach (var entity in nobodys)
        {
            foreach (var port in Entities.Ports[entity])
            {
                ports.Add(port, Nobody.Port(port, entity, time));
            }
        }

        return (ports.ToFrozenDictionary(), reads.ToFrozenDictionary());
    }
}
