using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using PortalIntegration.Sandbox.Faults;
using PortalIntegration.Sandbox.Http;

namespace PortalIntegration.Sandbox;

/// <summary>An order as the control API lists it.</summary>
public sealed record SandboxOrder(string Number, string? ExternalReference, string CustomerNumber, string? PoNumber, string Status, decimal Total, string Currency, IReadOnlyList<SandboxOrderLine> Lines);

/// <summary>A line of <see cref="SandboxOrder"/>.</summary>
public sealed record SandboxOrderLine(int LineNumber, string Sku, decimal Ordered, decimal Shipped, string Unit);

/// <summary>What matched: how many there are, and the newest of them, newest first.</summary>
public sealed record SandboxOrders(int Count, IReadOnlyList<SandboxOrder> Items);

/// <summary>
/// Drives a running sandbox through its control API, in this process or another. What the sandbox refuses throws
/// <see cref="HttpRequestException"/> with its reason.
/// </summary>
/// <param name="controlUrl">For example <c>http://127.0.0.1:5101/control/</c>.</param>
public sealed class SandboxControl(Uri controlUrl) : IDisposable
{
    private static readonly JsonSerializerOptions Wire = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private readonly HttpClient client = new() { BaseAddress = controlUrl };

    /// <summary>Sets a fault.</summary>
    public async Task<FaultRule> SetFaultAsync(FaultRule rule) => (await SendAsync<FaultRule>(HttpMethod.Post, "faults", rule))!;

    /// <summary>The faults that are set, with how often each has hit.</summary>
    public async Task<IReadOnlyList<FaultRule>> FaultsAsync() => (await SendAsync<ItemsOf<FaultRule>>(HttpMethod.Get, "faults"))!.Items;

    /// <summary>Clears one fault, or all.</summary>
    public Task ClearFaultsAsync(string? id = null) => SendAsync<object>(HttpMethod.Delete, id is null ? "faults" : "faults/" + id);

    /// <summary>Calls that came in after a mark, oldest first, and the mark to ask with the next time.</summary>
    public async Task<(long Last, IReadOnlyList<LoggedCall> Calls)> CallsAsync(long after = 0, string? operation = null)
    {
        var body = await SendAsync<CallsOf>(HttpMethod.Get, FormattableString.Invariant($"calls?limit=20000&after={after}") + (operation is null ? "" : "&operation=" + operation));
        return (body!.Last, body.Items);
    }

    /// <summary>Sets a quota of calls in a window; without a limit it is wide again.</summary>
    public Task SetQuotaAsync(int? limit, TimeSpan? window = null, int status = 429, bool tellRetryAfter = true) =>
        SendAsync<object>(HttpMethod.Put, "quota", new { limit, windowSeconds = window?.TotalSeconds, status, tellRetryAfter });

    /// <summary>Ends every short-lived token.</summary>
    public Task RevokeTokensAsync() => SendAsync<object>(HttpMethod.Post, "tokens/revoke");

    /// <summary>Makes all data anew and clears faults, calls, tokens and subscriptions.</summary>
    public Task ResetAsync() => SendAsync<object>(HttpMethod.Post, "reset");

    /// <summary>Raises an event, whether or not anything changed.</summary>
    public Task PublishAsync(string type, string entity, string key) => SendAsync<object>(HttpMethod.Post, "webhooks/publish", new { type, entity, key });

    /// <summary>ERP: the orders with a reference, or of a customer, or all.</summary>
    public async Task<SandboxOrders> OrdersAsync(string? externalReference = null, string? customerNumber = null) =>
        (await SendAsync<SandboxOrders>(
            HttpMethod.Get,
            "erp/orders?limit=500" + (externalReference is null ? "" : "&externalReference=" + Uri.EscapeDataString(externalReference)) + (customerNumber is null ? "" : "&customerNumber=" + customerNumber)))!;

    /// <summary>ERP: one of accept, ship, invoice, hold, release, cancel.</summary>
    public Task MoveOrderAsync(string number, string step) => SendAsync<object>(HttpMethod.Post, $"erp/orders/{Uri.EscapeDataString(number)}/{step}");

    /// <summary>ERP: promises another day for a line that is open; null when no date is known any more.</summary>
    public Task PromiseAsync(string number, int lineNumber, DateOnly? promisedOn) =>
        SendAsync<object>(HttpMethod.Post, $"erp/orders/{Uri.EscapeDataString(number)}/promise", new { lineNumber, promisedOn });

    /// <summary>ERP: ships quantities by line number, whether or not there is stock.</summary>
    public Task ShipAsync(string number, IReadOnlyDictionary<int, decimal> quantities) =>
        SendAsync<object>(HttpMethod.Post, $"erp/orders/{Uri.EscapeDataString(number)}/ship", new { lines = quantities.Select(q => new { lineNumber = q.Key, quantity = q.Value }) });

    /// <summary>ERP: what is free for new orders, in base units, in one warehouse (HAM, LYO, GDN), or in the first with the others empty.</summary>
    public Task SetStockAsync(string sku, decimal available, string? warehouse = null) =>
        SendAsync<object>(HttpMethod.Put, "erp/stock/" + Uri.EscapeDataString(sku), new { available, warehouse });

    /// <summary>ERP: goods come in; orders that wait get them.</summary>
    public Task ReceiveStockAsync(string sku, decimal quantity, string? warehouse = null) =>
        SendAsync<object>(HttpMethod.Post, $"erp/stock/{Uri.EscapeDataString(sku)}/receive", new { quantity, warehouse });

    /// <summary>ERP: a list price in Euro, or with a customer its contract price (null takes that away).</summary>
    public Task SetPriceAsync(string sku, decimal? price, string? customerNumber = null) =>
        SendAsync<object>(HttpMethod.Put, "erp/prices/" + Uri.EscapeDataString(sku), new { price, customerNumber });

    /// <summary>ERP: how it takes requests that come twice, and how long it works on an order.</summary>
    public Task SetBehaviourAsync(bool? honourIdempotencyKeys = null, bool? uniqueExternalReferences = null, double? createOrderMilliseconds = null) =>
        SendAsync<object>(HttpMethod.Put, "erp/behaviour", new { honourIdempotencyKeys, uniqueExternalReferences, createOrderMilliseconds });

    /// <summary>ERP: whether orders move by themselves, and how fast.</summary>
    public Task SetSimulationAsync(bool running, double? speed = null) => SendAsync<object>(HttpMethod.Put, "simulation", new { running, speed });

    /// <summary>Anything else of the control API.</summary>
    public Task<T?> SendAsync<T>(HttpMethod method, string path, object? body = null) => SendCoreAsync<T>(method, path, body);

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private async Task<T?> SendCoreAsync<T>(HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (body is not null)
        {
            request.Content = JsonContent.Create(body, body.GetType(), options: Wire);
        }

        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException($"{method} {path}: {(int)response.StatusCode} {text}", null, response.StatusCode);
        }

        return text.Length == 0 ? default : JsonSerializer.Deserialize<T>(text, Wire);
    }

    private sealed record ItemsOf<T>(IReadOnlyList<T> Items);

    private sealed record CallsOf(long Last, IReadOnlyList<LoggedCall> Items);
}
