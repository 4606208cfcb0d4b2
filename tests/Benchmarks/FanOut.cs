using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PortalIntegration.Sandbox;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.Benchmarks;

/// <summary>The least that any portal would do: make the calls at the same time, pass the bodies on. In a process of its own.</summary>
internal sealed class FanOut : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Uri _address;
    private readonly Arrangement _arranged;

    private FanOut(Process process, Uri address, Arrangement arranged)
    {
        _process = process;
        _address = address;
        _arranged = arranged;
    }

    public sealed record Upstream(string Method, Uri Address, string Token, string? Body);

    /// <summary>Runs inside the child process.</summary>
    public static async Task ServeAsync(Uri address)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address.ToString());
        await using var app = builder.Build();
        using var http = new HttpClient(new SocketsHttpHandler());
        app.MapGet("/", () => "ready");
        app.MapPost("/", async (Upstream[] calls, HttpResponse response) =>
        {
            foreach (var body in await Task.WhenAll(calls.Select(call => Ask(http, call))))
            {
                await response.Body.WriteAsync(body);
            }
        });
        await app.RunAsync();
    }

    public static async Task<FanOut> StartAsync(Arrangement arranged)
    {
        var address = ServerProcess.FreeAddress();
        var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(FanOut).Assembly.Location, "fan-out", address.ToString()]) { UseShellExecute = false })!;
        for (var i = 0; i < 100; i++)
        {
            try
            {
                await arranged.Control.GetStringAsync(address);
                return new FanOut(process, address, arranged);
            }
            catch (HttpRequestException)
            {
                await Task.Delay(100);
            }
        }

        throw new InvalidOperationException("The bare endpoint did not start.");
    }

    /// <summary>Milliseconds of processor time that one request of these calls costs here.</summary>
    public async Task<double> ProcessorTimeOf(IReadOnlyList<UpstreamCall> calls, string customer, string sku, string order, int warmUp, int runs)
    {
        var upstream = calls.Select(call => Request(call, customer, sku, order)).ToArray();
        for (var i = 0; i < warmUp; i++)
        {
            await Post(upstream);
        }

        _process.Refresh();
        var before = _process.TotalProcessorTime;
        for (var i = 0; i < runs; i++)
        {
            await Post(upstream);
        }

        _process.Refresh();
        return (_process.TotalProcessorTime - before).TotalMilliseconds / runs;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task Post(Upstream[] upstream)
    {
        using var response = await _arranged.Control.PostAsJsonAsync(_address, upstream);
        response.EnsureSuccessStatusCode();
        await response.Content.ReadAsByteArrayAsync();
    }

    private Upstream Request(UpstreamCall call, string customer, string sku, string order)
    {
        var options = new SandboxOptions();
        Upstream Get(string path) => new("GET", new Uri(call.System == "erp" ? _arranged.Erp : _arranged.Crm, path), call.System == "erp" ? options.ErpToken : options.CrmToken, null);
        Upstream Post(string path, string body) => new("POST", new Uri(_arranged.Erp, path), options.ErpToken, body);
        return call.Operation switch
        {
            "getProduct" => Get($"/erp/v1/products/{sku}?customerNumber={customer}"),
            "listProducts" => Get($"/erp/v1/products?q=bearing&customerNumber={customer}&limit=50"),
            "listCategories" => Get("/erp/v1/categories"),
            "pricesQuery" => Post("/erp/v1/prices/query", $$"""{"customerNumber":"{{customer}}","lines":[{"sku":"{{sku}}","quantity":1}]}"""),
            "availabilityQuery" => Post("/erp/v1/availability/query", $$"""{"skus":["{{sku}}"]}"""),
            "getOrder" => Get($"/erp/v1/orders/{order}"),
            "listOrders" => Get($"/erp/v1/orders?customerNumber={customer}&limit=25"),
            "listInvoices" => Get($"/erp/v1/invoices?customerNumber={customer}"),
            "getCredit" => Get($"/erp/v1/customers/{customer}/credit"),
            "getCustomer" => Get($"/erp/v1/customers/{customer}"),
            _ => Get($"/{call.System}/v1/health"),
        };
    }

    private static async Task<byte[]> Ask(HttpClient http, Upstream call)
    {
        using var request = new HttpRequestMessage(new HttpMethod(call.Method), call.Address)
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", call.Token) },
            Content = call.Body is null ? null : new StringContent(call.Body, System.Text.Encoding.UTF8, "application/json"),
        };
        using var response = await http.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsByteArrayAsync();
    }
}
