using PortalIntegration.Connectors.Http;
using PortalIntegration.Core.Ownership;

namespace PortalIntegration.Connectors.Tryton;

/// <summary>One Tryton, with every port that it serves.</summary>
internal sealed class TrytonConnection : ISystemConnection, IDisposable
{
    private readonly TrytonRpc _rpc;
    private readonly IReadOnlyList<object> _ports;

    public TrytonConnection(SystemSettings settings, PipelineEnvironment environment)
    {
        System = settings.Name;
        _rpc = new TrytonRpc(settings, environment);
        var parties = new TrytonParties(_rpc);
        var products = new TrytonProducts(_rpc);
        var drafts = new TrytonDrafts(_rpc, parties, products);
        var keeping = new TrytonKeeping(_rpc, drafts, environment);
        var returning = new TrytonReturning(_rpc, environment);
        _ports =
        [
            new TrytonCatalog(_rpc),
            new TrytonPricing(_rpc, parties, products),
            new TrytonInventory(_rpc, products, environment.Time),
            new TrytonCustomers(_rpc, parties),
            new TrytonOrders(_rpc, new TrytonPlacing(_rpc, drafts, keeping, environment)),
            new TrytonQuoting(_rpc, parties, drafts, returning, environment),
            new TrytonQuotations(_rpc, keeping, environment.Time),
            new TrytonInvoices(_rpc, environment.Time),
            new TrytonReturns(_rpc, returning),
        ];
    }

    public string System { get; }

    public ISystemMonitor Monitor => _rpc.Pipeline;

    public TPort? Find<TPort>()
        where TPort : class =>
        _ports.OfType<TPort>().FirstOrDefault();

    public void Dispose() => _rpc.Dispose();
}
