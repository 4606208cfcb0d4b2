using PortalIntegration.Sandbox.Erp.Catalogue;
using PortalIntegration.Sandbox.Erp.Customers;
using PortalIntegration.Sandbox.Erp.Invoices;
using PortalIntegration.Sandbox.Erp.Orders;
using PortalIntegration.Sandbox.Erp.Pricing;
using PortalIntegration.Sandbox.Erp.Returns;
using PortalIntegration.Sandbox.Erp.Stock;
using PortalIntegration.Sandbox.Http;
using PortalIntegration.Sandbox.Seed;
using PortalIntegration.Sandbox.Webhooks;

namespace PortalIntegration.Sandbox.Erp;

/// <summary>The stand-in ERP: what it holds, who may change it, and the operations of its contract.</summary>
internal sealed class ErpSystem
{
    private static readonly string[] Events =
        ["product.changed", "product.deleted", "price.changed", "stock.changed", "order.changed", "invoice.changed", "customer.changed", "credit.changed", "return.changed"];

    public ErpSystem(SandboxOptions options)
    {
        System = new SandboxSystem("erp", options, options.ErpToken);
        State = new ErpState(options.Seed, options.Clock, System.Webhooks.Publish);
        Desks = new ErpDesks(State);
        ErpSeed.Fill(State, Desks, options);
        var partNumbers = new PartNumbers(options.Seed);
        Operations =
        [
            System.Health,
            System.Tokens.Endpoint(),
            .. new CatalogueOperations(State, partNumbers).All,
            .. new PricingOperations(State).All,
            .. new StockOperations(State).All,
            .. new OrderOperations(State, Desks.Orders, options).All,
            .. new InvoiceOperations(State).All,
            .. new CustomerOperations(State, partNumbers, options).All,
            .. new ReturnOperations(State, Desks.Returns, options).All,
            .. new SubscriptionOperations(System.Webhooks, Events).All,
        ];
    }

    public SandboxSystem System { get; }

    public ErpState State { get; }

    public ErpDesks Desks { get; }

    public IReadOnlyList<Operation> Operations { get; }
}
