using PortalIntegration.Sandbox.Erp.Catalogue;
using PortalIntegration.Sandbox.Erp.Customers;
using PortalIntegration.Sandbox.Erp.Invoices;
using PortalIntegration.Sandbox.Erp.Orders;
using PortalIntegration.Sandbox.Erp.Pricing;
using PortalIntegration.Sandbox.Erp.Quotations;
using PortalIntegration.Sandbox.Erp.Returns;
using PortalIntegration.Sandbox.Erp.Stock;
using PortalIntegration.Sandbox.Http;
using PortalIntegration.Sandbox.Seed;
using PortalIntegration.Sandbox.Simulation;
using PortalIntegration.Sandbox.Webhooks;

namespace PortalIntegration.Sandbox.Erp;

/// <summary>The stand-in ERP: what it holds, who may change it, and the operations of its contract.</summary>
internal sealed class ErpSystem : IAsyncDisposable
{
    private static readonly string[] Events =
        ["product.changed", "product.deleted", "price.changed", "stock.changed", "order.changed", "invoice.changed", "customer.changed", "credit.changed", "return.changed", "quotation.changed"];

    private readonly SandboxOptions options;
    private readonly OrderOperations orders;
    private readonly CustomerOperations customers;
    private readonly ReturnOperations returns;
    private readonly QuotationOperations quotations;

    public ErpSystem(SandboxOptions options)
    {
        this.options = options;
        System = new SandboxSystem("erp", options, options.ErpToken);
        State = new ErpState(options.Seed, options.Clock, System.Webhooks.Publish) { DispatchHour = options.DispatchHour };
        Desks = new ErpDesks(State);
        Behaviour = new ErpBehaviour(options);
        ErpSeed.Fill(State, Desks, options);
        Company = new CompanyAtWork(State, Desks, options.Simulation, options.Seed);
        var partNumbers = new PartNumbers(options.Seed);
        orders = new OrderOperations(State, Desks.Orders, new ChangeDesk(State, Desks.Orders), Desks.Quotations, Behaviour);
        customers = new CustomerOperations(State, partNumbers, Behaviour);
        returns = new ReturnOperations(State, Desks.Returns, Behaviour);
        quotations = new QuotationOperations(State, Desks.Quotations, Behaviour);
        Operations =
        [
            System.Health,
            System.Tokens.Endpoint(),
            .. new CatalogueOperations(State, partNumbers).All,
            .. new PricingOperations(State).All,
            .. new StockOperations(State).All,
            .. orders.All,
            .. new InvoiceOperations(State).All,
            .. customers.All,
            .. new SignalOperations(State).All,
            .. returns.All,
            .. quotations.All,
            .. new SubscriptionOperations(System.Webhooks, Events).All,
        ];
    }

    public SandboxSystem System { get; }

    public ErpState State { get; }

    public ErpDesks Desks { get; }

    public ErpBehaviour Behaviour { get; }

    public CompanyAtWork Company { get; }

    public IReadOnlyList<Operation> Operations { get; }

    /// <summary>Makes all data anew, as at the start.</summary>
    public void Reset()
    {
        lock (State.Gate)
        {
            ErpSeed.Fill(State, Desks, options);
            Company.Reset();
            orders.ForgetKeys();
            customers.ForgetKeys();
            returns.ForgetKeys();
            quotations.ForgetKeys();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Company.DisposeAsync();
        await System.Webhooks.DisposeAsync();
    }
}
