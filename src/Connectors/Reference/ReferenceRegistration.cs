using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Settings;

namespace PortalIntegration.Connectors.Reference;

public static class ReferenceRegistration
{
    /// <summary>The connectors <c>reference-erp</c> and <c>reference-crm</c>.</summary>
    public static IServiceCollection AddReferenceConnectors(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => new PipelineEnvironment(provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>())
        {
            Secrets = provider.GetService<SecretMask>() ?? new SecretMask(),
            Nodes = () => provider.GetService<IQuotaShare>()?.Nodes ?? 1,
        });
        services.AddSingleton<IConnector, ReferenceErp>();
        services.AddSingleton<IConnector, ReferenceCrm>();
        return services;
    }
}
