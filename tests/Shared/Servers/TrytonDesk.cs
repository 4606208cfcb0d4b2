using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace PortalIntegration.Tests.Servers;

/// <summary>
/// A person at Tryton's own desk, in JSON written by hand: what tests check the connector against, so that the two share no mistake.
/// </summary>
internal sealed class TrytonDesk : IDisposable
{
    private readonly HttpClient _client;
    private string _context = "{}";

    private TrytonDesk(Uri address) => _client = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero }) { BaseAddress = new Uri(address, "tryton/") };

    public static async Task<TrytonDesk> SignIn(Uri address, string user = TrytonServer.ClerkUser, string password = TrytonServer.ClerkPassword)
    {
        var desk = new TrytonDesk(address);
        var session = await desk.Send("common.db.login", $$"""["{{user}}", {"password": "{{password}}"}, "en"]""");
        var credential = $"{user}:{session[0]}:{session[1].GetString()}";
        desk._client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Session", Convert.ToBase64String(Encoding.UTF8.GetBytes(credential)));
        desk._context = (await desk.Send("model.res.user.get_preferences", "[true, {}]")).GetRawText();
        return desk;
    }

    /// <param name="arguments">JSON, without the brackets around and without the context.</param>
    public Task<JsonElement> Call(string method, string arguments) => Send($"model.{method}", $"[{arguments}, {_context}]");

    /// <summary>Every sale under the reference, of every customer and state.</summary>
    public async Task<IReadOnlyList<(long Id, string State)>> SalesUnder(string reference)
    {
        var found = await Call("sale.sale.search_read", $$"""[["description", "=", "{{reference}}"]], 0, null, [["id", "ASC"]], ["state"]""");
        return [.. found.EnumerateArray().Select(sale => (sale.GetProperty("id").GetInt64(), sale.GetProperty("state").GetString()!))];
    }

    /// <summary>Picks, packs and sends a share of what waits, as the warehouse does.</summary>
    public async Task Ship(string orderNumber, double share, string tracking)
    {
        var shipments = await Call(
            "stock.shipment.out.search_read",
            $$"""[["moves.sale.number", "=", "{{orderNumber}}"], ["state", "=", "waiting"]], 0, 1, null, ["inventory_moves.quantity", "outgoing_moves"]""");
        var shipment = shipments[0];
        var id = shipment.GetProperty("id").GetInt64();
        foreach (var move in shipment.GetProperty("inventory_moves.").EnumerateArray())
        {
            var quantity = Math.Floor(move.GetProperty("quantity").GetDouble() * share);
            await Call("stock.move.write", FormattableString.Invariant($$"""[{{move.GetProperty("id")}}], {"quantity": {{quantity:0.0}}}"""));
        }

        await Call("stock.shipment.out.assign_try", $"[{id}]");
        await Call("stock.shipment.out.pick", $"[{id}]");
        var picked = await Call("stock.shipment.out.read", $$"""[{{id}}], ["outgoing_moves"]""");
        var kind = await Call("stock.package.type.search", "[]");
        await Call("stock.package.create", $$"""
            [{"company": 1, "type": {{kind[0]}}, "shipment": "stock.shipment.out,{{id}}", "shipping_reference": "{{tracking}}",
              "moves": [["add", {{picked[0].GetProperty("outgoing_moves")}}]]}]
            """);
        await Call("stock.shipment.out.pack", $"[{id}]");
        await Call("stock.shipment.out.done", $"[{id}]");
    }

    /// <summary>Prices stand on the template, so that every variant of it costs the same. For an administrator.</summary>
    public async Task SetListPrice(string sku, string price)
    {
        var product = await Call("product.product.search_read", $$"""[["code", "=", "{{sku}}"]], 0, 1, null, ["template"]""");
        await Call("product.template.write", $$"""
            [{{product[0].GetProperty("template")}}], {"list_price": {"__class__": "Decimal", "decimal": "{{price}}"} }
            """);
    }

    /// <summary>What must never happen: a second order under the reference.</summary>
    public async Task CopyAndConfirm(string reference)
    {
        var copies = await Call("sale.sale.copy", $"[{(await SalesUnder(reference))[0].Id}]");
        await Call("sale.sale.write", $$"""{{copies}}, {"description": "{{reference}}"}""");
        await Call("sale.sale.quote", $"{copies}");
        await Call("sale.sale.confirm", $"{copies}");
    }

    public void Dispose() => _client.Dispose();

    private async Task<JsonElement> Send(string method, string parameters)
    {
        using var content = new StringContent($$"""{"id": 1, "method": "{{method}}", "params": {{parameters}}}""", Encoding.UTF8, "application/json");
        using var response = await _client.PostAsync("", content);
        var body = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{method}: {(int)response.StatusCode}");
        }

        using var answer = JsonDocument.Parse(body);
        return answer.RootElement.TryGetProperty("result", out var result)
            ? result.Clone()
            : throw new InvalidOperationException($"{method}: {answer.RootElement.GetProperty("error")}");
    }
}
