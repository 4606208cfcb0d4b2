using System.Net;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace PortalIntegration.IntegrationTests.Portal;

/// <summary>Every endpoint that takes anything but a question: it asks for the antiforgery token, or it stands here with the reason why not.</summary>
[Collection(PortalCollection.Name)]
public sealed class AntiforgeryWalkTests(PortalFixture portal)
{
    private static readonly Dictionary<string, string> Exempt = new(StringComparer.Ordinal)
    {
        ["/webhooks/{system}"] = "its signature is its sign-in, and it knows no cookie",
        ["/sign-out/{provider}"] = "a provider's own server posts it, signed, and it knows no cookie",
        ["/_blazor/negotiate"] = "CircuitOrigin holds it to the portal's own pages",
        ["/_blazor"] = "as the negotiation",
        ["/_blazor/disconnect"] = "as the negotiation, and ends nothing but the circuit that is named",
        ["/_blazor/disconnect/"] = "as the negotiation, and ends nothing but the circuit that is named",
        ["/_blazor/initializers"] = "only reads, whatever the method",
        ["/_blazor/initializers/"] = "only reads, whatever the method",
        ["/health/live"] = "only reads, whatever the method",
        ["/health/ready"] = "only reads, whatever the method",
    };

    [Fact]
    public async Task EveryPost_WithoutItsToken_IsRefused_OrExemptWithAReason()
    {
        var posts = portal.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is not { HttpMethods.Count: > 0 } methods || methods.HttpMethods.Any(method => method is not ("GET" or "HEAD" or "OPTIONS")))
            .Select(endpoint => (Route: "/" + endpoint.RoutePattern.RawText!.TrimStart('/'), Asks: endpoint.Metadata.GetMetadata<IAntiforgeryMetadata>() is { RequiresValidation: true }))
            .Where(endpoint => endpoint.Route != "/{**path:file}").Distinct().ToList();

        Open(posts).Except(Exempt.Keys).ShouldBeEmpty("a POST without antiforgery and without a reason");
        posts.Count(post => post.Asks).ShouldBeGreaterThan(30);

        using var buyer = await portal.SignedIn((await People.Of(portal)).Buyer.Value);
        foreach (var (route, _) in posts.Where(post => post.Asks && !post.Route.Contains('{', StringComparison.Ordinal) && !post.Route.StartsWith("/admin", StringComparison.Ordinal) && !post.Route.StartsWith("/sales", StringComparison.Ordinal)))
        {
            using var answer = await buyer.Send(new HttpRequestMessage(HttpMethod.Post, route) { Content = new FormUrlEncodedContent([new("anything", "x")]) });
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, route);
        }
    }

    [Fact]
    public void Control_APostWithoutAToken_WouldBeSeen() => Open([("/new", false), ("/form", true)]).ShouldBe(["/new"]);

    private static IEnumerable<string> Open(IEnumerable<(string Route, bool Asks)> posts) => posts.Where(post => !post.Asks).Select(post => post.Route);
}
