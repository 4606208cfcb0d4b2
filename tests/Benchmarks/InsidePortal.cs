using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using PortalIntegration.Portal.Hosting;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.Benchmarks;

/// <summary>The portal's own composition in this process, for what has no page of its own to load.</summary>
internal sealed class InsidePortal : IAsyncDisposable
{
    private readonly WebApplication _portal;
    private readonly DirectoryInfo _state;

    private InsidePortal(WebApplication portal, DirectoryInfo state)
    {
        _portal = portal;
        _state = state;
    }

    public IServiceProvider Services => _portal.Services;

    public static Task<InsidePortal> StartAsync(Arrangement arranged, params (string Key, string Value)[] more) => StartAsync(arranged.Erp, arranged.Crm, more);

    public static async Task<InsidePortal> StartAsync(Uri erp, Uri crm, params (string Key, string Value)[] more)
    {
        var state = Directory.CreateTempSubdirectory("portal-benchmark-");
        var settings = Arrangement.Settings(erp, crm, state.FullName)
            .ToDictionary(setting => setting.Key.Replace("__", ":", StringComparison.Ordinal), setting => setting.Value);
        foreach (var (key, value) in more)
        {
            settings[key] = value;
        }

        var options = new WebApplicationOptions { ContentRootPath = Path.Combine(ServerProcess.Root, "src", "Portal"), EnvironmentName = "Development" };
        var portal = PortalHost.Build(options, builder =>
        {
            builder.WebHost.UseUrls(ServerProcess.FreeAddress().ToString());
            builder.Configuration.AddInMemoryCollection(settings);
        });
        await portal.StartAsync();
        return new InsidePortal(portal, state);
    }

    public async ValueTask DisposeAsync()
    {
        await _portal.StopAsync();
        await _portal.DisposeAsync();
        _state.Delete(recursive: true);
    }
}
