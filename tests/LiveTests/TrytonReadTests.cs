using PortalIntegration.Core;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Credit;
using PortalIntegration.Core.Customers;
using PortalIntegration.Core.Inventory;
using PortalIntegration.Core.Invoices;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Pricing;
using PortalIntegration.LiveTests.Placing;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.LiveTests;

[Collection(SharedTryton.Name)]
public sealed class TrytonReadTests(TrytonFixture tryton)
{
    private static readonly CustomerNumber Elbe = new("C1001");
    private static readonly CustomerNumber Isar = new("C1002");
    private static readonly CustomerNumber Spree = new("C1004");

    [Fact]
    public async Task Search_WordsOfTheDescription_FindsTheVariants()
    {
        var page = Value(await tryton.Port<ICatalog>().Search(TrytonFixture.Scope, new CatalogQuery("glove xl", Limit: 5)));

        page.Total.ShouldBe(8);
        page.Items.Count.ShouldBe(5);
        page.Items[0].Sku.ShouldBe(new Sku("PPE-001-XL"));
        page.Items[0].Name.ShouldBe("Glove no. 1");
        page.Items[0].CategoryName.ShouldBe("Safety gloves");
        var rest = Value(await tryton.Port<ICatalog>().Search(TrytonFixture.Scope, new CatalogQuery("glove xl", Cursor: page.Next, Limit: 5)));
        rest.Items.Count.ShouldBe(3);
        rest.Next.ShouldBeNull();
    }

    [Fact]
    public async Task Search_CustomersOwnName_FindsItForHimAlone()
    {
        var his = Value(await tryton.Port<ICatalog>().Search(TrytonFixture.Scope, new CatalogQuery("em-001too", Elbe)));
        var others = Value(await tryton.Port<ICatalog>().Search(TrytonFixture.Scope, new CatalogQuery("em-001too", Isar)));

        his.Items.ShouldHaveSingleItem().CustomerPartNumber.ShouldBe("EM-001TOO");
        others.Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Search_CharactersThatLikeKnows_AreMeantLiterally()
    {
        Value(await tryton.Port<ICatalog>().Search(TrytonFixture.Scope, new CatalogQuery("FAS_001"))).Items.ShouldBeEmpty();
        Value(await tryton.Port<ICatalog>().Search(TrytonFixture.Scope, new CatalogQuery("100%"))).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Search_Category_FindsItsProducts()
    {
        var categories = Value(await tryton.Port<ICatalog>().Categories(TrytonFixture.Scope));
        var hydraulics = categories.Single(category => category.Name == "Hydraulics");

        var page = Value(await tryton.Port<ICatalog>().Search(TrytonFixture.Scope, new CatalogQuery("", Categories: [hydraulics.Code], Limit: 100)));

        page.Items.Count.ShouldBe(25);
        page.Items.ShouldAllBe(product => product.CategoryName == "Hydraulics");
    }

    [Fact]
    public async Task Get_BoltSoldByTheBox_NamesItsUnits()
    {
        var products = Value(await tryton.Port<ICatalog>().Get(TrytonFixture.Scope, Elbe, [new Sku("FAS-001"), new Sku("NOPE")]));

        var bolt = products.ShouldHaveSingleItem();
        bolt.SalesUnit.ShouldBe("bx");
        bolt.Units.ShouldBe([new UnitOfMeasure("bx", "Box of 100", 100), new UnitOfMeasure("u", "Unit", 1)]);
        bolt.CustomerPartNumber.ShouldBe("EM-001FAS");
    }

    [Fact]
    public async Task Resolve_SkuAndOwnNumber_InAnyCase()
    {
        var codes = Value(await tryton.Port<ICatalog>().Resolve(TrytonFixture.Scope, Elbe, ["too-002", "em-003ele", "nonsense"]));

        codes.Select(code => (code.Code, code.Product.Sku.Value)).ShouldBe([("too-002", "TOO-002"), ("em-003ele", "ELE-003")]);
    }

    [Fact]
    public async Task Prices_ManyLines_AreTheCustomersOwnByQuantity()
    {
        PriceLine[] lines = [new(new Sku("TOO-001"), 5), new(new Sku("FAS-001"), 1), new(new Sku("FAS-001"), 50), new(new Sku("FAS-001"), 2, "u"), new(new Sku("NOPE"), 1)];

        var elbe = Value(await tryton.Port<IPricing>().Prices(TrytonFixture.Scope, Elbe, lines));
        var isar = Value(await tryton.Port<IPricing>().Prices(TrytonFixture.Scope, Isar, lines));

        elbe[0].UnitPrice.ShouldBe(new Money(19.90m, "EUR")); // fixed for the key account
        elbe[1].UnitPrice.ShouldBe(new Money(13.86m, "EUR"));
        elbe[1].ListPrice.ShouldBe(new Money(19.80m, "EUR"));
        isar[1].UnitPrice.ShouldBe(new Money(16.83m, "EUR"));
        isar[2].UnitPrice.ShouldBe(new Money(14.85m, "EUR")); // from 5,000 bolts on
        isar[2].PriceUnit.ShouldBe("bx");
        isar[3].PriceUnit.ShouldBe("u");
        isar[3].UnitPrice.ShouldBe(new Money(0.1683m, "EUR"));
        isar[4].UnitPrice.ShouldBeNull();
        isar[4].Problem!.Code.ShouldBe("unknown_sku");
    }

    [Fact]
    public async Task Prices_CustomerWithoutPriceList_AreListPrices()
    {
        var price = Value(await tryton.Port<IPricing>().Prices(TrytonFixture.Scope, Spree, [new PriceLine(new Sku("TOO-002"), 1)]))[0];

        price.UnitPrice.ShouldBe(price.ListPrice);
        price.UnitPrice.ShouldBe(new Money(29.40m, "EUR"));
    }

    [Fact]
    public async Task Prices_UnknownCustomer_IsNotFound()
    {
        var prices = await tryton.Port<IPricing>().Prices(TrytonFixture.Scope, new CustomerNumber("C1099"), [new PriceLine(new Sku("TOO-002"), 1)]);

        prices.Failure!.Cause.ShouldBe(Cause.NotFound); // inactive
    }

    [Fact]
    public async Task Availability_OutOfStockInTheSellingWarehouse_TellsWhatComes()
    {
        var stocks = Value(await tryton.Port<IInventory>().Availability(TrytonFixture.Scope, [new Sku("ELE-005"), new Sku("TOO-020"), new Sku("NOPE")]));

        stocks.Count.ShouldBe(2);
        var gone = stocks.Single(stock => stock.Sku == new Sku("ELE-005"));
        gone.AvailableToPromise.ShouldBe(0);
        gone.NextAvailableOn.ShouldNotBeNull();
        gone.Warehouses.Select(warehouse => warehouse.Name).ShouldBe(["Hamburg", "Munich"]);
        gone.Warehouses[0].OnHand.ShouldBe(0);
        gone.Warehouses[0].Inbound.ShouldHaveSingleItem().Quantity.ShouldBe(200);
        var there = stocks.Single(stock => stock.Sku == new Sku("TOO-020"));
        there.AvailableToPromise.ShouldBeGreaterThan(0);
        there.AvailableToPromise.ShouldBe(there.Warehouses[0].AvailableToPromise);
    }

    [Fact]
    public async Task Customer_WithBuildingSite_HasItsAddresses()
    {
        var customer = Value(await tryton.Port<ICustomers>().Get(TrytonFixture.Scope, Elbe));

        customer.Name.ShouldBe("Elbe Maschinenbau");
        customer.Currency.ShouldBe("EUR");
        customer.PaymentTerms.ShouldBe("Net 30 days");
        customer.ShipTos.Select(address => address.Name).ShouldBe(["Central store", "Building site"]);
        customer.ShipTos[0].IsDefault.ShouldBeTrue();
        customer.BillTos.ShouldHaveSingleItem().Lines.ShouldBe(["Hauptstrasse 1"]);
        customer.BillTos[0].Country.ShouldBe("DE");
    }

    [Fact]
    public async Task Credit_LimitedAndUnlimited_AreToldApart()
    {
        var weser = Value(await tryton.Port<ICredit>().Get(TrytonFixture.Scope, new CustomerNumber("C1009")));
        var maas = Value(await tryton.Port<ICredit>().Get(TrytonFixture.Scope, new CustomerNumber("C1007")));
        var saale = Value(await tryton.Port<ICredit>().Get(TrytonFixture.Scope, new CustomerNumber("C1010")));

        weser.Limit.ShouldBe(new Money(3000.00m, "EUR"));
        weser.Balance.Amount.ShouldBeGreaterThan(3000);
        maas.Limit.ShouldBeNull();
        saale.Limit.ShouldBe(new Money(0.00m, "EUR"));
    }

    [Fact]
    public async Task DeliveryMethods_OneCarrier_IsNamed()
    {
        var method = Value(await tryton.Port<IQuoting>().DeliveryMethods(TrytonFixture.Scope, Elbe)).ShouldHaveSingleItem();

        method.Name.ShouldBe("Parcel Express");
        method.Description.ShouldBe("Freight");
    }

    [Fact]
    public async Task Order_HalfShipped_ShowsShipmentsTrackingAndInvoice()
    {
        var found = Value(await tryton.Port<IOrders>().Search(TrytonFixture.Scope, new OrderQuery { PoNumber = "rw-0091" })).Items.ShouldHaveSingleItem();
        found.Status.ShouldBe(OrderStatus.PartlyShipped);

        var order = Value(await tryton.Port<IOrders>().Get(TrytonFixture.Scope, found.Number));

        order.Customer.ShouldBe(new CustomerNumber("C1003"));
        order.Status.ShouldBe(OrderStatus.PartlyShipped);
        order.Lines.Select(line => (line.Sku.Value, line.Ordered, line.Shipped)).ShouldBe([("CUT-004", 200m, 100m), ("TOO-010", 10m, 5m)]);
        order.Freight.ShouldBe(new Money(8.90m, "EUR"));
        order.Total.ShouldBe(new Money(1194.95m, "EUR"));
        order.Subtotal.ShouldBeNull();
        order.Shipments.Count.ShouldBe(2);
        var sent = order.Shipments.Single(shipment => shipment.ShippedAt is not null);
        sent.TrackingNumber.ShouldNotBeNull().ShouldStartWith("PX");
        sent.Carrier.ShouldBe("Parcel Express");
        sent.Lines.Select(line => line.Quantity).ShouldBe([100m, 5m]);
        order.Invoices.ShouldHaveSingleItem().ShouldStartWith("INV");
    }

    [Theory]
    [InlineData("EM-4500017", OrderStatus.Invoiced)]
    [InlineData("WR-77", OrderStatus.Invoiced)]
    [InlineData("SI-88", OrderStatus.Open)]
    [InlineData("MM-3", OrderStatus.Open)]
    [InlineData("IM-233", OrderStatus.Received)]
    [InlineData("RW-0099", OrderStatus.Cancelled)]
    [InlineData("RW-0091", OrderStatus.PartlyShipped)]
    public async Task Search_ByStatus_AgreesWithTheStatusShown(string purchaseOrder, OrderStatus status)
    {
        var orders = tryton.Port<IOrders>();

        var shown = Value(await orders.Search(TrytonFixture.Scope, new OrderQuery { PoNumber = purchaseOrder })).Items.ShouldHaveSingleItem();
        var searched = Value(await orders.Search(TrytonFixture.Scope, new OrderQuery { Status = status, Limit = 100 }));
        var otherwise = Value(await orders.Search(TrytonFixture.Scope, new OrderQuery { PoNumber = purchaseOrder, Status = OrderStatus.Shipped }));

        shown.Status.ShouldBe(status);
        searched.Items.ShouldAllBe(order => order.Status == status);
        searched.Items.ShouldContain(order => order.Number == shown.Number);
        otherwise.Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Search_TextAndCustomer_NarrowsAndPages()
    {
        var orders = tryton.Port<IOrders>();

        var first = Value(await orders.Search(TrytonFixture.Scope, new OrderQuery { Customer = Elbe, Limit = 1 }));
        var second = Value(await orders.Search(TrytonFixture.Scope, new OrderQuery { Customer = Elbe, Limit = 1, Cursor = first.Next }));
        var foreign = Value(await orders.Search(TrytonFixture.Scope, new OrderQuery { Customer = Isar, Text = "45000" }));
        var own = Value(await orders.Search(TrytonFixture.Scope, new OrderQuery { Customer = Elbe, Text = "4500017" }));

        first.Items.ShouldHaveSingleItem().Number.ShouldNotBe(second.Items.ShouldHaveSingleItem().Number);
        foreign.Items.ShouldBeEmpty();
        own.Items.ShouldHaveSingleItem().CustomerName.ShouldBe("Elbe Maschinenbau");
    }

    [Fact]
    public async Task Order_UnknownNumber_IsNotFound()
    {
        (await tryton.Port<IOrders>().Get(TrytonFixture.Scope, new OrderNumber("SO99999"))).Failure!.Cause.ShouldBe(Cause.NotFound);
    }

    [Fact]
    public async Task Invoices_OverdueAndPaid_AreToldApartAndPrinted()
    {
        var invoices = tryton.Port<IInvoices>();
        var weser = Value(await invoices.List(TrytonFixture.Scope, new CustomerNumber("C1009"))).Items.ShouldHaveSingleItem();
        var elbe = Value(await invoices.List(TrytonFixture.Scope, Elbe)).Items;

        weser.Status.ShouldBe(InvoiceStatus.Overdue);
        weser.Open.ShouldBe(weser.Total);
        weser.DueOn.ShouldNotBeNull();
        elbe.ShouldContain(invoice => invoice.Status == InvoiceStatus.Paid);
        weser.Orders.ShouldHaveSingleItem();
        Value(await invoices.Get(TrytonFixture.Scope, weser.Number)).Total.ShouldBe(weser.Total);
        var printed = Value(await invoices.Document(TrytonFixture.Scope, weser.Number));
        printed.Customer.ShouldBe(new CustomerNumber("C1009"));
        printed.File.Content.Length.ShouldBeGreaterThan(1000);
        printed.File.FileName.ShouldStartWith(weser.Number);
    }

    [Fact]
    public async Task SignIn_WrongPassword_IsNamedAndNotRepeated()
    {
        await using var proxy = await CuttingProxy.Start(tryton.Address);
        var catalog = tryton.Connect(proxy.Address, password: "wrong-Pass1").Find<ICatalog>()!;

        var first = await catalog.Categories(TrytonFixture.Scope);
        var second = await catalog.Categories(TrytonFixture.Scope);

        first.Failure!.Cause.ShouldBe(Cause.Unauthorized);
        second.Failure!.Cause.ShouldBe(Cause.Unauthorized);
        proxy.Seen.Count(method => method == "common.db.login").ShouldBe(1);
    }

    [Fact]
    public async Task Fault26_SessionGoneUnderManyCalls_OneLogin()
    {
        await using var proxy = await CuttingProxy.Start(tryton.Address);
        var catalog = tryton.Connect(proxy.Address, TimeSpan.FromSeconds(60)).Find<ICatalog>()!; // six collections share this machine
        Value(await catalog.Categories(TrytonFixture.Scope));
        proxy.EndSession();

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => catalog.Categories(TrytonFixture.Scope)));

        answers.ShouldAllBe(answer => answer.Succeeded);
        proxy.Seen.Count(method => method == "common.db.login").ShouldBe(2);
    }

    [Fact]
    public async Task Probe_LiveServer_Answers()
    {
        (await tryton.Connect().Monitor.Probe()).Succeeded.ShouldBeTrue();
    }

    private static T Value<T>(Outcome<T> outcome) => outcome.Try(out var value) ? value : throw new InvalidOperationException(outcome.ToString());
}
