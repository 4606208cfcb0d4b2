using System.Text.RegularExpressions;
using PortalIntegration.BrowserTests.SyncHealth;

namespace PortalIntegration.BrowserTests.Looks;

/// <summary>The user guide shows pictures that these tests take, and leads to pages that are there.</summary>
public sealed partial class GuideTests
{
    [Fact]
    public void Guide_EveryPictureAndLink_IsThere()
    {
        var docs = Path.Combine(Root(), "docs");
        var taken = EveryPage.Names.Concat(SyncLooksTests.Cases.Select(row => row.Data)).Select(name => $"pictures/{name}-{EveryLook.Desk}-light.png").ToHashSet(StringComparer.Ordinal);
        var shown = 0;
        foreach (var page in Directory.GetFiles(Path.Combine(docs, "user-guide"), "*.md").Append(Path.Combine(docs, "user-guide.md")))
        {
            foreach (var target in Links().Matches(File.ReadAllText(page)).Select(link => link.Groups["target"].Value))
            {
                if (target.StartsWith("pictures/", StringComparison.Ordinal))
                {
                    taken.ShouldContain(target, $"{Path.GetFileName(page)} shows a picture that no test takes");
                    shown++;
                }
                else
                {
                    File.Exists(Path.Combine(Path.GetDirectoryName(page)!, target)).ShouldBeTrue($"{Path.GetFileName(page)} leads to {target}");
                }
            }
        }

        shown.ShouldBeGreaterThan(15);
    }

    private static string Root()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "PortalIntegration.sln")))
        {
            at = at.Parent ?? throw new DirectoryNotFoundException("These tests run inside the repository.");
        }

        return at.FullName;
    }

    [GeneratedRegex(@"\]\((?<target>[^)#]+)\)")]
    private static partial Regex Links();
}
