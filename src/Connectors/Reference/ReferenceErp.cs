using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Reference.Erp;
using PortalIntegration.Connectors.Reference.Wire;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Credit;
using PortalIntegration.Core.Customers;
using PortalIntegration.Core.Inventory;
using PortalIntegration.Core.Invoices;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Pricing;
using PortalIntegration.Core.Returns;

namespace PortalIntegration.Connectors.Reference;

/// <summary>Any ERP, or a middleware in front of it, that answers docs/contracts/erp.openapi.yaml.</summary>
public sealed class ReferenceErp(PipelineEnvironment environment) : IConnector
{
    public string Name => "reference-erp";

    public IReadOnlyList<Type> Ports { get; } =
    [
        typeof(ICatalog), typeof(IPricing), typeof(IInventory), typeof(IOrders), typeof(IQuoting), typeof(ICredit), typeof(IInvoices),
        typeof(IReturns), typeof(ICustomers), typeof(IWebhooks), typeof(IWebhookSubscriptions),
    ];

    public IReadOnlyList<string> Check(SystemSettings settings) => ReferenceConnection.Check(settings);

    public ISystemConnection Open(SystemSettings settings) => ReferenceConnection.Open<IErpApi>(settings, environment, ReferenceEvents.Erp, (pipeline, api) => new()
    {
        [typeof(ICatalog)] = new ErpCatalog(pipeline, api),
        [typeof(IPricing)] = new ErpPricing(pipeline, api),
        [typeof(IInventory)] = new ErpInventory(pipeline, api),
        [typeof(IOrders)] = new ErpOrders(pipeline, api),
        [typeof(IQuoting)] = new ErpQuoting(pipeline, api),
        [typeof(ICredit)] = new ErpCredit(pipeline, api),
        [typeof(IInvoices)] = new ErpInvoices(pipeline, api),
        [typeof(IReturns)] = new ErpReturns(pipeline, api),
        [typeof(ICustomers)] = new ErpCustomers(pipeline, api),
    });
}
