using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PortalIntegration.Connectors.Acme;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Core;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Tests.Ports;

namespace PortalIntegration.UnitTests.Connectors.Example;

public sealed class AcmeInventoryTests(AcmeFixture acme) : InventoryContract, IClassFixture<AcmeFixture>
{
    protected override Task<ErpFacts> Facts() => acme.Facts();
}

/// <summary>Yours is a real system with data of its own for tests. Acme's is made up here, and real is only that it answers over HTTP.</summary>
public sealed class AcmeFixture : IAsyncLifetime
{
    private static readonly List<string> _items = [.. Enumerable.Range(1, 150).Select(i => $"BOLT-{i}")];

    private readonly WebApplication _acme;

    public AcmeFixture()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _acme = builder.Build();
        _acme.MapGet("/api/ping", () => "pong");
        _acme.MapGet("/api/stock", (HttpRequest request) =>
            _items.Intersect(request.Query["item"].OfType<string>()).Select(item => new { item, unit = "PCE", free = item.Length % 3 }));
    }

    internal AcmeConnector Connector { get; } = new(new PipelineEnvironment(TimeProvider.System, NullLoggerFactory.Instance));

    public Task<ErpFacts> Facts() => Task.FromResult(new ErpFacts
    {
        Connection = Open(),
        Declared = Connector.Ports,
        Sku = new Sku(_items[0]),
        OtherSku = new Sku(_items[1]),
        Many = [.. _items.Select(item => new Sku(item))],
    });

    internal ISystemConnection Open() => Connector.Open(new SystemSettings
    {
        Name = "warehouse",
        Connector = Connector.Name,
        Address = new Uri($"{_acme.Urls.Single()}/api"),
        Credentials = new Dictionary<string, string> { ["ApiKey"] = "k" },
    });

    public async ValueTask InitializeAsync() => await _acme.StartAsync();

    public ValueTask DisposeAsync() => _acme.DisposeAsync();
}
