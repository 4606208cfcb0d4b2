using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Tryton;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Sync;

namespace PortalIntegration.Portal.Hosting;

/// <summary>The one place that names a connector.</summary>
internal static class Systems
{
    public static IServiceCollection AddSystems(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(provider => new PipelineEnvironment(
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton<IConnector, TrytonConnector>();
        services.AddOwnership(configuration);
        services.AddSync(configuration);
        return services;
    }
}
