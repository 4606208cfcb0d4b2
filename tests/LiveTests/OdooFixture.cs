using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Odoo;
using PortalIntegration.Core;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.LiveTests.Placing;
using PortalIntegration.Tests.Ports;
using PortalIntegration.Tests.Servers;

[assembly: AssemblyFixture(typeof(PortalIntegration.LiveTests.OdooFixture))]

namespace PortalIntegration.LiveTests;

/// <summary>
/// One Odoo for all tests of the assembly. Where it cannot be installed, its tests are skipped with the reason; with <c>CI</c> set, they
/// fail.
/// </summary>
public sealed class OdooFixture : IAsyncLifetime
{
    private OdooServer? _server;
    private string? _missing;
    private ISystemConnection? _shared;
    private Task<ErpFacts>? _withBackorders;

    public Uri Address
    {
        get
        {
            if (_missing is { } reason)
            {
                Assert.Skip(reason);
            }

            return _server?.Address ?? throw new InvalidOperationException("Odoo was not started.");
        }
    }

    internal bool IsThere => _server is not null;

    internal IReadOnlyList<PortDeclaration> Ports => new OdooConnector(new PipelineEnvironment(TimeProvider.System, NullLoggerFactory.Instance)).Ports;

    /// <summary>Stands between connector and Odoo. Calls are known as <c>sale.order.action_confirm</c>.</summary>
    internal Task<CuttingProxy> Proxy() => CuttingProxy.Start(Address, NameOf);

    /// <summary>The portal's own work: every customer.</summary>
    internal static Scope Scope { get; } = Scope.ForPortal("live-tests", Lane.Interactive);

    /// <summary>One connection that all tests share.</summary>
    internal ISystemConnection Connection => _shared ??= Connect();

    public async ValueTask InitializeAsync()
    {
        try
        {
            _server = await OdooServer.Start();
        }
        catch (ServerMissingException missing) when (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI")))
        {
            _missing = missing.Message;
            await Console.Error.WriteLineAsync($"\nTHE TESTS ON ODOO ARE SKIPPED: {missing.Message}\n");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is { } server)
        {
            await server.DisposeAsync();
        }
    }

    internal ISystemConnection Connect(
        Uri? through = null, TimeSpan? attemptTimeout = null, int readRetries = 2, string user = OdooServer.PortalUser, string password = OdooServer.PortalPassword,
        IReadOnlyDictionary<string, string>? options = null) =>
        Connector().Open(Settings(user, password) with
        {
            Address = through ?? Address,
            Options = options ?? OdooServer.Options,
            AttemptTimeout = attemptTimeout ?? TimeSpan.FromSeconds(10),
            TotalTimeout = attemptTimeout > TimeSpan.FromSeconds(15) ? 2 * attemptTimeout.Value : TimeSpan.FromSeconds(30), // who is given long is not cut off before
            ReadRetries = readRetries,
        });

    private static OdooConnector Connector() => new(new PipelineEnvironment(TimeProvider.System, NullLoggerFactory.Instance));

    internal SystemSettings Settings(string user = OdooServer.PortalUser, string password = OdooServer.PortalPassword) => new()
    {
        Name = "odoo",
        Connector = "odoo",
        Address = Address,
        Credentials = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [OdooConnector.Database] = OdooServer.Database,
            [OdooConnector.User] = user,
            [OdooConnector.Password] = password,
        },
        Options = OdooServer.Options,
        AttemptTimeout = TimeSpan.FromSeconds(10),
        TotalTimeout = TimeSpan.FromSeconds(30),
    };

    internal ErpFacts ErpFacts => OdooErpFacts.Of(Connection, Connector().Ports);

    /// <summary>The facts with somebody who waits for goods: more is ordered for him than there will ever be.</summary>
    internal Task<ErpFacts> ErpFactsWithBackorders() => _withBackorders ??= WithBackorders();

    private async Task<ErpFacts> WithBackorders()
    {
        const string customer = "C1008";
        using var desk = await OdooDesk.SignIn(Address);
        var partner = await desk.Only("res.partner", $"""["ref", "=", "{customer}"], ["parent_id", "=", false]""", "id");
        if ((await desk.Call("sale.order.search", $"""[["partner_id", "=", {partner.GetProperty("id")}], ["client_order_ref", "=", "WAITS"]]""")).GetArrayLength() == 0)
        {
            var product = await desk.Only("product.product", """["default_code", "=", "HYD-024"]""", "id");
            var order = await desk.Call("sale.order.create", $$"""
                {"partner_id": {{partner.GetProperty("id")}}, "client_order_ref": "WAITS", "order_line": [[0, 0, {"product_id": {{product.GetProperty("id")}}, "product_uom_qty": 99000}]]}
                """);
            await desk.Call("sale.order.action_confirm", $"[{order}]");
        }

        return ErpFacts with { Waiting = new CustomerNumber(customer) };
    }

    internal TPort Port<TPort>()
        where TPort : class =>
        Connection.Find<TPort>() ?? throw new InvalidOperationException($"Odoo has no {typeof(TPort).Name}.");

    /// <summary>Odoo's JSON-RPC has one method for all, with the real one among its arguments.</summary>
    internal static string NameOf(byte[] body)
    {
        using var document = JsonDocument.Parse(body);
        var parameters = document.RootElement.GetProperty("params");
        var arguments = parameters.GetProperty("args");
        return parameters.GetProperty("service").GetString() is "object"
            ? $"{arguments[3].GetString()}.{arguments[4].GetString()}"
            : $"{parameters.GetProperty("service").GetString()}.{parameters.GetProperty("method").GetString()}";
    }
}
