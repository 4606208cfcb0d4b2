using PortalIntegration.Sandbox.Http;

namespace PortalIntegration.UnitTests.Sandbox;

public sealed class IdempotencyTests
{
    [Fact]
    public async Task CreateOrder_SameKeySameBody_FirstResultAgain()
    {
        await using var bench = new ErpBench();
        var order = bench.Order("i1", (bench.Article(), 2));

        var first = await bench.CallAsync("createOrder", order, key: "k");
        var second = await bench.CallAsync("createOrder", order, key: "k");

        (first.Status, second.Status).ShouldBe((201, 200));
        second.Body["number"]!.GetValue<string>().ShouldBe(first.Body["number"]!.GetValue<string>());
        Count(bench, "i1").ShouldBe(1);
    }

    [Fact]
    public async Task CreateOrder_SameKeyOtherBody_Refused()
    {
        await using var bench = new ErpBench();
        var sku = bench.Article();
        await bench.CallAsync("createOrder", bench.Order("i2", (sku, 2)), key: "k");

        var (status, body) = await bench.CallAsync("createOrder", bench.Order("i2", (sku, 3)), key: "k");

        (status, body["code"]!.GetValue<string>()).ShouldBe((422, "idempotency_key_reused"));
    }

    [Fact]
    public async Task CreateOrder_FirstStillRunning_Conflict()
    {
        await using var bench = new ErpBench(o => o with { CreateOrderTakes = TimeSpan.FromSeconds(2) });
        var order = bench.Order("i3", (bench.Article(), 2));

        var first = bench.CallAsync("createOrder", order, key: "k");
        var (status, body) = await bench.CallAsync("createOrder", order, key: "k");

        (status, body["code"]!.GetValue<string>()).ShouldBe((409, "request_in_progress"));
        (await first).Status.ShouldBe(201);
    }

    [Fact]
    public async Task CreateOrder_RefusedFirst_KeyIsFreeAgain()
    {
        await using var bench = new ErpBench();
        var sku = bench.Article();

        (await bench.CallAsync("createOrder", bench.Order("i4", ("NO-SUCH", 1)), key: "k")).Status.ShouldBe(422);
        (await bench.CallAsync("createOrder", bench.Order("i4", (sku, 1)), key: "k")).Status.ShouldBe(201);
    }

    [Fact]
    public async Task CreateOrder_OtherKeySameReference_ConflictNamesTheOrder()
    {
        await using var bench = new ErpBench();
        var order = bench.Order("i5", (bench.Article(), 2));
        var first = await bench.CallAsync("createOrder", order, key: "k1");

        var (status, body) = await bench.CallAsync("createOrder", order, key: "k2");

        (status, body["code"]!.GetValue<string>()).ShouldBe((409, "external_reference_exists"));
        body["existing"]!.GetValue<string>().ShouldBe(first.Body["number"]!.GetValue<string>());
    }

    [Fact]
    public async Task CreateOrder_NoKey_BadRequest()
    {
        await using var bench = new ErpBench();

        (await bench.CallAsync("createOrder", bench.Order("i6", (bench.Article(), 2)))).Status.ShouldBe(400);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task CreateOrder_TwoHundredAtOnceForOneReference_OneOrder(bool sameKey)
    {
        await using var bench = new ErpBench(o => o with { CreateOrderTakes = TimeSpan.FromMilliseconds(5) });
        var order = bench.Order("i7", (bench.Article(), 1)).ToJsonString();

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(() => bench.CallAsync("createOrder", order, key: sameKey ? "k" : $"k{i}"))));

        Count(bench, "i7").ShouldBe(1);
        answers.Count(a => a.Status == 201).ShouldBe(1);
        answers.ShouldAllBe(a => a.Status == 200 || a.Status == 201 || a.Status == 409);
    }

    [Fact]
    public async Task CreateOrder_TwoHundredDifferentAtOnce_TwoHundredOrders()
    {
        await using var bench = new ErpBench();
        var sku = bench.Article(stock: 150);

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(() => bench.PlaceAsync($"many-{i}", (sku, 1)))));

        answers.ShouldAllBe(a => a.Status == 201);
        answers.Select(a => a.Body["number"]!.GetValue<string>()).Distinct(StringComparer.Ordinal).Count().ShouldBe(200);
        bench.Erp.State.Items.Find(sku)!.Stock.FreeTotal.ShouldBe(0);
        bench.Erp.State.Items.Find(sku)!.Stock.Backlog.ShouldBe(50);
    }

    [Fact]
    public async Task CreateOrder_DumbErp_PlacesTwice()
    {
        await using var bench = new ErpBench(o => o with { HonourIdempotencyKeys = false, UniqueExternalReferences = false });
        var order = bench.Order("i8", (bench.Article(), 2));

        await bench.CallAsync("createOrder", order, key: "k");
        var (status, _) = await bench.CallAsync("createOrder", order, key: "k");

        status.ShouldBe(201);
        Count(bench, "i8").ShouldBe(2);
    }

    private static int Count(ErpBench bench, string reference) => bench.Erp.State.OrdersByReference.GetValueOrDefault(reference)?.Count ?? 0;
}
