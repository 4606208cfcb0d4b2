using PortalIntegration.Connectors.Odoo;
using PortalIntegration.Connectors.Reference;
using PortalIntegration.Connectors.Tryton;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Sync;

namespace PortalIntegration.Portal.Hosting;

/// <summary>The one place that names a connector.</summary>
internal static class Systems
{
    public static IServiceCollection AddSystems(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddConnectors();
        services.AddOwnership(configuration);
        services.AddSync(configuration);
        return services;
    }

    public static IServiceCollection AddConnectors(this IServiceCollection services)
    {
        services.AddReferenceConnectors();
        services.AddSingleton<OwnSpans>();
        services.AddSingleton<IConnector, TrytonConnector>();
        services.AddSingleton<IConnector, OdooConnector>();
        return services;
    }
}
