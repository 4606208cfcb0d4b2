using System.Text;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using PortalIntegration.Portal.Hosting;

namespace PortalIntegration.UnitTests.Portal;

public sealed class CompanyLogoTests : IDisposable
{
    private const string Plain = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path d="M0 0h10v10z" fill="#0f5c6b"/></svg>""";
    private static readonly byte[] Png = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, 0];

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("logo-tests-");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void Validate_NothingConfigured_IsFine() => Mistakes(new CompanyOptions()).ShouldBeEmpty();

    [Fact]
    public void Validate_ADrawingAndAPicture_AreFine_WhateverTheyAreCalled()
    {
        File.WriteAllText(Path.Combine(_root.FullName, "logo.svg"), $"<?xml version=\"1.0\"?>\n<!-- ours -->\n{Plain}");
        File.WriteAllBytes(Path.Combine(_root.FullName, "dark"), Png);

        Mistakes(new CompanyOptions { Logo = "logo.svg", LogoDark = "dark" }).ShouldBeEmpty();
        LogoFile.Read(Path.Combine(_root.FullName, "dark")).File!.ContentType.ShouldBe("image/png");
    }

    [Theory]
    [InlineData("", "1 to 256 KB")]
    [InlineData("no picture", "PNG, JPEG, WebP or SVG")]
    [InlineData("<html><body/></html>", "PNG, JPEG, WebP or SVG")]
    [InlineData("""<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/hostname">]><svg xmlns="http://www.w3.org/2000/svg">&x;</svg>""", "PNG, JPEG, WebP or SVG")]
    [InlineData("""<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>""", "<script>")]
    [InlineData("""<svg xmlns="http://www.w3.org/2000/svg"><g><ForeignObject/></g></svg>""", "<ForeignObject>")]
    [InlineData("""<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>""", "onload")]
    [InlineData("""<svg xmlns="http://www.w3.org/2000/svg"><image href="https://elsewhere.example/a.png"/></svg>""", "href")]
    [InlineData("""<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink"><a x:href="javascript:alert(1)"/></svg>""", "href")]
    public void Validate_WhatIsNoPlainPicture_StopsTheStartNamingTheKey(string content, string says)
    {
        File.WriteAllText(Path.Combine(_root.FullName, "logo.svg"), content);

        Mistakes(new CompanyOptions { Logo = "logo.svg" }).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            mistake => mistake.ShouldStartWith("Company:Logo "), mistake => mistake.ShouldContain(says));
    }

    [Fact]
    public void Validate_EveryMistakeAtOnce()
    {
        File.WriteAllText(Path.Combine(_root.FullName, "big"), Plain + Encoding.ASCII.GetString(new byte[LogoFile.MostBytes]));

        Mistakes(new CompanyOptions { Logo = "no-such-file.png", LogoDark = "big" }).Select(mistake => mistake.Split(' ')[0]).ShouldBe(["Company:Logo", "Company:LogoDark"]);
        Mistakes(new CompanyOptions { LogoDark = "big" }).Count.ShouldBe(2, "it is too big, and dark alone shows nothing on paper");
    }

    private IReadOnlyList<string> Mistakes(CompanyOptions options) => [.. new CompanyLogoValidator(new Root(_root.FullName)).Validate(null, options).Failures ?? []];

    private sealed class Root(string path) : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = "Test";

        public string ApplicationName { get; set; } = "Test";

        public string ContentRootPath { get; set; } = path;

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
