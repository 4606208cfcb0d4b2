using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using PortalIntegration.Sandbox;

namespace PortalIntegration.IntegrationTests.Contracts;

/// <summary>A sandbox with Prism in front of one of its systems, and calls that go through both.</summary>
internal sealed class ContractWalk : IAsyncDisposable
{
    private readonly HttpClient client;

    private ContractWalk(SandboxHost sandbox, PrismProxy prism, SandboxControl control, string token)
    {
        Sandbox = sandbox;
        Prism = prism;
        Control = control;
        client = new HttpClient { BaseAddress = prism.Address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        client.DefaultRequestHeaders.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        client.DefaultRequestHeaders.Add("X-Lane", "interactive");
    }

    public SandboxHost Sandbox { get; }

    public PrismProxy Prism { get; }

    public SandboxControl Control { get; }

    public static async Task<ContractWalk> StartAsync(string contract)
    {
        var erp = contract == "erp";
        var sandbox = await SandboxHost.StartAsync(new SandboxOptions
        {
            ErpUrl = erp ? new Uri("http://127.0.0.1:0") : null,
            CrmUrl = erp ? null : new Uri("http://127.0.0.1:0"),
            Skus = 250,
            Accounts = 30,
            Contacts = 90,
            Orders = 200,
        });
        try
        {
            var prism = await PrismProxy.StartAsync(contract, erp ? sandbox.ErpUrl : sandbox.CrmUrl);
            return new ContractWalk(
                sandbox,
                prism,
                new SandboxControl(erp ? sandbox.ErpControlUrl : sandbox.CrmControlUrl),
                erp ? sandbox.Options.ErpToken : sandbox.Options.CrmToken);
        }
        catch
        {
            await sandbox.DisposeAsync();
            throw;
        }
    }

    public Task<JsonObject> GetAsync(string path, HttpStatusCode expected = HttpStatusCode.OK) => SendAsync(HttpMethod.Get, path, null, expected);

    public Task<JsonObject> PostAsync(string path, object body, HttpStatusCode expected = HttpStatusCode.OK, string? key = null) =>
        SendAsync(HttpMethod.Post, path, body, expected, ("Idempotency-Key", key));

    public async Task<JsonObject> SendAsync(HttpMethod method, string path, object? body, HttpStatusCode expected, params (string Name, string? Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = body as HttpContent ?? JsonContent.Create(body, body.GetType());
        }

        foreach (var (name, value) in headers)
        {
            if (value is not null)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(expected, $"{method} {path}: {text}");
        return text.StartsWith('{') ? JsonNode.Parse(text)!.AsObject() : [];
    }

    /// <summary>Every operation of the contract was called, and neither side broke it.</summary>
    public async Task ShouldHaveCoveredAsync(string contract)
    {
        (await Prism.ViolationsAsync()).ShouldBeEmpty();
        var (_, calls) = await Control.CallsAsync();
        calls.Select(c => c.Operation).Where(o => o != "unknown").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .ShouldBe(Contract.Operations(contract));
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        Control.Dispose();
        await Prism.DisposeAsync();
        await Sandbox.DisposeAsync();
    }
}
