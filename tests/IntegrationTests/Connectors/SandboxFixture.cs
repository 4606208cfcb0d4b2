using Microsoft.Extensions.Logging.Abstractions;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Reference;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sandbox;
using PortalIntegration.Tests.Ports;

namespace PortalIntegration.IntegrationTests.Connectors;

/// <summary>The sandbox's ERP and CRM in this process, and the reference connector's connections to them.</summary>
public sealed class SandboxFixture : IAsyncLifetime
{
    public const string Secret = "whsec_c2FuZGJveC1zZWNyZXQtMzItYnl0ZXMtbG9uZyEhISE=";

    public static readonly Scope Scope = Scope.ForPortal("test", Lane.Interactive);

    private SandboxHost? _host;
    private ErpFacts? _erpFacts;
    private CrmFacts? _crmFacts;

    public SandboxHost Host => _host ?? throw new InvalidOperationException("Not started.");

    public ISystemConnection Erp { get; private set; } = null!;

    public ISystemConnection Crm { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await SandboxHost.StartAsync(new SandboxOptions
        {
            ErpUrl = new Uri("http://127.0.0.1:0"),
            CrmUrl = new Uri("http://127.0.0.1:0"),
            Skus = 600,
            Accounts = 60,
            Contacts = 150,
            Orders = 400,
        });
        Erp = OpenErp(_host.ErpUrl);
        Crm = OpenCrm(_host.CrmUrl);
        Samples = await SandboxFacts.Samples(_host);
    }

    public ISystemConnection OpenErp(Uri address, Func<SystemSettings, SystemSettings>? change = null) =>
        Open(new ReferenceErp(Environment), "erp", address, Host.Options.ErpToken, change);

    public ISystemConnection OpenCrm(Uri address, Func<SystemSettings, SystemSettings>? change = null) =>
        Open(new ReferenceCrm(Environment), "crm", address, Host.Options.CrmToken, change);

    /// <summary>Keys of some things that say much, read while nothing is wrong.</summary>
    internal SandboxSamples Samples { get; private set; } = null!;

    public async Task<ErpFacts> ErpFacts() => _erpFacts ??= await SandboxFacts.Erp(Host, Erp, new ReferenceErp(Environment).Ports);

    public async Task<CrmFacts> CrmFacts() => _crmFacts ??= await SandboxFacts.Crm(Host, Crm, new ReferenceCrm(Environment).Ports);

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }
    }

    private static PipelineEnvironment Environment => new(TimeProvider.System, NullLoggerFactory.Instance);

    private static ISystemConnection Open(IConnector connector, string name, Uri address, string token, Func<SystemSettings, SystemSettings>? change)
    {
        var settings = new SystemSettings
        {
            Name = name,
            Connector = connector.Name,
            Address = address,
            Credentials = new Dictionary<string, string> { ["Token"] = token },
            WebhookSecrets = [Secret],
        };
        settings = change?.Invoke(settings) ?? settings;
        connector.Check(settings).ShouldBeEmpty();
        return connector.Open(settings);
    }
}
