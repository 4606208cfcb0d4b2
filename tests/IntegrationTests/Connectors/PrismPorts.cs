using PortalIntegration.IntegrationTests.Contracts;
using PortalIntegration.Tests.Ports;

namespace PortalIntegration.IntegrationTests.Connectors;

/// <summary>
/// The sandbox behind Prism, which refuses what is not of the contract: the same suites again, so that everything the connector sends is shown to be what
/// an ERP or a CRM of the contract understands, and everything it gets is what such a system says.
/// </summary>
public sealed class PrismFixture : IAsyncLifetime
{
    private readonly SandboxFixture _sandbox = new();
    private int _toldOfErp;
    private int _toldOfCrm;
    private PrismProxy? _erp;
    private PrismProxy? _crm;
    private ErpFacts? _erpFacts;
    private CrmFacts? _crmFacts;

    public async ValueTask InitializeAsync()
    {
        await _sandbox.InitializeAsync();
        _erp = await PrismProxy.StartAsync("erp", _sandbox.Host.ErpUrl);
        _crm = await PrismProxy.StartAsync("crm", _sandbox.Host.CrmUrl);
        _erpFacts = (await _sandbox.ErpFacts()) with { Connection = _sandbox.OpenErp(_erp.Address, Patient) };
        _crmFacts = (await _sandbox.CrmFacts()) with { Connection = _sandbox.OpenCrm(_crm.Address, Patient) };
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var proxy in new[] { _erp, _crm }.OfType<PrismProxy>())
        {
            await proxy.DisposeAsync();
        }

        await _sandbox.DisposeAsync();
    }

    public Task<ErpFacts> ErpFacts() => Task.FromResult(_erpFacts!);

    public Task<CrmFacts> CrmFacts() => Task.FromResult(_crmFacts!);

    /// <summary>Since it was asked the last time: one violation is one test's failure.</summary>
    public async ValueTask ShouldHaveKeptTheContract()
    {
        var (erp, crm) = (await _erp!.ViolationsAsync(), await _crm!.ViolationsAsync());
        List<string> news = [.. erp.Skip(_toldOfErp), .. crm.Skip(_toldOfCrm)];
        (_toldOfErp, _toldOfCrm) = (erp.Count, crm.Count);
        news.ShouldBeEmpty();
    }

    /// <summary>Prism takes its time over five hundred products, the first time above all.</summary>
    private static Core.Ownership.SystemSettings Patient(Core.Ownership.SystemSettings settings) => settings with
    {
        AttemptTimeout = TimeSpan.FromSeconds(30),
        TotalTimeout = TimeSpan.FromSeconds(60),
        ReadRetries = 0,
    };
}

[CollectionDefinition(Name)]
public sealed class ThroughPrism : ICollectionFixture<PrismFixture>
{
    public const string Name = "Reference connector through Prism";
}

[Collection(ThroughPrism.Name)]
public sealed class PrismCatalogTests(PrismFixture prism) : CatalogContract
{
    protected override Task<ErpFacts> Facts() => prism.ErpFacts();

    protected override ValueTask AfterEach() => prism.ShouldHaveKeptTheContract();
}

[Collection(ThroughPrism.Name)]
public sealed class PrismPricingTests(PrismFixture prism) : PricingContract
{
    protected override Task<ErpFacts> Facts() => prism.ErpFacts();

    protected override ValueTask AfterEach() => prism.ShouldHaveKeptTheContract();
}

[Collection(ThroughPrism.Name)]
public sealed class PrismInventoryTests(PrismFixture prism) : InventoryContract
{
    protected override Task<ErpFacts> Facts() => prism.ErpFacts();

    protected override ValueTask AfterEach() => prism.ShouldHaveKeptTheContract();
}

[Collection(ThroughPrism.Name)]
public sealed class PrismQuotingTests(PrismFixture prism) : QuotingContract
{
    protected override Task<ErpFacts> Facts() => prism.ErpFacts();

    protected override ValueTask AfterEach() => prism.ShouldHaveKeptTheContract();
}

[Collection(ThroughPrism.Name)]
public sealed class PrismOrdersTests(PrismFixture prism) : OrdersContract
{
    protected override Task<ErpFacts> Facts() => prism.ErpFacts();

    protected override ValueTask AfterEach() => prism.ShouldHaveKeptTheContract();
}

[Collection(ThroughPrism.Name)]
public sealed class PrismQuotationsTests(PrismFixture prism) : QuotationsContract
{
    protected override Task<ErpFacts> Facts() => prism.ErpFacts();

    protected override ValueTask AfterEach() => prism.ShouldHaveKeptTheContract();
}

[Collection(ThroughPrism.Name)]
public sealed class PrismCustomersTests(PrismFixture prism) : CustomersContract
{
    protected override Task<ErpFacts> Facts() => prism.ErpFacts();

    protected override ValueTask AfterEach() => prism.ShouldHaveKeptTheContract();
}

[Collection(ThroughPrism.Name)]
public sealed class PrismCreditTests(PrismFixture prism) : CreditContract
{
    protected override Task<ErpFacts> Facts() => prism.ErpFacts();

    protected override ValueTask AfterEach() => prism.ShouldHaveKeptTheContract();
}

[Collection(ThroughPrism.Name)]
public sealed class PrismInvoicesTests(PrismFixture prism) : InvoicesContract
{
    protected override Task<ErpFacts> Facts() => prism.ErpFacts();

    protected override ValueTask AfterEach() => prism.ShouldHaveKeptTheContract();
}

[Collection(ThroughPrism.Name)]
public sealed class PrismReturnsTests(PrismFixture prism) : ReturnsContract
{
    protected override Task<ErpFacts> Facts() => prism.ErpFacts();

    protected override ValueTask AfterEach() => prism.ShouldHaveKeptTheContract();
}

[Collection(ThroughPrism.Name)]
public sealed class PrismAccountsTests(PrismFixture prism) : AccountsContract
{
    protected override Task<CrmFacts> Facts() => prism.CrmFacts();

    protected override ValueTask AfterEach() => prism.ShouldHaveKeptTheContract();
}

[Collection(ThroughPrism.Name)]
public sealed class PrismTimelineTests(PrismFixture prism) : TimelineContract
{
    protected override Task<CrmFacts> Facts() => prism.CrmFacts();

    protected override ValueTask AfterEach() => prism.ShouldHaveKeptTheContract();
}

[Collection(ThroughPrism.Name)]
public sealed class PrismContactsTests(PrismFixture prism) : ContactsContract
{
    protected override Task<CrmFacts> Facts() => prism.CrmFacts();

    protected override ValueTask AfterEach() => prism.ShouldHaveKeptTheContract();
}

[Collection(ThroughPrism.Name)]
public sealed class PrismSalesProductsTests(PrismFixture prism) : SalesProductsContract
{
    protected override Task<CrmFacts> Facts() => prism.CrmFacts();

    protected override ValueTask AfterEach() => prism.ShouldHaveKeptTheContract();
}

[Collection(ThroughPrism.Name)]
public sealed class PrismOpportunitiesTests(PrismFixture prism) : OpportunitiesContract
{
    protected override Task<CrmFacts> Facts() => prism.CrmFacts();

    protected override ValueTask AfterEach() => prism.ShouldHaveKeptTheContract();
}

[Collection(ThroughPrism.Name)]
public sealed class PrismSubscriptionTests(PrismFixture prism)
{
    [Fact]
    public async Task Subscribing_KeepsToTheContract()
    {
        foreach (var connection in new[] { (await prism.ErpFacts()).Connection, (await prism.CrmFacts()).Connection })
        {
            var subscriptions = connection.Find<Core.Ownership.IWebhookSubscriptions>()!;
            (await subscriptions.Ensure(new Uri("http://127.0.0.1:9/webhooks"))).Value.Renewed.ShouldBeTrue();
            (await subscriptions.Ensure(new Uri("http://127.0.0.1:9/webhooks"))).Value.Renewed.ShouldBeFalse();
            (await connection.Monitor.Probe()).Succeeded.ShouldBeTrue();
        }

        await prism.ShouldHaveKeptTheContract();
    }
}
