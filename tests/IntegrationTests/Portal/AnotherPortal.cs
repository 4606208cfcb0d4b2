using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using PortalIntegration.Portal.Hosting;
using PortalIntegration.Tests;

namespace PortalIntegration.IntegrationTests.Portal;

/// <summary>One more portal on the fixture's sandbox, set up otherwise, asked over real HTTP.</summary>
internal sealed class AnotherPortal : IAsyncDisposable
{
    private readonly DirectoryInfo _state;
    private readonly WebApplication _portal;

    private AnotherPortal(DirectoryInfo state, WebApplication portal)
    {
        _state = state;
        _portal = portal;
    }

    public IServiceProvider Services => _portal.Services;

    public Uri Address => new(_portal.Urls.Single());

    public static async Task<AnotherPortal> Start(PortalFixture beside, params (string Key, string Value)[] settings)
    {
        var state = Directory.CreateTempSubdirectory("portal-tests-");
        var portal = Build(beside, state, settings);
        await portal.StartAsync();
        return new(state, portal);
    }

    /// <summary>Built and not started.</summary>
    public static WebApplication Build(PortalFixture beside, DirectoryInfo state, params (string Key, string Value)[] settings) => PortalHost.Build(
        new WebApplicationOptions
        {
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = settings.Where(setting => setting.Key == "environment").Select(setting => setting.Value).FirstOrDefault(Environments.Development),
        },
        builder =>
        {
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["SignIn:Kind"] = "PersonPicker",
                ["State:Directory"] = state.FullName,
                ["Systems:erp:Connector"] = "reference-erp",
                ["Systems:erp:Address"] = beside.Sandbox.ErpUrl.ToString(),
                ["Systems:erp:Credentials:Token"] = beside.Sandbox.Options.ErpToken,
                ["Systems:crm:Connector"] = "reference-crm",
                ["Systems:crm:Address"] = beside.Sandbox.CrmUrl.ToString(),
                ["Systems:crm:Credentials:Token"] = beside.Sandbox.Options.CrmToken,
                ["Sync:CatalogueSnapshot:Enabled"] = "false",
                ["Serilog:MinimumLevel:Default"] = "Fatal",
            });
            builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        });

    /// <summary>A browser without scripts; nobody is signed in.</summary>
    public Visitor Visitor() => new(Address);

    /// <summary>A browser without scripts in which this person is signed in, through the form.</summary>
    public async Task<Visitor> SignedIn(string person)
    {
        var visitor = Visitor();
        using var answer = await visitor.Post("/sign-in", "/sign-in", ("person", person));
        answer.Headers.Location?.OriginalString.ShouldBe("/", $"{person} could not sign in");
        return visitor;
    }

    public async ValueTask DisposeAsync()
    {
        await _portal.StopAsync();
        await _portal.DisposeAsync();
        TestDirectory.Delete(_state.FullName);
    }
}
