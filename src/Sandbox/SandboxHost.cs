using PortalIntegration.Sandbox.Crm;
using PortalIntegration.Sandbox.Erp;
using PortalIntegration.Sandbox.Http;

namespace PortalIntegration.Sandbox;

/// <summary>A stand-in ERP and a stand-in CRM, each an HTTP server of its own, in this process.</summary>
public sealed class SandboxHost : IAsyncDisposable
{
    private readonly ErpSystem? erp;
    private readonly CrmSystem? crm;
    private readonly Listener? erpListener;
    private readonly Listener? crmListener;

    private SandboxHost(SandboxOptions options)
    {
        Options = options;
        if (options.ErpUrl is { } erpUrl)
        {
            erp = new ErpSystem(options);
            erpListener = new Listener(erp.System, erp.Operations, _ => { }, erpUrl);
        }

        if (options.CrmUrl is { } crmUrl)
        {
            crm = new CrmSystem(options);
            crmListener = new Listener(crm.System, crm.Operations, _ => { }, crmUrl);
        }
    }

    /// <summary>What it was started with.</summary>
    public SandboxOptions Options { get; }

    /// <summary>Base address of the ERP contract, ending in a slash.</summary>
    public Uri ErpUrl => new(Root(erpListener), "/erp/v1/");

    /// <summary>Base address of the CRM contract, ending in a slash.</summary>
    public Uri CrmUrl => new(Root(crmListener), "/crm/v1/");

    /// <summary>Where the ERP is controlled.</summary>
    public Uri ErpControlUrl => new(Root(erpListener), "/control/");

    /// <summary>Where the CRM is controlled.</summary>
    public Uri CrmControlUrl => new(Root(crmListener), "/control/");

    /// <summary>Seeds both systems and opens their ports.</summary>
    public static async Task<SandboxHost> StartAsync(SandboxOptions options)
    {
        var host = new SandboxHost(options);
        await (host.erpListener?.OpenAsync() ?? Task.CompletedTask);
        await (host.crmListener?.OpenAsync() ?? Task.CompletedTask);
        return host;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var listener in new[] { erpListener, crmListener }.OfType<Listener>())
        {
            await listener.DisposeAsync();
        }

        foreach (var system in new[] { erp?.System, crm?.System }.OfType<SandboxSystem>())
        {
            await system.Webhooks.DisposeAsync();
        }
    }

    private static Uri Root(Listener? listener) =>
        listener?.Url ?? throw new InvalidOperationException("This system was left out: its address in the options is null.");
}
