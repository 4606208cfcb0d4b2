using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PortalIntegration.Core.Scopes;
using PortalIntegration.IntegrationTests.Portal;
using PortalIntegration.IntegrationTests.Privacy;
using PortalIntegration.Portal.Components;
using PortalIntegration.Tests.Fuzz;

namespace PortalIntegration.IntegrationTests.Fuzz;

/// <summary>Bounded, seeded nonsense at the door of the running portal: every address with every parameter, every form, the webhooks. No 500, no hang, no memory kept.</summary>
[Collection(AloneCollection.Name)]
public sealed partial class RequestFuzzTests(LeakFixture portal) : IClassFixture<LeakFixture>
{
    /// <summary>The first status that says "our fault"; of these only 503 of a health address is an answer, which an alert makes.</summary>
    private const int Fault = 500;

    private static readonly string[] Methods = ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE"];

    [Fact]
    public async Task Addresses_AnyTextInPathAndQuery_AreAnswered()
    {
        portal.KeepOnlyMistakes();
        var people = await People.Of(portal);
        var visitors = new List<Visitor> { portal.Visitor() };
        foreach (var role in Enum.GetValues<Role>())
        {
            visitors.Add(await portal.SignedIn(people.ByRole[role].Value));
        }

        var routes = Routes("GET").Where(route => !route.StartsWith("/_framework", StringComparison.Ordinal)).ToList();
        routes.Count.ShouldBeGreaterThan(30);
        string[] names = [.. QueryNames(), "q", "ids", "since", "returnTo", "after", "id", "order", "theme", "v"];
        names.Length.ShouldBeGreaterThan(12);
        var statuses = new Dictionary<int, int>();

        await FuzzLength.Run("addresses of the portal", FuzzLength.Of(1_500, 60_000), async mutator =>
        {
            var path = Parameter().Replace(mutator.Of(routes), _ => Typed(mutator));
            var query = string.Join('&', Enumerable.Range(0, mutator.Dice.Next(5)).Select(_ => $"{mutator.Of(names)}={Typed(mutator)}"));
            using var request = new HttpRequestMessage(HttpMethod.Get, Address($"{path}{(query.Length > 0 ? "?" : "")}{query}"));
            using var answer = await mutator.Of(visitors).Send(request);
            await answer.Content.ReadAsByteArrayAsync();
            statuses[(int)answer.StatusCode] = statuses.GetValueOrDefault((int)answer.StatusCode) + 1;
            if (answer.StatusCode is not HttpStatusCode.ServiceUnavailable || !path.StartsWith("/health/", StringComparison.Ordinal))
            {
                ((int)answer.StatusCode).ShouldBeLessThan(Fault, request.RequestUri!.ToString());
            }
        });

        await Tell(statuses);
        statuses.Keys.ShouldContain(200);
        statuses.Keys.ShouldContain(404);
        statuses.Keys.ShouldNotContain(429, "what is refused for its number was not tried");
        visitors.ForEach(visitor => visitor.Dispose());
        ShouldTellOfNoBug();
    }

    [Fact]
    public async Task Forms_AnyBodyAndMethod_AreAnswered()
    {
        portal.KeepOnlyMistakes();
        var people = await People.Of(portal);
        (Visitor Visitor, string Token)[] visitors =
        [
            await WithToken(portal.Visitor(), "/sign-in"),
            await WithToken(await portal.SignedIn(people.Buyer.Value), "/"),
            await WithToken(await portal.SignedIn(people.ByRole[Role.Rep].Value), "/"),
        ];
        string[] routes = [.. Routes("POST").Where(route => !route.Contains("sign-out", StringComparison.Ordinal)), "/", "/catalog", "/_blazor/negotiate", "/_blazor"];
        string[] kept = [PortalUrls.SignIn, PortalUrls.SwitchAccount, PortalUrls.ThemeChoice, PortalUrls.SalesAccount(people.Own.Account)];
        string[] types = ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "multipart/form-data", "application/json", "text/plain; charset=utf-7", "a/b"];
        string[] fields = ["person", "account", "returnTo", "theme", "_handler", "Note.Key", "Note.Text", "Note", "Note[0].Text", ""];
        var form = "person=x&account=y&returnTo=%2F&__RequestVerificationToken=abc&theme=dark"u8.ToArray();
        var statuses = new Dictionary<int, int>();

        await FuzzLength.Run("forms of the portal", FuzzLength.Of(800, 30_000), async mutator =>
        {
            var (visitor, token) = mutator.Of(visitors);
            var genuine = mutator.Dice.Next(2) == 0; // the token is right, what else stands in the form is not
            var method = genuine || mutator.Dice.Next(3) > 0 ? "POST" : mutator.Of(Methods);
            var path = genuine ? mutator.Of(kept) : Parameter().Replace(mutator.Of(routes), _ => Typed(mutator));
            var body = genuine
                ? Encoding.ASCII.GetBytes($"__RequestVerificationToken={Uri.EscapeDataString(token)}{(mutator.Dice.Next(2) == 0 ? "&_handler=note" : "")}{string.Concat(Enumerable.Range(0, mutator.Dice.Next(6)).Select(_ => $"&{mutator.Of(fields)}={Typed(mutator)}"))}")
                : mutator.Bytes(form);
            using var request = new HttpRequestMessage(new HttpMethod(method), Address(path)) { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(genuine ? types[0] : mutator.Of(types));
            using var answer = await visitor.Send(request);
            await answer.Content.ReadAsByteArrayAsync();
            statuses[(int)answer.StatusCode] = statuses.GetValueOrDefault((int)answer.StatusCode) + 1;
            ((int)answer.StatusCode).ShouldBeLessThan(Fault, $"{method} {path} {Encoding.ASCII.GetString(body)}");
        });

        await Tell(statuses);
        statuses.Keys.ShouldContain(200, "a form was taken and its page shown");
        statuses.Keys.ShouldContain(302, "a form was taken");
        statuses.Keys.ShouldContain(400);
        statuses.Keys.ShouldNotContain(429, "what is refused for its number was not tried");
        Array.ForEach(visitors, one => one.Visitor.Dispose());
        ShouldTellOfNoBug();
    }

    /// <summary>What a visitor sends is no bug of the portal's, and nothing to wake anybody for.</summary>
    private void ShouldTellOfNoBug() => portal.Logs
        .Where(entry => entry.Contains("unhandled", StringComparison.OrdinalIgnoreCase) || entry.Contains("A part of a page failed", StringComparison.Ordinal)).Take(3).ShouldBeEmpty();

    private static async Task<(Visitor Visitor, string Token)> WithToken(Visitor visitor, string page)
    {
        using var parsed = new HtmlParser().ParseDocument(await visitor.Read(page));
        return (visitor, parsed.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!);
    }

    private static Task Tell<T>(Dictionary<T, int> statuses)
        where T : notnull => FuzzLength.Tell($"      {string.Join(", ", statuses.OrderBy(status => status.Key).Select(status => $"{status.Key}: {status.Value}"))}");

    [Fact]
    public async Task Webhooks_AnySignedOrUnsignedDelivery_IsTakenQuarantinedOrRefused()
    {
        portal.KeepOnlyMistakes();
        using var sender = portal.Visitor();
        var genuine = """{"type":"order.changed","timestamp":"2026-03-02T08:00:00Z","data":{"entity":"order","key":"SO-1"}}"""u8.ToArray();
        var statuses = new Dictionary<HttpStatusCode, int>();

        await FuzzLength.Run("webhook deliveries", FuzzLength.Of(400, 60_000), async mutator =>
        {
            var body = mutator.Json(genuine);
            using var delivery = LeakFixture.Delivery(mutator.Of(["erp", "crm", "erp", "nobody"]), body, genuine: mutator.Dice.Next(4) > 0);
            if (mutator.Dice.Next(5) == 0)
            {
                var name = mutator.Of(["webhook-id", "webhook-timestamp", "webhook-signature"]);
                delivery.Headers.Remove(name);
                delivery.Headers.TryAddWithoutValidation(name, string.Concat(mutator.Text(60).Where(letter => letter is >= ' ' and < '\u007f')));
            }

            using var answer = await sender.Send(delivery);
            statuses[answer.StatusCode] = statuses.GetValueOrDefault(answer.StatusCode) + 1;
            answer.StatusCode.ShouldBeOneOf(
                HttpStatusCode.NoContent, HttpStatusCode.Accepted, HttpStatusCode.Unauthorized, HttpStatusCode.NotFound, HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.BadRequest, HttpStatusCode.TooManyRequests);
        });

        await Tell(statuses);
        statuses.Count.ShouldBeGreaterThan(2);
        portal.Logs.ShouldNotContain(entry => entry.Contains("was not taken: a bug", StringComparison.Ordinal));
    }

    private IEnumerable<string> Routes(string method) => portal.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .Where(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is not { Count: > 0 } methods || methods.Contains(method, StringComparer.OrdinalIgnoreCase))
        .Select(endpoint => "/" + endpoint.RoutePattern.RawText!.TrimStart('/'))
        .Where(route => !route.Contains('.', StringComparison.Ordinal) && !route.StartsWith("/_blazor", StringComparison.Ordinal))
        .Distinct()
        .Order(StringComparer.Ordinal); // a seed tells the same addresses every time

    private static IEnumerable<string> QueryNames() => typeof(PortalIntegration.Portal.Hosting.PortalHost).Assembly.GetTypes()
        .SelectMany(type => type.GetProperties(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance))
        .Select(property => (property.Name, Query: property.GetCustomAttribute<SupplyParameterFromQueryAttribute>()))
        .Where(property => property.Query is not null)
        .Select(property => property.Query!.Name ?? property.Name)
        .Distinct()
        .Order(StringComparer.Ordinal);

    /// <summary>As the bytes stand: nothing is made tidy on the way.</summary>
    private Uri Address(string path) => new($"{portal.Address.ToString().TrimEnd('/')}{path}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

    private static string Typed(Mutator mutator) => mutator.Dice.Next(8) switch
    {
        0 => "",
        1 => mutator.Of(["%00", "%ff%fe", "%c3%28", "%ed%a0%80", "..%2f..%2f", "%2e%2e", "%25", "%", "%u0041", "%0d%0aX-A:1", "%3Cscript%3E", "-1", "0", "999999999999999999999", "1e9", "true", "null", "[]", "%E2%80%AE"]),
        2 => string.Concat(mutator.Bytes("SO-100001"u8.ToArray()).Take(200).Select(letter => string.Create(CultureInfo.InvariantCulture, $"%{letter:x2}"))),
        3 => new string('a', mutator.Dice.Next(3_000)),
        _ => Uri.EscapeDataString(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(mutator.Text(40)))),
    };

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();
}
