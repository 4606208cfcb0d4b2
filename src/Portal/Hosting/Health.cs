using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Sync.Catalogue;
using PortalIntegration.Sync.Storage;

namespace PortalIntegration.Portal.Hosting;

/// <summary>
/// For what stands in front of the portal: <c>/health/live</c> answers while the process does; <c>/health/ready</c> answers 503 while the node cannot take
/// orders, which is while its store is silent. A system that is down takes its own panels away and not the portal: it is told, with 200.
/// </summary>
internal static class Health
{
    public const string Live = "/health/live";

    public const string Ready = "/health/ready";

    private const string IsOfReady = "ready";

    public static IServiceCollection AddHealth(this IServiceCollection services)
    {
        services.AddHealthChecks()
            .AddCheck<StoreCheck>("store", HealthStatus.Unhealthy, [IsOfReady])
            .AddCheck<SystemsCheck>("systems", HealthStatus.Degraded, [IsOfReady])
            .AddCheck<CatalogueCheck>("catalogueSnapshot", HealthStatus.Degraded, [IsOfReady]);
        return services;
    }

    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks(Live, new HealthCheckOptions { Predicate = _ => false, ResponseWriter = Write }).AllowAnonymous();
        app.MapHealthChecks(Ready, new HealthCheckOptions { Predicate = check => check.Tags.Contains(IsOfReady), ResponseWriter = Write }).AllowAnonymous();
    }

    /// <summary>States and times only: whoever can reach the portal can read this.</summary>
    private static Task Write(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "application/json";
        return JsonSerializer.SerializeAsync(
            context.Response.Body,
            new
            {
                status = report.Status.ToString(),
                checks = report.Entries.ToDictionary(entry => entry.Key, entry => new { status = entry.Value.Status.ToString(), entry.Value.Data }),
            },
            JsonSerializerOptions.Web,
            context.RequestAborted);
    }

    private sealed class StoreCheck(IMarks marks) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                await marks.Get("health", cancellationToken);
                return HealthCheckResult.Healthy();
            }
            catch (StoreUnavailableException)
            {
                return HealthCheckResult.Unhealthy();
            }
        }
    }

    private sealed class SystemsCheck(IOwnershipMap map) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            var states = map.Systems.Select(system => system.Monitor.Status).ToDictionary(status => status.System, object (status) => new
            {
                breaker = status.Breaker.ToString(),
                status.FailingSince,
                status.LastSuccess,
            });
            var ailing = map.Systems.Any(system => system.Monitor.Status is { FailingSince: not null } or { Breaker: BreakerState.Open or BreakerState.Isolated });
            return Task.FromResult(ailing ? HealthCheckResult.Degraded(data: states) : HealthCheckResult.Healthy(data: states));
        }
    }

    /// <summary>Without it searches are slower and cost calls: nothing that a node should be taken away for.</summary>
    private sealed class CatalogueCheck(ICatalogueSnapshot snapshot) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            var status = snapshot.Status;
            var data = new Dictionary<string, object> { ["state"] = status.State.ToString(), ["products"] = status.Products };
            return Task.FromResult(status.State is SnapshotState.Stale or SnapshotState.TooLarge ? HealthCheckResult.Degraded(data: data) : HealthCheckResult.Healthy(data: data));
        }
    }
}
