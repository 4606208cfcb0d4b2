using System.Text.Json;
using PortalIntegration.Connectors.Odoo.Wire;

namespace PortalIntegration.UnitTests.Connectors.Odoo;

/// <summary>Conditions as they go to Odoo: operators stand before what they join.</summary>
public sealed class OdooDomainTests
{
    [Fact]
    public void All_OneCondition_HasNoOperator() => Said(Domain.All(Domain.Is("a", 1))).ShouldBe("""[["a","=",1]]""");

    [Fact]
    public void All_Three_HasTwoOperatorsBefore() =>
        Said(Domain.All(Domain.Is("a", 1), Domain.IsNot("b", "x"), Domain.IsSet("c"))).ShouldBe("""["\u0026","\u0026",["a","=",1],["b","!=","x"],["c","!=",false]]""");

    [Fact]
    public void All_NullsAndEverything_AreLeftOut()
    {
        Said(Domain.All(null, Domain.Everything, Domain.IsEmpty("a"))).ShouldBe("""[["a","=",false]]""");
        Said(Domain.All(null, Domain.Everything)).ShouldBe("[]");
    }

    [Fact]
    public void Any_WithinAll_StaysTogether() =>
        Said(Domain.All(Domain.Is("a", 1), Domain.Any(Domain.Is("b", 2), Domain.Not(Domain.All(Domain.Is("c", 3), Domain.Is("d", 4))))))
            .ShouldBe("""["\u0026",["a","=",1],"|",["b","=",2],"!","\u0026",["c","=",3],["d","=",4]]""");

    [Fact]
    public void Any_OfNothing_IsABug() => Should.Throw<ArgumentException>(() => Domain.Any(null, Domain.Everything));

    [Fact]
    public void None_MatchesNoRecord() => Said(Domain.None).ShouldBe("""[["id","=",0]]""");

    [Theory]
    [InlineData("M8", "%M8%", "M8", "M8%")]
    [InlineData("100%_a", @"%100\%\_a%", @"100\%\_a", @"100\%\_a%")]
    [InlineData(@"back\slash", @"%back\\slash%", @"back\\slash", @"back\\slash%")]
    public void Texts_WithCharactersOfLike_AreTakenLiterally(string text, string contains, string same, string starts)
    {
        Value(Domain.Contains("a", text)).ShouldBe(contains);
        Value(Domain.Same("a", text)).ShouldBe(same);
        Value(Domain.StartsWith("a", text)).ShouldBe(starts);
    }

    private static object? Value(object?[] condition) => ((object?[])condition.ShouldHaveSingleItem()!)[2];

    private static string Said(object?[] domain) => JsonSerializer.Serialize(domain);
}
