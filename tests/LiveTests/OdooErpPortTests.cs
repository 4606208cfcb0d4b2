using PortalIntegration.Core;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Tests.Ports;

namespace PortalIntegration.LiveTests;

/// <summary>What the seed gave Odoo, by its own numbers; see <c>src/Demo/RealSystems/odoo/seed.py</c>.</summary>
internal static class OdooErpFacts
{
    public static ErpFacts Of(ISystemConnection connection, IReadOnlyList<PortDeclaration> declared) => new()
    {
        Connection = connection,
        Declared = declared,
        Customer = new CustomerNumber("C1001"),
        OtherCustomer = new CustomerNumber("C1002"),
        Word = "ratchet",
        Sku = new Sku("TOO-001"),
        OtherSku = new Sku("FAS-001"),
        Many =
        [
            .. new[] { ("FAS", 30), ("ANC", 20), ("TOO", 30), ("CUT", 25), ("ELE", 30) }
                .SelectMany(family => Enumerable.Range(1, family.Item2).Select(size => new Sku($"{family.Item1}-{size:000}"))),
            new Sku("PPE-001-S"), new Sku("PPE-001-XL"),
        ],
        Stepped = (new CustomerNumber("C1002"), new Sku("FAS-001"), 50),
        Limited = new CustomerNumber("C1002"),
        WithoutCredit = new CustomerNumber("C1009"),
        PartlyShipped = new OrderNumber("S00005"),
        Unshipped = new OrderNumber("S00007"),
        Finished = new OrderNumber("S00004"),
        Cancelled = new OrderNumber("S00013"),
        Invoiced = new CustomerNumber("C1001"),
        Returning = new CustomerNumber("C1001"),
    };
}

[Collection(OdooErpTurns.Name)]
public sealed class OdooCatalogTests(OdooFixture odoo) : CatalogContract
{
    protected override Task<ErpFacts> Facts() => Task.FromResult(odoo.ErpFacts);
}

[Collection(OdooErpTurns.Name)]
public sealed class OdooPricingTests(OdooFixture odoo) : PricingContract
{
    protected override Task<ErpFacts> Facts() => Task.FromResult(odoo.ErpFacts);
}

[Collection(OdooErpTurns.Name)]
public sealed class OdooInventoryTests(OdooFixture odoo) : InventoryContract
{
    protected override Task<ErpFacts> Facts() => Task.FromResult(odoo.ErpFacts);
}

[Collection(OdooErpTurns.Name)]
public sealed class OdooCustomersTests(OdooFixture odoo) : CustomersContract
{
    protected override Task<ErpFacts> Facts() => Task.FromResult(odoo.ErpFacts);
}

[Collection(OdooErpTurns.Name)]
public sealed class OdooCreditTests(OdooFixture odoo) : CreditContract
{
    protected override Task<ErpFacts> Facts() => Task.FromResult(odoo.ErpFacts);
}

[Collection(OdooErpTurns.Name)]
public sealed class OdooQuotingTests(OdooFixture odoo) : QuotingContract
{
    protected override Task<ErpFacts> Facts() => Task.FromResult(odoo.ErpFacts);
}

[Collection(OdooErpTurns.Name)]
public sealed class OdooOrdersTests(OdooFixture odoo) : OrdersContract
{
    protected override Task<ErpFacts> Facts() => odoo.ErpFactsWithBackorders();
}

[Collection(OdooErpTurns.Name)]
public sealed class OdooQuotationsTests(OdooFixture odoo) : QuotationsContract
{
    protected override Task<ErpFacts> Facts() => Task.FromResult(odoo.ErpFacts);
}

[Collection(OdooErpTurns.Name)]
public sealed class OdooInvoicesTests(OdooFixture odoo) : InvoicesContract
{
    protected override Task<ErpFacts> Facts() => Task.FromResult(odoo.ErpFacts);
}

[Collection(OdooErpTurns.Name)]
public sealed class OdooReturnsTests(OdooFixture odoo) : ReturnsContract
{
    protected override Task<ErpFacts> Facts() => Task.FromResult(odoo.ErpFacts);
}

/// <summary>One Odoo for all: those who place orders and count them take turns.</summary>
[CollectionDefinition(Name)]
public sealed class OdooErpTurns
{
    public const string Name = "Odoo as the ERP";
}
