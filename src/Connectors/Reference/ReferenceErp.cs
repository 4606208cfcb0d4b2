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
using PortalIntegration.Core.Quotations;
using PortalIntegration.Core.Returns;

namespace PortalIntegration.Connectors.Reference;

/// <summary>Any ERP, or a middleware in front of it, that answers docs/contracts/erp.openapi.yaml.</summary>
public sealed class ReferenceErp(PipelineEnvironment environment) : IConnector
{
    public string Name => "reference-erp";

    public IReadOnlyList<PortDeclaration> Ports { get; } =
    [
        new(typeof(ICatalog), "GET /products", "POST /products/query", "GET /categories", "GET /products/{sku}", "GET /products/{sku}/images/{imageId}")
        {
            Freshness = "As it stands when asked. Changes by polling with the system's own clock, deletions among them.",
        },
        new(typeof(IPricing), "POST /prices/query"),
        new(typeof(IInventory), "POST /availability/query"),
        new(typeof(ICustomers), "GET /customers/{number}", "GET /customers", "POST /customers", "PATCH /customers/{number}")
        {
            Freshness = "As it stands when asked. Changes by webhook, and by polling with the system's own clock.",
        },
        new(typeof(ICredit), "GET /customers/{number}/credit", "POST /credit/query", "GET /customers", "GET /orders", "GET /invoices")
        {
            Freshness = "As it stands when asked. Changes by webhook, and by polling what moves it: customers, orders and invoices.",
        },
        new(typeof(IQuoting), "POST /quotes", "GET /delivery-methods"),
        new(typeof(IOrders), "POST /orders", "GET /orders", "GET /orders/{number}", "GET /backorders", "GET /orders/{number}/allowed", "PATCH /orders/{number}",
            "POST /orders/{number}/cancel", "POST /order-activity/query")
        {
            Freshness = "As it stands when asked. Changes by webhook, and by polling where none arrives.",
        },
        new(typeof(IQuotations), "POST /quotations", "GET /quotations", "GET /quotations/{number}", "PATCH /quotations/{number}")
        {
            Freshness = "As it stands when asked. Changes by webhook.",
        },
        new(typeof(IInvoices), "GET /invoices", "GET /invoices/{number}", "GET /invoices/{number}/pdf", "GET /customers/{number}/statement", "POST /overdue/query"),
        new(typeof(IReturns), "GET /returns", "GET /returns/{number}", "GET /orders/{number}/returnable", "POST /returns"),
        new(typeof(IWebhooks), "Standard Webhooks, signed") { Freshness = "Sent when something changes." },
        new(typeof(IWebhookSubscriptions), "GET /webhook-subscriptions", "POST /webhook-subscriptions"),
    ];

    public IReadOnlyList<string> Check(SystemSettings settings) => ReferenceConnection.Check(settings);

    public ISystemConnection Open(SystemSettings settings) => ReferenceConnection.Open<IErpApi>(settings, environment, ReferenceEvents.Erp, (pipeline, api) => new()
    {
        [typeof(ICatalog)] = new ErpCatalog(pipeline, api),
        [typeof(IPricing)] = new ErpPricing(pipeline, api),
        [typeof(IInventory)] = new ErpInventory(pipeline, api),
        [typeof(IOrders)] = new ErpOrders(pipeline, api),
        [typeof(IQuoting)] = new ErpQuoting(pipeline, api),
        [typeof(IQuotations)] = new ErpQuotations(pipeline, api),
        [typeof(ICredit)] = new ErpCredit(pipeline, api),
        [typeof(IInvoices)] = new ErpInvoices(pipeline, api),
        [typeof(IReturns)] = new ErpReturns(pipeline, api),
        [typeof(ICustomers)] = new ErpCustomers(pipeline, api),
    });
}
