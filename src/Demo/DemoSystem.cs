using System.Globalization;
using System.Net.Http.Json;
using PortalIntegration.Demo.RealSystems;
using PortalIntegration.Sandbox;
using PortalIntegration.Sandbox.Simulation;

namespace PortalIntegration.Demo;

/// <summary>One system behind the portal, and what a newcomer is told of it.</summary>
/// <param name="Credentials">As <c>Systems:{name}:Credentials</c>.</param>
/// <param name="Page">Where a newcomer looks at it.</param>
internal sealed record DemoSystem(
    string Connector, Uri Address, IReadOnlyDictionary<string, string> Credentials, bool SendsWebhooks, Uri Page, string Words)
{
    /// <summary>As <c>Systems:{name}:Options</c>.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();
}

/// <summary>The ERP and the CRM beside the portal: stand-ins, or real ones that run here.</summary>
internal sealed class DemoSystems : IAsyncDisposable
{
    private const string Signed = "sign in as admin with password";

    /// <summary>Customers that both real systems' seeds have, and the sandbox's accounts that can be linked to them.</summary>
    private static readonly IReadOnlyList<(string Account, string Customer)> Links =
    [
        ("acc-00001", "C1001"), ("acc-00002", "C1002"), ("acc-00003", "C1003"), ("acc-00004", "C1004"), ("acc-00005", "C1005"),
        ("acc-00006", "C1006"), ("acc-00010", "C1007"), ("acc-00011", "C1008"), ("acc-00012", "C1009"), ("acc-00013", "C1010"),
    ];

    private readonly List<IAsyncDisposable> _running = [];

    public DemoSystem Erp { get; private set; } = null!;

    public DemoSystem Crm { get; private set; } = null!;

    /// <param name="ports">Two, for the stand-ins.</param>
    /// <exception cref="ServerMissingException">A real system is not there and may not be installed.</exception>
    public static async Task<DemoSystems> StartAsync(DemoArguments arguments, IReadOnlyList<int> ports, CancellationToken cancel)
    {
        var systems = new DemoSystems();
        try
        {
            await systems.Start(arguments, ports, cancel);
            return systems;
        }
        catch
        {
            await systems.DisposeAsync();
            throw;
        }
    }

    /// <summary>The last one started first.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var system in Enumerable.Reverse(_running))
        {
            await system.DisposeAsync();
        }
    }

    private async Task Start(DemoArguments arguments, IReadOnlyList<int> ports, CancellationToken cancel)
    {
        var tryton = arguments.Erp == DemoKind.Tryton ? Tryton(Keep(await Real("Tryton 6.0", () => TrytonServer.Start(cancel: cancel)))) : null;
        var odoo = DemoKind.Odoo == arguments.Erp || DemoKind.Odoo == arguments.Crm ? Odoo(Keep(await Real("Odoo 14", () => OdooServer.Start(cancel)))) : null;
        var sandbox = arguments.Crm == DemoKind.Sandbox ? Keep(await Sandbox(arguments, ports)) : null;
        Erp = tryton ?? (arguments.Erp == DemoKind.Odoo ? odoo! : StandIn("reference-erp", sandbox!.ErpUrl, sandbox.Options.ErpToken, sandbox.ErpControlUrl));
        Crm = sandbox is null ? odoo! : StandIn("reference-crm", sandbox.CrmUrl, sandbox.Options.CrmToken, sandbox.CrmControlUrl);
        if (sandbox is not null && arguments.Erp != DemoKind.Sandbox)
        {
            await Link(sandbox, cancel);
        }
    }

    private static async Task<T> Real<T>(string name, Func<Task<T>> start)
    {
        Console.WriteLine($"Starting {name} (the first time it is installed and filled, which takes some minutes) ...");
        return await start();
    }

    private static DemoSystem Tryton(TrytonServer server) => new(
        "tryton",
        server.Address,
        Login(TrytonServer.Database, TrytonServer.PortalUser, TrytonServer.PortalPassword),
        SendsWebhooks: false,
        server.Address,
        $"a real Tryton 6.0, database {TrytonServer.Database}: with Tryton's own client {Signed} {TrytonServer.AdminPassword}");

    private static DemoSystem Odoo(OdooServer server) => new(
        "odoo",
        server.Address,
        Login(OdooServer.Database, OdooServer.PortalUser, OdooServer.PortalPassword),
        SendsWebhooks: false,
        server.Address,
        $"a real Odoo 14: in a browser {Signed} {OdooServer.AdminPassword}")
    {
        Options = OdooServer.Options,
    };

    private static Dictionary<string, string> Login(string database, string user, string password) => new()
    {
        ["Database"] = database,
        ["User"] = user,
        ["Password"] = password,
    };

    private static DemoSystem StandIn(string connector, Uri address, string token, Uri control) => new(
        connector,
        address,
        new Dictionary<string, string> { ["Token"] = token },
        SendsWebhooks: true,
        control,
        "a stand-in: make it slow, silent or wrong here, and see what the portal does");

    private static Task<SandboxHost> Sandbox(DemoArguments arguments, IReadOnlyList<int> ports)
    {
        var options = new SandboxOptions
        {
            ErpUrl = Local(ports[0]),
            CrmUrl = Local(ports[1]),
            Skus = arguments.Skus,
            Simulation = new SimulationOptions { Enabled = true, Speed = arguments.Speed },
        };
        return SandboxHost.StartAsync(arguments.Erp == DemoKind.Sandbox
            ? options
            : options with { ErpUrl = null, Skus = 10, Accounts = 13, Contacts = 40, Orders = 0, Simulation = new SimulationOptions { Enabled = false } });
    }

    /// <summary>The stand-in CRM's companies become customers of the real ERP.</summary>
    private static async Task Link(SandboxHost sandbox, CancellationToken cancel)
    {
        using var http = new HttpClient();
        foreach (var (account, customer) in Links)
        {
            using var answer = await http.PutAsJsonAsync(new Uri(sandbox.CrmControlUrl, $"crm/accounts/{account}"), new { erpCustomerNumber = customer }, cancel);
            answer.EnsureSuccessStatusCode();
        }
    }

    private T Keep<T>(T system)
        where T : IAsyncDisposable
    {
        _running.Add(system);
        return system;
    }

    private static Uri Local(int port) => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
}
