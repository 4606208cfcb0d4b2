using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using PortalIntegration.Connectors.Odoo.Wire;
using PortalIntegration.Core.Ownership;

namespace PortalIntegration.Connectors.Odoo;

/// <summary>
/// How a call of a model's method becomes a request, and how one signs in: JSON-RPC, <c>POST /jsonrpc</c>
/// (<see href="https://www.odoo.com/documentation/14.0/developer/misc/api/odoo.html"/>). Everything above names models, methods, record ids and named
/// arguments only, as JSON-2 takes them (<c>POST /json/2/{model}/{method}</c>, a bearer key, from Odoo 19): a later version needs another one of
/// these and nothing else.
/// </summary>
internal sealed class OdooTransport(SystemSettings settings)
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private static readonly MediaTypeWithQualityHeaderValue Accept = new("application/json");

    private string Database => settings.Credentials[OdooConnector.Database];

    private string User => settings.Credentials[OdooConnector.User];

    private string Password => settings.Credentials[OdooConnector.Password];

    /// <summary>Answers the user's id, or <c>false</c>: see <see cref="OdooRefusals"/>.</summary>
    public HttpRequestMessage SignIn() => Request("common", "authenticate", [Database, User, Password, new Dictionary<string, object?>()]);

    /// <param name="user">As <see cref="SignIn"/> answered: every call carries the credentials.</param>
    public HttpRequestMessage Call(long user, OdooCall call)
    {
        var named = call.Arguments.ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal);
        List<object?> placed = call.Ids is { } ids ? [ids] : [];
        // Odoo 14 looks at the first argument of create by its place; what modules call that of write, differs.
        if ((call.Method is "create" && named.Remove("vals_list", out var values)) || (call.Method is "write" && named.Remove("vals", out values)))
        {
            placed.Add(values);
        }

        named["context"] = call.Context;
        return Request("object", "execute_kw", [Database, user, Password, call.Model, call.Method, placed, named]);
    }

    /// <summary>
    /// A session of the web client: Odoo 14 prints reports to those only. It takes the user's password, and no API key.
    /// </summary>
    public HttpRequestMessage OpenSession() => Post(
        "web/session/authenticate",
        new SessionRequest("2.0", "call", new SessionParams(Database, User, Password)));

    /// <param name="session">As the answer to <see cref="OpenSession"/> set it.</param>
    public static HttpRequestMessage Print(string report, long id, string session)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"report/pdf/{report}/{id}"));
        request.Headers.Add("Cookie", session);
        return request;
    }

    private static HttpRequestMessage Request(string service, string method, object?[] arguments) =>
        Post("jsonrpc", new RpcRequest("2.0", "call", 1, new RpcParams(service, method, arguments)));

    private static HttpRequestMessage Post<T>(string path, T body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, OdooJson.Options)) };
        request.Content.Headers.ContentType = Json;
        request.Headers.Accept.Add(Accept);
        return request;
    }

    private sealed record SessionRequest(string Jsonrpc, string Method, SessionParams Params);

    private sealed record SessionParams(string Db, string Login, string Password);

    private sealed record RpcRequest(string Jsonrpc, string Method, int Id, RpcParams Params);

    private sealed record RpcParams(string Service, string Method, object?[] Args);
}

/// <summary>One call of a model's method, in terms that every version's protocol can carry.</summary>
/// <param name="Ids">The records it is about; null for a method of the model itself.</param>
/// <param name="Arguments">By their names in the method's own declaration.</param>
internal sealed record OdooCall(
    string Model, string Method, IReadOnlyCollection<long>? Ids, IReadOnlyDictionary<string, object?> Arguments, IReadOnlyDictionary<string, object?> Context);
