using System.Text.Json;
using System.Xml.Linq;

namespace PortalIntegration.Delivery;

/// <summary>One piece of others' work that goes out with the portal.</summary>
/// <param name="Kind"><c>nuget</c> or <c>npm</c>, as package URLs say it.</param>
/// <param name="Licence">SPDX expression; empty where the package does not say one.</param>
/// <param name="Hash">SHA-512 in hex, as the registry told it.</param>
internal sealed record Component(string Kind, string Name, string Version, string Licence, string Hash)
{
    /// <summary>https://github.com/package-url/purl-spec</summary>
    public string Url => $"pkg:{Kind}/{(Name.StartsWith('@') ? $"%40{Name[1..]}" : Name)}@{Version}";
}

/// <summary>
/// What the portal ships: the packages of its restore that have anything to run, and the front-end libraries. Both are read from what the tools wrote: <c>project.assets.json</c> and
/// <c>package-lock.json</c>.
/// </summary>
internal static class Shipped
{
    /// <summary>Of packages from before licences had names: what stands at their address.</summary>
    private static readonly Dictionary<string, string> Addresses = new(StringComparer.OrdinalIgnoreCase)
    {
        ["http://github.com/canton7/RestEase/blob/master/LICENSE.txt"] = "MIT",
    };

    /// <param name="root">The repository's folder, restored.</param>
    public static IReadOnlyList<Component> In(string root)
    {
        var assets = Path.Combine(root, "src", "Portal", "obj", "project.assets.json");
        if (!File.Exists(assets))
        {
            throw new FileNotFoundException("Restore the portal first: dotnet restore src/Portal.", assets);
        }

        return [.. Packages(assets).Concat(FrontEnd(Path.Combine(root, "src", "Portal", "FrontEnd"))).OrderBy(component => component.Kind, StringComparer.Ordinal).ThenBy(component => component.Name, StringComparer.OrdinalIgnoreCase)];
    }

    private static List<Component> Packages(string file)
    {
        using var assets = JsonDocument.Parse(File.ReadAllText(file));
        var root = assets.RootElement;
        var folders = root.GetProperty("packageFolders").EnumerateObject().Select(folder => folder.Name).ToList();
        var libraries = root.GetProperty("libraries");
        var target = root.GetProperty("targets").EnumerateObject().First().Value;
        return
        [
            .. from library in target.EnumerateObject()
               where library.Value.GetProperty("type").GetString() == "package" && Runs(library.Value)
               let parts = library.Name.Split('/')
               let about = libraries.GetProperty(library.Name)
               select new Component("nuget", parts[0], parts[1], Licence(folders, about.GetProperty("path").GetString()!, parts[0]), Hex(about.GetProperty("sha512").GetString()!)),
        ];
    }

    /// <summary>Analyzers and packages that only refer to others put nothing beside the portal.</summary>
    private static bool Runs(JsonElement library) => new[] { "runtime", "runtimeTargets", "native", "resource" }
        .Any(kind => library.TryGetProperty(kind, out var files) && files.EnumerateObject().Any(entry => !entry.Name.EndsWith("/_._", StringComparison.Ordinal)));

    private static string Licence(List<string> folders, string path, string name)
    {
        var file = folders.Select(folder => Path.Combine(folder, path, $"{name.ToLowerInvariant()}.nuspec")).FirstOrDefault(File.Exists);
        if (file is null)
        {
            return "";
        }

        var about = XDocument.Load(file).Root!.Elements().First(element => element.Name.LocalName == "metadata").Elements().ToList();
        return about.Find(element => element.Name.LocalName == "license" && element.Attribute("type")?.Value == "expression")?.Value
            ?? Addresses.GetValueOrDefault(about.Find(element => element.Name.LocalName == "licenseUrl")?.Value ?? "", "");
    }

    private static List<Component> FrontEnd(string folder)
    {
        using var locked = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "package-lock.json")));
        const string at = "node_modules/";
        return
        [
            .. from entry in locked.RootElement.GetProperty("packages").EnumerateObject()
               where entry.Name.StartsWith(at, StringComparison.Ordinal) && !(entry.Value.TryGetProperty("dev", out var dev) && dev.GetBoolean()) && !entry.Value.TryGetProperty("peer", out _)
               select new Component(
                   "npm",
                   entry.Name[(entry.Name.LastIndexOf(at, StringComparison.Ordinal) + at.Length)..],
                   entry.Value.GetProperty("version").GetString()!,
                   entry.Value.TryGetProperty("license", out var licence) ? licence.GetString()! : "",
                   Hex(entry.Value.GetProperty("integrity").GetString()!.Replace("sha512-", "", StringComparison.Ordinal))),
        ];
    }

    private static string Hex(string base64) => Convert.ToHexStringLower(Convert.FromBase64String(base64));
}
