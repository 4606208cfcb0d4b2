using System.Net;
using System.Net.Http.Json;
using System.Security.Claims;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using PortalIntegration.Core.Accounts;
using PortalIntegration.Core.Contacts;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.Hosting;
using PortalIntegration.Sandbox;
using PortalIntegration.Tests.Servers;
using PortalIntegration.Tests;

namespace PortalIntegration.IntegrationTests.Portal;

/// <summary>A portal in this process whose people sign in with two real providers: customers with one, staff with the other. A third does not answer.</summary>
public sealed class SignInFixture : IAsyncLifetime
{
    private static readonly Scope Everything = Scope.ForPortal("test", Lane.Interactive);

    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("portal-sign-in-");
    private SandboxHost? _sandbox;
    private WebApplication? _portal;
    private OpenIdServer? _providers;

    public OpenIdServer Providers => _providers ?? throw new InvalidOperationException("Not started.");

    public SandboxHost Sandbox => _sandbox ?? throw new InvalidOperationException("Not started.");

    public IServiceProvider Services => _portal!.Services;

    public Uri Address { get; } = ServerProcess.FreeAddress();

    /// <summary>Contacts who act for one account each, no two tests the same.</summary>
    public Queue<Person> Buyers { get; private set; } = [];

    public Person WithTwoAccounts { get; private set; } = null!;

    public Person Rep { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        // Tokens run out soon, so that a test of refreshing waits for no clock.
        _providers = await OpenIdServer.StartAsync(Address, accessTokenSeconds: 12);
        _sandbox = await SandboxHost.StartAsync(new SandboxOptions
        {
            ErpUrl = new Uri("http://127.0.0.1:0"), CrmUrl = new Uri("http://127.0.0.1:0"), Skus = 40, Accounts = 20, Contacts = 90, Orders = 40,
        });
        var settings = new Dictionary<string, string?>(_providers.Settings())
        {
            ["SignIn:Confirm"] = "00:00:00.5",
            ["Limits:SignIn:PerPerson"] = "10",
            ["SignIn:Providers:gone:Authority"] = ServerProcess.FreeAddress().ToString().TrimEnd('/'),
            ["SignIn:Providers:gone:ClientId"] = "portal",
            ["SignIn:Providers:gone:ClientSecret"] = "secret",
            ["SignIn:Providers:gone:Roles:0"] = "customer",
            ["State:Directory"] = _state.FullName,
            ["Company:Name"] = "Halden Supply",
            ["Systems:erp:Connector"] = "reference-erp",
            ["Systems:erp:Address"] = _sandbox.ErpUrl.ToString(),
            ["Systems:erp:Credentials:Token"] = _sandbox.Options.ErpToken,
            ["Systems:crm:Connector"] = "reference-crm",
            ["Systems:crm:Address"] = _sandbox.CrmUrl.ToString(),
            ["Systems:crm:Credentials:Token"] = _sandbox.Options.CrmToken,
            ["Serilog:MinimumLevel:Default"] = "Error",
        };
        settings["SignIn:Providers:staff:EmailDomains:0"] = "halden.example";
        _portal = PortalHost.Build(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, EnvironmentName = Environments.Development },
            builder =>
            {
                builder.WebHost.UseUrls(Address.ToString());
                builder.Configuration.AddInMemoryCollection(settings);
            });
        await _portal.StartAsync();
        await Cast();
    }

    public async ValueTask DisposeAsync()
    {
        if (_portal is not null)
        {
            await _portal.StopAsync();
            await _portal.DisposeAsync();
        }

        foreach (var part in new IAsyncDisposable?[] { _sandbox, _providers })
        {
            if (part is not null)
            {
                await part.DisposeAsync();
            }
        }

        TestDirectory.Delete(_state.FullName);
    }

    public Browser Browser() => new(Address);

    /// <summary>Changes a contact in the CRM behind the portal's back.</summary>
    public async Task Edit(Person person, object change)
    {
        using var http = new HttpClient();
        using var answer = await http.PutAsJsonAsync(new Uri(Sandbox.CrmUrl, $"/control/crm/contacts/{person.Id}"), change);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>A person whom the CRM knows, known to the customers' provider too.</summary>
    public async Task<Person> NewBuyer()
    {
        var person = Buyers.Dequeue();
        await Providers.Put(OpenIdServer.Customers, person.Id.Value, person.Email!);
        return person;
    }

    private async Task Cast()
    {
        var map = Services.GetRequiredService<IOwnershipMap>();
        var contacts = (await map.Owner<IContacts>().Search(Everything, new PersonQuery(Limit: 200))).Value.Items;
        var linked = (await map.Owner<IAccounts>().Search(Everything, new AccountQuery(Limit: 200))).Value.Items.Where(account => account.Customer is not null).Select(account => account.Id).ToHashSet();
        var alone = contacts.Where(person => person.Email is not null && contacts.Count(other => string.Equals(other.Email, person.Email, StringComparison.OrdinalIgnoreCase)) == 1).ToList();
        Buyers = new(alone.Where(person => person is { Role: Role.Buyer or Role.Viewer or Role.Approver, Accounts: [var only] } && linked.Contains(only)));
        WithTwoAccounts = alone.First(person => person.Accounts.Count == 2 && person.Accounts.All(linked.Contains));
        var staff = (await map.Owner<IContacts>().Search(Everything, new PersonQuery(Staff: true, Limit: 200))).Value.Items;
        Rep = staff.First(person => person.Role is Role.Rep && staff.Count(other => other.Email == person.Email) == 1);
    }
}

[CollectionDefinition(Name)]
public sealed class SignInCollection : ICollectionFixture<SignInFixture>
{
    public const string Name = "portal with providers";
}

/// <summary>Keeps cookies and follows redirects from site to site, one by one.</summary>
public sealed class Browser : IDisposable
{
    private readonly Uri _portal;
    private readonly CookieContainer _cookies;
    private readonly HttpClient _http;

    public Browser(Uri portal)
        : this(portal, [])
    {
    }

    private Browser(Uri portal, CookieCollection cookies)
    {
        _portal = portal;
        _cookies = new CookieContainer();
        _cookies.Add(cookies);
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = _cookies });
    }

    /// <summary>Another with the cookies of this one as they are now.</summary>
    public Browser Copy() => new(_portal, _cookies.GetAllCookies());

    /// <summary>Who is signed in, as the portal reads it from the cookie.</summary>
    public ClaimsPrincipal Ticket(IServiceProvider portal) =>
        portal.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(CookieAuthenticationDefaults.AuthenticationScheme)
            .TicketDataFormat.Unprotect(Uri.UnescapeDataString(_cookies.GetCookies(_portal)["portal"]!.Value))!.Principal;

    public async Task<HttpResponseMessage> Get(string url) => await _http.GetAsync(new Uri(_portal, url));

    /// <summary>The page at the end of all redirects.</summary>
    public Task<Arrival> Follow(string url) => Follow(new Uri(_portal, url), null);

    /// <summary>To the provider, and as far as its form; or through it where the provider knows him still.</summary>
    public Task<Arrival> GoToSignIn(string provider, string returnTo = "/") => Follow($"/sign-in/{provider}?returnTo={Uri.EscapeDataString(returnTo)}");

    public async Task<Arrival> SignIn(string provider, string subject, string returnTo = "/") => await Login(await GoToSignIn(provider, returnTo), subject);

    /// <summary>Fills in the provider's form.</summary>
    public async Task<Arrival> Login(Arrival form, string subject)
    {
        form.Page.ShouldContain("name=\"login\"", customMessage: form.Address.ToString());
        var arrived = await Submit(form, "form", ("login", subject), ("password", "any"));

        // Another person than the one before: the provider first ends that one's session, by a form that a script would send.
        return arrived.Address.AbsolutePath.StartsWith("/auth/", StringComparison.Ordinal) ? await Submit(arrived, "form") : arrived;
    }

    public Task<Arrival> Submit(Arrival at, string form, params (string Name, string Value)[] fields)
    {
        var found = new HtmlParser().ParseDocument(at.Page).QuerySelector(form).ShouldNotBeNull(at.Page);
        var hidden = found.QuerySelectorAll("input[type=hidden]").Select(input => (Name: input.GetAttribute("name")!, Value: input.GetAttribute("value") ?? ""));
        return Follow(
            new Uri(at.Address, found.GetAttribute("action")),
            new FormUrlEncodedContent(hidden.Concat(fields).Select(field => KeyValuePair.Create(field.Name, field.Value))));
    }

    public void Dispose() => _http.Dispose();

    public async Task<Arrival> Follow(Uri address, HttpContent? post)
    {
        for (var hops = 0; hops < 20; hops++)
        {
            using var answer = post is null ? await _http.GetAsync(address) : await _http.PostAsync(address, post);
            if ((int)answer.StatusCode is < 300 or >= 400)
            {
                return new Arrival(address, answer.StatusCode, await answer.Content.ReadAsStringAsync()) { RetryAfter = answer.Headers.RetryAfter?.Delta };
            }

            address = new Uri(address, answer.Headers.Location!);
            post = null;
        }

        throw new InvalidOperationException($"Too many redirects; the last to {address}.");
    }
}

/// <summary>Where redirects ended.</summary>
public sealed record Arrival(Uri Address, HttpStatusCode Status, string Page)
{
    /// <summary>Null where nothing is to be waited for.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
