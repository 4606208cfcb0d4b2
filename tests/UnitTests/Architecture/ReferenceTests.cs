using System.Reflection;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.UnitTests.Architecture;

public sealed class ReferenceTests
{
    /// <summary>What each assembly of ours may reference of ours.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Core"] = [],
        ["Connectors"] = ["Core"],
        ["Sync"] = ["Core"],
        ["Portal"] = ["Core", "Connectors", "Sync"],
        ["Sandbox"] = [],
        ["Demo"] = ["Portal", "Sandbox"],
    };

    [Theory]
    [InlineData("Core")]
    [InlineData("Connectors")]
    [InlineData("Sync")]
    [InlineData("Portal")]
    [InlineData("Sandbox")]
    public void Assembly_ReferencesOnlyWhatTheLayoutAllows(string name) =>
        Ours(Assembly.Load($"PortalIntegration.{name}")).ShouldBeSubsetOf(Allowed[name]);

    [Fact]
    public void Control_ThisTestAssembly_WouldNotPassAsCore() =>
        Ours(typeof(ReferenceTests).Assembly).Except(Allowed["Core"]).ShouldNotBeEmpty();

    [Fact]
    public void ProjectFiles_ReferenceOnlyWhatTheLayoutAllows()
    {
        foreach (var (name, allowed) in Allowed)
        {
            References(File.ReadAllText(Path.Combine(Root, "src", name, $"{name}.csproj"))).ShouldBeSubsetOf(allowed, name);
        }
    }

    [Fact]
    public void Control_AProjectFileThatReferencesUpwards_IsSeen() =>
        References("""<ProjectReference Include="../Portal/Portal.csproj" />""").Except(Allowed["Core"]).ShouldBe(["Portal"]);

    [Fact]
    public void Connectors_AreNamedOnlyByTheCompositionRoot() =>
        NamingConnectors(Sources("Portal").Concat(Sources("Sync")).Concat(Sources("Core"))
            .Where(file => !file.Contains("/Portal/Hosting/", StringComparison.Ordinal))).ShouldBeEmpty();

    [Fact]
    public void Control_TheCompositionRoot_DoesNameConnectors() =>
        NamingConnectors(Sources("Portal").Where(file => file.Contains("/Portal/Hosting/", StringComparison.Ordinal))).ShouldNotBeEmpty();

    [Fact]
    public void WireTypes_DoNotLeaveTheirConnector()
    {
        var exported = Connectors.GetExportedTypes();

        WireTypes(exported).ShouldBeEmpty();
        exported.Select(type => type.FullName!).Count(name => !name.StartsWith("PortalIntegration.Connectors.Http.", StringComparison.Ordinal))
            .ShouldBeLessThanOrEqualTo(12, "a connector shows its registration and little else: " + string.Join(", ", exported.Select(type => type.FullName)));
    }

    [Theory]
    [InlineData("Reference")]
    [InlineData("Tryton")]
    public void Control_AConnectorsWireTypes_WouldBeSeen(string connector) =>
        WireTypes(Connectors.GetTypes()).ShouldContain(name => name.StartsWith($"PortalIntegration.Connectors.{connector}.", StringComparison.Ordinal));

    [Fact]
    public void EveryPortMethod_BeginsWithItsScope() => WithoutScope(Entities.Ports.Values.SelectMany(ports => ports)).ShouldBeEmpty();

    [Fact]
    public void Control_APortMethodWithoutItsScopeFirst_WouldBeSeen() =>
        WithoutScope([typeof(ICareless)]).ShouldBe(["ICareless.Nothing", "ICareless.Second"], ignoreOrder: true);

    private static Assembly Connectors => Assembly.Load("PortalIntegration.Connectors");

    private static IEnumerable<string> WireTypes(IEnumerable<Type> types) =>
        types.Select(type => type.FullName!).Where(name => name.Contains("Wire", StringComparison.Ordinal));

    private static IEnumerable<string> WithoutScope(IEnumerable<Type> ports) =>
        from port in ports
        from method in port.GetMethods()
        where !method.IsSpecialName && method.GetParameters().FirstOrDefault()?.ParameterType != typeof(Scope)
        select $"{port.Name}.{method.Name}";

    private interface ICareless
    {
        int IsNoMethod { get; }

        Task Nothing();

        Task Second(string first, Scope scope);

        Task Right(Scope scope, string second);
    }

    private static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "PortalIntegration.sln")))
            {
                folder = folder.Parent!;
            }

            return folder.FullName;
        }
    }

    private static IEnumerable<string> Sources(string project) =>
        Directory.EnumerateFiles(Path.Combine(Root, "src", project), "*.*", SearchOption.AllDirectories)
            .Where(file => file.EndsWith(".cs", StringComparison.Ordinal) || file.EndsWith(".razor", StringComparison.Ordinal))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));

    private static IEnumerable<string> NamingConnectors(IEnumerable<string> files) =>
        files.Where(file => File.ReadAllText(file).Contains("PortalIntegration.Connectors", StringComparison.Ordinal));

    private static IEnumerable<string> References(string project) =>
        System.Text.RegularExpressions.Regex.Matches(project, @"<ProjectReference Include=""\.\./(\w+)/", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(5))
            .Select(match => match.Groups[1].Value);

    private static IEnumerable<string> Ours(Assembly assembly) => assembly.GetReferencedAssemblies()
        .Select(reference => reference.Name!).Where(name => name.StartsWith("PortalIntegration.", StringComparison.Ordinal))
        .Select(name => name["PortalIntegration.".Length..]);
}
