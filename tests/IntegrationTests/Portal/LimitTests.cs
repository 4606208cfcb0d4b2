using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PortalIntegration.Core;
using PortalIntegration.Portal.Limits;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.IntegrationTests.Portal;

/// <summary>A portal that anybody can reach: what one person, one address and one connection may take of it.</summary>
[Collection(PortalCollection.Name)]
public sealed class LimitTests(PortalFixture portal)
{
    [Fact]
    public async Task SignIn_TooOftenFromOneAddress_IsToldWhenToTryAgain()
    {
        await using var limited = await AnotherPortal.Start(portal, ("Limits:SignIn:PerAddress", "10"));
        using var visitor = limited.Visitor();
        // Without its token, and counted all the same.
        using var refused = await UntilRefused(10, HttpStatusCode.BadRequest, () => visitor.Send(Form("/sign-in")));

        var wait = WaitOf(refused);
        wait.ShouldBeInRange(1, 60);
        var page = new HtmlParser().ParseDocument(await refused.Content.ReadAsStringAsync());
        page.QuerySelector("h1")!.TextContent.ShouldBe("Too much in a short time");
        page.QuerySelector("main")!.TextContent.ShouldContain($"in {wait} second");
        page.QuerySelector("main .empty a.button")!.GetAttribute("href").ShouldBe("/sign-in");
        (await visitor.Read("/sign-in")).ShouldContain("__RequestVerificationToken", customMessage: "the page itself is there");
    }

    [Fact]
    public async Task SignIn_WhatProvidersSendBackTooOftenFromOneAddress_IsToldWhenToTryAgain()
    {
        const string provider = "SignIn:Providers:gone:";
        await using var limited = await AnotherPortal.Start(
            portal,
            ("Limits:SignIn:PerAddress", "10"), ("SignIn:Kind", "Providers"), (provider + "Authority", ServerProcess.FreeAddress().ToString().TrimEnd('/')),
            (provider + "ClientId", "portal"), (provider + "ClientSecret", "secret"), (provider + "Roles:0", "customer"));
        using var visitor = limited.Visitor();
        using var refused = await UntilRefused(10, HttpStatusCode.Redirect, () => visitor.Get("/sign-in/gone/done?code=x&state=y"));

        WaitOf(refused).ShouldBeInRange(1, 60);
        new HtmlParser().ParseDocument(await refused.Content.ReadAsStringAsync()).QuerySelector("h1")!.TextContent.ShouldBe("Too much in a short time");
    }

    [Fact]
    public async Task SignIn_TooOftenAsOnePerson_LeavesOthersAlone()
    {
        await using var limited = await AnotherPortal.Start(portal, ("Limits:SignIn:PerPerson", "10"));
        var people = await People.Of(portal);
        using var visitor = limited.Visitor();
        using var refused = await UntilRefused(10, HttpStatusCode.Redirect, () => visitor.Post("/sign-in", "/sign-in", ("person", people.Buyer.Value)));
        WaitOf(refused).ShouldBeInRange(1, 60);

        using var other = await visitor.Post("/sign-in", "/sign-in", ("person", people.Foreign.Contact.Value));
        other.StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Search_TooOftenByOnePerson_KeepsWhatWasTyped_AndLeavesTheRestAlone()
    {
        await using var limited = await AnotherPortal.Start(portal, ("Limits:Search:PerPerson", "10"));
        var people = await People.Of(portal);
        using var buyer = await limited.SignedIn(people.Buyer.Value);
        using var refused = await UntilRefused(10, HttpStatusCode.Redirect, () => buyer.Get("/search?q=steel%20%26%20bolts"));
        WaitOf(refused).ShouldBeInRange(1, 60);
        var page = new HtmlParser().ParseDocument(await refused.Content.ReadAsStringAsync());
        page.QuerySelector("main .empty a.button")!.GetAttribute("href").ShouldBe("/search?q=steel%20%26%20bolts");

        // What is typed inside an open page is the same count, and so is the catalogue: of a count of its own ten would be taken. One comes back every six seconds.
        var limits = limited.Services.GetRequiredService<RateLimits>();
        Enumerable.Range(0, 9).Any(_ => limits.Refuses(Asked.Search, people.Buyer) is not null).ShouldBeTrue();
        using var catalogue = await UntilRefused(0, HttpStatusCode.OK, () => buyer.Get("/catalog?q=steel"), most: 9);
        using var orders = await buyer.Get("/orders");
        orders.StatusCode.ShouldBe(HttpStatusCode.OK, "a page without a search is no search");
        using var else_ = await limited.SignedIn(people.Foreign.Contact.Value);
        using var anothers = await else_.Get("/search?q=NO-SUCH-THING");
        anothers.StatusCode.ShouldBe(HttpStatusCode.Redirect, "somebody else at the same address");

    }

    [Fact]
    public async Task Questions_OfOnePersonUsedUp_EveryPanelSaysSo_OthersAreServed_AndItComesBack()
    {
        await using var limited = await AnotherPortal.Start(portal, ("Limits:Questions:PerPerson", "500"));
        var people = await People.Of(portal);
        using var buyer = await limited.SignedIn(people.Buyer.Value);
        using var other = await limited.SignedIn(people.Foreign.Contact.Value);
        var limits = limited.Services.GetRequiredService<RateLimits>();

        // Some of it comes back every second: taken and looked at until the page meets it.
        const string words = "The portal allows no more questions for the moment.";
        var read = "";
        for (var look = 0; look < 100 && !read.Contains(words, StringComparison.Ordinal); look++)
        {
            while (limits.Refuses(Asked.Questions, people.Buyer) is null)
            {
            }

            using var page = await buyer.Get("/orders");
            page.StatusCode.ShouldBe(HttpStatusCode.OK);
            read = await page.Content.ReadAsStringAsync();
        }

        read.ShouldContain(words);
        (await other.Read("/orders")).ShouldNotContain(words);
        for (var look = 0; (await buyer.Read("/orders")).Contains(words, StringComparison.Ordinal); look++)
        {
            look.ShouldBeLessThan(600);
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Webhook_TooOftenFromOneAddress_IsToldToComeAgain()
    {
        await using var limited = await AnotherPortal.Start(portal, ("Limits:Webhook:PerAddress", "10"));
        using var system = limited.Visitor();
        using var refused = await UntilRefused(
            10, HttpStatusCode.Unauthorized, () => system.Send(new HttpRequestMessage(HttpMethod.Post, "/webhooks/erp") { Content = new StringContent("{}") }));
        WaitOf(refused).ShouldBeInRange(1, 60);
        (await refused.Content.ReadAsStringAsync()).ShouldBeEmpty();
    }

    /// <summary>Fails when a page or an endpoint that searches is added without a limit.</summary>
    [Fact]
    public void EveryPageWithASearch_AndEveryPost_IsLimitedOrSaysWhyNot()
    {
        Dictionary<string, string> unlimited = new()
        {
            ["/account?q="] = "looks through what the session knows already",
            ["POST /account"] = "one's own choice of an account: no owner is asked beyond the session",
            ["POST /sign-out"] = "whoever wants to leave may",
            ["POST /theme"] = "sets a cookie",
        };
        var endpoints = portal.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().ToList();
        var pages = endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Components.Endpoints.ComponentTypeMetadata>()?.Type is { } page
            && page.GetProperty("Q")?.GetCustomAttributes(typeof(SupplyParameterFromQueryAttribute), false).Length > 0).ToList();
        pages.Count.ShouldBeGreaterThan(5);

        var found = pages.Select(page => (Name: $"{page.RoutePattern.RawText}?q=", page.Metadata)).Concat(endpoints
            .Where(endpoint => endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Components.Endpoints.ComponentTypeMetadata>() is null
                && endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains("POST") is true
                && !endpoint.RoutePattern.RawText!.Contains("_blazor", StringComparison.Ordinal))
            .Select(endpoint => (Name: $"POST {endpoint.RoutePattern.RawText}", endpoint.Metadata))).ToList();

        found.Where(one => one.Metadata.GetMetadata<LimitedAttribute>() is null).Select(one => one.Name).Order(StringComparer.Ordinal).ShouldBe(unlimited.Keys.Order(StringComparer.Ordinal));
        endpoints.Single(endpoint => endpoint.RoutePattern.RawText == "/sign-in/{provider}").Metadata.GetMetadata<LimitedAttribute>()!.What.ShouldBe(Asked.SignIn);
        endpoints.Single(endpoint => endpoint.RoutePattern.RawText == "/search").Metadata.GetMetadata<LimitedAttribute>()!.What.ShouldBe(Asked.Search);
        endpoints.Single(endpoint => endpoint.RoutePattern.RawText == "/webhooks/{system}").Metadata.GetMetadata<LimitedAttribute>()!.What.ShouldBe(Asked.Webhook);
    }

    [Fact]
    public async Task EveryPost_WithTenMegabytes_IsRefusedUnread()
    {
        using var buyer = await portal.SignedIn((await People.Of(portal)).Buyer.Value);
        foreach (var url in new[] { "/sign-in", "/account", "/theme", "/sign-out", "/webhooks/erp", "/_blazor/negotiate", "/orders", "/no/such/page" })
        {
            // Only said, never sent: who waits for it would wait for ever.
            using var socket = await Connect(portal.Address);
            await socket.Say($"POST {url} HTTP/1.1\r\nHost: {portal.Address.Authority}\r\nOrigin: {portal.Address.GetLeftPart(UriPartial.Authority)}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 10485760\r\n\r\n");
            (await socket.FirstLine()).ShouldContain(" 413 ", customMessage: url);
        }
    }

    [Fact]
    public async Task Form_ThatIsTooLarge_IsToldOnAPageWithAWayOn()
    {
        using var visitor = portal.Visitor();
        using var form = new FormUrlEncodedContent([new("person", new string('x', 100_000))]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/sign-in") { Content = form };
        using var answer = await visitor.Send(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        var page = new HtmlParser().ParseDocument(await answer.Content.ReadAsStringAsync());
        page.QuerySelector("h1")!.TextContent.ShouldBe("This is too large");
        page.QuerySelector("main .empty a.button")!.GetAttribute("href").ShouldBe("/");
    }

    [Fact]
    public async Task Form_ThatDoesNotSayHowLargeItIs_IsCutOff()
    {
        using var visitor = portal.Visitor();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/sign-in") { Content = new StreamContent(new MemoryStream(new byte[1024 * 1024])) };
        request.Content.Headers.ContentType = new("application/x-www-form-urlencoded");
        request.Headers.TransferEncodingChunked = true;

        HttpStatusCode? status;
        try
        {
            using var answer = await visitor.Send(request);
            status = answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            status = null; // answered and closed while the rest was still being sent
        }

        status.ShouldBeOneOf(null, HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.BadRequest);
        using var after = await visitor.Get("/sign-in");
        after.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Connection_ThatIsSlowWithItsHeaders_OrItsBody_IsEnded()
    {
        await using var limited = await AnotherPortal.Start(portal, ("Limits:Requests:HeadersTimeout", "00:00:01"));
        using var headers = await Connect(limited.Address);
        await headers.Say("GET /sign-in HTTP/1.1\r\nHost: x\r\nX-Slow: ");
        using var body = await Connect(limited.Address);
        await body.Say($"POST /sign-in HTTP/1.1\r\nHost: {limited.Address.Authority}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nperson=");

        (await headers.FirstLine()).ShouldSatisfyAllConditions(line => (line.Length == 0 || line.Contains(" 408 ", StringComparison.Ordinal)).ShouldBeTrue(line));
        (await body.FirstLine()).ShouldSatisfyAllConditions(line => (line.Length == 0 || line.Contains(" 4", StringComparison.Ordinal)).ShouldBeTrue(line));
    }

    [Fact]
    public async Task OpenPages_OfOnePerson_BeyondTheLimitWait_AndOneClosedMakesRoom()
    {
        await using var limited = await AnotherPortal.Start(portal, ("Limits:Circuits:PerPerson", "2"), ("Limits:Circuits:PerNode", "3"));
        var people = await People.Of(portal);
        var buyer = await Cookie(limited, people.Buyer);
        var other = await Cookie(limited, people.Foreign.Contact);
        using var first = await Greeting(limited, buyer);
        using var second = await Greeting(limited, buyer);

        (await Refused(limited, buyer)).ShouldBe(HttpStatusCode.TooManyRequests);
        using var others = await Greeting(limited, other);
        (await Refused(limited, other)).ShouldBe(HttpStatusCode.TooManyRequests, "the node is full");

        first.Abort();
        var open = limited.Services.GetRequiredService<OpenCircuits>();
        for (var look = 0; open.Count > 2; look++)
        {
            look.ShouldBeLessThan(600);
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        using var third = await Open(limited, buyer);
        third.State.ShouldBe(WebSocketState.Open);
    }

    [Fact]
    public async Task OpenPage_OfNobody_IsRefused()
    {
        using var nobody = new ClientWebSocket();
        nobody.Options.SetRequestHeader("Origin", portal.Address.GetLeftPart(UriPartial.Authority));
        nobody.Options.CollectHttpResponseDetails = true;
        await Should.ThrowAsync<WebSocketException>(() => nobody.ConnectAsync(Circuits(portal.Address), CancellationToken.None));
        nobody.HttpStatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task OpenPage_WithTooLongAMessage_LosesItsSocket()
    {
        await using var limited = await AnotherPortal.Start(portal);
        using var socket = await Open(limited, await Cookie(limited, (await People.Of(portal)).Buyer));
        await Greet(socket);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var buffer = new byte[4096];
        (await socket.ReceiveAsync(buffer, patience.Token)).Count.ShouldBeGreaterThan(0, "the answer to the handshake");

        // A message of 40 KB, as its own length says: 0xC0 0xB8 0x02.
        var message = new byte[3 + 40_000];
        (message[0], message[1], message[2]) = (0xC0, 0xB8, 0x02);
        await socket.SendAsync(message, WebSocketMessageType.Binary, true, CancellationToken.None);

        WebSocketMessageType received;
        do
        {
            try
            {
                received = (await socket.ReceiveAsync(buffer, patience.Token)).MessageType;
            }
            catch (WebSocketException)
            {
                received = WebSocketMessageType.Close;
            }
        }
        while (received != WebSocketMessageType.Close);
    }

    /// <summary>A bucket fills while a slow machine asks: what counts is that so many are taken at once, and not many more.</summary>
    private static async Task<HttpResponseMessage> UntilRefused(int least, HttpStatusCode taken, Func<Task<HttpResponseMessage>> ask, int most = 60)
    {
        for (var time = 0; ; time++)
        {
            var answer = await ask();
            if (answer.StatusCode is HttpStatusCode.TooManyRequests)
            {
                time.ShouldBeGreaterThanOrEqualTo(least);
                return answer;
            }

            answer.StatusCode.ShouldBe(taken);
            answer.Dispose();
            time.ShouldBeLessThan(most);
        }
    }

    private static HttpRequestMessage Form(string url) => new(HttpMethod.Post, url) { Content = new FormUrlEncodedContent([new("person", "x")]) };

    private static int WaitOf(HttpResponseMessage refused) => int.Parse(refused.Headers.GetValues("Retry-After").Single(), CultureInfo.InvariantCulture);

    private static Uri Circuits(Uri address) => new(new UriBuilder(address) { Scheme = "ws" }.Uri, "/_blazor");

    private static async Task<string> Cookie(AnotherPortal at, PersonId person)
    {
        using var visitor = at.Visitor();
        using var answer = await visitor.Post("/sign-in", "/sign-in", ("person", person.Value));
        return string.Join("; ", answer.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0]));
    }

    private static async Task<ClientWebSocket> Open(AnotherPortal at, string cookie)
    {
        var socket = Socket(at, cookie);
        await socket.ConnectAsync(Circuits(at.Address), CancellationToken.None);
        return socket;
    }

    /// <summary>Who does not say what he speaks is shown out after 15 seconds, which a slow machine may need for all of them.</summary>
    private static async Task<ClientWebSocket> Greeting(AnotherPortal at, string cookie)
    {
        var socket = await Open(at, cookie);
        await Greet(socket);
        return socket;
    }

    private static Task Greet(ClientWebSocket socket) =>
        socket.SendAsync(Encoding.UTF8.GetBytes("{\"protocol\":\"blazorpack\",\"version\":1}\u001e"), WebSocketMessageType.Text, true, CancellationToken.None);

    private static async Task<HttpStatusCode> Refused(AnotherPortal at, string cookie)
    {
        using var socket = Socket(at, cookie);
        await Should.ThrowAsync<WebSocketException>(() => socket.ConnectAsync(Circuits(at.Address), CancellationToken.None));
        return socket.HttpStatusCode;
    }

    private static ClientWebSocket Socket(AnotherPortal at, string cookie)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", at.Address.GetLeftPart(UriPartial.Authority));
        socket.Options.SetRequestHeader("Cookie", cookie);
        socket.Options.CollectHttpResponseDetails = true;
        return socket;
    }

    private static async Task<Line> Connect(Uri address)
    {
        var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        return new Line(client);
    }

    /// <summary>A connection that says what it is told to.</summary>
    private sealed class Line(TcpClient client) : IDisposable
    {
        public async Task Say(string text) => await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text));

        /// <summary>Empty when it was closed without a word.</summary>
        public async Task<string> FirstLine()
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            using var reader = new StreamReader(client.GetStream(), leaveOpen: true);
            try
            {
                return await reader.ReadLineAsync(patience.Token) ?? string.Empty;
            }
            catch (IOException)
            {
                return string.Empty;
            }
        }

        public void Dispose() => client.Dispose();
    }
}
