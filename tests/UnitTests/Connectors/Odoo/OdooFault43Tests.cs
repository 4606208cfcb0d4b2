using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Odoo;
using PortalIntegration.Core;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Contacts;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.UnitTests.Connectors.Odoo;

/// <summary>Answers of the right types that make no sense together: named failures, never exceptions.</summary>
public sealed class OdooFault43Tests
{
    private static readonly Scope Scope = Scope.ForPortal("test", Lane.Interactive);

    /// <summary>Fields that an integrator named are read when it is known what they should be.</summary>
    [Theory]
    [InlineData("\"\\ud800\"", "false")] // half a letter
    [InlineData("\"buyer\"", "1e300")]
    [InlineData("\"buyer\"", "-1")]
    public async Task Fault43_FieldOfAnOption_IsMalformed(string role, string limit)
    {
        var crm = Open(("res.partner.search_read", $$"""
            [{"id":5,"name":"Petra","email":false,"phone":false,"commercial_partner_id":[1,"Elbe"],"x_portal_role":{{role}},"x_portal_order_limit":{{limit}}}]
            """));

        var person = await crm.Find<IContacts>()!.Get(Scope, new PersonId("contact-5"));

        person.Failure.ShouldNotBeNull().Cause.ShouldBe(Cause.Malformed);
    }

    /// <summary>An administrator may archive a unit any day: the products in it are left out, the others are told, and the pages go on behind them.</summary>
    [Fact]
    public async Task UnitArchived_IsTheProductsOwnProblem_AndNotItsNeighbours()
    {
        const string product = """{"id":3,"default_code":"A","name":"A","description_sale":false,"categ_id":[1,"All"],"uom_id":[9,"Crate"],"image_128":false,"product_template_attribute_value_ids":[],"packaging_ids":[]}""";
        var neighbour = product.Replace("\"id\":3,\"default_code\":\"A\"", "\"id\":4,\"default_code\":\"B\"", StringComparison.Ordinal).Replace("[9,\"Crate\"]", "[1,\"Units\"]", StringComparison.Ordinal);
        var catalog = Open(
            ("product.product.search_read", $"[{product},{neighbour}]"), ("product.product.search_count", "3"),
            ("uom.uom.search_read", """[{"id":1,"name":"Units","category_id":[1,"Unit"],"factor_inv":1,"rounding":1}]""")).Find<ICatalog>()!;

        var found = await catalog.Search(Scope, new CatalogQuery("", Limit: 2));
        var gotten = await catalog.Get(Scope, null, [new Sku("A"), new Sku("B")]);
        var resolved = await catalog.Resolve(Scope, null, ["A", "B"]);

        found.Value.Items.Select(item => item.Sku.Value).ShouldBe(["B"]);
        found.Value.Next.ShouldBe("2");
        gotten.Value.Select(item => item.Sku.Value).ShouldBe(["B"]);
        resolved.Value.Select(code => code.Code).ShouldBe(["B"]);
    }

    /// <param name="answers">By model and method, beside those that every session begins with.</param>
    private static ISystemConnection Open(params (string Method, string Result)[] answers)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["common.authenticate"] = "2",
            ["res.users.read"] = """[{"id":2,"company_id":[1,"Ours"]}]""",
            ["res.company.read"] = """[{"id":1,"currency_id":[1,"EUR"]}]""",
        };
        foreach (var (method, result) in answers)
        {
            all[method] = result;
        }

        return new OdooConnector(new PipelineEnvironment(TimeProvider.System, NullLoggerFactory.Instance) { Transport = _ => new Answering(all) }).Open(new SystemSettings
        {
            Name = "crm",
            Connector = "odoo",
            Address = new Uri("http://127.0.0.1:1"),
            ReadRetries = 0,
            Credentials = new Dictionary<string, string>(StringComparer.Ordinal) { ["Database"] = "d", ["User"] = "u", ["Password"] = "p" },
        });
    }

    private sealed class Answering(IReadOnlyDictionary<string, string> answers) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var asked = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!["params"]!;
            var arguments = asked["args"]!;
            var method = asked["service"]!.GetValue<string>() is "object" ? $"{arguments[3]}.{arguments[4]}" : $"{asked["service"]}.{asked["method"]}";
            var body = Encoding.UTF8.GetBytes($$"""{"jsonrpc":"2.0","id":1,"result":{{answers[method]}}}""");
            return new HttpResponseMessage { Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } } };
        }
    }
}
