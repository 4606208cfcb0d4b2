using Microsoft.Extensions.Hosting;

namespace PortalIntegration.Sync.Nodes;

/// <summary>Runs what hears and tells other nodes, where there are any.</summary>
internal sealed class Listening(INodeNotices notices) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => (notices as IHostedService)?.StartAsync(cancellationToken) ?? Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => (notices as IHostedService)?.StopAsync(cancellationToken) ?? Task.CompletedTask;
}
