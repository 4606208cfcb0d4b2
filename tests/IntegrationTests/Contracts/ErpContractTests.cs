using System.Net;
using System.Text.Json.Nodes;
using PortalIntegration.Sandbox.Faults;

namespace PortalIntegration.IntegrationTests.Contracts;

public sealed class ErpContractTests
{
    [Fact]
    public async Task Sandbox_EveryOperationThroughPrism_KeepsToTheContract()
    {
        await using var walk = await ContractWalk.StartAsync("erp");
        await ServiceAsync(walk);
        var sku = await CatalogueAsync(walk);
        await walk.PostAsync("prices/query", new { customerNumber = "C-10001", currency = "EUR", lines = new object[] { new { sku, quantity = 10, unit = (string?)null }, new { sku = "NO-SUCH", quantity = 1 } } });
        await walk.PostAsync("availability/query", new { skus = new[] { sku, "NO-SUCH" } });
        var order = await OrderAsync(walk, sku);
        await InvoiceAsync(walk, order);
        await CustomerAsync(walk);
        await ReturnAsync(walk, order);

        await walk.ShouldHaveCoveredAsync("erp");
    }

    [Fact]
    public async Task Sandbox_Refusals_KeepToTheContract()
    {
        await using var walk = await ContractWalk.StartAsync("erp");
        var sku = await CatalogueAsync(walk);

        await walk.GetAsync("products/NO-SUCH", HttpStatusCode.NotFound);
        await walk.SendAsync(HttpMethod.Get, "units", null, HttpStatusCode.Unauthorized, ("Authorization", "Bearer wrong"));
        await walk.PostAsync("prices/query", new { customerNumber = "C-1", lines = new[] { new { sku, quantity = 1 } } }, HttpStatusCode.UnprocessableEntity);
        await walk.PostAsync("orders", Order("c1", "NO-SUCH"), HttpStatusCode.UnprocessableEntity, "c1");
        await walk.PostAsync("orders", Order("c2", sku), HttpStatusCode.Created, "c2");
        await walk.PostAsync("orders", Order("c2", sku), HttpStatusCode.Conflict, "c3");
        await walk.SendAsync(HttpMethod.Patch, "customers/C-10001", new { name = "X" }, HttpStatusCode.PreconditionFailed, ("If-Match", "\"999\""));
        foreach (var (kind, status) in ((FaultKind, int)[])[(FaultKind.RateLimit, 429), (FaultKind.RateLimit, 403), (FaultKind.Outage, 503), (FaultKind.Error, 500)])
        {
            await walk.Control.SetFaultAsync(new FaultRule { Kind = kind, Status = status, Mode = "unavailable", RetryAfterSeconds = status == 429 ? 1 : null, Count = 1 });
            await walk.GetAsync("units", (HttpStatusCode)status);
        }

        (await walk.Prism.ViolationsAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Sandbox_OrderInPartsOrAllTogether_IsPromisedAndSentSo(bool inParts)
    {
        await using var walk = await ContractWalk.StartAsync("erp");
        var sku = await CatalogueAsync(walk);
        await walk.Control.SetStockAsync(sku, 1000);
        var order = new
        {
            externalReference = "parts",
            customerNumber = "C-10001",
            partialDelivery = inParts,
            orderedBy = new { name = "Ana Lindqvist" },
            lines = new object[] { new { lineId = "a", sku, quantity = 5, requestedDate = (string?)null }, new { lineId = "b", sku, quantity = 5, requestedDate = "2030-01-15" } },
        };

        var placed = await walk.PostAsync("orders", order, HttpStatusCode.Created, "parts");

        placed["partialDelivery"]!.GetValue<bool>().ShouldBe(inParts);
        var lines = placed["lines"]!.AsArray();
        lines[1]!["requestedDate"]!.GetValue<string>().ShouldBe("2030-01-15");
        lines.Select(line => line!["promisedOn"]!.GetValue<string>()).Distinct().Count().ShouldBe(inParts ? 2 : 1);
        var number = placed["number"]!.GetValue<string>();
        var part = walk.Control.ShipAsync(number, new Dictionary<int, decimal> { [1] = 5 });
        await (inParts ? part : Should.ThrowAsync<Exception>(part));
        (await walk.GetAsync($"orders/{number}"))["shipments"]!.AsArray().Count.ShouldBe(inParts ? 1 : 0);
    }

    /// <summary>The control of the tests above: what is broken is noticed.</summary>
    [Fact]
    public async Task Prism_AnswerIsBroken_IsNoticed()
    {
        await using var walk = await ContractWalk.StartAsync("erp");
        var query = new { skus = new[] { "NO-SUCH" } };
        await walk.PostAsync("availability/query", query);
        await walk.GetAsync("orders?limit=1");
        (await walk.Prism.ViolationsAsync()).ShouldBeEmpty();

        foreach (var (mode, field) in ((string, string)[])[("null", "sku"), ("negative", "availableToPromise"), ("unknownEnum", "status")])
        {
            await walk.Control.SetFaultAsync(new FaultRule { Kind = FaultKind.Nonsense, Mode = mode, Field = field, Count = 1 });
            await (field == "status"
                ? walk.GetAsync("orders?limit=1", HttpStatusCode.InternalServerError)
                : walk.PostAsync("availability/query", query, HttpStatusCode.InternalServerError));
        }

        (await walk.Prism.ViolationsAsync()).Count.ShouldBe(3);
    }

    [Fact]
    public async Task Prism_RequestIsBroken_NeverReachesTheErp()
    {
        await using var walk = await ContractWalk.StartAsync("erp");

        await walk.PostAsync("availability/query", new { skus = new[] { "A" }, unheardOf = 1 }, HttpStatusCode.UnprocessableEntity);
        await walk.PostAsync("orders", Order("x", "A"), HttpStatusCode.UnprocessableEntity, key: null);

        (await walk.Control.CallsAsync()).Calls.ShouldBeEmpty();
        (await walk.Prism.ViolationsAsync()).Count.ShouldBe(2);
    }

    private static async Task ServiceAsync(ContractWalk walk)
    {
        await walk.GetAsync("health");
        await walk.PostAsync("oauth/token", new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("client_id", "portal"), new("client_secret", "sandbox-secret")]));
        await walk.PostAsync("oauth/token", new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("client_id", "portal"), new("client_secret", "wrong")]), HttpStatusCode.BadRequest);
        var subscription = await walk.PostAsync("webhook-subscriptions", new { url = "http://127.0.0.1:9/hook", events = Contract.Events("erp"), secret = (string?)null }, HttpStatusCode.Created);
        await walk.GetAsync("webhook-subscriptions");
        await walk.SendAsync(HttpMethod.Delete, $"webhook-subscriptions/{subscription["id"]}", null, HttpStatusCode.NoContent);
        await walk.GetAsync("delivery-methods?customerNumber=C-10001&shipToId=S1");
    }

    private static async Task<string> CatalogueAsync(ContractWalk walk)
    {
        await walk.GetAsync("units");
        await walk.GetAsync("categories");
        var page = await walk.GetAsync("products?limit=3&customerNumber=C-10001");
        await walk.GetAsync($"products?limit=3&cursor={page["nextCursor"]}");
        await walk.GetAsync("products?changedSince=2020-01-01T00:00:00Z&limit=200");
        var found = await walk.GetAsync("products?q=bearing&category=bearings&limit=50");
        var sku = found["items"]!.AsArray().First(p => p!["status"]!.GetValue<string>() == "active")!["sku"]!.GetValue<string>();
        var product = await walk.GetAsync($"products/{sku}?customerNumber=C-10001");
        await walk.SendAsync(HttpMethod.Get, $"products/{sku}", null, HttpStatusCode.NotModified, ("If-None-Match", $"\"{product["version"]}\""));
        await walk.GetAsync($"products/{sku}/images/main");
        await walk.PostAsync("products/query", new { customerNumber = "C-10001", codes = new[] { sku, "NO-SUCH" } });
        var parts = await walk.GetAsync("customers/C-10001/part-numbers?limit=5");
        parts["items"]!.AsArray().ShouldNotBeEmpty();
        return sku;
    }

    private static async Task<string> OrderAsync(ContractWalk walk, string sku)
    {
        await walk.PostAsync("quotes", new
        {
            customerNumber = "C-10001",
            shipToId = "S1",
            billToId = "B1",
            deliveryMethod = "EXP",
            requestedDate = "2030-01-15",
            poNumber = "PO-1",
            lines = new object[] { new { lineId = "a", sku, quantity = 5, unit = "PCE", requestedDate = (string?)null, note = (string?)null }, new { lineId = "b", sku = "NO-SUCH", quantity = 1 } },
        });
        var placed = await walk.PostAsync("orders", Order("o1", sku), HttpStatusCode.Created, "o1");
        await walk.PostAsync("orders", Order("o1", sku), HttpStatusCode.OK, "o1");
        var number = placed["number"]!.GetValue<string>();
        await walk.Control.ShipAsync(number, new Dictionary<int, decimal> { [1] = 3 });
        await walk.Control.MoveOrderAsync(number, "invoice");
        var order = await walk.GetAsync($"orders/{number}");
        order["shipments"]!.AsArray().Count.ShouldBe(1);
        await walk.SendAsync(HttpMethod.Get, $"orders/{number}", null, HttpStatusCode.NotModified, ("If-None-Match", $"\"{order["version"]}\""));
        await walk.GetAsync("orders?externalReference=o1");
        await walk.GetAsync("orders?changedSince=2020-01-01T00:00:00Z&limit=500");
        await walk.GetAsync("orders?customerNumber=C-10001&customerNumber=C-10002&status=open&status=returned&limit=50");
        var allowed = await walk.GetAsync($"orders/{number}/allowed");
        allowed["cancel"]!.GetValue<bool>().ShouldBeTrue();
        var change = new { by = "Ana Lindqvist", poNumber = "PO-2", lines = new[] { new { lineNumber = 1, quantity = 4 } } };
        for (var twice = 0; twice < 2; twice++)
        {
            var changed = await walk.SendAsync(HttpMethod.Patch, $"orders/{number}", change, HttpStatusCode.OK, ("Idempotency-Key", "ch1"), ("If-Match", $"\"{allowed["version"]}\""));
            changed["lines"]![0]!["ordered"]!.GetValue<decimal>().ShouldBe(4);
        }

        await walk.SendAsync(HttpMethod.Patch, $"orders/{number}", new { by = "Ana", poNumber = "PO-3" }, HttpStatusCode.PreconditionFailed, ("Idempotency-Key", "ch2"), ("If-Match", "\"999\""));
        await walk.SendAsync(HttpMethod.Patch, $"orders/{number}", new { by = "Ana", shipToId = "S1" }, HttpStatusCode.UnprocessableEntity, ("Idempotency-Key", "ch3"), ("If-Match", "*"));
        var waits = await walk.GetAsync("orders?status=backordered&limit=1");
        (await walk.GetAsync($"backorders?customerNumber={waits["items"]![0]!["customerNumber"]}"))["items"]!.AsArray().ShouldNotBeEmpty();
        foreach (var query in new[] { "credit/query", "overdue/query", "order-activity/query" })
        {
            (await walk.PostAsync(query, new { customerNumbers = new[] { "C-10001", "C-10002", "C-0" } }))["items"]!.AsArray().Count.ShouldBe(2, query);
        }

        await QuotationAsync(walk, sku);
        await walk.PostAsync($"orders/{number}/cancel", new { reason = "Enough", by = "Ana", lines = (int[]?)null });
        return number;
    }

    private static async Task QuotationAsync(ContractWalk walk, string sku)
    {
        object New(string reference, string kind) => new
        {
            externalReference = reference,
            customerNumber = "C-10001",
            kind,
            label = "Overhaul",
            shipToId = "S1",
            requestedBy = new { contactId = "con-00001", name = "Ana Lindqvist", onBehalfOf = (string?)null },
            lines = new[] { new { lineId = "a", sku, quantity = 5, unit = (string?)null, note = "Blue box" } },
        };
        var kept = await walk.PostAsync("quotations", New("q1", "quote"), HttpStatusCode.Created, "q1");
        await walk.PostAsync("quotations", New("q1", "quote"), HttpStatusCode.OK, "q1");
        await walk.PostAsync("quotations", New("q1", "list"), HttpStatusCode.Conflict, "q1-again");
        var number = kept["number"]!.GetValue<string>();
        await walk.GetAsync($"quotations/{number}");
        await walk.GetAsync("quotations?customerNumber=C-10001&kind=quote&kind=approval&status=open");
        object Order(string reference) => new
        {
            externalReference = reference,
            customerNumber = "C-10001",
            orderedBy = new { name = "Ana Lindqvist" },
            approvedBy = new { contactId = "con-00002", name = "Bo Ek" },
            quotationNumber = number,
            lines = new[] { new { lineId = "a", sku, quantity = 5 } },
        };
        await walk.PostAsync("orders", Order("qo1"), HttpStatusCode.Created, "qo1");
        (await walk.PostAsync("orders", Order("qo2"), HttpStatusCode.UnprocessableEntity, "qo2"))["code"]!.GetValue<string>().ShouldBe("quotation_ordered");
        (await walk.GetAsync($"quotations/{number}"))["status"]!.GetValue<string>().ShouldBe("ordered");
        await walk.SendAsync(HttpMethod.Patch, $"quotations/{number}", new { label = "Late" }, HttpStatusCode.Conflict, ("If-Match", "*"));
        var waiting = await walk.PostAsync("quotations", New("q2", "approval"), HttpStatusCode.Created, "q2");
        var sentBack = new { status = "sentBack", reason = "Too much", by = new { name = "Bo Ek" } };
        await walk.SendAsync(HttpMethod.Patch, $"quotations/{waiting["number"]}", sentBack, HttpStatusCode.PreconditionFailed, ("If-Match", "\"77\""));
        await walk.SendAsync(HttpMethod.Patch, $"quotations/{waiting["number"]}", sentBack, HttpStatusCode.OK, ("If-Match", $"\"{waiting["version"]}\""));
    }

    private static async Task InvoiceAsync(ContractWalk walk, string order)
    {
        var page = await walk.GetAsync($"invoices?customerNumber=C-10001&orderNumber={order}");
        var number = page["items"]![0]!["number"]!.GetValue<string>();
        await walk.GetAsync($"invoices/{number}");
        await walk.GetAsync($"invoices/{number}/pdf");
        (await walk.GetAsync("customers/C-10001/statement"))["buckets"]!.AsArray().Count.ShouldBe(5);
        await walk.GetAsync("invoices?changedSince=2020-01-01T00:00:00Z&limit=500");
    }

    private static async Task CustomerAsync(ContractWalk walk)
    {
        await walk.GetAsync("customers?changedSince=2020-01-01T00:00:00Z&limit=500");
        await walk.GetAsync("customers?crmAccountId=acc-00001");
        var address = new { name = "Nya Verkstan AB", line1 = "Storgatan 1", postalCode = "111 22", city = "Stockholm", country = "SE" };
        var created = await walk.PostAsync(
            "customers",
            new { externalReference = "acc-00008", crmAccountId = "acc-00008", name = "Koskela Konepaja Oy", currency = "EUR", billTos = new[] { address }, shipTos = new[] { address } },
            HttpStatusCode.Created,
            "acc-00008");
        var number = created["number"]!.GetValue<string>();
        var read = await walk.GetAsync($"customers/{number}");
        await walk.SendAsync(HttpMethod.Patch, $"customers/{number}", new { name = "Koskela Oy", phone = "+358 1" }, HttpStatusCode.OK, ("If-Match", $"\"{read["version"]}\""));
        foreach (var customer in (string[])[number, "C-10001", "C-10004", "C-10006"])
        {
            await walk.GetAsync($"customers/{customer}/credit");
        }
    }

    private static async Task ReturnAsync(ContractWalk walk, string order)
    {
        (await walk.GetAsync($"orders/{order}/returnable"))["lines"]![0]!["left"]!.GetValue<decimal>().ShouldBe(3);
        var created = await walk.PostAsync(
            "returns",
            new { externalReference = "r1", customerNumber = "C-10001", orderNumber = order, requestedBy = new { contactId = "con-00001", name = "Ana", onBehalfOf = (string?)null }, note = (string?)null, lines = new[] { new { orderLineNumber = 1, quantity = 1, reason = "wrongItem", note = "Too big" } } },
            HttpStatusCode.Created,
            "r1");
        var number = created["number"]!.GetValue<string>();
        for (var i = 0; i < 3; i++)
        {
            await walk.Control.SendAsync<JsonObject>(HttpMethod.Post, $"erp/returns/{number}/advance");
            await walk.GetAsync($"returns/{number}");
        }

        await walk.GetAsync($"returns?orderNumber={order}");
        await walk.GetAsync("returns?changedSince=2020-01-01T00:00:00Z&limit=500");
        await walk.GetAsync($"orders/{order}");
    }

    private static object Order(string reference, string sku) => new
    {
        externalReference = reference,
        customerNumber = "C-10001",
        shipToId = "S1",
        billToId = (string?)null,
        deliveryMethod = "STD",
        poNumber = "PO-1",
        note = "Ring at gate 3",
        orderedBy = new { contactId = "con-00001", name = "Ana Lindqvist", onBehalfOf = (string?)null },
        lines = new[] { new { lineId = "a", sku, quantity = 5, unit = (string?)null, note = "Blue box" } },
    };
}
