using System.Net.NetworkInformation;
using PortalIntegration.Tests.Servers;
using PortalIntegration.Tests;

namespace PortalIntegration.IntegrationTests.Demo;

/// <summary>The demo as a newcomer starts it: one process, three addresses, nothing left when it is stopped.</summary>
public sealed class DemoTests
{
    [Fact]
    public async Task Demo_StartedAndStopped_ServesPortalErpAndCrmAndLeavesNothing()
    {
        var own = Directory.CreateTempSubdirectory("demo-test-"); // other demos of this machine are none of ours
        var portal = ServerProcess.FreeAddress();
        await using var demo = await ServerProcess.StartAsync(
            "Demo", portal, "/sign-in", ["--port", $"{portal.Port}", "--skus", "50"], new Dictionary<string, string?> { ["TMPDIR"] = own.FullName });
        own.GetDirectories("portal-demo-*").ShouldHaveSingleItem();
        using var http = new HttpClient { BaseAddress = portal };

        (await http.GetAsync("/_framework/blazor.web.js")).EnsureSuccessStatusCode();
        (await http.GetAsync("/lib/bootstrap/bootstrap-reboot.min.css")).EnsureSuccessStatusCode();
        (await http.GetStringAsync("/sign-in")).ShouldContain("name=\"person\"", customMessage: demo.Output);
        List<Uri> systems = [];
        for (var look = 0; look < 300 && systems.Count < 2; look++)
        {
            // The portal answers a moment before it is told where.
            await Task.Delay(100, TestContext.Current.CancellationToken);
            systems = [.. demo.Output.Split('\n').Where(line => line.Contains("/control/", StringComparison.Ordinal))
                .Select(line => new Uri(line[line.IndexOf("http", StringComparison.Ordinal)..].Trim()))];
        }

        systems.Count.ShouldBe(2);
        demo.Output.ShouldContain(portal.ToString());
        foreach (var system in systems)
        {
            (await http.GetAsync(system)).EnsureSuccessStatusCode();
        }

        await demo.StopAsync();

        demo.Running.ShouldBeFalse();
        var listening = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(listener => listener.Port).ToList();
        listening.ShouldNotContain(portal.Port);
        systems.ShouldAllBe(system => !listening.Contains(system.Port));
        own.GetDirectories("portal-demo-*").ShouldBeEmpty();
        TestDirectory.Delete(own.FullName);
    }

    [Theory]
    [InlineData("--skus", "many", "--skus must be a number from 10 to 100000, not 'many'")]
    [InlineData("--colour", "blue", "There is no option --colour")]
    [InlineData("--erp", "sap", "--erp must be one of sandbox, tryton, odoo, not 'sap'")]
    [InlineData("--crm", "tryton", "--crm must be one of sandbox, odoo, not 'tryton'")]
    [InlineData("--crm", "odoo", "--crm odoo needs --erp tryton or odoo")]
    public async Task Demo_BadOption_SaysWhatToDo(string name, string value, string said)
    {
        var start = () => ServerProcess.StartAsync("Demo", ServerProcess.FreeAddress(), "/", [name, value]);

        (await start.ShouldThrowAsync<InvalidOperationException>()).Message.ShouldContain(said);
    }
}
