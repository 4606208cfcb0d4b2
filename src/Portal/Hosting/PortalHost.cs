using PortalIntegration.Portal.Components;
using PortalIntegration.Portal.Features;
using PortalIntegration.Portal.SignIn;

namespace PortalIntegration.Portal.Hosting;

/// <summary>Builds the portal, in its own process or inside another (the demo, a test).</summary>
public static class PortalHost
{
    /// <param name="configure">The last word on configuration and services before the portal is built.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null) =>
        Build(new WebApplicationOptions { Args = args }, configure);

    /// <inheritdoc cref="Build(string[], Action{WebApplicationBuilder}?)"/>
    public static WebApplication Build(WebApplicationOptions options, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(options);
        configure?.Invoke(builder);
        builder.AddTelemetry();
        builder.Services.AddSystems(builder.Configuration);
        builder.Services.AddSignIn();
        builder.Services.AddPages();
        builder.Services.AddOrdering();

        var app = builder.Build();
        app.UsePages();
        app.MapPages();
        return app;
    }
}
