using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace PortalIntegration.Tests.Servers;

/// <summary>Two real OpenID Connect providers (<c>oidc-provider</c>) in one process: <c>customers</c> and <c>staff</c>. Needs Node and npm.</summary>
public sealed class OpenIdServer : IAsyncDisposable
{
    public const string Customers = "customers";
    public const string Staff = "staff";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(10) };

    private readonly Process _process;
    private readonly Uri _control;
    private readonly Dictionary<string, Uri> _issuers;
    private readonly ConcurrentQueue<string> _output = new();

    private OpenIdServer(Process process, Uri control, Dictionary<string, Uri> issuers)
    {
        _process = process;
        _control = control;
        _issuers = issuers;
    }

    /// <param name="portal">Where the portal will listen.</param>
    /// <param name="accessTokenSeconds">How soon the portal has to ask for new tokens.</param>
    public static async Task<OpenIdServer> StartAsync(Uri portal, int accessTokenSeconds = 3600)
    {
        var folder = await NpmTool.InstalledAsync("oidc-provider", Path.Combine(ServerProcess.Root, "tests", "Shared", "Servers", "OpenId"));
        var issuers = new[] { Customers, Staff }.ToDictionary(name => name, _ => ServerProcess.FreeAddress());
        var control = ServerProcess.FreeAddress();
        var start = new ProcessStartInfo("node") { WorkingDirectory = folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("providers.mjs");
        start.ArgumentList.Add(control.Port.ToString(CultureInfo.InvariantCulture));
        start.Environment["PROVIDERS"] = JsonSerializer.Serialize(issuers.Select(issuer => new
        {
            name = issuer.Key,
            port = issuer.Value.Port,
            redirect = new Uri(portal, $"sign-in/{issuer.Key}/done"),
            signedOut = new Uri(portal, "signed-out"),
            backChannel = new Uri(portal, $"sign-out/{issuer.Key}"),
            accessTokenSeconds,
        }));
        var server = new OpenIdServer(new Process { StartInfo = start }, control, issuers);
        server._process.OutputDataReceived += server.Keep;
        server._process.ErrorDataReceived += server.Keep;
        server._process.Start();
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        foreach (var issuer in issuers.Values)
        {
            await server.WaitUntilReady(new Uri(issuer, ".well-known/openid-configuration"));
        }

        await server.WaitUntilReady(control);
        return server;
    }

    /// <summary>What it has printed so far.</summary>
    public string Output => string.Join('\n', _output);

    public Uri Issuer(string provider) => _issuers[provider];

    /// <summary>The portal's settings: customers come in with the one, reps and admins with the other, by their groups.</summary>
    public Dictionary<string, string?> Settings() => new()
    {
        ["SignIn:Kind"] = "Providers",
        ["SignIn:Providers:customers:Title"] = "Halden ID",
        ["SignIn:Providers:customers:Authority"] = Authority(Customers),
        ["SignIn:Providers:customers:ClientId"] = "portal-customers",
        ["SignIn:Providers:customers:ClientSecret"] = "secret-of-customers",
        ["SignIn:Providers:customers:Roles:0"] = "customer",
        ["SignIn:Providers:staff:Title"] = "Halden staff",
        ["SignIn:Providers:staff:Authority"] = Authority(Staff),
        ["SignIn:Providers:staff:ClientId"] = "portal-staff",
        ["SignIn:Providers:staff:ClientSecret"] = "secret-of-staff",
        ["SignIn:Providers:staff:Roles:0"] = "rep",
        ["SignIn:Providers:staff:Roles:1"] = "admin",
        ["SignIn:Providers:staff:RoleClaim"] = "groups",
        ["SignIn:Providers:staff:RepValues:0"] = "sales",
        ["SignIn:Providers:staff:AdminValues:0"] = "portal-admins",
    };

    /// <summary>Somebody whom the provider knows; he signs in by his name there, with any password.</summary>
    public Task Put(string provider, string subject, string email, bool verified = true, string? name = null, params string[] groups) =>
        Send(HttpMethod.Put, $"{provider}/{subject}", new { email, email_verified = verified, name = name ?? subject, groups });

    /// <summary>His refresh tokens are worth nothing from now on.</summary>
    public Task Refuse(string provider, string subject) => Send(HttpMethod.Post, $"{provider}/{subject}/refuse");

    public Task Allow(string provider, string subject) => Send(HttpMethod.Post, $"{provider}/{subject}/allow");

    /// <summary>A logout token of his, signed by the provider.</summary>
    /// <param name="client">Whom it is for: <c>portal-{provider}</c>, or <c>another-{provider}</c>.</param>
    public Task<string> LogoutToken(string provider, string subject, string client) => Http.GetStringAsync(new Uri(_control, $"{provider}/{subject}/logout/{client}"));

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private string Authority(string provider) => _issuers[provider].ToString().TrimEnd('/');

    private async Task Send(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(_control, path)) { Content = body is null ? null : JsonContent.Create(body) };
        using var answer = await Http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }

    private async Task WaitUntilReady(Uri ready)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < StartLimit)
        {
            if (_process.HasExited)
            {
                throw new InvalidOperationException($"The providers ended with {_process.ExitCode}:\n{Output}");
            }

            try
            {
                using var answer = await Http.GetAsync(ready);
                return;
            }
            catch (Exception notYet) when (notYet is HttpRequestException or TaskCanceledException)
            {
                await Task.Delay(100);
            }
        }

        throw new InvalidOperationException($"The providers did not start:\n{Output}");
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not null)
        {
            _output.Enqueue(line.Data);
        }
    }
}
