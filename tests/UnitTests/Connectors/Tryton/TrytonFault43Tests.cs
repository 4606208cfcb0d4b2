using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Tryton;
using PortalIntegration.Core;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Pricing;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.UnitTests.Connectors.Tryton;

/// <summary>Answers of the right types that make no sense together: named failures, never exceptions. Fuzzing the answers of a live Tryton found them.</summary>
public sealed class TrytonFault43Tests
{
    private const string Piece = """{"id":7,"symbol":"u","name":"Unit","factor":1,"digits":0}""";
    private const string Dozen = """{"id":8,"symbol":"dz","name":"Dozen","factor":12,"digits":0}""";

    private static readonly Scope Scope = Scope.ForPortal("test", Lane.Interactive);
    private static readonly CustomerNumber Customer = new("C1");
    private static readonly Sku Sku = new("A");

    [Theory]
    [InlineData($"[{Dozen}]", null)]
    [InlineData($"[{Dozen}]", "dz")]
    [InlineData($"[{Dozen}]", "box")]
    [InlineData("[]", "box")]
    [InlineData(null, "box")]
    public async Task Fault43_SaleUnitNotInItsCategory_IsMalformed(string? units, string? asked)
    {
        var erp = Open(("product.product.search_read", $"[{Product(units)}]"));

        var prices = await erp.Find<IPricing>()!.Prices(Scope, Customer, [new PriceLine(Sku, 1, asked)]);
        var products = await erp.Find<ICatalog>()!.Get(Scope, null, [Sku]);

        prices.Failure.ShouldNotBeNull().Cause.ShouldBe(Cause.Malformed);
        products.Failure.ShouldNotBeNull().Cause.ShouldBe(Cause.Malformed);
    }

    [Fact]
    public async Task Prices_UnitNotSold_IsTheLinesOwnProblem()
    {
        var erp = Open(("product.product.search_read", $"[{Product($"[{Piece},{Dozen}]")}]"));

        var prices = await erp.Find<IPricing>()!.Prices(Scope, Customer, [new PriceLine(Sku, 1, "box")]);

        prices.Value[0].Problem.ShouldNotBeNull();
    }

    /// <param name="units">Of the sale unit's category; null where there is none.</param>
    private static string Product(string? units)
    {
        var product = JsonNode.Parse("""
            {"id":3,"code":"A","name":"A","description":null,"template.":{"id":4,"categories.":[]},"sale_uom.":{"id":7,"category.":{"id":1,"uoms.":[]}}}
            """)!;
        product["default_uom."] = JsonNode.Parse(Piece);
        if (units is null)
        {
            product["sale_uom."]!.AsObject().Remove("category.");
        }
        else
        {
            product["sale_uom."]!["category."]!["uoms."] = JsonNode.Parse(units);
        }

        return product.ToJsonString();
    }

    /// <param name="answers">By method, beside those that every session begins with.</param>
    private static ISystemConnection Open(params (string Method, string Result)[] answers)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["common.db.login"] = """[1,"key"]""",
            ["model.res.user.get_preferences"] = """{"company":1}""",
            ["model.company.company.read"] = """[{"id":1,"currency.":{"id":1,"code":"EUR"}}]""",
            ["model.party.party.search_read"] = """[{"id":2,"code":"C1","sale_price_list":null}]""",
        };
        foreach (var (method, result) in answers)
        {
            all[$"model.{method}"] = result;
        }

        return new TrytonConnector(new PipelineEnvironment(TimeProvider.System, NullLoggerFactory.Instance) { Transport = _ => new Answering(all) }).Open(new SystemSettings
        {
            Name = "erp",
            Connector = "tryton",
            Address = new Uri("http://127.0.0.1:1"),
            ReadRetries = 0,
            Credentials = new Dictionary<string, string>(StringComparer.Ordinal) { ["Database"] = "d", ["User"] = "u", ["Password"] = "p" },
        });
    }

    private sealed class Answering(IReadOnlyDictionary<string, string> answers) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var asked = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!;
            var body = Encoding.UTF8.GetBytes($$"""{"id":1,"result":{{answers[asked["method"]!.GetValue<string>()]}}}""");
            return new HttpResponseMessage { Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } } };
        }
    }
}
