using PortalIntegration.Demo.RealSystems;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.BrowserTests.Jobs;

/// <summary>A real Odoo, and whom it knows.</summary>
public sealed class OdooBehind : IAsyncDisposable
{
    private readonly OdooServer _server;

    private OdooBehind(OdooServer server, OdooDesk desk)
    {
        _server = server;
        Desk = desk;
    }

    /// <summary>A contact of the customer C1001.</summary>
    public (string Id, string Name) Buyer { get; private init; }

    /// <summary>The user whose customer C1001 is.</summary>
    public (string Id, string Name) Rep { get; private init; }

    public (string Id, string Name) Admin { get; private init; }

    internal OdooDesk Desk { get; }

    /// <summary>Skips the test where Odoo cannot be installed; fails it where <c>CI</c> is set.</summary>
    public static async Task<OdooBehind> Start()
    {
        var server = await RealServer.Start("ODOO", () => OdooServer.Start());
        var desk = await OdooDesk.SignIn(server.Address);
        return new OdooBehind(server, desk)
        {
            Buyer = await Person("res.partner", """["email", "=like", "petra.muster@%"]""", "contact"),
            Rep = await Person("res.users", """["login", "=", "anna"]""", "user"),
            Admin = await Person("res.users", """["login", "=", "admin"]""", "user"),
        };

        async Task<(string Id, string Name)> Person(string model, string condition, string kind)
        {
            var found = await desk.Only(model, condition, "name");
            return ($"{kind}-{found.GetProperty("id").GetRawText()}", found.GetProperty("name").GetString()!);
        }
    }

    /// <summary>What the portal is told of it.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Settings(string system) =>
    [
        new($"Systems:{system}:Connector", "odoo"),
        new($"Systems:{system}:Address", _server.Address.ToString()),
        new($"Systems:{system}:Credentials:Database", OdooServer.Database),
        new($"Systems:{system}:Credentials:User", OdooServer.PortalUser),
        new($"Systems:{system}:Credentials:Password", OdooServer.PortalPassword),
        .. OdooServer.Options.Select(option => KeyValuePair.Create($"Systems:{system}:Options:{option.Key}", (string?)option.Value)),
    ];

    public async ValueTask DisposeAsync()
    {
        Desk.Dispose();
        await _server.DisposeAsync();
    }
}
