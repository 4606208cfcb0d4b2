using System.Text.RegularExpressions;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.IntegrationTests.Contracts;

/// <summary>What a test needs to know of a contract file.</summary>
internal static partial class Contract
{
    /// <summary>The operationIds under <c>paths</c>.</summary>
    public static IReadOnlyList<string> Operations(string contract) =>
        OperationId().Matches(Section(contract, "paths:", "webhooks:")).Select(m => m.Groups[1].Value).Order(StringComparer.Ordinal).ToList();

    /// <summary>The event types of its webhooks.</summary>
    public static IReadOnlyList<string> Events(string contract) =>
        EventType().Match(Read(contract)).Groups[1].Value.Split(',', StringSplitOptions.TrimEntries);

    private static string Section(string contract, string from, string to)
    {
        var text = Read(contract);
        var start = text.IndexOf('\n' + from, StringComparison.Ordinal);
        return text[start..text.IndexOf('\n' + to, start, StringComparison.Ordinal)];
    }

    private static string Read(string contract) =>
        File.ReadAllText(Path.Combine(ServerProcess.Root, "docs", "contracts", contract + ".openapi.yaml"));

    [GeneratedRegex(@"operationId: (\w+)")]
    private static partial Regex OperationId();

    [GeneratedRegex(@"EventType:\s+type: string\s+enum: \[([^\]]+)\]")]
    private static partial Regex EventType();
}
