using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Portal.Hosting;
using PortalIntegration.Portal.Hosting.Secrets;
using PortalIntegration.Sync.Flows;
using PortalIntegration.Sync.Placing;

namespace PortalIntegration.Portal.Rehearsal;

/// <summary><c>rehearse</c>: a season's peak, tried on a quiet day. Never against production.</summary>
internal static class RehearseCommand
{
    public const string Name = "rehearse";

    /// <summary>What a rehearsal takes over nothing of: whom the portal tells and what it carries.</summary>
    private static readonly string[] _silent = [FlowSettings.Root, "Sync:Webhooks", "Sync:Alerts", "Sync:Mail", "Sync:Notices"];

    /// <returns>0 when every order was placed and costs what it cost, 1 when not, 2 when it did not begin.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors, CancellationToken cancel = default)
    {
        try
        {
            var arguments = RehearsalArguments.Parse(args);
            var report = await Run(arguments, errors, cancel);
            await output.WriteLineAsync(arguments.Json ? report.Json() : report.Text());
            return report.ExitCode;
        }
        catch (FormatException wrong)
        {
            await errors.WriteLineAsync($"{wrong.Message}\n\n{RehearsalArguments.Help}");
            return 2;
        }
        catch (Exception wrong) when (wrong is RefusedException or IOException || PortalHost.IsMistake(wrong))
        {
            await errors.WriteLineAsync($"No rehearsal. {wrong.Message}");
            return 2;
        }
    }

    private static async Task<RehearsalReport> Run(RehearsalArguments arguments, TextWriter errors, CancellationToken cancel)
    {
        var state = Directory.CreateTempSubdirectory("portal-rehearsal-");
        try
        {
            using var source = Built(arguments, null, _ => { });
            using var host = arguments.Systems is null ? Built(arguments, state.FullName, AddPlacing) : Built(arguments, state.FullName, AddPlacing, Path.GetFullPath(arguments.Systems));
            using (var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) })
            {
                var production = arguments.Systems is null ? [] : TargetSystems.Addresses(source.Services.GetRequiredService<IConfiguration>()).Select(system => system.Address).ToList();
                if (await new TargetSystems(http).WhyNot(arguments, host.Services.GetRequiredService<IConfiguration>(), production, cancel) is { } reason)
                {
                    throw new RefusedException(reason);
                }
            }

            var orders = await Past(arguments, source, cancel);
            await errors.WriteLineAsync($"Rehearsing {orders.Count} orders at {arguments.Pace}.");
            using var meter = new CallMeter(host.Services.GetRequiredService<OwnSpans>());
            await host.StartAsync(cancel);
            var rehearsal = new Rehearsal(host.Services.GetRequiredService<IPlaceOrders>(), host.Services.GetRequiredService<IOwnershipMap>(), host.Services.GetRequiredService<TimeProvider>());
            var report = await rehearsal.Run(orders, arguments, meter, errors.WriteLine, cancel);
            await host.StopAsync(CancellationToken.None);
            return report;
        }
        finally
        {
            state.Delete(recursive: true);
        }
    }

    private static async Task<IReadOnlyList<PastOrder>> Past(RehearsalArguments arguments, IHost source, CancellationToken cancel)
    {
        IReadOnlyList<PastOrder> orders;
        if (arguments.Orders is { } path)
        {
            using var file = new StreamReader(path);
            orders = PastOrders.OfFile(file);
        }
        else
        {
            var answer = await PastOrders.OfErp(source.Services.GetRequiredService<IOwnershipMap>().Owner<IOrders>(), arguments.FromErp!.Value, cancel);
            orders = answer.Succeeded ? answer.Value : throw new RefusedException($"The history could not be read: {answer.Failure}.");
        }

        return orders.Count > 0 ? orders : throw new RefusedException("There is no past order.");
    }

    private static void AddPlacing(HostApplicationBuilder builder) => builder.Services.AddSystems(builder.Configuration);

    /// <param name="state">Where what is in flight stays for as long as it lasts; null for a host that only reads.</param>
    /// <param name="systems">Takes the place of the configured <c>Systems</c>, and adds to <c>Ownership</c>.</param>
    private static IHost Built(RehearsalArguments arguments, string? state, Action<HostApplicationBuilder> add, string? systems = null)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = [.. arguments.Rest], ContentRootPath = Root() });
        builder.Logging.ClearProviders();
        ReadSecrets(builder);
        if (state is null)
        {
            builder.Services.AddConnectors();
            builder.Services.AddOwnership(builder.Configuration);
            return builder.Build();
        }

        // Whatever the portal itself is set to do: nobody is subscribed to, alerted or written to here, and no flow runs. Of production's systems nothing stays where
        // others take their place, not even a credential.
        string[] left = systems is null ? _silent : [.. _silent, "Systems"];
        var others = builder.Configuration.AsEnumerable().Where(setting => !left.Any(section => IsIn(setting.Key, section))).ToList();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(others);
        if (systems is not null)
        {
            builder.Configuration.AddJsonFile(systems, optional: false);
        }

        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(FlowSettings.Names.Select(flow => KeyValuePair.Create($"{FlowSettings.Root}:{flow}:Mode", (string?)"off")))
        {
            // What is in flight stays here.
            ["State:Kind"] = "sqlite",
            ["State:Directory"] = state,
            ["Sync:CatalogueSnapshot:Enabled"] = "false",
        });
        ReadSecrets(builder); // of the systems' file
        add(builder);
        return builder.Build();
    }

    private static void ReadSecrets(HostApplicationBuilder builder)
    {
        if (SecretFiles.Read(builder.Configuration, development: true) is { Count: > 0 } mistakes)
        {
            throw new RefusedException(string.Join('\n', mistakes));
        }

        builder.Services.AddSingleton(SecretFiles.Mask(builder.Configuration));
    }

    private static bool IsIn(string key, string section) =>
        key.Equals(section, StringComparison.OrdinalIgnoreCase) || key.StartsWith($"{section}:", StringComparison.OrdinalIgnoreCase);

    /// <summary>Where <c>appsettings.json</c> stands: the present folder, or beside the program.</summary>
    private static string Root() => File.Exists("appsettings.json") ? Environment.CurrentDirectory : AppContext.BaseDirectory;

    private sealed class RefusedException(string message) : Exception(message);
}
