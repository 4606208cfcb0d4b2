using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace PortalIntegration.Delivery;

/// <summary>A software bill of materials in CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/).</summary>
internal static class CycloneDx
{
    private static readonly JsonSerializerOptions _indented = new() { WriteIndented = true };

    /// <summary>The same components give the same serial number.</summary>
    public static string Write(IReadOnlyList<Component> components, DateTimeOffset at)
    {
        var version = typeof(CycloneDx).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";
        var serial = new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', components.Select(component => $"{component.Url} {component.Hash}").Prepend(version)))).AsSpan(0, 16));
        return JsonSerializer.Serialize(
            new Dictionary<string, object>
            {
                ["bomFormat"] = "CycloneDX",
                ["specVersion"] = "1.6",
                ["serialNumber"] = $"urn:uuid:{serial}",
                ["version"] = 1,
                ["metadata"] = new Dictionary<string, object>
                {
                    ["timestamp"] = at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                    ["component"] = new Dictionary<string, object> { ["type"] = "application", ["name"] = "PortalIntegration", ["version"] = version, ["licenses"] = Licences("MIT") },
                },
                ["components"] = components.Select(component => new Dictionary<string, object>
                {
                    ["type"] = "library",
                    ["bom-ref"] = component.Url,
                    ["name"] = component.Name,
                    ["version"] = component.Version,
                    ["purl"] = component.Url,
                    ["licenses"] = Licences(component.Licence),
                    ["hashes"] = new[] { new Dictionary<string, string> { ["alg"] = "SHA-512", ["content"] = component.Hash } },
                }),
            },
            _indented) + "\n";
    }

    /// <summary>A single licence has an id; what is composed is an expression.</summary>
    private static object[] Licences(string expression) => expression.Contains(' ', StringComparison.Ordinal)
        ? [new Dictionary<string, object> { ["expression"] = expression }]
        : [new Dictionary<string, object> { ["license"] = new Dictionary<string, string> { ["id"] = expression } }];
}
