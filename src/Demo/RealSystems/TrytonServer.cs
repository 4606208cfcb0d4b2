namespace PortalIntegration.Demo.RealSystems;

/// <summary>A real Tryton on PostgreSQL, seeded. Installs what is missing where it may (root on Debian 12).</summary>
internal sealed class TrytonServer(ScriptedServer server) : IAsyncDisposable
{
    public const string Database = "tryton";
    public const string PortalUser = "portal";
    public const string PortalPassword = "portal-Secu9";
    public const string ClerkUser = "clerk";
    public const string ClerkPassword = "clerk-Safe7";
    public const string AdminPassword = "admin-Key8";

    public Uri Address => server.Address;

    /// <param name="queued">A confirmed sale waits for a worker, which never comes: as on a busy server, for longer.</param>
    /// <exception cref="ServerMissingException">It is not there and may not be installed.</exception>
    public static async Task<TrytonServer> Start(bool queued = false, CancellationToken cancel = default) =>
        new(await ScriptedServer.Start("tryton", [("TRYTON_QUEUE", queued ? "1" : "")], cancel));

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
