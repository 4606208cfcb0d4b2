using System.Globalization;
using System.Security.Cryptography;

namespace PortalIntegration.Demo.RealSystems;

/// <summary>An empty PostgreSQL of its own. Installs what is missing where it may (root on Debian 12).</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    public const string User = "portal";

    private readonly ScriptedServer _server;

    private PostgresServer(ScriptedServer server, string password)
    {
        _server = server;
        Password = password;
    }

    public string Password { get; }

    public string Host => _server.Address.Host;

    public int Port => _server.Address.Port;

    /// <param name="durable">Commits wait for the disk, as they do in production.</param>
    /// <exception cref="ServerMissingException">It is not there and may not be installed.</exception>
    public static async Task<PostgresServer> Start(bool durable = false, CancellationToken cancel = default)
    {
        var password = RandomNumberGenerator.GetHexString(32);
        return new PostgresServer(
            await ScriptedServer.Start("postgresql", [("POSTGRESQL_PASSWORD", password), ("POSTGRESQL_DURABLE", durable ? "1" : "")], cancel), password);
    }

    public string Connection(string database) => string.Create(
        CultureInfo.InvariantCulture, $"Host={Host};Port={Port};Username={User};Password={Password};Database={database}");

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
