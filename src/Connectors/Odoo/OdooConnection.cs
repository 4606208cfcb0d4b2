using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Odoo.Crm;
using PortalIntegration.Core.Ownership;

namespace PortalIntegration.Connectors.Odoo;

/// <summary>One Odoo, with every port that it serves: as an ERP, as a CRM, or both.</summary>
internal sealed class OdooConnection : ISystemConnection, IDisposable
{
    private readonly OdooRpc _rpc;
    private readonly IReadOnlyList<object> _ports;

    public OdooConnection(SystemSettings settings, PipelineEnvironment environment)
    {
        System = settings.Name;
        _rpc = new OdooRpc(settings, environment);
        _ports = [.. Erp(environment), .. Crm(new CrmOptions(settings))];
    }

    public string System { get; }

    public ISystemMonitor Monitor => _rpc.Pipeline;

    public TPort? Find<TPort>()
        where TPort : class =>
        _ports.OfType<TPort>().FirstOrDefault();

    public void Dispose() => _rpc.Dispose();

    private IEnumerable<object> Erp(PipelineEnvironment environment)
    {
        var partners = new OdooPartners(_rpc);
        var products = new OdooProducts(_rpc);
        var sales = new OdooSales(_rpc, partners, products);
        var drafts = new OdooDrafts(_rpc, partners, products);
        var keeping = new OdooKeeping(_rpc, drafts, environment);
        var signals = new OdooSignals(_rpc, partners, environment.Time);
        return
        [
            new OdooCatalog(_rpc, products),
            new OdooPricing(_rpc, partners, products),
            new OdooInventory(_rpc, products),
            new OdooCustomers(_rpc, partners),
            new OdooOrders(_rpc, sales, partners, new OdooPlacing(_rpc, drafts, sales, keeping, environment), signals),
            new OdooQuoting(_rpc, partners, drafts),
            new OdooQuotations(_rpc, keeping, partners, environment.Time),
            new OdooInvoices(_rpc, partners, signals, environment.Time),
            new OdooReturns(_rpc, partners),
        ];
    }

    private IEnumerable<object> Crm(CrmOptions options) =>
    [
        new OdooAccounts(_rpc, options),
        new OdooTimeline(_rpc),
        new OdooContacts(_rpc, new OdooGroups(_rpc, options), options),
        new OdooOpportunities(_rpc, options),
    ];
}
