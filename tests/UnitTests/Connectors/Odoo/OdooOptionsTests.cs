using Microsoft.Extensions.Logging.Abstractions;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Odoo;
using PortalIntegration.Core.Ownership;

namespace PortalIntegration.UnitTests.Connectors.Odoo;

/// <summary>What an integrator may choose of Odoo as a CRM.</summary>
public sealed class OdooOptionsTests
{
    private static readonly OdooConnector Connector = new(new PipelineEnvironment(TimeProvider.System, NullLoggerFactory.Instance));

    [Fact]
    public void Check_WithoutOptions_IsContent() => Check().ShouldBeEmpty();

    [Theory]
    [InlineData("CustomerField", "x_erp_customer")]
    [InlineData("CustomFields", "x_segment, x_since")]
    [InlineData("OrderLimitField", "")]
    [InlineData("AdminGroup", "x_company.portal_admins")]
    public void Check_OptionThatCanBe_IsContent(string key, string value) => Check((key, value)).ShouldBeEmpty();

    [Theory]
    [InlineData("CustomerField", "")]
    [InlineData("CustomerField", "Customer number")]
    [InlineData("CustomFields", "x_segment, 1st")]
    [InlineData("CustomFields", "city")]
    [InlineData("RoleField", " ")]
    [InlineData("AdminGroup", "Administrators")]
    [InlineData("RepGroup", "")]
    public void Check_OptionThatCannotBe_NamesItsKey(string key, string value) => Check((key, value)).ShouldHaveSingleItem().ShouldStartWith($"Systems:crm:Options:{key}");

    private static IReadOnlyList<string> Check(params (string Key, string Value)[] options)
    {
        options.Select(option => option.Key).ShouldBeSubsetOf(Connector.Options);
        return Connector.Check(new SystemSettings
        {
            Name = "crm",
            Connector = "odoo",
            Address = new Uri("http://127.0.0.1:1"),
            Credentials = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                [OdooConnector.Database] = "d", [OdooConnector.User] = "u", [OdooConnector.Password] = "p",
            },
            Options = options.ToDictionary(option => option.Key, option => option.Value, StringComparer.OrdinalIgnoreCase),
        });
    }
}
