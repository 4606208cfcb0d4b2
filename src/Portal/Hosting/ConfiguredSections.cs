using System.Reflection;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Sync;
using PortalIntegration.Sync.Flows;

namespace PortalIntegration.Portal.Hosting;

/// <summary>Every section of the configuration with the options that it becomes: what has a constant <c>Section</c>, and the few that stand there by name.</summary>
internal static class ConfiguredSections
{
    public static IReadOnlyList<(string Section, Type Options)> All { get; } =
    [
        ("Systems:{name}", typeof(SystemSettings)),
        ($"{FlowSettings.Root}:{{flow}}", typeof(FlowSettings)),
        .. from type in new[] { typeof(SystemSettings), typeof(SystemPipeline), typeof(SyncRegistration), typeof(ConfiguredSections) }.SelectMany(one => one.Assembly.GetTypes())
           let section = type.GetField("Section", BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)
           where section is { IsLiteral: true }
           select ((string)section.GetRawConstantValue()!, type),
    ];
}
