using System.Net;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Portal.Hosting;
using PortalIntegration.Sandbox;
using PortalIntegration.Tests;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.IntegrationTests.Portal;

/// <summary>The whole portal on a sandbox, in this process, asked over real HTTP.</summary>
public class PortalFixture : IAsyncLifetime
{
    protected const string WebhookSecret = "whsec_cG9ydGFsLXRlc3RzLTMyLWJ5dGVzLWxvbmctISEhISE=";

    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("portal-tests-");
    private Dictionary<string, string?> _settings = [];
    private SandboxHost? _sandbox;
    private WebApplication? _portal;

    public SandboxHost Sandbox => _sandbox ?? throw new InvalidOperationException("Not started.");

    public IServiceProvider Services => _portal!.Services;

    public IOwnershipMap Map => Services.GetRequiredService<IOwnershipMap>();

    public Uri Address { get; private set; } = null!;

    /// <summary>Of the store and the systems, as a command takes them.</summary>
    public IEnumerable<string> Settings => _settings.Where(setting => setting.Key.StartsWith('S')).Select(setting => $"--{setting.Key}={setting.Value}");

    /// <summary>Where the portal keeps what it keeps.</summary>
    protected DirectoryInfo State => _state;

    /// <summary>The last word before the portal is built.</summary>
    protected virtual void Arrange(WebApplicationBuilder builder)
    {
    }

    /// <summary>After everything has ended.</summary>
    protected virtual ValueTask Finish() => ValueTask.CompletedTask;

    public async ValueTask InitializeAsync()
    {
        _sandbox = await SandboxHost.StartAsync(new SandboxOptions
        {
            ErpUrl = new Uri("http://127.0.0.1:0"),
            CrmUrl = new Uri("http://127.0.0.1:0"),
            Skus = 120,
            Accounts = 40,
            Contacts = 120,
            Orders = 600,
            DispatchHour = DispatchHour.FarFromNow,
        });
        foreach (var (file, colour) in new[] { ("logo.svg", "#0f5c6b"), ("logo-dark.svg", "#ffffff") })
        {
            await File.WriteAllTextAsync(
                Path.Combine(_state.FullName, file),
                $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10"><rect width="40" height="10" fill="{colour}"/></svg>""");
        }

        _portal = PortalHost.Build(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, EnvironmentName = Environments.Development },
            builder =>
            {
                builder.WebHost.UseUrls("http://127.0.0.1:0");
                _settings = new Dictionary<string, string?>
                {
                    ["SignIn:Kind"] = "PersonPicker",
                    ["Pages:FirstAnswer"] = "00:00:05", // a machine at its limit is slow, and what is not found is told by its status here
                    ["State:Directory"] = _state.FullName,
                    ["Limits:Questions:PerPerson"] = "10000000", // walks and trials ask as one person what no person does
                    ["Company:Name"] = "Halden Supply",
                    ["Company:Logo"] = Path.Combine(_state.FullName, "logo.svg"),
                    ["Company:LogoDark"] = Path.Combine(_state.FullName, "logo-dark.svg"),
                    ["Systems:erp:Connector"] = "reference-erp",
                    ["Systems:erp:Address"] = _sandbox.ErpUrl.ToString(),
                    ["Systems:erp:Credentials:Token"] = _sandbox.Options.ErpToken,
                    ["Systems:erp:WebhookSecrets:0"] = WebhookSecret,
                    ["Systems:crm:Connector"] = "reference-crm",
                    ["Systems:crm:Address"] = _sandbox.CrmUrl.ToString(),
                    ["Systems:crm:Credentials:Token"] = _sandbox.Options.CrmToken,
                    ["Serilog:MinimumLevel:Default"] = "Error",
                };
                builder.Configuration.AddInMemoryCollection(_settings);
                Arrange(builder);
            });
        await _portal.StartAsync();
        Address = new Uri(_portal.Urls.Single());
    }

    /// <summary>Ends the portal and leaves what it kept.</summary>
    public async Task StopPortal()
    {
        if (_portal is not null)
        {
            await _portal.StopAsync();
            await _portal.DisposeAsync();
            _portal = null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopPortal();

        if (_sandbox is not null)
        {
            await _sandbox.DisposeAsync();
        }

        TestDirectory.Delete(_state.FullName);
        await Finish();
        GC.SuppressFinalize(this);
    }

    /// <summary>A browser without scripts; nobody is signed in.</summary>
    public Visitor Visitor() => new(Address);

    /// <summary>A browser without scripts in which this person is signed in, through the form.</summary>
    public async Task<Visitor> SignedIn(string person)
    {
        var visitor = Visitor();
        var answer = await visitor.Post("/sign-in", "/sign-in", ("person", person));
        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        answer.Headers.Location!.OriginalString.ShouldBe("/", $"{person} could not sign in");
        return visitor;
    }
}

/// <summary>Keeps cookies, follows no redirect.</summary>
public sealed class Visitor(Uri address) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = address };

    public Task<HttpResponseMessage> Get(string url) => _http.GetAsync(url);

    public Task<HttpResponseMessage> Send(HttpRequestMessage request) => _http.SendAsync(request);

    /// <summary>The whole page, with what was streamed after it.</summary>
    public async Task<string> Read(string url)
    {
        var answer = await Get(url);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, url);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>Posts a form with the antiforgery token that stands on a page.</summary>
    public async Task<HttpResponseMessage> Post(string url, string tokenFrom, params (string Name, string Value)[] fields)
    {
        var page = new HtmlParser().ParseDocument(await (await Get(tokenFrom)).Content.ReadAsStringAsync());
        var token = page.QuerySelector("input[name=__RequestVerificationToken]")?.GetAttribute("value") ?? string.Empty;
        return await _http.PostAsync(url, new FormUrlEncodedContent(
            fields.Append(("__RequestVerificationToken", token)).Select(field => KeyValuePair.Create(field.Item1, field.Item2))));
    }

    public void Dispose() => _http.Dispose();
}

[CollectionDefinition(Name)]
public sealed class PortalCollection : ICollectionFixture<PortalFixture>
{
    public const string Name = "portal on a sandbox";
}
