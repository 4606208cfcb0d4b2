using System.Reflection;
using PortalIntegration.Core.Settings;

namespace PortalIntegration.Portal.Hosting.Secrets;

/// <summary>
/// Which keys of the configuration are secrets: those that an option says (<see cref="SecretAttribute"/>), and whatever is called like one, such as the argument of a log sink.
/// </summary>
internal static class SecretKeys
{
    private static readonly string[] Called = ["password", "secret", "secrets", "apikey", "connectionstring", "privatekey", "accesstoken", "clientsecret"];

    private static readonly List<(string[] Pattern, HashSet<string> Except)> Declared =
        [.. ConfiguredSections.All.SelectMany(section => Walk(section.Section.Split(':'), section.Options))];

    /// <summary>Keys of files that the portal reads by itself when it needs them, such as a provider's <c>ClientSecretFile</c>.</summary>
    private static readonly List<string[]> ReadLater = [.. ConfiguredSections.All.SelectMany(section => FilesOfSecrets(section.Section.Split(':'), section.Options))];

    public static bool IsSecret(string key)
    {
        var parts = key.Split(':');
        if (Declared.Find(declared => Matches(declared.Pattern, parts)) is { Pattern: not null } found)
        {
            return !found.Except.Contains(parts[^1]) && !IsFile(parts[^1]);
        }

        var name = parts.LastOrDefault(part => !int.TryParse(part, out _)) ?? "";
        return Array.Exists(Called, called => name.EndsWith(called, StringComparison.OrdinalIgnoreCase)) || parts[0].Equals("ConnectionStrings", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The secret that a file holds: <c>Sync:Mail:PasswordFile</c> holds <c>Sync:Mail:Password</c>; null for any other key.</summary>
    public static string? InFile(string key) =>
        IsFile(key) && !IsReadLater(key) && key[..^SectionReader.FileSuffix.Length] is var secret && IsSecret(secret) ? secret : null;

    public static bool IsReadLater(string key) => ReadLater.Exists(pattern => Matches(pattern, key.Split(':')));

    private static bool IsFile(string name) => name.Length > SectionReader.FileSuffix.Length && name.EndsWith(SectionReader.FileSuffix, StringComparison.OrdinalIgnoreCase);

    private static bool Matches(string[] pattern, string[] parts) => pattern.Length == parts.Length
        && pattern.Zip(parts).All(pair => pair.First[0] is '{' || pair.First.Equals(pair.Second, StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<string[]> FilesOfSecrets(string[] path, Type type)
    {
        foreach (var property in SectionReader.Settable(type))
        {
            var element = SectionReader.Element(property.PropertyType);
            string[] here = element is null ? [.. path, property.Name] : [.. path, property.Name, "{}"];
            if (!SectionReader.IsScalar(element ?? property.PropertyType))
            {
                foreach (var nested in FilesOfSecrets(here, element ?? property.PropertyType))
                {
                    yield return nested;
                }
            }
            else if (IsFile(property.Name) && type.GetProperty(property.Name[..^SectionReader.FileSuffix.Length])?.IsDefined(typeof(SecretAttribute)) == true)
            {
                yield return here;
            }
        }
    }

    private static IEnumerable<(string[] Pattern, HashSet<string> Except)> Walk(string[] path, Type type)
    {
        foreach (var property in SectionReader.Settable(type))
        {
            string[] here = [.. path, property.Name];
            var element = SectionReader.Element(property.PropertyType);
            string[] entry = element is null ? here : [.. here, "{}"];
            if (property.GetCustomAttribute<SecretAttribute>() is { } secret)
            {
                yield return (entry, secret.Except.Split(',', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.OrdinalIgnoreCase));
            }
            else if (!SectionReader.IsScalar(element ?? property.PropertyType))
            {
                foreach (var nested in Walk(entry, element ?? property.PropertyType))
                {
                    yield return nested;
                }
            }
        }
    }
}
