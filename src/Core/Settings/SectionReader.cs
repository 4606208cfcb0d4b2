using System.Collections;
using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace PortalIntegration.Core.Settings;

/// <summary>
/// Binds a section onto its options and collects everything that is wrong with it, where .NET's binder stops at the first: keys that nobody knows, values of another
/// kind, values outside their range. Each mistake names its key, the value (masked where it is a secret) and what it may be.
/// </summary>
internal static class SectionReader
{
    /// <summary>What a secret that stands in a file of its own ends with: <c>Sync:Mail:PasswordFile</c>.</summary>
    public const string FileSuffix = "File";

    /// <summary>Binds what makes sense; the rest keeps its default.</summary>
    public static void Bind(IConfigurationSection section, object options) => new ConfigurationBuilder().AddInMemoryCollection(Read(section, options.GetType()).Good).Build().Bind(options);

    public static IReadOnlyList<string> Mistakes(IConfigurationSection section, object options)
    {
        var mistakes = Read(section, options.GetType()).Mistakes;
        OutOfRange(section.Path, options, mistakes);
        return mistakes;
    }

    private static (Dictionary<string, string?> Good, List<string> Mistakes) Read(IConfigurationSection section, Type type)
    {
        var (good, mistakes) = (new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase), new List<string>());
        ReadObject(section, type, section.Path.Length + 1, good, mistakes);
        return (good, mistakes);
    }

    private static void ReadObject(IConfigurationSection section, Type type, int skip, Dictionary<string, string?> good, List<string> mistakes)
    {
        var properties = Settable(type).ToDictionary(property => property.Name, StringComparer.OrdinalIgnoreCase);
        foreach (var child in section.GetChildren())
        {
            if (properties.TryGetValue(child.Key, out var property))
            {
                ReadValue(child, property.PropertyType, property.GetCustomAttribute<SecretAttribute>(), skip, good, mistakes);
            }
            else if (!IsFileOfASecret(child.Key, properties))
            {
                mistakes.Add($"{child.Path}: there is no such key; there are {string.Join(", ", properties.Keys)}.");
            }
        }
    }

    private static void ReadValue(IConfigurationSection section, Type type, SecretAttribute? secret, int skip, Dictionary<string, string?> good, List<string> mistakes)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (Element(type) is { } element)
        {
            if (section.Value is { Length: > 0 })
            {
                var first = $"{section.Path}:{(IsByName(type) ? "{name}" : "0")}";
                mistakes.Add(
                    $"{section.Path}: holds several and is given as one value, which would be ignored; {(IsByName(type) ? "name each" : "number them from 0")}: {first}, in the environment {first.Replace(":", "__", StringComparison.Ordinal)}.");
            }

            foreach (var child in section.GetChildren().Where(child => !(secret is not null && IsFile(child.Key))))
            {
                ReadValue(child, element, secret, skip, good, mistakes);
            }
        }
        else if (!IsScalar(type))
        {
            if (section.Value is { Length: > 0 })
            {
                mistakes.Add($"{section.Path}: is given as one value; it has keys of its own, {string.Join(", ", Settable(type).Select(property => property.Name))}.");
            }

            ReadObject(section, type, skip, good, mistakes);
        }
        else if (section.GetChildren().Any())
        {
            mistakes.Add($"{section.Path}: must be one value, {Kind(type)}; it has keys of its own.");
        }
        else if (section.Value is { } text)
        {
            if (Converts(text, type))
            {
                good[section.Path[skip..]] = text;
            }
            else if (text.Length > 0)
            {
                mistakes.Add($"{section.Path}: must be {Kind(type)}; it is {(secret is null ? $"'{text}'" : "not shown here")}.");
            }
        }
    }

    private static void OutOfRange(string path, object options, List<string> mistakes)
    {
        foreach (var property in Settable(options.GetType()))
        {
            var value = property.GetValue(options);
            if (property.GetCustomAttribute<WithinAttribute>() is { } within)
            {
                foreach (var (key, one) in Each($"{path}:{property.Name}", value).Where(entry => !within.Allows(entry.Value)))
                {
                    mistakes.Add(string.Create(CultureInfo.InvariantCulture, $"{key}: must be {within}; it is {one}."));
                }
            }
            else if (value is not null && (Element(property.PropertyType) is { } element ? !IsScalar(element) : !IsScalar(property.PropertyType)))
            {
                foreach (var (key, one) in Each($"{path}:{property.Name}", value))
                {
                    OutOfRange(key, one, mistakes);
                }
            }
        }
    }

    /// <summary>The value, or those of a list or dictionary.</summary>
    private static IEnumerable<(string Key, object Value)> Each(string path, object? value) => value switch
    {
        null => [],
        string text => [(path, text)],
        IDictionary pairs => pairs.Keys.Cast<object>().Where(key => pairs[key] is not null).Select(key => ($"{path}:{key}", pairs[key]!)),
        IEnumerable list => list.Cast<object?>().Select((one, at) => (string.Create(CultureInfo.InvariantCulture, $"{path}:{at}"), one)).Where(entry => entry.one is not null).Select(entry => (entry.Item1, entry.one!)),
        _ => [(path, value)],
    };

    /// <summary>What can be configured: public, settable, or a collection to add to.</summary>
    internal static IEnumerable<PropertyInfo> Settable(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.GetIndexParameters().Length == 0 && (property.SetMethod is { IsPublic: true } || Element(property.PropertyType) is not null));

    /// <summary>Of a list or a dictionary; null for anything else.</summary>
    internal static Type? Element(Type type) => type == typeof(string) ? null
        : type.IsArray ? type.GetElementType()
        : Of(type, typeof(IReadOnlyDictionary<,>))?[1] ?? Of(type, typeof(IDictionary<,>))?[1] ?? Of(type, typeof(IEnumerable<>))?[0];

    internal static bool IsByName(Type type) => Of(type, typeof(IReadOnlyDictionary<,>)) is not null || Of(type, typeof(IDictionary<,>)) is not null;

    private static Type[]? Of(Type type, Type generic) =>
        type.GetInterfaces().Append(type).FirstOrDefault(one => one.IsGenericType && one.GetGenericTypeDefinition() == generic)?.GetGenericArguments();

    internal static bool IsScalar(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type.IsPrimitive || type.IsEnum || type == typeof(string) || type == typeof(decimal) || type == typeof(TimeSpan) || type == typeof(DateTimeOffset) || type == typeof(Uri)
            || type == typeof(TimeZoneInfo);
    }

    private static bool IsFileOfASecret(string key, Dictionary<string, PropertyInfo> properties) =>
        IsFile(key) && properties.TryGetValue(key[..^FileSuffix.Length], out var property) && property.IsDefined(typeof(SecretAttribute));

    private static bool IsFile(string key) => key.Length > FileSuffix.Length && key.EndsWith(FileSuffix, StringComparison.OrdinalIgnoreCase);

    private static bool Converts(string text, Type type)
    {
        if (type == typeof(string))
        {
            return true;
        }

        if (type == typeof(Uri))
        {
            return Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out _);
        }

        if (type.IsEnum)
        {
            return Enum.TryParse(type, text, ignoreCase: true, out var value) && Enum.IsDefined(type, value!);
        }

        try
        {
            return TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text) is not null;
        }
        catch (Exception no) when (no is FormatException or ArgumentException or OverflowException or NotSupportedException || no.InnerException is FormatException or OverflowException)
        {
            return false;
        }
    }

    private static string Kind(Type type) => type switch
    {
        { IsEnum: true } => $"one of {string.Join(", ", Enum.GetNames(type))}",
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(TimeSpan) => "a time span such as 00:00:05",
        _ when type == typeof(int) || type == typeof(long) => "a whole number",
        _ when type == typeof(double) || type == typeof(decimal) => "a number",
        _ when type == typeof(Uri) => "an address",
        _ => "a value",
    };
}
