using NSubstitute;
using PortalIntegration.Core;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.Features.Catalog;
using PortalIntegration.Sync.Catalogue;

namespace PortalIntegration.UnitTests.Portal.Ordering;

/// <summary>An owner leaves out what cannot be sold, and a page may come empty with more behind it.</summary>
public sealed class SearchProductsTests
{
    private static readonly Scope Scope = Scope.ForPortal("test", Lane.Interactive);

    [Theory]
    [InlineData(1, 1, null)]
    [InlineData(4, 1, null)]
    // So many pages of nothing: whoever looks for it goes on from there himself.
    [InlineData(9, 0, "5")]
    public async Task Search_PagesOfWhatCannotBeSold_AreReadOver(int empty, int found, string? next)
    {
        var catalog = Substitute.For<ICatalog>();
        catalog.Search(Arg.Any<Scope>(), Arg.Any<CatalogQuery>(), Arg.Any<CancellationToken>()).Returns(call =>
        {
            var page = int.Parse(call.Arg<CatalogQuery>().Cursor ?? "0", System.Globalization.CultureInfo.InvariantCulture);
            return Outcome.Success(
                page < empty ? new Page<Product>([], $"{page + 1}", 99) : new Page<Product>([new Product { Sku = new("A"), Name = "A", SalesUnit = "u", Units = [] }], null, 99),
                new Provenance("erp", DateTimeOffset.UnixEpoch, Freshness.Live));
        });
        var map = Substitute.For<IOwnershipMap>();
        map.Owner<ICatalog>().Returns(catalog);
        var snapshot = Substitute.For<ICatalogueSnapshot>();
        snapshot.Search(Arg.Any<CatalogQuery>()).Returns((Outcome<Page<Product>>?)null);
        var search = new SearchProducts(map, snapshot);

        foreach (var answer in new[] { await search.Search(Scope, new("a"), TestContext.Current.CancellationToken), await search.Suggest(Scope, new("a"), TestContext.Current.CancellationToken) })
        {
            answer.Value.Items.Count.ShouldBe(found);
            answer.Value.Next.ShouldBe(next);
        }
    }
}
