using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PortalIntegration.Sandbox;
using PortalIntegration.Sandbox.Faults;
using PortalIntegration.Tests.Servers;
using PortalIntegration.Tests;

namespace PortalIntegration.IntegrationTests.Portal;

/// <summary>What a proxy and a machine that looks after the portal are told.</summary>
[Collection(PortalCollection.Name)]
public sealed class HealthTests(PortalFixture portal) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("portal-health-");

    [Fact]
    public async Task Ready_WithASystemDown_IsReadyAndSaysWhichOne()
    {
        using var nobody = portal.Visitor();
        using var crm = new SandboxControl(portal.Sandbox.CrmControlUrl);
        var rule = await crm.SetFaultAsync(new FaultRule { Kind = FaultKind.Outage, Mode = "unavailable" });
        try
        {
            await portal.Map.Systems.Single(system => system.System == "crm").Monitor.Probe(TestContext.Current.CancellationToken);

            var (status, body) = await Ask(nobody, "/health/ready");

            status.ShouldBe(HttpStatusCode.OK);
            body.GetProperty("status").GetString().ShouldBe("Degraded");
            body.GetProperty("checks").GetProperty("store").GetProperty("status").GetString().ShouldBe("Healthy");
            var systems = body.GetProperty("checks").GetProperty("systems").GetProperty("data");
            systems.GetProperty("crm").GetProperty("failingSince").ValueKind.ShouldBe(JsonValueKind.String);
            body.ToString().ShouldNotContain(portal.Sandbox.CrmUrl.Authority);
        }
        finally
        {
            await crm.ClearFaultsAsync(rule.Id);
            await portal.Map.Systems.Single(system => system.System == "crm").Monitor.Probe(TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task StoreSilent_IsNotReadyAndAlive()
    {
        var address = ServerProcess.FreeAddress();
        var state = Path.Combine(_folder.FullName, "state");
        await using var process = await ServerProcess.StartAsync("Portal", address, "/health/ready",
        [
            $"--urls={address}", "--SignIn:Kind=PersonPicker", $"--State:Directory={state}", "--State:BusyTimeout=00:00:00.2", "--Telemetry:LogFormat=json",
            "--Systems:erp:Connector=reference-erp", $"--Systems:erp:Address={portal.Sandbox.ErpUrl}", $"--Systems:erp:Credentials:Token={portal.Sandbox.Options.ErpToken}",
            "--Systems:crm:Connector=reference-crm", $"--Systems:crm:Address={portal.Sandbox.CrmUrl}", $"--Systems:crm:Credentials:Token={portal.Sandbox.Options.CrmToken}",
        ]);
        using var nobody = new Visitor(address);
        (await Ask(nobody, "/health/ready")).Status.ShouldBe(HttpStatusCode.OK);

        // The file is moved away; a new connection finds a directory in its place.
        StoreFiles.PutAside(state);

        var ready = await Ask(nobody, "/health/ready");
        ready.Status.ShouldBe(HttpStatusCode.ServiceUnavailable, ready.Body.ToString());
        ready.Body.GetProperty("checks").GetProperty("store").GetProperty("status").GetString().ShouldBe("Unhealthy");
        (await Ask(nobody, "/health/live")).Status.ShouldBe(HttpStatusCode.OK);

        var logged = process.Output.Split('\n').Where(line => line.StartsWith('{')).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        logged.ShouldNotBeEmpty(process.Output);
        logged.ShouldAllBe(entry => entry.GetProperty("Level").GetString() != null && entry.GetProperty("Timestamp").ValueKind == JsonValueKind.String);
    }

    public void Dispose() => TestDirectory.Delete(_folder.FullName);

    private static async Task<(HttpStatusCode Status, JsonElement Body)> Ask(Visitor visitor, string url)
    {
        using var answer = await visitor.Get(url);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }
}
