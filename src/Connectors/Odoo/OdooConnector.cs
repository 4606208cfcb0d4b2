using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Odoo.Crm;
using PortalIntegration.Core.Ownership;

namespace PortalIntegration.Connectors.Odoo;

/// <summary>
/// Odoo 14 with the modules <c>sale_management</c>, <c>sale_stock</c>, <c>sale_crm</c>, <c>delivery</c> and <c>account</c>. What the portal's user
/// must be allowed, and which fields must be there: <c>docs/odoo.md</c>.
/// </summary>
public sealed class OdooConnector(PipelineEnvironment environment) : IConnector
{
    public const string Database = nameof(Database);
    public const string User = nameof(User);

    /// <summary>Or an API key of the user's, which Odoo takes in its place.</summary>
    public const string Password = nameof(Password);

    public string Name => "odoo";

    public IReadOnlyList<PortDeclaration> Ports { get; } = [.. OdooErpPorts.Declared, .. OdooCrmPorts.Declared];

    public IReadOnlyList<string> Options => CrmOptions.Keys;

    public IReadOnlyList<string> Check(SystemSettings settings) =>
    [
        .. new[] { Database, User, Password }
            .Where(name => !settings.Credentials.TryGetValue(name, out var value) || string.IsNullOrWhiteSpace(value))
            .Select(name => $"Systems:{settings.Name}:Credentials:{name} is missing."),
        .. settings.WebhookSecrets.Count > 0 ? [$"Systems:{settings.Name}:WebhookSecrets must be empty: Odoo 14 sends no webhooks."] : Array.Empty<string>(),
        .. CrmOptions.Mistakes(settings),
    ];

    public ISystemConnection Open(SystemSettings settings) => new OdooConnection(settings, environment);
}
