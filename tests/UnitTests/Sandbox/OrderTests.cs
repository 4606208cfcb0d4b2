using System.Text.Json.Nodes;
using Microsoft.Extensions.Primitives;
using PortalIntegration.Sandbox.Erp.Customers;
using PortalIntegration.Sandbox.Erp.Orders;
using PortalIntegration.Sandbox.Erp.Stock;
using PortalIntegration.Sandbox.Http;

namespace PortalIntegration.UnitTests.Sandbox;

public sealed class OrderTests
{
    [Fact]
    public async Task Quote_ThenPlace_SameFigures()
    {
        await using var bench = new ErpBench();
        var order = bench.Order("q1", (bench.Article(0), 7), (bench.Article(1), 30));

        var (_, quote) = await bench.QuoteAsync(order);
        var (status, placed) = await bench.CallAsync("createOrder", order, key: "k");

        status.ShouldBe(201);
        foreach (var figure in (string[])["subtotal", "discountTotal", "freight", "taxTotal", "total"])
        {
            placed[figure]!.GetValue<decimal>().ShouldBe(quote[figure]!.GetValue<decimal>(), figure);
        }

        quote["taxes"]![0]!["rate"]!.GetValue<decimal>().ShouldBe(19);
    }

    [Fact]
    public async Task Quote_AnyNumber_LeavesNothing()
    {
        await using var bench = new ErpBench();
        var sku = bench.Article();
        var orders = bench.Erp.State.OrderList.Count;

        for (var i = 0; i < 5; i++)
        {
            await bench.QuoteAsync(bench.Order("q", (sku, 90)));
        }

        bench.Erp.State.OrderList.Count.ShouldBe(orders);
        bench.Erp.State.Items.Find(sku)!.Stock.FreeTotal.ShouldBe(100);
    }

    [Theory]
    [InlineData("S1", 19)]
    [InlineData("S3", 20)]
    public async Task Quote_ShipToAbroad_TaxOfThatCountry(string shipTo, int rate)
    {
        await using var bench = new ErpBench();
        var order = bench.Order("q", (bench.Article(), 1));
        order["shipToId"] = shipTo;

        var (_, quote) = await bench.QuoteAsync(order);

        quote["taxes"]![0]!["rate"]!.GetValue<decimal>().ShouldBe(rate);
    }

    [Fact]
    public async Task Quote_MoreThanStock_PromisedWhenInboundHasCome()
    {
        await using var bench = new ErpBench();
        var sku = bench.Article(stock: 10);
        bench.Erp.State.Items.Find(sku)!.Stock.Inbound.Add(new Inbound(0, 50, new DateOnly(2026, 3, 16)));

        var (_, quote) = await bench.QuoteAsync(bench.Order("q", (sku, 30)));

        var line = quote["lines"]![0]!;
        line["availableNow"]!.GetValue<decimal>().ShouldBe(10);
        line["backordered"]!.GetValue<decimal>().ShouldBe(20);
        line["promisedOn"]!.GetValue<string>().ShouldBe("2026-03-17");
    }

    [Fact]
    public async Task Quote_SameArticleTwice_StockCountedOnce()
    {
        await using var bench = new ErpBench();
        var sku = bench.Article(stock: 10);

        var (_, quote) = await bench.QuoteAsync(bench.Order("q", (sku, 8), (sku, 8)));

        quote["lines"]!.AsArray().Select(l => l!["availableNow"]!.GetValue<decimal>()).ShouldBe([8m, 2m]);
    }

    [Fact]
    public async Task Place_LineProblem_RefusedNamingTheLine()
    {
        await using var bench = new ErpBench();

        var (status, body) = await bench.PlaceAsync("p1", (bench.Article(), 1), ("NO-SUCH", 1));

        status.ShouldBe(422);
        body["code"]!.GetValue<string>().ShouldBe("order_rejected");
        body["errors"]![0]!["lineId"]!.GetValue<string>().ShouldBe("l2");
        bench.Erp.State.OrdersByReference.ShouldNotContainKey("p1");
    }

    [Fact]
    public async Task Place_TotalNotAsExpected_Refused()
    {
        await using var bench = new ErpBench();
        var order = bench.Order("p2", (bench.Article(), 1));
        order["expectedTotal"] = 0.01m;

        var (status, body) = await bench.CallAsync("createOrder", order, key: "k");

        status.ShouldBe(422);
        body["code"]!.GetValue<string>().ShouldBe("total_changed");
    }

    [Theory]
    [InlineData(0, "received")]
    [InlineData(200_000, "creditHold")]
    public async Task Place_CreditUsedUp_DecidesWhetherItWaits(decimal owed, string status)
    {
        await using var bench = new ErpBench();
        bench.Erp.State.Customers.Find("C-10002")!.CreditLimit = 200_000;
        bench.Erp.State.Credit.AddBalance("C-10002", owed);

        var (_, body) = await bench.PlaceAsync("c1", (bench.Article(), 3));

        body["status"]!.GetValue<string>().ShouldBe(status);
    }

    [Fact]
    public async Task Place_ClosedAccount_Refused()
    {
        await using var bench = new ErpBench();
        var customer = bench.Erp.State.Customers.Find("C-10002")!;
        customer.Body = customer.Body with { Status = CustomerStatus.Closed };

        var (status, body) = await bench.PlaceAsync("c2", (bench.Article(), 1));

        (status, body["code"]!.GetValue<string>()).ShouldBe((422, "credit_refused"));
    }

    [Fact]
    public async Task Order_ShippedInTwoParts_InvoicesAddUpToItsTotal()
    {
        await using var bench = new ErpBench();
        var placed = (await bench.PlaceAsync("s1", (bench.Article(0), 7), (bench.Article(1), 3))).Body;
        var order = bench.Erp.State.Orders.Find(placed["number"]!.GetValue<string>())!;
        var desk = bench.Erp.Desks.Orders;
        var now = ErpBench.Start.AddHours(1);

        order.Status.ShouldBe(OrderStatus.Received);
        desk.Accept(order, now);
        order.Status.ShouldBe(OrderStatus.Open);
        desk.Ship(order, new Dictionary<int, decimal> { [1] = 4 }, now);
        order.Status.ShouldBe(OrderStatus.PartlyShipped);
        var first = desk.Bill(order, now);
        desk.Ship(order, null, now);
        order.Status.ShouldBe(OrderStatus.Shipped);
        var second = desk.Bill(order, now);

        order.Status.ShouldBe(OrderStatus.Invoiced);
        order.Shipments.Count.ShouldBe(2);
        (first.Subtotal + second.Subtotal).ShouldBe(order.Subtotal);
        (first.Freight + second.Freight).ShouldBe(order.Freight);
        Math.Abs(first.Total + second.Total - order.Total).ShouldBeLessThanOrEqualTo(0.01m);
        order.NotInvoiced.ShouldBe(0);
    }

    [Fact]
    public async Task Order_Cancelled_GivesBackStockAndCredit()
    {
        await using var bench = new ErpBench();
        var sku = bench.Article();
        var open = bench.Erp.State.Credit.OpenOrders("C-10002");
        var placed = (await bench.PlaceAsync("x1", (sku, 40))).Body;
        bench.Erp.State.Items.Find(sku)!.Stock.FreeTotal.ShouldBe(60);
        var route = new Dictionary<string, string> { ["number"] = placed["number"]!.GetValue<string>() };

        var (status, body) = await bench.CallAsync("cancelOrder", new { reason = "Twice" }, route: route);
        var (again, _) = await bench.CallAsync("cancelOrder", new { reason = "Twice" }, route: route);

        (status, again).ShouldBe((200, 200));
        body["status"]!.GetValue<string>().ShouldBe("cancelled");
        bench.Erp.State.Items.Find(sku)!.Stock.FreeTotal.ShouldBe(100);
        bench.Erp.State.Credit.OpenOrders("C-10002").ShouldBe(open);
    }

    [Fact]
    public async Task Order_CancelledWithOldVersion_Refused()
    {
        await using var bench = new ErpBench();
        var placed = (await bench.PlaceAsync("x2", (bench.Article(), 1))).Body;
        var route = new Dictionary<string, string> { ["number"] = placed["number"]!.GetValue<string>() };

        (await bench.CallAsync("cancelOrder", new { reason = "x" }, ifMatch: "\"99\"", route: route)).Status.ShouldBe(412);
        (await bench.CallAsync("cancelOrder", new { reason = "x" }, ifMatch: "\"1\"", route: route)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Order_WaitingForStock_GetsWhatComesIn()
    {
        await using var bench = new ErpBench();
        var sku = bench.Article(stock: 10);
        var first = Find(bench, (await bench.PlaceAsync("w1", (sku, 15))).Body);
        var second = Find(bench, (await bench.PlaceAsync("w2", (sku, 5))).Body);
        first.Lines[0].Backordered.ShouldBe(5);
        second.Lines[0].Backordered.ShouldBe(5);

        bench.Erp.Desks.Stock.Receive(bench.Erp.State.Items.Find(sku)!, 0, 7, ErpBench.Start);

        first.Lines[0].Backordered.ShouldBe(0);
        second.Lines[0].Backordered.ShouldBe(3);
        bench.Erp.State.Items.Find(sku)!.Stock.Backlog.ShouldBe(3);
    }

    [Fact]
    public async Task Return_MoreThanShipped_Refused()
    {
        await using var bench = new ErpBench();
        var order = Find(bench, (await bench.PlaceAsync("r1", (bench.Article(), 5))).Body);
        bench.Erp.Desks.Orders.Ship(order, null, ErpBench.Start);

        async Task<(int Status, JsonNode Body)> Return(string reference, decimal quantity) => await bench.CallAsync(
            "createReturn",
            new { externalReference = reference, customerNumber = "C-10002", orderNumber = order.Number, requestedBy = new { name = "J" }, lines = new[] { new { orderLineNumber = 1, quantity, reason = "defective" } } },
            key: reference);

        (await Return("a", 3)).Status.ShouldBe(201);
        var (status, body) = await Return("b", 3);
        (status, body["code"]!.GetValue<string>()).ShouldBe((422, "quantity_not_returnable"));
    }

    [Fact]
    public async Task Return_Received_CreditsTheCustomer()
    {
        await using var bench = new ErpBench();
        var order = Find(bench, (await bench.PlaceAsync("r2", (bench.Article(), 5))).Body);
        bench.Erp.Desks.Orders.Ship(order, null, ErpBench.Start);
        bench.Erp.Desks.Orders.Bill(order, ErpBench.Start);
        var owed = bench.Erp.State.Credit.Balance("C-10002");

        var open = bench.Erp.Desks.Returns.Register(order, [new(1, 5, PortalIntegration.Sandbox.Erp.Returns.ReturnReason.Damaged, null)], null, null, null, ErpBench.Start);
        for (var i = 0; i < 3; i++)
        {
            open = bench.Erp.Desks.Returns.Advance(open, ErpBench.Start);
        }

        open.CreditNoteNumber.ShouldNotBeNull();
        order.Status.ShouldBe(OrderStatus.Returned);
        bench.Erp.State.Credit.Balance("C-10002").ShouldBeLessThan(owed);
    }

    [Fact]
    public async Task List_PagedByChange_EveryOrderOnce()
    {
        await using var bench = new ErpBench();
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var query = new Dictionary<string, StringValues> { ["changedSince"] = "2000-01-01T00:00:00Z", ["limit"] = "7" };
            if (cursor is not null)
            {
                query["cursor"] = cursor;
            }

            var (_, page) = await bench.CallAsync("listOrders", query: query);
            seen.AddRange(page["items"]!.AsArray().Select(o => o!["number"]!.GetValue<string>()));
            cursor = page["nextCursor"]?.GetValue<string>();
        }
        while (cursor is not null);

        seen.Order(StringComparer.Ordinal).ShouldBe(bench.Erp.State.OrderList.Select(o => o.Number).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task List_ByCustomerPoAndReference_FindsIt()
    {
        await using var bench = new ErpBench();
        var order = bench.Order("find-me", (bench.Article(), 1));
        order["poNumber"] = "Po-Xyz";
        await bench.CallAsync("createOrder", order, key: "k");

        foreach (var (name, value) in ((string, string)[])[("externalReference", "find-me"), ("poNumber", "PO-XYZ"), ("q", "po-xyz weber")])
        {
            var (_, page) = await bench.CallAsync("listOrders", query: new() { [name] = value });
            page["total"]!.GetValue<int>().ShouldBe(1, name);
        }
    }

    [Fact]
    public async Task List_CursorOfAnotherList_BadRequest()
    {
        await using var bench = new ErpBench();

        (await bench.CallAsync("listOrders", query: new() { ["cursor"] = "!" })).Status.ShouldBe(400);
        (await bench.CallAsync("listOrders", query: new() { ["limit"] = "501" })).Status.ShouldBe(400);
        (await bench.CallAsync("listOrders", query: new() { ["status"] = "nope" })).Status.ShouldBe(400);
        (await bench.CallAsync("createOrder", "{\"unheardOf\":1}", key: "k")).Status.ShouldBe(400);
    }

    private static Order Find(ErpBench bench, JsonNode placed) => bench.Erp.State.Orders.Find(placed["number"]!.GetValue<string>())!;
}
