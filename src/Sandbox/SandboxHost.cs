using PortalIntegration.Sandbox.Control;
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
            var control = new SystemControl(erp.System, erp.Operations, erp.Reset, time => erpListener!.RefuseFor(time));
            var moving = new ErpControl(erp.State, erp.Desks, erp.Behaviour, erp.Company);
            erpListener = new Listener(erp.System, erp.Operations, new ControlServer([.. control.All, .. moving.All]), erpUrl);
        }

        if (options.CrmUrl is { } crmUrl)
        {
            crm = new CrmSystem(options);
            var control = new SystemControl(crm.System, crm.Operations, crm.Reset, time => crmListener!.RefuseFor(time));
            crmListener = new Listener(crm.System, crm.Operations, new ControlServer([.. control.All, .. new CrmControl(crm.State).All]), crmUrl);
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
        host.erp?.Company.Start();
        return host;
    }

    /// <summary>Closes the ERP's port: connections are refused until <see cref="OpenErpAsync"/>. Its data stays.</summary>
    public Task CloseErpAsync() => (erpListener ?? throw LeftOut()).CloseAsync();

    /// <summary>Opens the ERP's port again, at the same address.</summary>
    public Task OpenErpAsync() => (erpListener ?? throw LeftOut()).OpenAsync();

    /// <summary>Closes the CRM's port: connections are refused until <see cref="OpenCrmAsync"/>. Its data stays.</summary>
    public Task CloseCrmAsync() => (crmListener ?? throw LeftOut()).CloseAsync();

    /// <summary>Opens the CRM's port again, at the same address.</summary>
    public Task OpenCrmAsync() => (crmListener ?? throw LeftOut()).OpenAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var part in new IAsyncDisposable?[] { erpListener, crmListener, erp, crm }.OfType<IAsyncDisposable>())
        {
            await part.DisposeAsync();
        }
    }

    private static Uri Root(Listener? listener) =>
        listener?.Url ?? throw LeftOut();

    private static InvalidOperationException LeftOut() => new("This system was left out: its address in the options is null.");
}
