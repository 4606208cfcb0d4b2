using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Tryton;
using PortalIntegration.Core;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Invoices;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Pricing;
using PortalIntegration.Core.Returns;
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
    [InlineData($"[{Dozen}]", "u")]
    [InlineData($"[{Dozen}]", "dz")]
    [InlineData($"[{Dozen}]", "box")]
    [InlineData("[]", null)]
    [InlineData("[]", "u")]
    public async Task SaleUnitOutOfUse_IsTheProductsOwnProblem_AndNotItsNeighbours(string units, string? asked)
    {
        var neighbour = Product($"[{Piece},{Dozen}]", "B", 5);
        var erp = Open(
            ("product.product.search_read", $"[{Product(units)},{neighbour}]"), ("product.product.search_count", "2"),
            ("product.product.read", """[{"id":5,"sale_price_uom":2}]"""),
            ("sale.sale.on_change", "[{}]"), ("sale.line.on_change", "[{}]"));
        var catalog = erp.Find<ICatalog>()!;

        var prices = await erp.Find<IPricing>()!.Prices(Scope, Customer, [new PriceLine(Sku, 1, asked), new PriceLine(new Sku("B"), 1)]);
        var quote = await erp.Find<IQuoting>()!.Quote(Scope, Request(asked));
        var found = await catalog.Search(Scope, new CatalogQuery("", Limit: 2));
        var gotten = await catalog.Get(Scope, null, [Sku, new Sku("B")]);
        var resolved = await catalog.Resolve(Scope, null, ["A", "B"]);

        prices.Value.Select(price => price.Problem?.Code).ShouldBe(["unit_not_sold", null]);
        prices.Value[1].UnitPrice.ShouldNotBeNull().Amount.ShouldBe(2);
        quote.Value.Lines.Single().Problem.ShouldNotBeNull().Code.ShouldBe("unit_not_sold");
        found.Value.Items.Select(product => product.Sku.Value).ShouldBe(["B"]);
        gotten.Value.Select(product => product.Sku.Value).ShouldBe(["B"]);
        resolved.Value.Select(code => code.Code).ShouldBe(["B"]);
    }

    [Fact]
    public async Task Fault43_SaleUnitWithoutCategory_IsMalformed()
    {
        var erp = Open(("product.product.search_read", $"[{Product(null)}]"));

        var prices = await erp.Find<IPricing>()!.Prices(Scope, Customer, [new PriceLine(Sku, 1, "box")]);
        var products = await erp.Find<ICatalog>()!.Get(Scope, null, [Sku]);

        prices.Failure.ShouldNotBeNull().Cause.ShouldBe(Cause.Malformed);
        products.Failure.ShouldNotBeNull().Cause.ShouldBe(Cause.Malformed);
    }

    [Theory]
    [InlineData("digits", "-1")]
    [InlineData("digits", "29")] // more than a decimal has
    [InlineData("factor", "0")]
    [InlineData("factor", "1e15")]
    public async Task Fault43_UnitOfNoSense_IsMalformed(string field, string value)
    {
        var spoiled = Regex.Replace(Dozen, $"\"{field}\":\\d+", $"\"{field}\":{value}");
        var erp = Open(("product.product.search_read", $"[{Product($"[{Piece},{spoiled}]")}]"));

        var quote = await erp.Find<IQuoting>()!.Quote(Scope, Request("dz"));

        quote.Failure.ShouldNotBeNull().Cause.ShouldBe(Cause.Malformed);
    }

    [Fact]
    public async Task Fault43_DraftThatIsNoRecord_IsMalformed()
    {
        var erp = Open(
            ("product.product.search_read", $"[{Product($"[{Piece}]")}]"), ("sale.sale.on_change", "[{}]"), ("sale.line.on_change", """[{"unit_price":1}]"""),
            ("sale.sale.search_read", "[]"), ("sale.sale.create", "[]"));

        var quote = await erp.Find<IQuoting>()!.Quote(Scope, Request());

        quote.Failure.ShouldNotBeNull().Cause.ShouldBe(Cause.Malformed);
    }

    [Fact]
    public async Task Fault43_SameSaleTwice_IsMalformed()
    {
        const string sale = """{"id":1,"state":"draft","sale_date":null,"description":"PI-0","party.":{"id":2,"code":"C1","name":"C1"},"total_amount":null,"_timestamp":"1"}""";
        var erp = Open(("sale.sale.search_read", $"[{sale},{sale}]"), ("sale.sale.delete", "null"), ("sale.complaint.search_read", "[]"));

        var swept = await erp.Find<IQuoting>()!.SweepDrafts(Scope, DateTimeOffset.UnixEpoch);

        swept.Failure.ShouldNotBeNull().Cause.ShouldBe(Cause.Malformed);
    }

    /// <summary>Its own id might be 0 as well: the list price of the one unit is not that of the other.</summary>
    [Fact]
    public async Task Prices_UnitWithId0_IsAUnitAsAnyOther()
    {
        var erp = Open(
            ("product.product.search_read", $"[{Product($"[{Piece},{Dozen.Replace("\"id\":8", "\"id\":0", StringComparison.Ordinal)}]")}]"),
            ("product.product.read", """[{"id":3,"sale_price_uom":2}]"""));

        var prices = await erp.Find<IPricing>()!.Prices(Scope, Customer, [new PriceLine(Sku, 1), new PriceLine(Sku, 1, "dz")]);

        prices.Value.Select(price => price.PriceUnit).ShouldBe(["u", "dz"]);
    }

    [Fact]
    public async Task Return_ApprovedWithoutAnyAction_IsApproved()
    {
        var erp = Open(("sale.complaint.search_read", $"[{Complaint("null")}]"));

        var told = await erp.Find<IReturns>()!.Get(Scope, "R1");

        (told.Value.Status, told.Value.Lines.Count).ShouldBe((ReturnStatus.Approved, 0));
    }

    [Theory]
    [InlineData("sale.sale,")]
    [InlineData("sale.sale,-1")]
    public async Task Return_WhoseOriginWasNotChosen_HasNoOrder(string origin)
    {
        var erp = Open(("sale.complaint.search_read", $"[{Complaint($"\"{origin}\"")}]"), ("sale.sale.search_read", "[]"));

        var told = await erp.Find<IReturns>()!.Get(Scope, "R1");

        told.Value.Order.ShouldBeNull();
    }

    [Theory]
    [InlineData("sale.line,x")]
    [InlineData("account.invoice,99999999999999999999")]
    public async Task Fault43_ReferenceToNoRecord_IsMalformed(string origin)
    {
        var erp = Open(("sale.complaint.search_read", $"[{Complaint($"\"{origin}\"")}]"));

        var told = await erp.Find<IReturns>()!.Get(Scope, "R1");

        told.Failure.ShouldNotBeNull().Cause.ShouldBe(Cause.Malformed);
    }

    [Theory]
    [InlineData("""["\ud800",{"__class__":"bytes","base64":"QUI="}]""")] // half a letter
    [InlineData("""["/../x",{"__class__":"bytes","base64":"QUI="}]""")]
    [InlineData("""["pdf",null]""")]
    [InlineData("""["pdf","QUI="]""")]
    [InlineData("""["pdf"]""")]
    public async Task Fault43_ReportThatIsNoFile_IsMalformed(string report)
    {
        var erp = Open(
            ("account.invoice.search_read", """
                [{"id":1,"number":"I1","state":"posted","invoice_date":{"__class__":"date","year":2026,"month":1,"day":1},"total_amount":1,"amount_to_pay":null,
                  "currency.":{"id":1,"code":"EUR"},"party.":{"id":2,"code":"C1","name":"C1"},"sales.":[],"lines_to_pay.":[]}]
                """),
            ("report", report));

        var document = await erp.Find<IInvoices>()!.Document(Scope, "I1");

        document.Failure.ShouldNotBeNull().Cause.ShouldBe(Cause.Malformed);
    }

    /// <summary>They go with every call.</summary>
    [Fact]
    public async Task Fault43_PreferencesThatCannotBeWritten_AreMalformed()
    {
        var erp = Open(("res.user.get_preferences", """{"company":1,"language":"\ud800"}"""));

        var categories = await erp.Find<ICatalog>()!.Categories(Scope);

        categories.Failure.ShouldNotBeNull().Cause.ShouldBe(Cause.Malformed);
    }

    [Theory]
    [InlineData("""{"__class__":"datetime","year":1,"month":1,"day":1,"hour":0,"minute":0,"second":0,"microsecond":0}""")]
    [InlineData("""{"__class__":"datetime","year":9999,"month":12,"day":31,"hour":23,"minute":59,"second":59,"microsecond":999999}""")]
    public async Task Fault43_ChangeAtATimeThatNobodyMeans_IsMalformed(string time)
    {
        // A full page: the next one begins behind it.
        var rows = Enumerable.Range(1, 200).Select(id => $$"""{"id":{{id}},"code":"A","products.":[],"create_date":{{time}},"write_date":{{time}}}""");
        var erp = Open(("product.product.search_read", $"[{string.Join(',', rows)}]"), ("product.template.search_read", "[]"));

        var changes = await erp.Find<ICatalog>()!.ChangedSince(Scope, null);

        changes.Failure.ShouldNotBeNull().Cause.ShouldBe(Cause.Malformed);
    }

    [Fact]
    public async Task Prices_UnitNotSold_IsTheLinesOwnProblem()
    {
        var erp = Open(("product.product.search_read", $"[{Product($"[{Piece},{Dozen}]")}]"));

        var prices = await erp.Find<IPricing>()!.Prices(Scope, Customer, [new PriceLine(Sku, 1, "box")]);

        prices.Value[0].Problem.ShouldNotBeNull();
    }

    private static QuoteRequest Request(string? unit = null) => new()
    {
        Submission = new SubmissionId(Guid.NewGuid()), Customer = Customer, Lines = [new OrderLineRequest("1", Sku, 1, unit)],
    };

    /// <param name="origin">As JSON.</param>
    private static string Complaint(string origin) => $$"""
        {"id":1,"number":"R1","date":null,"create_date":{"__class__":"datetime","year":2026,"month":1,"day":1,"hour":0,"minute":0,"second":0,"microsecond":0},
         "description":null,"state":"approved","origin":{{origin}},"customer.":{"id":2,"code":"C1","name":"C1"},"actions.":[]}
        """;

    /// <param name="units">Of the sale unit's category; null where there is none.</param>
    private static string Product(string? units, string code = "A", long id = 3)
    {
        var product = JsonNode.Parse("""
            {"id":3,"code":"A","name":"A","description":null,"template.":{"id":4,"categories.":[]},"sale_uom.":{"id":7,"category.":{"id":1,"uoms.":[]}}}
            """)!;
        product["code"] = code;
        product["id"] = id;
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
            all[method is "report" ? "report.account.invoice.execute" : $"model.{method}"] = result;
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
