using Microsoft.AspNetCore.Diagnostics;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Portal.Components;

namespace PortalIntegration.UnitTests.Portal;

public sealed class PortalUrlsTests
{
    [Theory]
    [InlineData("HB-1000", "/products/HB-1000")]
    [InlineData("M8 x 20", "/products/M8%20x%2020")]
    [InlineData("A/B?c#d&e=f%", "/products/A%2FB%3Fc%23d%26e%3Df%25")]
    [InlineData("Größe-7", "/products/Gr%C3%B6%C3%9Fe-7")]
    [InlineData("..", "/products/..")]
    public void Product_AnySku_IsOneSegment(string sku, string url)
    {
        PortalUrls.Product(new Sku(sku)).ShouldBe(url);
        PortalUrls.ProductImage(new Sku(sku)).ShouldBe($"{url}/image");
    }

    [Theory]
    [InlineData("A%2FB", "A/B")]
    [InlineData("A%2fB", "A/B")]
    [InlineData("A B", "A B")]
    public void Unescape_WhatRoutingLeaves_IsTheNumberAgain(string routed, string number) => PortalUrls.Unescape(routed).ShouldBe(number);

    [Fact]
    public void Catalog_OnlyWhatIsGiven_StandsInTheQuery()
    {
        PortalUrls.Catalog().ShouldBe("/catalog");
        PortalUrls.Catalog("hex bolt", ["FAST", "NUT"], page: "c=1").ShouldBe("/catalog?q=hex%20bolt&category=FAST&category=NUT&page=c%3D1");
        PortalUrls.Catalog("", "FAST").ShouldBe("/catalog?category=FAST");
        PortalUrls.Orders("PO 1", OrderStatus.PartlyShipped).ShouldBe("/orders?q=PO%201&status=partlyshipped");
    }

    [Theory]
    [InlineData("/catalog?q=a", "/catalog?q=a")]
    [InlineData("/", "/")]
    [InlineData(null, "/")]
    [InlineData("", "/")]
    [InlineData("//elsewhere.example", "/")]
    [InlineData("/\\elsewhere.example", "/")]
    [InlineData("https://elsewhere.example", "/")]
    [InlineData("catalog", "/")]
    [InlineData("/a\r\nLocation: x", "/")]
    [InlineData("/% \u00e4", "/")]
    [InlineData("/catalog?q=%C3%A4%20b", "/catalog?q=%C3%A4%20b")]
    public void LocalOrHome_AnythingButAPathOfOurs_IsHome(string? asked, string url) => PortalUrls.LocalOrHome(asked).ShouldBe(url);

    [Theory]
    [InlineData("", "/products/BRG \u00d8", null, "/products/BRG%20%C3%98")]
    [InlineData("", "/products/A%2FB 100%", null, "/products/A%2FB%20100%25")]
    [InlineData("/b2b \u00e4", "/search", "?q=%C3%A4%20b", "/b2b%20%C3%A4/search?q=%C3%A4%20b")]
    [InlineData("", "/", "?q=\u00e4", "/")]
    [InlineData("", "//elsewhere.example", null, "/")]
    public void SameAgain_APathWithWhateverLetters_IsThePathAsItWasAsked(string pathBase, string path, string? query, string url) =>
        PortalUrls.SameAgain(new StatusCodeReExecuteFeature { OriginalPathBase = pathBase, OriginalPath = path, OriginalQueryString = query }).ShouldBe(url);
}
