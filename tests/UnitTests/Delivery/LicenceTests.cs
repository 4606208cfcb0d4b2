using System.Text;
using System.Text.Json;
using PortalIntegration.Delivery;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.UnitTests.Delivery;

/// <summary>Whose work goes out with the portal, under which licence.</summary>
public sealed class LicenceTests
{
    private const string Rewrite = "PORTALINTEGRATION_WRITE_DOCS";

    /// <summary>Those that ask for no more than to be named. Another one is a decision for a person.</summary>
    private static readonly string[] Allowed = ["MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "PostgreSQL", "OFL-1.1"];

    private static readonly string _file = Path.Combine(ServerProcess.Root, "docs", "licences.md");

    [Fact]
    public void Page_IsWhatIsShipped()
    {
        var page = Page(Shipped.In(ServerProcess.Root));
        if (Environment.GetEnvironmentVariable(Rewrite) is { Length: > 0 })
        {
            File.WriteAllText(_file, page);
        }

        File.ReadAllText(_file).ShouldBe(page, $"set {Rewrite}=1 and run this test once to write docs/licences.md anew");
    }

    [Fact]
    public void Licences_AreAllowedOnes() => Refused(Shipped.In(ServerProcess.Root)).ShouldBeEmpty();

    [Fact]
    public void Control_ALicenceThatAsksForMore_OrNone_WouldBeSeen() =>
        Refused([new("nuget", "a", "1", "AGPL-3.0-only", ""), new("nuget", "b", "1", "", ""), new("npm", "c", "1", "MIT OR AGPL-3.0-only", ""), new("npm", "d", "1", "MIT", "")]).ShouldBe(["a", "b", "c"]);

    [Fact]
    public void Shipped_HasEveryPackageThatThePortalReferencesAndNoAnalyzer()
    {
        var names = Shipped.In(ServerProcess.Root).Select(component => component.Name).ToList();

        foreach (var name in new[] { "RestEase", "Polly.Core", "Npgsql", "Dapper", "Quartz", "Serilog", "OpenTelemetry", "SQLitePCLRaw.lib.e_sqlite3", "bootstrap", "@fontsource-variable/inter" })
        {
            names.ShouldContain(name);
        }

        names.ShouldNotContain("Meziantou.Analyzer");
        names.ShouldNotContain("xunit.v3");
    }

    [Fact]
    public void BillOfMaterials_NamesEachComponentWithItsLicenceAndHash()
    {
        var shipped = Shipped.In(ServerProcess.Root);
        var at = new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

        var bill = JsonDocument.Parse(CycloneDx.Write(shipped, at)).RootElement;

        bill.GetProperty("bomFormat").GetString().ShouldBe("CycloneDX");
        bill.GetProperty("metadata").GetProperty("timestamp").GetString().ShouldBe("2026-03-02T09:00:00Z");
        var components = bill.GetProperty("components").EnumerateArray().ToList();
        components.Count.ShouldBe(shipped.Count);
        components.Select(component => component.GetProperty("bom-ref").GetString()).Distinct().Count().ShouldBe(shipped.Count);
        components.ShouldAllBe(component => component.GetProperty("hashes")[0].GetProperty("content").GetString()!.Length == 128);
        components.Single(component => component.GetProperty("name").GetString() == "Npgsql").GetProperty("licenses")[0].GetProperty("license").GetProperty("id").GetString().ShouldBe("PostgreSQL");
        components.Select(component => component.GetProperty("purl").GetString()).ShouldContain("pkg:npm/%40fontsource-variable/inter@5.2.8");
        JsonDocument.Parse(CycloneDx.Write(shipped, at.AddDays(1))).RootElement.GetProperty("serialNumber").GetString().ShouldBe(bill.GetProperty("serialNumber").GetString());
    }

    private static List<string> Refused(IEnumerable<Component> components) => [.. components.Where(component => !Allowed.Contains(component.Licence)).Select(component => component.Name)];

    private static string Page(IReadOnlyList<Component> components)
    {
        var page = new StringBuilder();
        page.Append("# Licences\n\n");
        page.Append("What goes out with the portal beside its own code (MIT). This page is written from the packages that were restored and from the front end's `package-lock.json`, and a test fails when it\n");
        page.Append("says anything else, or when a licence is not one of ").AppendJoin(", ", Allowed).Append(".\n");
        page.Append("`dotnet run --project src/Delivery -- bom.json` writes the same as a bill of materials (CycloneDX 1.6, with hashes). A self-contained publish adds the .NET runtime (MIT).\n\n");
        page.Append("| Package | Version | Licence | From |\n|---|---|---|---|\n");
        foreach (var component in components)
        {
            page.Append("| ").AppendJoin(" | ", component.Name, component.Version, component.Licence, component.Kind).Append(" |\n");
        }

        return page.ToString();
    }
}
