namespace PortalIntegration.Portal.Features.SyncHealth;

/// <summary>What the sync-health pages need.</summary>
internal static class SyncHealthServices
{
    public static IServiceCollection AddSyncHealth(this IServiceCollection services)
    {
        services.AddSingleton<SyncWords>();
        services.AddSingleton<ReadHealth>();
        services.AddSingleton<SystemSwitch>();
        services.AddScoped<StaffNames>();
        return services;
    }
}
