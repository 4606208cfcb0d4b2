using System.Net;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PortalIntegration.Core;
using PortalIntegration.Portal.Hosting;
using PortalIntegration.Portal.SignIn;
using PortalIntegration.Portal.SignIn.Providers;
using PortalIntegration.Tests;

namespace PortalIntegration.IntegrationTests.Portal;

/// <summary>What is believed of who the visitor is: what a known proxy says, and nobody else.</summary>
[Collection(PortalCollection.Name)]
public sealed class ProxyTests(PortalFixture portal)
{
    [Fact]
    public async Task ForwardedFor_FromAKnownProxy_IsTheVisitor()
    {
        await using var behind = await AnotherPortal.Start(portal, ("Proxy:Networks:0", "127.0.0.0/8"), ("Limits:SignIn:PerAddress", "10"));
        using var visitor = behind.Visitor();
        await UntilRefused(visitor, least: 10, most: 60, _ => "203.0.113.7");
        (await SignIn(visitor, "203.0.113.8")).ShouldBe(HttpStatusCode.BadRequest, "another visitor");

        // What stands before the proxy's own entry was written by the visitor.
        await UntilRefused(visitor, least: 0, most: 8, time => $"198.51.100.{time}, 203.0.113.7");

        // Of IPv6, a provider gives everybody a whole /64.
        await UntilRefused(visitor, least: 10, most: 60, time => $"2001:db8:1:1::{time + 1}");
        (await SignIn(visitor, "2001:db8:1:2::1")).ShouldBe(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("Proxy:Addresses:0", "192.0.2.10")]
    public async Task ForwardedFor_FromAnybodyElse_IsNotBelieved(string? key, string? value)
    {
        await using var open = await AnotherPortal.Start(portal, [("Limits:SignIn:PerAddress", "10"), .. key is null ? [] : new[] { (key, value!) }]);
        using var visitor = open.Visitor();
        await UntilRefused(visitor, least: 10, most: 60, time => $"203.0.113.{time}");
    }

    [Fact]
    public async Task ForwardedProto_FromAKnownProxy_MakesCookiesSecureAndOpensCircuits()
    {
        var person = (await People.Of(portal)).Buyer.Value;
        await using var behind = await AnotherPortal.Start(portal, ("Proxy:Addresses:0", "127.0.0.1"));
        (await Negotiate(behind.Address, person, behind)).ShouldBe((HttpStatusCode.OK, true));
        await using var open = await AnotherPortal.Start(portal);
        (await Negotiate(open.Address, person, open)).ShouldBe((HttpStatusCode.Forbidden, false), "nobody says here that it is https");
    }

    /// <summary>As for real, over the pipeline alone: a portal of a person picker does not start outside Development.</summary>
    [Theory]
    [InlineData("https", "portal.example", "max-age=31536000")]
    [InlineData("https", "localhost", null)]
    [InlineData("http", "portal.example", null)]
    public async Task OverTls_TheBrowserIsToldToStayThere(string scheme, string host, string? expected)
    {
        var state = Directory.CreateTempSubdirectory("portal-tests-");
        await using var app = AnotherPortal.Build(portal, state, ("environment", "Production"));
        await using var scope = app.Services.CreateAsyncScope();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        (context.Request.Scheme, context.Request.Host, context.Request.Path, context.Request.Method) = (scheme, new HostString(host), "/_blazor", "GET");
        context.Request.Headers.Origin = "https://elsewhere.example"; // answered before there is an endpoint

        await ((IApplicationBuilder)app).Build()(context);

        context.Response.StatusCode.ShouldBe(StatusCodes.Status403Forbidden);
        context.Response.Headers.StrictTransportSecurity.ToString().ShouldBe(expected ?? "");
        TestDirectory.Delete(state.FullName);
    }

    [Fact]
    public async Task OverTls_OutsideDevelopment_EveryCookieIsOfThisHostAlone()
    {
        const string provider = "SignIn:Providers:office:";
        var state = Directory.CreateTempSubdirectory("portal-tests-");
        await using var app = AnotherPortal.Build(
            portal, state, ("environment", "Production"), ("SignIn:Kind", "Providers"), (provider + "Authority", "https://login.example"), (provider + "ClientId", "portal"),
            (provider + "ClientSecret", "secret"), (provider + "Roles:0", "customer"));
        await using var scope = app.Services.CreateAsyncScope();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        (context.Request.Scheme, context.Request.Host) = ("https", new HostString("portal.example"));
        CookieBuilder[] built =
        [
            app.Services.GetRequiredService<IOptions<AntiforgeryOptions>>().Value.Cookie,
            app.Services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(CookieAuthenticationDefaults.AuthenticationScheme).Cookie,
            app.Services.GetRequiredService<IOptionsMonitor<OpenIdOptions>>().Get("office").CorrelationCookie,
        ];
        foreach (var cookie in built)
        {
            context.Response.Cookies.Append(cookie.Name!, "x", cookie.Build(context));
        }

        ActingCookie.Remember(context, new AccountId("acc-1"));
        Theme.Choose(context, "dark");
        var leaving = With("");
        ActingCookie.Forget(leaving); // on its own: it would take what was set before it out of the answer
        Theme.Choose(leaving, null);

        var set = context.Response.Headers.SetCookie.Concat(leaving.Response.Headers.SetCookie).Select(cookie => cookie!.ToLowerInvariant()).ToList();
        set.Count.ShouldBe(7);
        set.ShouldAllBe(cookie => cookie.StartsWith("__host-portal", StringComparison.Ordinal) && cookie.Contains("; path=/;") && cookie.Contains("; secure") && !cookie.Contains("domain="));
        ActingCookie.Last(With("__Host-portal-account=acc-1")).ShouldBe(new AccountId("acc-1"));
        ActingCookie.Last(With("portal-account=acc-1")).ShouldBeNull("anybody on a sister host may write that one");
        Theme.Chosen(With("__Host-portal-theme=dark")).ShouldBe("dark");
        TestDirectory.Delete(state.FullName);

        HttpContext With(string cookie)
        {
            var asking = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
            (asking.Request.Scheme, asking.Request.Host) = ("https", new HostString("portal.example"));
            asking.Request.Headers.Cookie = cookie;
            return asking;
        }
    }

    [Fact]
    public async Task Host_ThatIsNotThePortals_IsRefused()
    {
        await using var named = await AnotherPortal.Start(portal, ("AllowedHosts", "portal.example"));
        using var visitor = named.Visitor();
        foreach (var (host, status) in new[] { ("portal.example", HttpStatusCode.OK), ("elsewhere.example", HttpStatusCode.BadRequest), ("127.0.0.1", HttpStatusCode.BadRequest) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/sign-in");
            request.Headers.Host = host;
            using var answer = await visitor.Send(request);
            answer.StatusCode.ShouldBe(status, host);
        }
    }

    [Fact]
    public async Task SyncHealth_ThroughAKnownProxy_IsNotThereHoweverItsPathIsWritten()
    {
        await using var behind = await AnotherPortal.Start(portal, ("Proxy:Addresses:0", "127.0.0.1"));
        using var http = new HttpClient();
        foreach (var path in new[] { "/health/sync", "/Health/Sync", "/health/%73ync", "/x/../health/sync", "/health/./sync", "/health/sync/" })
        {
            (await Ask(path, "203.0.113.7")).ShouldBe(HttpStatusCode.NotFound, path);
            (await Ask(path, null)).ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable);
        }

        (await Ask("/health/live", "203.0.113.7")).ShouldBe(HttpStatusCode.OK);

        async Task<HttpStatusCode> Ask(string path, string? forwardedFor)
        {
            var address = new Uri($"http://{behind.Address.Authority}{path}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            if (forwardedFor is not null)
            {
                request.Headers.Add("X-Forwarded-For", forwardedFor);
            }

            using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
            return answer.StatusCode;
        }
    }

    /// <summary>What the image's own check and HAProxy's ask with: HTTP/1.0, which needs no Host.</summary>
    [Theory]
    [InlineData("HTTP/1.0\r\n", 200)]
    [InlineData("HTTP/1.0\r\nHost: 127.0.0.1:8080\r\n", 400)]
    [InlineData("HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n", 400)]
    public async Task HealthProbe_WithoutAHost_IsAnsweredWhateverHostsAreAllowed(string rest, int status)
    {
        await using var named = await AnotherPortal.Start(portal, ("AllowedHosts", "portal.example"));
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(named.Address.Host, named.Address.Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"GET /health/live {rest}Connection: close\r\n\r\n"), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);

        (await reader.ReadLineAsync(TestContext.Current.CancellationToken)).ShouldStartWith($"HTTP/1.1 {status} ");
    }

    [Theory]
    [InlineData("Proxy:Addresses:0", "proxy.example")]
    [InlineData("Proxy:Networks:0", "10.0.0.0/99")]
    [InlineData("Proxy:Hops", "0")]
    [InlineData("ForwardedHeaders_Enabled", "true")]
    [InlineData("Limits:Search:PerPerson", "0")]
    [InlineData("Limits:Circuits:MessageBytes", "100")]
    [InlineData("Limits:Requests:HeadersTimeout", "00:10:00")]
    public async Task Mistake_StopsTheStart_AndNamesItsKey(string key, string value)
    {
        var state = Directory.CreateTempSubdirectory("portal-tests-");
        var refused = await Should.ThrowAsync<OptionsValidationException>(async () =>
        {
            await using var app = AnotherPortal.Build(portal, state, (key, value));
            await app.StartAsync();
        });
        refused.Failures.ShouldHaveSingleItem().ShouldStartWith(key.StartsWith("Forwarded", StringComparison.Ordinal) ? "ASPNETCORE_FORWARDEDHEADERS_ENABLED" : key);
        TestDirectory.Delete(state.FullName);
    }

    /// <summary>A bucket fills while a slow machine asks: what counts is that so many are taken at once, and not many more.</summary>
    private static async Task UntilRefused(Visitor visitor, int least, int most, Func<int, string> forwardedFor)
    {
        for (var time = 0; await SignIn(visitor, forwardedFor(time)) is var status && status is not HttpStatusCode.TooManyRequests; time++)
        {
            status.ShouldBe(HttpStatusCode.BadRequest);
            time.ShouldBeLessThan(most);
            least--;
        }

        least.ShouldBeLessThanOrEqualTo(0);
    }

    private static async Task<HttpStatusCode> SignIn(Visitor visitor, string forwardedFor)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/sign-in") { Content = new FormUrlEncodedContent([new("person", "x")]) };
        request.Headers.Add("X-Forwarded-For", forwardedFor);
        using var answer = await visitor.Send(request);
        return answer.StatusCode;
    }

    /// <summary>What a circuit of this person is answered when the browser came by https, and whether his cookie is kept from http.</summary>
    private static async Task<(HttpStatusCode Circuit, bool Secure)> Negotiate(Uri address, string person, AnotherPortal at)
    {
        using var visitor = at.Visitor();
        using var page = await visitor.Send(Https(HttpMethod.Get, "/sign-in"));
        var token = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(await page.Content.ReadAsStringAsync()).QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        using var form = Https(HttpMethod.Post, "/sign-in");
        form.Content = new FormUrlEncodedContent([new("person", person), new("__RequestVerificationToken", token)]);
        form.Headers.Add("Cookie", string.Join("; ", page.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0])));
        using var signedIn = await visitor.Send(form);
        signedIn.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        var cookies = signedIn.Headers.GetValues("Set-Cookie").ToList();
        using var negotiate = Https(HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1");
        negotiate.Headers.Add("Origin", $"https://{address.Authority}");
        negotiate.Headers.Add("Cookie", string.Join("; ", cookies.Select(cookie => cookie.Split(';')[0])));
        using var answer = await visitor.Send(negotiate);
        return (answer.StatusCode, cookies.Single(cookie => cookie.StartsWith("portal=", StringComparison.Ordinal)).Contains("; secure", StringComparison.OrdinalIgnoreCase));
    }

    private static HttpRequestMessage Https(HttpMethod method, string url)
    {
        var request = new HttpRequestMessage(method, url);
        request.Headers.Add("X-Forwarded-Proto", "https");
        request.Headers.Add("X-Forwarded-For", "203.0.113.7");
        return request;
    }
}
