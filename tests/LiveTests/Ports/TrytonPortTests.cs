using System.Text.Json;
using PortalIntegration.Core;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Credit;
using PortalIntegration.Core.Customers;
using PortalIntegration.Core.Inventory;
using PortalIntegration.Core.Invoices;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Pricing;
using PortalIntegration.Core.Quotations;
using PortalIntegration.Core.Returns;
using PortalIntegration.Tests.Ports;
using PortalIntegration.LiveTests.Placing;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.LiveTests.Ports;

/// <summary>
/// The port suites' Tryton: one connection for all of them, through a proxy that notes every call, so that what is made is what the connector declares.
/// </summary>
public sealed class TrytonPorts : IAsyncLifetime
{
    /// <summary>Every connection makes them, whatever is asked.</summary>
    private static readonly string[] SigningIn = ["common.db.login", "model.res.user.get_preferences", "model.company.company.read"];

    private readonly TrytonFixture _tryton = new();
    private CuttingProxy? _proxy;
    private ErpFacts? _facts;

    public async ValueTask InitializeAsync()
    {
        await _tryton.InitializeAsync();
        if (_tryton.Missing is null)
        {
            _proxy = await CuttingProxy.Start(_tryton.Address);
            _facts = await Read();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_proxy is { } proxy)
        {
            await proxy.DisposeAsync();
        }

        await _tryton.DisposeAsync();
    }

    public Task<ErpFacts> Facts()
    {
        _ = _tryton.Address; // skips where there is none
        return Task.FromResult(_facts!);
    }

    /// <summary>The calls since it was asked the last time are among those declared for these ports.</summary>
    public ValueTask ShouldHaveCalledAsDeclared(params Type[] ports)
    {
        if (_facts is null)
        {
            return ValueTask.CompletedTask;
        }

        var declared = _facts.Declared.Where(port => ports.Contains(port.Port)).SelectMany(port => port.Calls).ToHashSet(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (_proxy!.Seen.TryDequeue(out var method))
        {
            seen.Add(method);
        }

        seen.Except(SigningIn).Select(method => method.Replace("model.", "", StringComparison.Ordinal)).Where(method => !declared.Contains(method)).ShouldBeEmpty();
        return ValueTask.CompletedTask;
    }

    /// <summary>What the seed holds, read from Tryton past the connector.</summary>
    private async Task<ErpFacts> Read()
    {
        using var desk = await _tryton.Desk();
        var products = await desk.Call("product.product.search_read", """[["salable", "=", true], ["type", "=", "goods"]], 0, null, [["code", "ASC"]], ["code"]""");
        return new ErpFacts
        {
            Connection = _tryton.Connect(_proxy!.Address),
            Declared = TrytonFixture.Connector.Ports,
            Customer = new CustomerNumber("C1001"),
            OtherCustomer = new CustomerNumber("C1002"),
            Limited = new CustomerNumber("C1001"),
            WithoutCredit = new CustomerNumber("C1010"),
            Invoiced = new CustomerNumber("C1001"),
            Returning = new CustomerNumber("C1001"),
            Word = "Disc",
            Sku = new Sku("CUT-014"),
            OtherSku = new Sku("CUT-015"),
            Many = [.. products.EnumerateArray().Select(product => new Sku(product.GetProperty("code").GetString()!))],
            PartNumber = ("EM-001TOO", new Sku("TOO-001")),
            Stepped = (new CustomerNumber("C1002"), new Sku("FAS-001"), 50),
            PartlyShipped = await Number("RW-0091"),
            Unshipped = await Number("SI-88"),
            Finished = await Number("EM-4500017"),
            Cancelled = await Number("RW-0099"),
        };

        async Task<OrderNumber> Number(string reference)
        {
            var sale = (await desk.Call("sale.sale.search_read", $$"""[["reference", "=", {{JsonSerializer.Serialize(reference)}}]], 0, 1, [["id", "ASC"]], ["number"]"""))[0];
            return new OrderNumber(sale.GetProperty("number").GetString()!);
        }
    }
}

[CollectionDefinition(Name)]
public sealed class OnTryton : ICollectionFixture<TrytonPorts>
{
    public const string Name = "Ports on Tryton";
}

[Collection(OnTryton.Name)]
public sealed class TrytonCatalogTests(TrytonPorts tryton) : CatalogContract
{
    protected override Task<ErpFacts> Facts() => tryton.Facts();

    protected override ValueTask AfterEach() => tryton.ShouldHaveCalledAsDeclared(typeof(ICatalog));
}

[Collection(OnTryton.Name)]
public sealed class TrytonPricingTests(TrytonPorts tryton) : PricingContract
{
    protected override Task<ErpFacts> Facts() => tryton.Facts();

    protected override ValueTask AfterEach() => tryton.ShouldHaveCalledAsDeclared(typeof(IPricing));
}

[Collection(OnTryton.Name)]
public sealed class TrytonInventoryTests(TrytonPorts tryton) : InventoryContract
{
    protected override Task<ErpFacts> Facts() => tryton.Facts();

    protected override ValueTask AfterEach() => tryton.ShouldHaveCalledAsDeclared(typeof(IInventory));
}

[Collection(OnTryton.Name)]
public sealed class TrytonQuotingTests(TrytonPorts tryton) : QuotingContract
{
    protected override Task<ErpFacts> Facts() => tryton.Facts();

    protected override ValueTask AfterEach() => tryton.ShouldHaveCalledAsDeclared(typeof(IQuoting), typeof(IOrders));
}

[Collection(OnTryton.Name)]
public sealed class TrytonOrdersTests(TrytonPorts tryton) : OrdersContract
{
    protected override Task<ErpFacts> Facts() => tryton.Facts();

    protected override ValueTask AfterEach() => tryton.ShouldHaveCalledAsDeclared(typeof(IOrders), typeof(IInvoices));
}

[Collection(OnTryton.Name)]
public sealed class TrytonQuotationsTests(TrytonPorts tryton) : QuotationsContract
{
    protected override Task<ErpFacts> Facts() => tryton.Facts();

    protected override ValueTask AfterEach() => tryton.ShouldHaveCalledAsDeclared(typeof(IQuotations), typeof(IOrders));
}

[Collection(OnTryton.Name)]
public sealed class TrytonCustomersTests(TrytonPorts tryton) : CustomersContract
{
    protected override Task<ErpFacts> Facts() => tryton.Facts();

    protected override ValueTask AfterEach() => tryton.ShouldHaveCalledAsDeclared(typeof(ICustomers));
}

[Collection(OnTryton.Name)]
public sealed class TrytonCreditTests(TrytonPorts tryton) : CreditContract
{
    protected override Task<ErpFacts> Facts() => tryton.Facts();

    protected override ValueTask AfterEach() => tryton.ShouldHaveCalledAsDeclared(typeof(ICredit));
}

[Collection(OnTryton.Name)]
public sealed class TrytonInvoicesTests(TrytonPorts tryton) : InvoicesContract
{
    protected override Task<ErpFacts> Facts() => tryton.Facts();

    protected override ValueTask AfterEach() => tryton.ShouldHaveCalledAsDeclared(typeof(IInvoices));
}

[Collection(OnTryton.Name)]
public sealed class TrytonReturnsTests(TrytonPorts tryton) : ReturnsContract
{
    protected override Task<ErpFacts> Facts() => tryton.Facts();

    protected override ValueTask AfterEach() => tryton.ShouldHaveCalledAsDeclared(typeof(IReturns), typeof(IOrders));
}
