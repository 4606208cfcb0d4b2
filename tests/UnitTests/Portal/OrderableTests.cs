using PortalIntegration.Core;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Portal.Features.Catalog;

namespace PortalIntegration.UnitTests.Portal;

public sealed class OrderableTests
{
    [Fact]
    public void Step_IsThePack_ElseWhatTheUnitsDecimalsTellApart()
    {
        var product = new Product { Sku = new Sku("X"), Name = "X", SalesUnit = "M", Units = [new UnitOfMeasure("M", "metre", 1, 2)] };

        Orderable.Step(product).ShouldBe(0.01m);
        Orderable.Step(product with { PackSize = 0.5m }).ShouldBe(0.5m);
        Orderable.Step(product with { Units = [] }).ShouldBe(1m);
    }

    [Fact]
    public void Least_IsTheMinimum_ElseThePack_ElseOne()
    {
        var product = new Product { Sku = new Sku("X"), Name = "X", SalesUnit = "PCE", PackSize = 50 };

        Orderable.Least(product).ShouldBe(50);
        Orderable.Least(product with { MinimumQuantity = 100 }).ShouldBe(100);
        Orderable.Least(product with { PackSize = null }).ShouldBe(1);
    }
}
