using Microsoft.Extensions.Options;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Portal.Components;
using PortalIntegration.Portal.Features;
using PortalIntegration.Portal.Features.SyncHealth;
using PortalIntegration.Portal.Rehearsal;
using PortalIntegration.Portal.SignIn;

namespace PortalIntegration.Portal.Hosting;

/// <summary>Builds the portal, in its own process or inside another (the demo, a test).</summary>
public static class PortalHost
{
    /// <summary>Runs the portal until it is stopped. A mistake in the configuration ends it with a message that names the key to set.</summary>
    /// <returns>0, or 1 when it could not start.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is [RehearseCommand.Name, .. var told])
        {
            return await RehearseCommand.RunAsync(told, Console.Out, Console.Error);
        }

        try
        {
            await using var app = Build(args);
            await app.RunAsync();
            return 0;
        }
        catch (Exception mistake) when (IsMistake(mistake))
        {
            await Console.Error.WriteLineAsync($"The portal does not start. {mistake.Message}");
            return 1;
        }
    }

    /// <summary>In the configuration: its message names the key to set, and a stack trace tells nobody more.</summary>
    internal static bool IsMistake(Exception? exception) => exception is OptionsValidationException or OwnershipException
        || (exception is AggregateException several && several.InnerExceptions.All(IsMistake));

    /// <param name="configure">The last word on configuration and services before the portal is built.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null) =>
        Build(new WebApplicationOptions { Args = args }, configure);

    /// <inheritdoc cref="Build(string[], Action{WebApplicationBuilder}?)"/>
    public static WebApplication Build(WebApplicationOptions options, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(options);
        configure?.Invoke(builder);
        builder.UsePortalAssets();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.AddTelemetry();
        builder.Services.AddSystems(builder.Configuration);
        builder.Services.AddSignIn(builder.Configuration, builder.Environment);
        builder.Services.AddPages();
        builder.Services.AddOrdering();
        builder.Services.AddHealth();
        builder.Services.AddSyncHealth();

        var app = builder.Build();
        app.UsePages();
        app.MapPages();
        return app;
    }
}
