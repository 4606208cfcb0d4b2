using System.Net.Http.Headers;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Core;
using PortalIntegration.Core.Inventory;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using RestEase;

namespace PortalIntegration.Connectors.Acme;

/// <summary>Acme ERP 4: https://acme.example/docs/api. Knows stock, and nothing else yet.</summary>
public sealed class AcmeConnector(PipelineEnvironment environment) : IConnector
{
    private const string ApiKey = nameof(ApiKey);

    public string Name => "acme";

    public IReadOnlyList<PortDeclaration> Ports { get; } =
    [
        new(typeof(IInventory), "GET /stock")
        {
            Lacks = [new(Feature.StockByWarehouse, "Acme has one warehouse."), new(Feature.InboundStock, "Acme does not tell what is on its way.")],
        },
    ];

    public IReadOnlyList<string> Check(SystemSettings settings) =>
        settings.Credentials.ContainsKey(ApiKey) ? [] : [$"Systems:{settings.Name}:Credentials:{ApiKey} is missing."];

    public ISystemConnection Open(SystemSettings settings) => new AcmeConnection(new SystemPipeline(
        settings,
        new PipelineOptions
        {
            Probe = () => new HttpRequestMessage(HttpMethod.Get, "ping"),
            Authentication = new FixedAuthentication(new AuthenticationHeaderValue("ApiKey", settings.Credentials[ApiKey])),
        },
        environment));
}

internal sealed class AcmeConnection(SystemPipeline pipeline) : ISystemConnection
{
    private readonly AcmeInventory _inventory = new(pipeline);

    public string System => pipeline.System;

    public ISystemMonitor Monitor => pipeline;

    public TPort? Find<TPort>()
        where TPort : class => _inventory as TPort;
}

internal sealed class AcmeInventory(SystemPipeline pipeline) : IInventory
{
    /// <summary>The port takes 500; they go into the address here, and servers take addresses of 8 KB.</summary>
    private const int LargestBatch = 100;

    private static readonly Operation _stock = Operation.Read("stock", "Inventory");

    public Task<Outcome<IReadOnlyList<Availability>>> Availability(Scope scope, IReadOnlyList<Sku> skus, CancellationToken cancel = default) =>
        Batches.Ask(pipeline, skus, LargestBatch, batch => pipeline.Send(
            scope,
            _stock,
            (call, token) => RestClients.For<IAcmeApi>(pipeline, call, StrictJson.Options).Stock(batch.Select(sku => sku.Value), token),
            answer => (IReadOnlyList<Availability>)Strict.Among(Strict.Each(answer, "", Map), batch, stock => stock.Sku, ""),
            cancel: cancel));

    private static Availability Map(StockWire stock, string at) => new()
    {
        Sku = new Sku(stock.Item),
        Unit = Strict.Filled(stock.Unit, $"{at}.unit"),
        AvailableToPromise = Strict.NotNegative(stock.Free, $"{at}.free"),
    };

    internal sealed record StockWire
    {
        public required string Item { get; init; }

        public required string Unit { get; init; }

        public required decimal Free { get; init; }
    }
}

[Header("Accept", "application/json")]
internal interface IAcmeApi
{
    [Get("stock")]
    Task<IReadOnlyList<AcmeInventory.StockWire>> Stock([Query("item")] IEnumerable<string> items, CancellationToken cancel);
}
