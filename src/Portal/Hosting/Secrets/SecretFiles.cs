using Microsoft.Extensions.Options;
using PortalIntegration.Core.Settings;

namespace PortalIntegration.Portal.Hosting.Secrets;

/// <summary>Where secrets come from beside the environment; section <c>Secrets</c>.</summary>
public sealed class SecretOptions
{
    public const string Section = "Secrets";

    /// <summary>
    /// A directory with one file a secret, named as its key with <c>__</c> (<c>Systems__erp__Credentials__Token</c>), as Docker mounts them (<c>/run/secrets</c>). By default the one that systemd
    /// makes for <c>LoadCredential</c>.
    /// </summary>
    public string? Directory { get; set; }
}

/// <summary>What was wrong when secrets were read; the start says it.</summary>
internal sealed class SecretMistakes(IReadOnlyList<string> found) : IValidateOptions<SecretOptions>
{
    public ValidateOptionsResult Validate(string? name, SecretOptions options) => found.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(found);
}

/// <summary>Reads secrets from files, and refuses those that stand where no secret belongs.</summary>
internal static class SecretFiles
{
    private const int Largest = 64 * 1024;

    /// <summary>Adds what stands in files to the configuration, over everything else.</summary>
    /// <returns>What is wrong, each with its key; never a secret.</returns>
    public static IReadOnlyList<string> Read(IConfigurationManager configuration, bool development)
    {
        var mistakes = new List<string>();
        AddDirectory(configuration, mistakes);
        var found = new Dictionary<string, string?>();
        foreach (var (key, path) in configuration.AsEnumerable().Where(entry => !string.IsNullOrEmpty(entry.Value)))
        {
            if (SecretKeys.InFile(key) is not { } secret)
            {
                continue;
            }

            if (Text(path!) is not { } text)
            {
                mistakes.Add($"{key}: there is no file '{path}' that can be read, with 1 to {Largest} bytes.");
            }
            else if (configuration[secret] is { Length: > 0 } other && other != text)
            {
                mistakes.Add($"{key}: {secret} is set too, to something else; keep one of them.");
            }
            else
            {
                found[secret] = text;
            }
        }

        configuration.AddInMemoryCollection(found);
        if (!development)
        {
            mistakes.AddRange(InSettings((IConfigurationRoot)configuration));
        }

        return mistakes;
    }

    /// <summary>Every secret of the configuration, and the password within a connection string.</summary>
    public static SecretMask Mask(IConfiguration configuration)
    {
        var mask = new SecretMask();
        foreach (var (key, value) in configuration.AsEnumerable().Where(entry => !string.IsNullOrEmpty(entry.Value) && SecretKeys.IsSecret(entry.Key)))
        {
            mask.Add(value);
            mask.Add(Password(value!));
        }

        foreach (var (_, path) in configuration.AsEnumerable().Where(entry => !string.IsNullOrEmpty(entry.Value) && SecretKeys.IsReadLater(entry.Key)))
        {
            mask.Add(Text(path!)?.Trim());
        }

        return mask;
    }

    private static void AddDirectory(IConfigurationManager configuration, List<string> mistakes)
    {
        const string key = $"{SecretOptions.Section}:{nameof(SecretOptions.Directory)}";
        var named = configuration[key];
        var directory = string.IsNullOrEmpty(named) ? Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY") : named;
        if (string.IsNullOrEmpty(directory))
        {
            return;
        }

        try
        {
            configuration.AddKeyPerFile(Path.GetFullPath(directory), optional: false);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            mistakes.Add($"{key}: there is no directory '{directory}' that can be read.");
        }
    }

    private static string? Text(string path)
    {
        try
        {
            return new FileInfo(path) is { Exists: true, Length: > 0 and <= Largest } ? File.ReadAllText(path).TrimEnd('\r', '\n') : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    private static IEnumerable<string> InSettings(IConfigurationRoot configuration) =>
        from provider in configuration.Providers.OfType<FileConfigurationProvider>()
        let file = Path.GetFileName(provider.Source.Path) ?? ""
        from key in configuration.AsEnumerable().Select(entry => entry.Key)
        where SecretKeys.IsSecret(key) && provider.TryGet(key, out var value) && !string.IsNullOrEmpty(value)
        select $"{key}: stands in {file}, where many can read it; take it out there and change it. Secrets come from the environment, from a file ({key}File, {SecretOptions.Section}:{nameof(SecretOptions.Directory)}) or, in Development, from user secrets.";

    private static string? Password(string value)
    {
        try
        {
            var words = new System.Data.Common.DbConnectionStringBuilder { ConnectionString = value };
            return words.TryGetValue("Password", out var password) || words.TryGetValue("Pwd", out password) ? password.ToString() : null;
        }
        catch (ArgumentException)
        {
            return null; // no connection string
        }
    }
}
