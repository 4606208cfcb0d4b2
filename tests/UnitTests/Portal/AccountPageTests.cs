using PortalIntegration.Core;
using PortalIntegration.Portal.Features.Sales;

namespace PortalIntegration.UnitTests.Portal;

/// <summary>What a list on an account's page says about the rest of it.</summary>
public sealed class AccountPageTests
{
    [Theory]
    [InlineData(10, null, null, null, null)]
    [InlineData(10, null, 10, null, null)]
    [InlineData(11, null, null, 10, 11)]
    [InlineData(25, "next", null, 10, null)]
    [InlineData(25, "next", 61, 10, 61)]
    [InlineData(4, "next", null, 4, null)]
    public void Cut_NamesTheWholeOnlyWhereItIsKnown(int items, string? next, int? total, int? shown, int? of)
    {
        var cut = AccountPage.Cut(new Page<int>([.. Enumerable.Range(0, items)], next, total));

        (cut?.Shown, cut?.Total).ShouldBe((shown, of));
    }
}
