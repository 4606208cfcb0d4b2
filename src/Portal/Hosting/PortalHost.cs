using System.Reflection;
using Microsoft.Extensions.Options;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Settings;
using PortalIntegration.Portal.Components;
using PortalIntegration.Portal.Features;
using PortalIntegration.Portal.Features.SyncHealth;
using PortalIntegration.Portal.Hosting.Secrets;
using PortalIntegration.Portal.Limits;
using PortalIntegration.Portal.Privacy;
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

        if (args is [PersonCommand.Name, .. var about])
        {
            return await PersonCommand.RunAsync(about, Console.Out, Console.Error);
        }

        return await RunAsync(new WebApplicationOptions { Args = args, ContentRootPath = Root(args) }, Console.Error);
    }

    /// <summary>Null where somebody said it, or the present folder is the portal's; else the program's: it can be started from anywhere.</summary>
    private static string? Root(string[] args) =>
        File.Exists("appsettings.json") || args.Any(arg => arg.TrimStart('-', '/').StartsWith("contentRoot", StringComparison.OrdinalIgnoreCase))
        || Environment.GetEnvironmentVariable("ASPNETCORE_CONTENTROOT") is { Length: > 0 } || Environment.GetEnvironmentVariable("DOTNET_CONTENTROOT") is { Length: > 0 }
            ? null
            : AppContext.BaseDirectory;

    /// <param name="errors">Where it is said why the portal does not start.</param>
    /// <inheritdoc cref="Build(string[], Action{WebApplicationBuilder}?)" path="/param"/>
    internal static async Task<int> RunAsync(WebApplicationOptions options, TextWriter errors, Action<WebApplicationBuilder>? configure = null)
    {
        var mask = new SecretMask();
        try
        {
            await using var app = Build(options, configure, known => mask = known);
            try
            {
                await app.StartAsync();
            }
            catch (Exception mistake) when (IsMistake(mistake))
            {
                return await Refuse(AllMistakes(mistake, app.Services), mask, errors);
            }

            await app.WaitForShutdownAsync();
            return 0;
        }
        catch (Exception mistake) when (IsMistake(mistake))
        {
            return await Refuse(Mistakes(mistake), mask, errors);
        }
        catch (Exception bug)
        {
            // As the runtime would tell it, but for secrets.
            await errors.WriteLineAsync($"Unhandled exception. {mask.Mask(bug.ToString())}");
            return 2;
        }
    }

    /// <summary>All of them at once, one a line.</summary>
    private static async Task<int> Refuse(List<string> mistakes, SecretMask mask, TextWriter errors)
    {
        var said = mistakes is [var one] ? one : $"There are {mistakes.Count} mistakes in its configuration:\n{string.Join('\n', mistakes.Select(mistake => $"  - {mistake}"))}";
        await errors.WriteLineAsync(mask.Mask($"The portal does not start. {said}"));
        return 1;
    }

    /// <summary>The start ends with the first kind of mistakes; those of the others are looked for here.</summary>
    private static List<string> AllMistakes(Exception mistake, IServiceProvider services)
    {
        var found = Mistakes(mistake);
        var options = ConfiguredSections.All.Select(section => typeof(IOptions<>).MakeGenericType(section.Options));
        foreach (var look in options.Select(type => new Action(() => _ = type.GetProperty("Value")!.GetValue(services.GetService(type)))).Append(() => services.GetRequiredService<OwnershipMap>()))
        {
            try
            {
                look();
            }
            catch (Exception more) when (IsMistake(more is TargetInvocationException ? more.InnerException : more))
            {
                found.AddRange(Mistakes(more is TargetInvocationException { InnerException: { } inner } ? inner : more).Except(found));
            }
        }

        return found;
    }

    private static List<string> Mistakes(Exception mistake) => mistake switch
    {
        OptionsValidationException options => [.. options.Failures],
        OwnershipException map => [.. map.Mistakes],
        AggregateException several => [.. several.InnerExceptions.SelectMany(Mistakes)],
        _ => [mistake.Message],
    };

    /// <summary>In the configuration: its message names the key to set, and a stack trace tells nobody more.</summary>
    internal static bool IsMistake(Exception? exception) => exception is OptionsValidationException or OwnershipException
        || (exception is AggregateException several && several.InnerExceptions.All(IsMistake));

    /// <param name="configure">The last word on configuration and services before the portal is built.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null) =>
        Build(new WebApplicationOptions { Args = args }, configure);

    /// <inheritdoc cref="Build(string[], Action{WebApplicationBuilder}?)"/>
    public static WebApplication Build(WebApplicationOptions options, Action<WebApplicationBuilder>? configure = null) => Build(options, configure, _ => { });

    /// <param name="masks">Told what is secret as soon as it is known: what is thrown from there on may name it.</param>
    private static WebApplication Build(WebApplicationOptions options, Action<WebApplicationBuilder>? configure, Action<SecretMask> masks)
    {
        var builder = WebApplication.CreateBuilder(options);
        configure?.Invoke(builder);
        var secrets = SecretFiles.Read(builder.Configuration, builder.Environment.IsDevelopment());
        var mask = SecretFiles.Mask(builder.Configuration);
        masks(mask);
        builder.Services.AddSingleton(mask);
        builder.Services.AddSection<SecretOptions>(SecretOptions.Section);
        builder.Services.AddSingleton<IValidateOptions<SecretOptions>>(new SecretMistakes(secrets));
        builder.UsePortalAssets();
        builder.AddTelemetry(mask);
        builder.Services.AddSystems(builder.Configuration);
        builder.Services.AddProxy();
        builder.Services.AddLimits();
        builder.Services.AddSignIn(builder.Configuration, builder.Environment);
        builder.Services.AddPages(builder.Environment);
        builder.Services.AddOrdering();
        builder.Services.AddHealth();
        builder.Services.AddSyncHealth();

        var app = builder.Build();
        try
        {
            app.UsePages();
            app.MapPages();
        }
        catch (Exception mistake) when (IsMistake(mistake))
        {
            throw new OptionsValidationException("", typeof(PortalHost), AllMistakes(mistake, app.Services));
        }

        return app;
    }
}
