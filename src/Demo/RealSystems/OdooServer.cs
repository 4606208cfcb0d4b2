namespace PortalIntegration.Demo.RealSystems;

/// <summary>A real Odoo 14 on PostgreSQL, seeded. Installs what is missing where it may (root on Debian 12, in a Debian 11 beside it).</summary>
internal sealed class OdooServer(ScriptedServer server) : IAsyncDisposable
{
    public const string Database = "odoo";
    public const string PortalUser = "portal";
    public const string PortalPassword = "portal-Secu9";
    public const string ClerkUser = "clerk";
    public const string ClerkPassword = "clerk-Safe7";
    public const string AdminUser = "admin";
    public const string AdminPassword = "admin-Key8";

    /// <summary>What the seed calls the portal's fields beyond the usual; as <c>Systems:{name}:Options</c>.</summary>
    public static IReadOnlyDictionary<string, string> Options { get; } = new Dictionary<string, string>
    {
        ["AccountsField"] = "x_portal_accounts",
        ["CustomFields"] = "x_segment, website",
        ["OrderField"] = "x_erp_order",
    };

    public Uri Address => server.Address;

    /// <exception cref="ServerMissingException">It is not there and may not be installed.</exception>
    public static async Task<OdooServer> Start(CancellationToken cancel = default) => new(await ScriptedServer.Start("odoo", [], cancel));

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
