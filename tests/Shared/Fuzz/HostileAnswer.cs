using System.Net;

namespace PortalIntegration.Tests.Fuzz;

/// <summary>An answer of a system whose body, and now and then status and headers, make no sense.</summary>
internal static class HostileAnswer
{
    private static readonly string?[] Types =
        ["application/json; charset=nonsense", "application/json; charset=utf-7", "application/json; charset=utf-16", "application/problem+json", "application/pdf", "text/html", "image/svg+xml", "a", null];

    private static readonly (string Name, string Value)[] Headers =
    [
        ("Retry-After", "99999999"), ("Retry-After", "-5"), ("Retry-After", "Fri, 31 Dec 9999 23:59:59 GMT"), ("Retry-After", "soon"), ("Location", "/web/login"),
        ("Location", "http://[::1"), ("ETag", "\"\\\""), ("ETag", "x"), ("Set-Cookie", "session_id="), ("Set-Cookie", ";;;"), ("Content-Language", "\u00ff"), ("Date", "never"),
    ];

    private static readonly int[] Statuses = [200, 201, 204, 206, 301, 302, 304, 400, 401, 403, 404, 409, 410, 412, 418, 422, 423, 429, 500, 501, 502, 503, 504, 599, 999];

    public static HttpResponseMessage Of(Mutator mutator, byte[] genuine, string? type)
    {
        var hostile = mutator.Dice.Next(5) == 0;
        var response = new HttpResponseMessage((HttpStatusCode)(hostile ? mutator.Of(Statuses) : 200)) { Content = new ByteArrayContent(mutator.Json(genuine)) };
        var said = hostile && mutator.Dice.Next(2) == 0 ? mutator.Of(Types) : type;
        if (said is not null)
        {
            response.Content.Headers.TryAddWithoutValidation("Content-Type", said);
        }

        for (var times = hostile ? mutator.Dice.Next(3) : 0; times > 0; times--)
        {
            var (name, value) = mutator.Of(Headers);
            if (!response.Headers.TryAddWithoutValidation(name, value))
            {
                response.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return response;
    }
}
