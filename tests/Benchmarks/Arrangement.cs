using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using AngleSharp.Html.Parser;
using PortalIntegration.Sandbox;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.Benchmarks;

/// <summary>A sandbox with a fixed delay, and a portal in front of it, each a process of its own.</summary>
internal sealed class Arrangement : IAsyncDisposable
{
    private readonly ServerProcess _sandbox;
    private readonly DirectoryInfo _state;

    private Arrangement(ServerProcess sandbox, ServerProcess portal, Uri erp, Uri crm, DirectoryInfo state)
    {
        _sandbox = sandbox;
        _state = state;
        Portal = portal;
        Erp = erp;
        Crm = crm;
        Browser = NewBrowser();
        Control = new HttpClient();
    }

    public ServerProcess Portal { get; }

    public Uri Erp { get; }

    public Uri Crm { get; }

    /// <summary>Keeps its cookies, follows redirects.</summary>
    public HttpClient Browser { get; }

    public HttpClient Control { get; }

    public static string ErpToken => new SandboxOptions().ErpToken;

    /// <param name="delay">Of every call to either system.</param>
    /// <param name="sandboxArguments">Beyond the addresses.</param>
    /// <param name="settings">Further settings of the portal, by the address that it listens on.</param>
    public static async Task<Arrangement> StartAsync(
        TimeSpan delay, IReadOnlyList<string>? sandboxArguments = null, Func<Uri, IEnumerable<KeyValuePair<string, string?>>>? settings = null)
    {
        var (erp, crm) = (ServerProcess.FreeAddress(), ServerProcess.FreeAddress());
        var sandbox = await ServerProcess.StartAsync(
            "Sandbox", erp, "/control/about", ["--erp-url", erp.ToString(), "--crm-url", crm.ToString(), .. sandboxArguments ?? []]);
        var state = Directory.CreateTempSubdirectory("portal-benchmark-");
        var address = ServerProcess.FreeAddress();
        var all = Settings(erp, crm, state.FullName);
        foreach (var (key, value) in settings?.Invoke(address) ?? [])
        {
            all[key] = value;
        }

        var portal = await ServerProcess.StartAsync("Portal", address, "/sign-in", ["--urls", address.ToString()], all);
        var arrangement = new Arrangement(sandbox, portal, erp, crm, state);
        foreach (var system in new[] { erp, crm })
        {
            var set = await arrangement.Control.PostAsJsonAsync(new Uri(system, "/control/faults"), new { kind = "latency", milliseconds = (int)delay.TotalMilliseconds });
            set.EnsureSuccessStatusCode();
        }

        return arrangement;
    }

    public static Dictionary<string, string?> Settings(Uri erp, Uri crm, string state)
    {
        var options = new SandboxOptions();
        return new Dictionary<string, string?>
        {
            ["SignIn__Kind"] = "PersonPicker",
            // The picker needs Development; files go out as everywhere else all the same, compressed and to be kept by the browser.
            ["ReloadStaticAssetsAtRuntime"] = "false",
            ["EnableStaticAssetsDevelopmentCaching"] = "true",
            ["Serilog__MinimumLevel__Default"] = "Error",
            ["State__Directory"] = state,
            ["Limits__Questions__PerPerson"] = "10000000", // one person stands for many here
            ["Systems__erp__Connector"] = "reference-erp",
            ["Systems__erp__Address"] = new Uri(erp, "/erp/v1/").ToString(),
            ["Systems__erp__Credentials__Token"] = options.ErpToken,
            ["Systems__erp__Concurrency"] = "64",
            ["Systems__crm__Connector"] = "reference-crm",
            ["Systems__crm__Address"] = new Uri(crm, "/crm/v1/").ToString(),
            ["Systems__crm__Credentials__Token"] = options.CrmToken,
        };
    }

    /// <summary>Signs in as the first buyer who acts for a linked account, and answers his customer number in the ERP.</summary>
    public async Task<string> SignInAsync()
    {
        var (person, customer) = await FindBuyer(Control, Crm);
        var page = new HtmlParser().ParseDocument(await Browser.GetStringAsync(new Uri(Portal.Address, "/sign-in")));
        var token = page.QuerySelector("input[name=__RequestVerificationToken]")?.GetAttribute("value")
            ?? throw new InvalidOperationException("The sign-in page has no form.");
        var signedIn = await Browser.PostAsync(new Uri(Portal.Address, "/sign-in"), new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["__RequestVerificationToken"] = token,
            ["person"] = person,
        }));
        signedIn.EnsureSuccessStatusCode();
        return signedIn.RequestMessage!.RequestUri!.AbsolutePath == "/" ? customer : throw new InvalidOperationException($"Sign-in led to {signedIn.RequestMessage.RequestUri}.");
    }

    public static async Task<(string Person, string Customer)> FindBuyer(HttpClient http, Uri crm)
    {
        foreach (var contact in (await Read(http, new Uri(crm, "/crm/v1/contacts?limit=100"), new SandboxOptions().CrmToken)).GetProperty("items").EnumerateArray())
        {
            var account = contact.GetProperty("accountIds").EnumerateArray().FirstOrDefault();
            if (contact.TryGetProperty("portal", out var portal) && portal.ValueKind == JsonValueKind.Object && portal.GetProperty("role").GetString() == "buyer"
                && account.ValueKind == JsonValueKind.String && contact.GetProperty("accountIds").GetArrayLength() == 1)
            {
                var linked = await Read(http, new Uri(crm, $"/crm/v1/accounts/{account.GetString()}"), new SandboxOptions().CrmToken);
                if (linked.TryGetProperty("erpCustomerNumber", out var number) && number.ValueKind == JsonValueKind.String)
                {
                    return (contact.GetProperty("id").GetString()!, number.GetString()!);
                }
            }
        }

        throw new InvalidOperationException("The sandbox has no buyer with a linked account.");
    }

    public Task<JsonElement> ReadCrm(string path) => Read(Control, new Uri(Crm, "/crm/v1/" + path), new SandboxOptions().CrmToken);

    public Task<JsonElement> ReadErp(string path) => Read(Control, new Uri(Erp, "/erp/v1/" + path), ErpToken);

    private static async Task<JsonElement> Read(HttpClient http, Uri address, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        using var response = await http.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>Forgets the calls logged so far.</summary>
    public async Task ForgetCalls()
    {
        (await Control.DeleteAsync(new Uri(Erp, "/control/calls"))).EnsureSuccessStatusCode();
        (await Control.DeleteAsync(new Uri(Crm, "/control/calls"))).EnsureSuccessStatusCode();
    }

    /// <summary>The calls that reached the two systems since, without those of batch and sync work.</summary>
    public async Task<IReadOnlyList<UpstreamCall>> Calls() => await Calls(lane => lane is null or "interactive" or "order");

    /// <param name="lanes">Which lanes count; null for calls that name none.</param>
    public async Task<IReadOnlyList<UpstreamCall>> Calls(Func<string?, bool> lanes)
    {
        var calls = new List<UpstreamCall>();
        foreach (var (system, address) in new[] { ("erp", Erp), ("crm", Crm) })
        {
            var log = await Control.GetFromJsonAsync<JsonElement>(new Uri(address, "/control/calls?limit=20000"));
            calls.AddRange(log.GetProperty("items").EnumerateArray()
                .Where(call => lanes(call.GetProperty("lane").GetString()))
                .Select(call => new UpstreamCall(system, call.GetProperty("operation").GetString()!, call.GetProperty("milliseconds").GetDouble())));
        }

        return calls;
    }

    public static HttpClient NewBrowser() => new(new SocketsHttpHandler { CookieContainer = new CookieContainer(), AutomaticDecompression = DecompressionMethods.All });

    public async ValueTask DisposeAsync()
    {
        Browser.Dispose();
        Control.Dispose();
        await Portal.DisposeAsync();
        await _sandbox.DisposeAsync();
        _state.Delete(recursive: true);
    }
}

internal sealed record UpstreamCall(string System, string Operation, double Milliseconds);
