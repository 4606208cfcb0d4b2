using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using Microsoft.Extensions.Hosting;
using PortalIntegration.Portal.Hosting;
using PortalIntegration.Sandbox;
using PortalIntegration.Sandbox.Simulation;

namespace PortalIntegration.Demo;

/// <summary>A portal with a stand-in ERP and CRM beside it, in one process: stopping it leaves nothing running and nothing on the disk.</summary>
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
            await using var sandbox = await SandboxHost.StartAsync(new SandboxOptions
            {
                ErpUrl = Local(ports[1]),
                CrmUrl = Local(ports[2]),
                Skus = arguments.Skus,
                Simulation = new SimulationOptions { Enabled = true, Speed = arguments.Speed },
            });
            await using var portal = PortalHost.Build(
                new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, EnvironmentName = Environments.Development },
                builder => Configure(builder, sandbox, Local(ports[0]), state.FullName));
            await portal.StartAsync();
            Tell(Local(ports[0]), sandbox);
            await portal.WaitForShutdownAsync();
            return 0;
        }
        finally
        {
            state.Delete(recursive: true);
        }
    }

    private static void Configure(WebApplicationBuilder builder, SandboxHost sandbox, Uri portal, string state)
    {
        builder.WebHost.UseUrls(portal.ToString());
        builder.Configuration.AddInMemoryCollection(DemoConfiguration.For(sandbox, portal, state));
    }

    private static void Tell(Uri portal, SandboxHost sandbox) => Console.WriteLine(
        $"""

          The portal   {portal}
                       pick a buyer, a sales rep or an admin to sign in as

          Its ERP      {sandbox.ErpControlUrl}
          Its CRM      {sandbox.CrmControlUrl}
                       stand-ins: make them slow, silent or wrong here, and see what the portal does

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
