using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace PortalIntegration.Core.Ownership;

public static class OwnershipRegistration
{
    /// <summary>
    /// The ownership map from <c>Systems</c> and <c>Ownership</c>, over the registered connectors. A mistake stops the start.
    /// </summary>
    public static IServiceCollection AddOwnership(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => OwnershipMap.Build(
            configuration,
            provider.GetServices<IConnector>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>(),
            provider.GetService<IPersonBudget>()));
        services.AddSingleton<IOwnershipMap>(provider => provider.GetRequiredService<OwnershipMap>());
        services.AddHostedService<CheckAtStart>();
        return services;
    }

    /// <summary>Builds the map before anything is served.</summary>
    private sealed class CheckAtStart(IServiceProvider services) : IHostedLifecycleService
    {
        public Task StartingAsync(CancellationToken cancellationToken)
        {
            _ = services.GetRequiredService<OwnershipMap>();
            return Task.CompletedTask;
        }

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
