using PortalIntegration.Portal.Hosting;

namespace PortalIntegration.UnitTests.Portal;

public sealed class ThemeTests
{
    [Theory]
    [InlineData("#0f5c6b")]
    [InlineData("#ffee00")]
    [InlineData("#ffffff")]
    [InlineData("#000000")]
    [InlineData("#ff0000")]
    [InlineData("#7f7f7f")]
    public void Accent_WhateverTheCompanyChose_CanBeReadOnBothGrounds(string chosen)
    {
        AccentColour.TryParse(chosen, out var accent).ShouldBeTrue();

        foreach (var ground in new[] { AccentColour.LightGround, AccentColour.DarkGround })
        {
            var shade = accent.ReadableOn(ground);
            shade.ContrastWith(ground).ShouldBeGreaterThanOrEqualTo(AccentColour.Readable);
            shade.ContrastWith(shade.TextOn()).ShouldBeGreaterThanOrEqualTo(AccentColour.Readable);
        }
    }

    [Fact]
    public void Contrast_IsWhatTheGuidelineSays()
    {
        AccentColour.White.ContrastWith(new AccentColour(0, 0, 0)).ShouldBe(21, 0.01);
        new AccentColour(0x77, 0x77, 0x77).ContrastWith(AccentColour.White).ShouldBe(4.48, 0.01);
    }

    [Theory]
    [InlineData("")]
    [InlineData("red")]
    [InlineData("#fff")]
    [InlineData("#12345g")]
    [InlineData("#123456;}")]
    public void Company_WhatIsNoColour_StopsTheStartNamingTheKey(string accent) =>
        new CompanyOptionsValidator().Validate(null, new CompanyOptions { Accent = accent, TimeZone = "Mars/Base", Name = "" })
            .Failures!.Select(failure => failure.Split(' ')[0]).ShouldBe(["Company:Name", "Company:Accent", "Company:TimeZone"]);

    [Fact]
    public void Sheet_HoldsNothingButColours()
    {
        var sheet = Theme.Sheet(new CompanyOptions { Accent = "#0f5c6b" });

        sheet.ShouldContain("--accent: #0f5c6b");
        sheet.ShouldContain("prefers-color-scheme: dark");
        sheet.ShouldNotContain("url(");
    }

    [Theory]
    [InlineData("default-src 'none'")]
    [InlineData("script-src 'self'")]
    [InlineData("style-src 'self'")]
    [InlineData("connect-src 'self'")]
    [InlineData("frame-ancestors 'none'")]
    [InlineData("base-uri 'self'")]
    [InlineData("form-action 'self'")]
    public void ContentSecurityPolicy_HoldsTheDirective(string directive) =>
        SecurityHeaders.ContentSecurityPolicy.Split("; ").ShouldContain(directive);

    [Fact]
    public void ContentSecurityPolicy_AllowsNothingInline() => SecurityHeaders.ContentSecurityPolicy.ShouldNotContain("unsafe");
}
