using System.Text;
using System.Text.Json;

namespace PortalIntegration.Tests.Servers;

/// <summary>
/// A person at Odoo's own desk, in JSON written by hand: what tests check the connector against, so that the two share no mistake.
/// </summary>
internal sealed class OdooDesk : IDisposable
{
    private readonly HttpClient _client;
    private readonly string _password;
    private long _user;

    private OdooDesk(Uri address, string password)
    {
        // Odoo's server closes each connection behind its answer.
        _client = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero }) { BaseAddress = address };
        _password = password;
    }

    public static async Task<OdooDesk> SignIn(Uri address, string user = OdooServer.ClerkUser, string password = OdooServer.ClerkPassword)
    {
        var desk = new OdooDesk(address, password);
        desk._user = (await desk.Send("common", "authenticate", $$"""["{{OdooServer.Database}}", "{{user}}", "{{password}}", {}]""")).GetInt64();
        return desk;
    }

    /// <param name="method">Such as <c>res.partner.search_read</c>.</param>
    /// <param name="arguments">JSON, without the brackets around.</param>
    /// <param name="named">JSON, without the braces around.</param>
    public Task<JsonElement> Call(string method, string arguments, string named = "")
    {
        var point = method.LastIndexOf('.');
        return Send("object", "execute_kw", $$"""
            ["{{OdooServer.Database}}", {{_user}}, "{{_password}}", "{{method[..point]}}", "{{method[(point + 1)..]}}", [{{arguments}}], { {{named}} }]
            """);
    }

    /// <summary>The record of which this is so, if there is one only.</summary>
    /// <param name="condition">JSON, such as <c>["name", "=", "x"]</c>.</param>
    public async Task<JsonElement> Only(string model, string condition, params string[] fields)
    {
        var found = await Call($"{model}.search_read", $"[{condition}]", $"\"fields\": {JsonSerializer.Serialize(fields)}");
        return found.GetArrayLength() == 1 ? found[0] : throw new InvalidOperationException($"{found.GetArrayLength()} {model} with {condition}.");
    }

    /// <summary>Sends a share of what waits, as the warehouse does; the rest waits on.</summary>
    public async Task Ship(string orderNumber, decimal share, string tracking)
    {
        var waiting = await Call(
            "stock.picking.search",
            $"""[["sale_id.name", "=", "{orderNumber}"], ["picking_type_id.code", "=", "outgoing"], ["state", "in", ["confirmed", "waiting", "assigned"]]]""");
        var picking = waiting.GetArrayLength() == 1 ? waiting[0] : throw new InvalidOperationException($"{waiting.GetArrayLength()} pickings of {orderNumber} wait.");
        await Call("stock.picking.action_assign", $"[{picking}]");
        var moves = await Call("stock.move.search_read", $"""[["picking_id", "=", {picking}]]""", """ "fields": ["product_uom_qty"] """);
        foreach (var move in moves.EnumerateArray())
        {
            var quantity = Math.Floor(move.GetProperty("product_uom_qty").GetDecimal() * share);
            await Call("stock.move.write", FormattableString.Invariant($$"""[{{move.GetProperty("id")}}], {"quantity_done": {{quantity}}}"""));
        }

        await Call("stock.picking.write", $$"""[{{picking}}], {"carrier_tracking_ref": "{{tracking}}"}""");
        await Call("stock.picking.button_validate", $"[{picking}]", """ "context": {"skip_backorder": true, "skip_immediate": true, "skip_sms": true} """);
    }

    public void Dispose() => _client.Dispose();

    private async Task<JsonElement> Send(string service, string method, string arguments)
    {
        using var content = new StringContent(
            $$"""{"jsonrpc": "2.0", "method": "call", "id": 1, "params": {"service": "{{service}}", "method": "{{method}}", "args": {{arguments}} } }""",
            Encoding.UTF8,
            "application/json");
        using var response = await _client.PostAsync("jsonrpc", content);
        var body = await response.Content.ReadAsStringAsync();
        using var answer = JsonDocument.Parse(body);
        return answer.RootElement.TryGetProperty("result", out var result) ? result.Clone()
            : answer.RootElement.TryGetProperty("error", out var error)
                ? throw new InvalidOperationException($"{arguments}: {error.GetProperty("data").GetProperty("message").GetString()}")
                : default; // it answers nothing
    }
}
