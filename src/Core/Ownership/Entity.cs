using System.Collections.Frozen;
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

namespace PortalIntegration.Core.Ownership;

/// <summary>Every kind of thing that has an owner.</summary>
public enum Entity
{
    Catalogue,
    Pricing,
    Inventory,
    Orders,
    Credit,
    Invoices,
    Returns,
    Customers,
    Accounts,
    Contacts,
    Opportunities,

    /// <summary>Products as the CRM's people pick them. Nobody's unless the map names an owner.</summary>
    SalesProducts,

    /// <summary>Quotes, baskets and lists that are kept. Unless the map names an owner, it is that of orders where its connector can, and nobody elsewhere.</summary>
    Quotations,
}

public static class Entities
{
    /// <summary>The ports through which each entity is reached: its owner must implement all of them.</summary>
    public static FrozenDictionary<Entity, IReadOnlyList<Type>> Ports { get; } = new Dictionary<Entity, IReadOnlyList<Type>>
    {
        [Entity.Catalogue] = [typeof(ICatalog)],
        [Entity.Pricing] = [typeof(IPricing)],
        [Entity.Inventory] = [typeof(IInventory)],
        [Entity.Orders] = [typeof(IOrders), typeof(IQuoting)],
        [Entity.Credit] = [typeof(ICredit)],
        [Entity.Invoices] = [typeof(IInvoices)],
        [Entity.Returns] = [typeof(IReturns)],
        [Entity.Customers] = [typeof(ICustomers)],
        [Entity.Accounts] = [typeof(IAccounts), typeof(ITimeline)],
        [Entity.Contacts] = [typeof(IContacts)],
        [Entity.Opportunities] = [typeof(IOpportunities)],
        [Entity.SalesProducts] = [typeof(ISalesProducts)],
        [Entity.Quotations] = [typeof(IQuotations)],
    }.ToFrozenDictionary();
}
