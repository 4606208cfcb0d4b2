using PortalIntegration.Core;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Sync.Flows.Map;

namespace PortalIntegration.UnitTests.Sync.Flows;

public sealed class TransformationTests
{
    [Theory]
    [InlineData("trim", "  Weber   & Söhne ", "Weber & Söhne")]
    [InlineData("upper", "pt", "PT")]
    [InlineData("lower", "ÄB", "äb")]
    [InlineData("shorten:5", "Göteborg", "Göteb")]
    [InlineData("shorten:6", "Porto Alegre", "Porto")]
    [InlineData("country-to-iso", "Portugal", "PT")]
    [InlineData("country-to-iso", "se", "SE")]
    [InlineData("country-to-iso", "Nowhere", "Nowhere")]
    [InlineData(null, "as it is", "as it is")]
    public void Parse_Known_DoesWhatItsNameSays(string? name, string from, string to) => Transformations.Parse(name)!(FieldValue.Of(from)!)!.Text.ShouldBe(to);

    [Theory]
    [InlineData("shorten")]
    [InlineData("shorten:0")]
    [InlineData("shorten:x")]
    [InlineData("reverse")]
    public void Parse_Unknown_IsNone(string name) => Transformations.Parse(name).ShouldBeNull();

    [Fact]
    public void Shorten_InTheMiddleOfAPair_LeavesItOut() => Transformations.Parse("shorten:2")!(FieldValue.Of("a😀b")!)!.Text.ShouldBe("a");

    [Theory]
    [InlineData("1234.50", FieldType.Amount, "1234.5")]
    [InlineData("60000", FieldType.Number, "60000")]
    [InlineData("6E4", FieldType.Number, "60000")]
    [InlineData("True", FieldType.Flag, "true")]
    [InlineData("2026-03-02T00:00:00Z", FieldType.Date, "2026-03-02")]
    [InlineData("n/a", FieldType.Number, "n/a")]
    public void FieldValue_OfASystemsSpelling_HasOneSpelling(string given, FieldType type, string text) => FieldValue.Read(given, type)!.Text.ShouldBe(text);

    [Fact]
    public void FieldValue_Empty_IsNone() => FieldValue.Read("", FieldType.Text).ShouldBeNull();
}
