using PortalIntegration.Core.Catalog;
using PortalIntegration.Portal.Features.Catalog;

namespace PortalIntegration.UnitTests.Portal;

public sealed class CategoryChoiceTests
{
    private static readonly Category[] All =
    [
        new("fix", "Fasteners", null), new("bolt", "Bolts", "fix"), new("hex", "Hexagon bolts", "bolt"), new("nut", "Nuts", "fix"), new("paint", "Paint", null),
        new("lost", "Lost", "gone"),
    ];

    [Fact]
    public void Turned_WithinAChosenOne_NarrowsItDownAndASecondOneJoins()
    {
        Choice("fix").Turned("bolt").ShouldBe(["bolt"]);
        Choice("bolt").Turned("nut").ShouldBe(["bolt", "nut"]);
        Choice("hex", "paint").Turned("fix").ShouldBe(["paint", "fix"]);
        Choice("hex", "nut").Turned("hex").ShouldBe(["nut"]);
        Choice("nobody-knows").Turned("nobody-knows").ShouldBeEmpty();
    }

    [Fact]
    public void IsOpen_WhereSomethingInItIsChosen_AndNowhereElse()
    {
        var choice = Choice("hex");

        All.Where(category => choice.IsOpen(category.Code)).Select(category => category.Code).ShouldBe(["fix", "bolt", "hex"]);
        choice.Path("hex").ShouldBe("Fasteners › Bolts › Hexagon bolts");
        choice.Path("nobody-knows").ShouldBe("nobody-knows");
        choice.Below(null).Select(category => category.Code).ShouldBe(["fix", "paint", "lost"], "nothing vanishes with a parent that is not told");
    }

    [Fact]
    public void Count_HoldsWhatStandsBelow() =>
        Choice().Count("fix", new Dictionary<string, int> { ["fix"] = 1, ["hex"] = 2, ["nut"] = 4, ["paint"] = 8 }).ShouldBe(7);

    [Fact]
    public void Categories_ThatStandInACircle_AreNoLoop()
    {
        var choice = new CategoryChoice([new("a", "A", "b"), new("b", "B", "a")], ["a"]);

        choice.Turned("b").ShouldBe(["b"]);
        choice.Below(null).ShouldBeEmpty();
    }

    private static CategoryChoice Choice(params string[] chosen) => new(All, chosen);
}
