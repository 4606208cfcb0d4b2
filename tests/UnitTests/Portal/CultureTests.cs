using PortalIntegration.Portal.Hosting;

namespace PortalIntegration.UnitTests.Portal;

public sealed class CultureTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cultures-");

    [Fact]
    public void Languages_AreThoseThatTheBuildMadeASatelliteOf()
    {
        Put("de", "PortalIntegration.Portal.resources.dll");
        Put("fr", "SomethingElse.resources.dll");
        Put("no-such-language-at-all", "PortalIntegration.Portal.resources.dll");

        Culture.Translations(_folder.FullName).ShouldBe(["de"]);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private void Put(string culture, string file) => File.WriteAllText(Path.Combine(_folder.CreateSubdirectory(culture).FullName, file), "");
}
