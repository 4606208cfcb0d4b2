using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using PortalIntegration.Sandbox;
using PortalIntegration.Sandbox.Erp;
using PortalIntegration.Sandbox.Http;
using PortalIntegration.Tests;

namespace PortalIntegration.UnitTests.Sandbox;

/// <summary>The stand-in ERP without a network: its operations by their operationId, on a clock that a test moves.</summary>
internal sealed class ErpBench : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 3, 4, 9, 0, 0, TimeSpan.Zero);

    public ErpBench(Func<SandboxOptions, SandboxOptions>? change = null)
    {
        var options = new SandboxOptions { Skus = 300, Accounts = 40, Contacts = 80, Orders = 60, Clock = Clock, CreateOrderTakes = TimeSpan.Zero };
        Options = change?.Invoke(options) ?? options;
        Erp = new ErpSystem(Options);
    }

    public ManualTimeProvider Clock { get; } = new(Start);

    public SandboxOptions Options { get; }

    public ErpSystem Erp { get; }

    /// <summary>An article that can be ordered by the piece, with its stock set to 100 and nothing on its way.</summary>
    public string Article(int number = 0, decimal stock = 100)
    {
        var item = Erp.State.ItemList.Where(i => i.Product is { Status: PortalIntegration.Sandbox.Erp.Catalogue.ProductStatus.Active } p && p.Units[0] is { Unit: "PCE", MinQuantity: 1 } && i.Stock.Backlog == 0).ElementAt(number);
        item.Stock.Inbound.Clear();
        for (var w = 0; w < 3; w++)
        {
            item.Stock.Add(w, (w == 0 ? stock : 0) - item.Stock.Free(w));
        }

        return item.Key;
    }

    public JsonNode Order(string reference, params (string Sku, decimal Quantity)[] lines) => JsonSerializer.SerializeToNode(new
    {
        externalReference = reference,
        customerNumber = "C-10002",
        shipToId = "S1",
        orderedBy = new { name = "Jürgen Weber" },
        lines = lines.Select((l, i) => new { lineId = $"l{i + 1}", sku = l.Sku, quantity = l.Quantity }),
    })!;

    public Task<(int Status, JsonNode Body)> PlaceAsync(string reference, params (string Sku, decimal Quantity)[] lines) =>
        CallAsync("createOrder", Order(reference, lines), key: "key-" + reference);

    public Task<(int Status, JsonNode Body)> QuoteAsync(JsonNode order)
    {
        var quote = new JsonObject { ["customerNumber"] = order["customerNumber"]!.DeepClone(), ["shipToId"] = order["shipToId"]?.DeepClone(), ["lines"] = order["lines"]!.DeepClone() };
        return CallAsync("quoteOrder", quote);
    }

    public async Task<(int Status, JsonNode Body)> CallAsync(
        string operation,
        object? body = null,
        string? key = null,
        string? ifMatch = null,
        Dictionary<string, string>? route = null,
        Dictionary<string, StringValues>? query = null)
    {
        var headers = new HeaderDictionary();
        if (key is not null)
        {
            headers["Idempotency-Key"] = key;
        }

        if (ifMatch is not null)
        {
            headers["If-Match"] = ifMatch;
        }

        var bytes = body is null ? [] : Encoding.UTF8.GetBytes(body as string ?? JsonSerializer.Serialize(body));
        var call = new Call(route ?? [], new QueryCollection(query ?? []), headers, bytes);
        Answer answer;
        try
        {
            answer = await Erp.Operations.Single(o => o.Id == operation).Run(call, CancellationToken.None);
        }
        catch (Refusal refusal)
        {
            answer = refusal.Answer;
        }

        var text = Encoding.UTF8.GetString(answer.ToBytes());
        return (answer.Status, text.StartsWith('{') ? JsonNode.Parse(text)! : new JsonObject());
    }

    public ValueTask DisposeAsync() => Erp.DisposeAsync();
}
