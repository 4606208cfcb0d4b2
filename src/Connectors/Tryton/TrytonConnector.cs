using PortalIntegration.Connectors.Http;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Credit;
using PortalIntegration.Core.Customers;
using PortalIntegration.Core.Inventory;
using PortalIntegration.Core.Invoices;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Pricing;

namespace PortalIntegration.Connectors.Tryton;

/// <summary>
/// Tryton 6.0 with the modules <c>sale</c>, <c>sale_price_list</c>, <c>sale_product_customer</c>, <c>sale_shipment_cost</c>,
/// <c>sale_credit_limit</c>, <c>sale_complaint</c> and <c>stock_package_shipping</c>, on PostgreSQL: placing exactly once leans on its transactions.
/// </summary>
public sealed class TrytonConnector(PipelineEnvironment environment) : IConnector
{
    public const string Database = nameof(Database);
    public const string User = nameof(User);
    public const string Password = nameof(Password);

    public string Name => "tryton";

    public IReadOnlyList<PortDeclaration> Ports => TrytonPorts.Declared;

    public IReadOnlyList<string> Check(SystemSettings settings) =>
    [
        .. new[] { Database, User, Password }
            .Where(name => !settings.Credentials.TryGetValue(name, out var value) || string.IsNullOrWhiteSpace(value))
            .Select(name => $"Systems:{settings.Name}:Credentials:{name} is missing."),
        .. settings.WebhookSecrets.Count > 0 ? [$"Systems:{settings.Name}:WebhookSecrets must be empty: Tryton sends no webhooks."] : Array.Empty<string>(),
    ];

    public ISystemConnection Open(SystemSettings settings) => new TrytonConnection(settings, environment);
}
