using System.Text.Json.Nodes;
using PortalIntegration.Sandbox.Erp.Pricing;

namespace PortalIntegration.UnitTests.Sandbox;

public sealed class PricingTests
{
    private const string Customer = "C-10002";

    [Fact]
    public async Task Prices_LargerQuantity_CheaperTier()
    {
        await using var bench = new ErpBench();
        var sku = PlainArticle(bench);

        var one = await PriceAsync(bench, sku, 1);
        var many = await PriceAsync(bench, sku, 100_000);

        one["source"]!.GetValue<string>().ShouldBe("list");
        many["source"]!.GetValue<string>().ShouldBe("tier");
        Amount(many, "unitPrice").ShouldBeLessThan(Amount(one, "unitPrice"));
        one["tiers"]!.AsArray().Count.ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task Prices_ContractAgreed_TakenWithItsLastDay()
    {
        await using var bench = new ErpBench();
        var sku = PlainArticle(bench);
        var item = bench.Erp.State.Items.Find(sku)!;
        bench.Erp.State.Prices.Agree(Customer, sku, item.ListPrice / 2);

        var price = await PriceAsync(bench, sku, 1);

        price["source"]!.GetValue<string>().ShouldBe("contract");
        price["validUntil"]!.GetValue<string>().ShouldBe("2026-03-31");
        Amount(price, "unitPrice").ShouldBe(Money.RoundPrice(item.ListPrice / 2));
    }

    [Fact]
    public async Task Prices_SeedOfContracts_SameCustomerSamePrice()
    {
        await using var bench = new ErpBench();
        await using var again = new ErpBench();
        var skus = bench.Erp.State.ItemList.Take(80).Select(i => i.Key).ToList();

        var first = await SourcesAsync(bench, "C-10001", skus);
        first.ShouldBe(await SourcesAsync(again, "C-10001", skus));
        first.ShouldContain(s => s.StartsWith("contract", StringComparison.Ordinal));
        first.ShouldContain(s => s.StartsWith("list", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Prices_UnitForHundred_ExtendedIsPriceTimesQuantityByUnit()
    {
        await using var bench = new ErpBench();
        var small = bench.Erp.State.ItemList.First(i => i.PriceUnit == 100);

        var (_, body) = await bench.CallAsync("pricesQuery", new { customerNumber = Customer, lines = new[] { new { sku = small.Key, quantity = 300, unit = "PCE" } } });

        var price = body["items"]![0]!;
        Amount(price, "priceUnit").ShouldBe(100);
        Amount(price, "extendedAmount").ShouldBe(Money.Round(Amount(price, "unitPrice") * 3));
    }

    [Fact]
    public async Task Prices_UnknownSkuOrUnit_ProblemOnThatLineOnly()
    {
        await using var bench = new ErpBench();
        var sku = PlainArticle(bench);

        var (status, body) = await bench.CallAsync("pricesQuery", new
        {
            customerNumber = Customer,
            lines = new object[] { new { sku = "NO-SUCH", quantity = 1 }, new { sku, quantity = 1, unit = "KG" }, new { sku, quantity = 1 } },
        });

        status.ShouldBe(200);
        body["items"]!.AsArray().Select(i => i!["problem"]?["code"]?.GetValue<string>()).ShouldBe(["unknown_sku", "unit_not_sold", null]);
    }

    [Fact]
    public async Task Prices_OtherCurrency_Converted()
    {
        await using var bench = new ErpBench();
        var sku = PlainArticle(bench);

        var (_, dollars) = await bench.CallAsync("pricesQuery", new { customerNumber = Customer, currency = "USD", lines = new[] { new { sku, quantity = 1 } } });
        var (status, _) = await bench.CallAsync("pricesQuery", new { customerNumber = Customer, currency = "XXX", lines = new[] { new { sku, quantity = 1 } } });

        dollars["currency"]!.GetValue<string>().ShouldBe("USD");
        Amount(dollars["items"]![0]!, "unitPrice").ShouldBeGreaterThan(Amount(await PriceAsync(bench, sku, 1), "unitPrice"));
        status.ShouldBe(422);
    }

    /// <summary>An article for which the customer has no contract.</summary>
    private static string PlainArticle(ErpBench bench)
    {
        for (var n = 0; ; n++)
        {
            var sku = bench.Article(n);
            var customer = bench.Erp.State.Customers.Find(Customer)!;
            var item = bench.Erp.State.Items.Find(sku)!;
            if (bench.Erp.State.Prices.Price(customer, item, item.Product.Units[0], 1, "EUR", new DateOnly(2026, 3, 4)).Source == PriceSource.List)
            {
                return sku;
            }
        }
    }

    private static async Task<JsonNode> PriceAsync(ErpBench bench, string sku, decimal quantity)
    {
        var (status, body) = await bench.CallAsync("pricesQuery", new { customerNumber = Customer, lines = new[] { new { sku, quantity } } });
        status.ShouldBe(200);
        return body["items"]![0]!;
    }

    private static async Task<List<string>> SourcesAsync(ErpBench bench, string customer, List<string> skus)
    {
        var (_, body) = await bench.CallAsync("pricesQuery", new { customerNumber = customer, lines = skus.Select(sku => new { sku, quantity = 1 }) });
        return body["items"]!.AsArray().Select(i => $"{i!["source"]} {i["unitPrice"]}").ToList();
    }

    private static decimal Amount(JsonNode node, string name) => node[name]!.GetValue<decimal>();
}
