using System.Reflection;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Portal.Hosting;
using PortalIntegration.Sync;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.UnitTests.Architecture;

/// <summary>Every key that can be set stands on the page for those who run the portal.</summary>
public sealed class OperationsPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(ServerProcess.Root, "docs", "operations.md"));

    public static IEnumerable<TheoryDataRow<string>> Keys =>
        from type in new[] { typeof(CompanyOptions).Assembly, typeof(SyncRegistration).Assembly }.SelectMany(assembly => assembly.GetTypes())
        let section = type.GetField("Section", BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)
        where section is { IsLiteral: true }
        from property in type.GetProperties()
        where property.CanWrite
        select new TheoryDataRow<string>($"{section.GetRawConstantValue()}:{property.Name}");

    public static IEnumerable<TheoryDataRow<string>> SystemKeys =>
        typeof(SystemSettings).GetProperties().Where(property => property.Name is not nameof(SystemSettings.Name)).Select(property => new TheoryDataRow<string>(property.Name));

    [Theory]
    [MemberData(nameof(Keys))]
    [MemberData(nameof(SystemKeys))]
    public void OperationsPage_NamesEveryKey(string key) => Page.ShouldContain($"`{key}`");

    [Fact]
    public void OperationsPage_KeyThatIsNone_IsMissed() => Page.ShouldNotContain("`Sync:Worker:NoSuchKey`");
}
