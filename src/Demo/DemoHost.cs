using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;
using PortalIntegration.Demo.RealSystems;
using PortalIntegration.Portal.Hosting;

namespace PortalIntegration.Demo;

/// <summary>A portal with an ERP and a CRM beside it: stopping it leaves nothing running, and nothing on the disk but what was installed.</summary>
internal static class DemoHost
{
    private const int FirstPort = 5080;

    public static async Task<int> RunAsync(string[] args)
    {
        DemoArguments arguments;
        try
        {
            arguments = DemoArguments.Parse(args);
        }
        catch (FormatException wrong)
        {
            await Console.Error.WriteLineAsync(wrong.Message);
            return 2;
        }

        var ports = FreePorts(arguments.Port ?? FirstPort, 3);
        var state = Directory.CreateTempSubdirectory("portal-demo-");
        try
        {
            using var starting = new CancellationTokenSource();
            using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Stop(signal, starting));
            using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Stop(signal, starting));
            await using var systems = await DemoSystems.StartAsync(arguments, [ports[1], ports[2]], starting.Token);
            await using var portal = PortalHost.Build(
                new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, EnvironmentName = Environments.Development },
                builder => Configure(builder, systems, Local(ports[0]), state.FullName));
            await portal.StartAsync(starting.Token);
            Tell(Local(ports[0]), systems);
            await portal.WaitForShutdownAsync();
            return 0;
        }
        catch (ServerMissingException missing)
        {
            await Console.Error.WriteLineAsync(missing.Message);
            return 1;
        }
        catch (OperationCanceledException)
        {
            // Stopped before it was up.
            return 130;
        }
        finally
        {
            state.Delete(recursive: true);
        }
    }

    private static void Stop(PosixSignalContext signal, CancellationTokenSource starting)
    {
        signal.Cancel = true;
        starting.Cancel();
    }

    private static void Configure(WebApplicationBuilder builder, DemoSystems systems, Uri portal, string state)
    {
        builder.WebHost.UseUrls(portal.ToString());
        builder.Configuration.AddInMemoryCollection(DemoConfiguration.For(systems, portal, state));
    }

    private static void Tell(Uri portal, DemoSystems systems) => Console.WriteLine(
        $"""

          The portal   {portal}
                       pick a buyer, a sales rep or an admin to sign in as

          Its ERP      {systems.Erp.Page}
                       {systems.Erp.Words}

          Its CRM      {systems.Crm.Page}
                       {systems.Crm.Words}

          Ctrl+C stops all of it.

        """);

    /// <summary>The wanted ports, or the next ones that nobody listens on.</summary>
    private static List<int> FreePorts(int first, int count)
    {
        var taken = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(listener => listener.Port).ToHashSet();
        return [.. Enumerable.Range(first, IPEndPoint.MaxPort - first).Where(port => !taken.Contains(port)).Take(count)];
    }

    private static Uri Local(int port) => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
}
