using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;
using PortalIntegration.Portal.Features.SyncHealth;
using PortalIntegration.Portal.SignIn;
using PortalIntegration.Sync.Work;

namespace PortalIntegration.IntegrationTests.Portal;

/// <summary>What holds on every page: the policy, the sign-in, the files.</summary>
[Collection(PortalCollection.Name)]
public sealed class FrameTests(PortalFixture portal)
{
    /// <summary>A value for each parameter that a route has.</summary>
    private static string Fill(string pattern) => pattern.Replace("{Code:int}", "404", StringComparison.Ordinal)
        .Replace("{sku}", "NO-SUCH-SKU", StringComparison.Ordinal).Replace("{number}", "NO-SUCH-NUMBER", StringComparison.Ordinal)
        .Replace("{system}", "erp", StringComparison.Ordinal);

    /// <summary>The same for everybody.</summary>
    private static readonly string[] MayBeKept = ["/theme.css", "/logo", "/logo-dark"];

    [Fact]
    public async Task EveryRoute_CarriesThePolicy_SignedInOrNot()
    {
        using var nobody = portal.Visitor();
        using var buyer = await portal.SignedIn((await People.Of(portal)).Buyer.Value);
        foreach (var route in Routes.Of(portal).Where(route => !route.Contains("_blazor", StringComparison.Ordinal)))
        {
            foreach (var visitor in new[] { nobody, buyer })
            {
                using var answer = await visitor.Get(Fill(route));
                var policy = answer.Headers.GetValues("Content-Security-Policy").ShouldHaveSingleItem(route);
                policy.ShouldStartWith("default-src 'none'");
                policy.ShouldNotContain("unsafe");
                if (!route.EndsWith("/image", StringComparison.Ordinal))
                {
                    foreach (var directive in new[] { "script-src 'self'", "style-src 'self'", "object-src 'none'", "frame-src 'none'", "base-uri 'self'", "form-action 'self'", "frame-ancestors 'none'" })
                    {
                        policy.Split("; ").ShouldContain(directive, route);
                    }
                }

                answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"], route);
                answer.Headers.GetValues("Referrer-Policy").ShouldBe(["same-origin"], route);
                answer.Headers.GetValues("Permissions-Policy").Single().ShouldContain("camera=()", customMessage: route);
                answer.Headers.GetValues("Cross-Origin-Opener-Policy").ShouldBe(["same-origin"], route);
                answer.Headers.GetValues("Cross-Origin-Resource-Policy").ShouldBe(["same-origin"], route);
                answer.Headers.Contains("Server").ShouldBeFalse(route);
                if (!MayBeKept.Contains(route))
                {
                    answer.Headers.CacheControl!.NoStore.ShouldBeTrue(route);
                }
            }
        }
    }

    [Fact]
    public async Task EveryRoute_ButThosePublic_SendsNobodyToTheSignIn()
    {
        using var nobody = portal.Visitor();
        string[] everybody = ["/sign-in", "/sign-in/{provider}", "/sign-out", "/sign-out/{provider}", "/signed-out", "/theme.css", "/logo", "/logo-dark", "/not-found", "/failed", "/status/{Code:int}", "/webhooks/{system}", "/health/live", "/health/ready", "/health/sync"];
        foreach (var route in Routes.Of(portal).Except(everybody).Where(route => !route.StartsWith("/_", StringComparison.Ordinal)))
        {
            using var answer = await nobody.Get(Fill(route));
            answer.StatusCode.ShouldBe(HttpStatusCode.Redirect, route);
            answer.Headers.Location!.AbsolutePath.ShouldBe("/sign-in", route);
        }
    }

    [Theory]
    [InlineData("/css/portal.css", "text/css")]
    [InlineData("/PortalIntegration.Portal.styles.css", "text/css")]
    [InlineData("/theme.css", "text/css")]
    [InlineData("/js/portal.js", "text/javascript")]
    [InlineData("/js/browser-store.js", "text/javascript")]
    [InlineData("/_framework/blazor.web.js", "text/javascript")]
    [InlineData("/lib/icons/bootstrap-icons.svg", "image/svg+xml")]
    [InlineData("/lib/bootstrap/bootstrap-reboot.min.css", "text/css")]
    [InlineData("/lib/bootstrap/bootstrap-grid.min.css", "text/css")]
    [InlineData("/lib/inter/inter-latin.woff2", "font/woff2")]
    public async Task File_IsServedToEverybody(string file, string type)
    {
        using var nobody = portal.Visitor();
        using var answer = await nobody.Get(file);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe(type);
        (await answer.Content.ReadAsByteArrayAsync()).Length.ShouldBeGreaterThan(80);
    }

    [Fact]
    public async Task EveryFile_NamedByAPage_IsThere()
    {
        using var nobody = portal.Visitor();
        var page = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(await nobody.Read("/sign-in"));
        var files = page.QuerySelectorAll("link[href], script[src]").Select(element => element.GetAttribute("href") ?? element.GetAttribute("src")!).ToList();

        files.Count.ShouldBeGreaterThan(6);
        foreach (var file in files)
        {
            using var answer = await nobody.Get(file);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, file);
        }
    }

    [Fact]
    public async Task Logo_StandsInTheFrameAtTheSignInAndOnPaper_AndFollowsTheTheme()
    {
        using var visitor = portal.Visitor();
        var parser = new AngleSharp.Html.Parser.HtmlParser();

        var page = parser.ParseDocument(await visitor.Read("/sign-in"));
        var light = page.QuerySelector(".topbar .brand picture img")!;
        light.GetAttribute("alt").ShouldBe("Halden Supply");
        var dark = page.QuerySelector(".topbar .brand picture source[media='(prefers-color-scheme: dark)']")!.GetAttribute("srcset")!;
        page.QuerySelector(".on-paper img")!.GetAttribute("src").ShouldBe(light.GetAttribute("src"), "paper is white");
        foreach (var (url, colour) in new[] { (light.GetAttribute("src")!, "#0f5c6b"), (dark, "#ffffff") })
        {
            using var picture = await visitor.Get(url);
            picture.Content.Headers.ContentType!.MediaType.ShouldBe("image/svg+xml");
            picture.Headers.CacheControl!.ToString().ShouldContain("immutable");
            picture.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
            (await picture.Content.ReadAsStringAsync()).ShouldContain(colour);
        }

        using var signedIn = await portal.SignedIn((await People.Of(portal)).Buyer.Value);
        using var chosen = await signedIn.Post("/theme", "/", ("theme", "dark"));
        var inDark = parser.ParseDocument(await signedIn.Read("/keys"));
        inDark.QuerySelector(".topbar .brand img")!.GetAttribute("src").ShouldBe(dark);
        inDark.QuerySelector(".on-paper img")!.GetAttribute("src").ShouldBe(light.GetAttribute("src"));
    }

    [Fact]
    public async Task Page_StandsWithNothingInline()
    {
        using var buyer = await portal.SignedIn((await People.Of(portal)).Buyer.Value);
        foreach (var url in new[] { "/", "/catalog", "/order-pad", "/checkout", "/orders", "/account", "/keys" })
        {
            var page = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(await buyer.Read(url));
            page.QuerySelectorAll("[style], style, script:not([src])").Select(element => element.OuterHtml).ShouldBeEmpty(url);
            page.QuerySelectorAll("*").SelectMany(element => element.Attributes).Where(attribute => attribute.Name.StartsWith("on", StringComparison.Ordinal)).ShouldBeEmpty(url);
        }
    }

    /// <summary>Nothing is said back of what came along, such as a cookie in a header.</summary>
    [Fact]
    public async Task Trace_IsAnsweredByNoAddress()
    {
        using var buyer = await portal.SignedIn((await People.Of(portal)).Buyer.Value);
        foreach (var url in new[] { "/", "/sign-in", "/orders", "/webhooks/erp", "/health/live", "/css/portal.css", "/no/such/page" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Trace, url);
            request.Headers.Add("X-Planted", "planted-4711");
            using var answer = await buyer.Send(request);
            ((int)answer.StatusCode).ShouldBeOneOf(404, 405);
            (await answer.Content.ReadAsStringAsync()).ShouldNotContain("planted");
        }
    }

    [Theory]
    [InlineData("/no/such/page")]
    [InlineData("/products/NO-SUCH-SKU")]
    [InlineData("/orders/NO-SUCH-ORDER")]
    [InlineData("/invoices/NO-SUCH-INVOICE/document")]
    [InlineData("/admin/systems")]
    [InlineData("/admin/ownership")]
    [InlineData("/admin/sync")]
    [InlineData("/admin/sync/items")]
    [InlineData("/admin/sync/audit")]
    [InlineData("/admin/sync/place-order/0198")]
    public async Task WhatIsNotThere_OrNotMine_IsTheSamePage(string url)
    {
        using var buyer = await portal.SignedIn((await People.Of(portal)).Buyer.Value);
        using var answer = await buyer.Get(url);

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var page = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(await answer.Content.ReadAsStringAsync());
        page.QuerySelector("h1")!.TextContent.ShouldBe("Not found");
        page.QuerySelector(".topbar .searchbox").ShouldNotBeNull();
    }

    [Fact]
    public void EveryFlow_HasANameForPeople()
    {
        var text = portal.Services.GetRequiredService<IStringLocalizer<SyncTexts>>();
        var flows = portal.Services.GetServices<IFlow>().Select(flow => flow.Name).ToList();

        flows.ShouldContain("place-order");
        flows.Where(flow => text[$"Flow.{flow}"].ResourceNotFound).ShouldBeEmpty();
    }

    [Fact]
    public async Task Circuit_FromAnotherOrigin_IsRefused()
    {
        using var buyer = await portal.SignedIn((await People.Of(portal)).Buyer.Value);

        (await Negotiate(buyer, "https://elsewhere.example")).ShouldBe(HttpStatusCode.Forbidden);
        (await Negotiate(buyer, portal.Address.GetLeftPart(UriPartial.Authority))).ShouldBe(HttpStatusCode.OK);
        (await Upgrade(buyer, "https://elsewhere.example")).ShouldBe(HttpStatusCode.Forbidden);
        (await Upgrade(buyer, null)).ShouldBe(HttpStatusCode.Forbidden);
        (await Upgrade(buyer, portal.Address.GetLeftPart(UriPartial.Authority))).ShouldNotBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Form_WithoutItsToken_IsRefused()
    {
        using var buyer = await portal.SignedIn((await People.Of(portal)).Buyer.Value);
        foreach (var url in new[] { "/sign-in", "/account", "/theme", "/sign-out" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new FormUrlEncodedContent([new("person", "x"), new("account", "x")]) };
            using var answer = await buyer.Send(request);
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, url);
        }
    }

    [Fact]
    public async Task SignIn_KeepsTheCookieFromScriptsAndOtherSites_AndSendsNobodyElsewhere()
    {
        using var visitor = portal.Visitor();
        var person = (await People.Of(portal)).Buyer.Value;

        using var answer = await visitor.Post("/sign-in", "/sign-in", ("person", person), ("returnTo", "//elsewhere.example"));

        answer.Headers.Location!.OriginalString.ShouldBe("/");
        var cookie = answer.Headers.GetValues("Set-Cookie").Single(value => value.StartsWith("portal=", StringComparison.Ordinal));
        cookie.ShouldContain("httponly", Case.Insensitive);
        cookie.ShouldContain("samesite=lax", Case.Insensitive);
        cookie.ShouldNotContain(person);
    }

    [Fact]
    public async Task SignIn_OverAnother_EndsTheOneBefore_ForACopyOfItsCookieAndForItsOpenPages()
    {
        var people = await People.Of(portal);
        using var visitor = portal.Visitor();
        using var first = await visitor.Post("/sign-in", "/sign-in", ("person", people.Buyer.Value));
        var cookie = first.Headers.GetValues("Set-Cookie").Select(value => value.Split(';')[0]).Single(value => value.StartsWith("portal=", StringComparison.Ordinal));
        var user = portal.Services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(CookieAuthenticationDefaults.AuthenticationScheme)
            .TicketDataFormat.Unprotect(Uri.UnescapeDataString(cookie["portal=".Length..]))!.Principal;
        var openPage = portal.Services.GetRequiredService<SignInCheck>();
        (await openPage.Ask(user, TestContext.Current.CancellationToken)).ShouldBe(SignInState.Holds);

        using var refused = await visitor.Post("/sign-in", "/sign-in", ("person", "no-such-person"));
        (await openPage.Ask(user, TestContext.Current.CancellationToken)).ShouldBe(SignInState.Holds, "nobody took his place");
        using var second = await visitor.Post("/sign-in", "/sign-in", ("person", people.Foreign.Contact.Value));

        (await openPage.Ask(user, TestContext.Current.CancellationToken)).ShouldBe(SignInState.Over);
        using var copy = portal.Visitor();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/orders") { Headers = { { "Cookie", cookie } } };
        using var answer = await copy.Send(request);
        (answer.StatusCode, answer.Headers.Location!.AbsolutePath).ShouldBe((HttpStatusCode.Redirect, "/sign-in"));
        (await visitor.Read("/orders")).ShouldContain($"data-person=\"{people.Foreign.Contact}\"");
    }

    [Fact]
    public async Task Invoice_OfMine_IsServedAsAPdf_AndAPicture_ByItsTag()
    {
        var people = await People.Of(portal);
        using var buyer = await portal.SignedIn(people.Buyer.Value);

        using var invoice = await buyer.Get($"/invoices/{people.Own.Invoice}/document");
        invoice.StatusCode.ShouldBe(HttpStatusCode.OK);
        invoice.Content.Headers.ContentType!.MediaType.ShouldBe("application/pdf");
        invoice.Headers.CacheControl!.NoStore.ShouldBeTrue();

        using var picture = await buyer.Get($"/products/{people.Picture}/image");
        picture.StatusCode.ShouldBe(HttpStatusCode.OK);
        picture.Headers.CacheControl!.Private.ShouldBeTrue();
        picture.Headers.GetValues("Content-Security-Policy").Single().ShouldEndWith("sandbox", customMessage: "opened by itself, a drawing runs nothing");
        using var again = new HttpRequestMessage(HttpMethod.Get, $"/products/{people.Picture}/image");
        again.Headers.IfNoneMatch.Add(new EntityTagHeaderValue(picture.Headers.ETag!.Tag));
        using var unchanged = await buyer.Send(again);
        unchanged.StatusCode.ShouldBe(HttpStatusCode.NotModified);
    }

    private static async Task<HttpStatusCode> Negotiate(Visitor visitor, string origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1");
        request.Headers.Add("Origin", origin);
        using var answer = await visitor.Send(request);
        return answer.StatusCode;
    }

    private static async Task<HttpStatusCode> Upgrade(Visitor visitor, string? origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/_blazor?id=none");
        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.Add(new ProductHeaderValue("websocket"));
        request.Headers.Add("Sec-WebSocket-Version", "13");
        request.Headers.Add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        using var answer = await visitor.Send(request);
        return answer.StatusCode;
    }
}

/// <summary>Every route that the running portal answers, but for its files.</summary>
internal static class Routes
{
    public static IReadOnlyList<string> Of(PortalFixture portal) =>
    [
        .. portal.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is null && endpoint.RoutePattern.RawText != "{**path:file}")
            .Select(endpoint => "/" + endpoint.RoutePattern.RawText!.TrimStart('/')).Distinct().Order(StringComparer.Ordinal),
    ];
}
