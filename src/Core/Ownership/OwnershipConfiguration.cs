using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using PortalIntegration.Core.Settings;

namespace PortalIntegration.Core.Ownership;

/// <summary>
/// Reads <c>Systems</c> and <c>Ownership</c> from configuration. Every mistake is collected, each naming the key to set, so that an
/// integrator mends all of them at once.
/// </summary>
internal sealed partial class OwnershipConfiguration
{
    private readonly List<string> _mistakes = [];

    public List<SystemSettings> Systems { get; } = [];

    public List<OwnedEntity> Entities { get; } = [];

    /// <summary>Entities that the company says no system of its has.</summary>
    public List<Entity> Nobodys { get; } = [];

    /// <summary>Those of them that the map does not speak of.</summary>
    public List<Entity> Unsaid { get; } = [];

    public List<OwnedField> Fields { get; } = [];

    public IReadOnlyList<string> Mistakes => _mistakes;

    public static OwnershipConfiguration Read(IConfiguration configuration)
    {
        var read = new OwnershipConfiguration();
        foreach (var section in configuration.GetSection("Systems").GetChildren())
        {
            read.ReadSystem(section);
        }

        if (!configuration.GetSection("Systems").GetChildren().Any())
        {
            read._mistakes.Add("Systems: name at least one system, such as Systems:erp:Connector and Systems:erp:Address.");
        }

        foreach (var section in configuration.GetSection("Ownership:Entities").GetChildren())
        {
            read.ReadEntity(section);
        }

        foreach (var entity in Guards.Nobody.Unsaid.Where(entity => !configuration.GetSection($"Ownership:Entities:{entity}").Exists()))
        {
            read.Unsaid.Add(entity);
            read.Nobodys.Add(entity);
        }

        foreach (var section in configuration.GetSection("Ownership:Fields").GetChildren())
        {
            read.ReadField(section);
        }

        return read;
    }

    private void ReadSystem(IConfigurationSection section)
    {
        var before = _mistakes.Count;
        var defaults = new SystemSettings { Name = section.Key, Connector = "", Address = new Uri("http://localhost") };
        var connector = section["Connector"];
        if (string.IsNullOrWhiteSpace(connector))
        {
            _mistakes.Add($"{section.Path}:Connector: missing; name the kind of system, such as reference-erp.");
        }

        var keys = SectionReader.Settable(typeof(SystemSettings)).Where(property => property.Name != nameof(SystemSettings.Name)).ToDictionary(property => property.Name, StringComparer.OrdinalIgnoreCase);
        foreach (var child in section.GetChildren())
        {
            if (!keys.TryGetValue(child.Key, out var key))
            {
                _mistakes.Add($"{child.Path}: there is no such key; there are {string.Join(", ", keys.Keys)}.");
            }
            else if (child.Value is { Length: > 0 } && SectionReader.Element(key.PropertyType) is not null)
            {
                var first = $"{child.Path}:{(SectionReader.IsByName(key.PropertyType) ? "{name}" : "0")}";
                _mistakes.Add($"{child.Path}: is given as one value, which would be ignored; write {first}, in the environment {first.Replace(":", "__", StringComparison.Ordinal)}.");
            }
        }

        var tls = Tls(section.GetSection(nameof(SystemSettings.Tls)));
        var credentials = Texts(section.GetSection(nameof(SystemSettings.Credentials)));
        var address = Address($"{section.Path}:Address", section["Address"], tls);
        if (credentials.TryGetValue("TokenEndpoint", out var endpoint))
        {
            Address($"{section.Path}:Credentials:TokenEndpoint", endpoint, tls);
        }

        var attempt = Span(section, nameof(SystemSettings.AttemptTimeout), defaults.AttemptTimeout);
        var settings = new SystemSettings
        {
            Name = section.Key,
            Connector = connector ?? "",
            Address = address ?? defaults.Address,
            Credentials = credentials,
            Tls = tls,
            Options = Texts(section.GetSection(nameof(SystemSettings.Options))),
            WebhookSecrets = [.. section.GetSection("WebhookSecrets").GetChildren().Select(child => child.Value).OfType<string>()],
            AttemptTimeout = attempt,
            TotalTimeout = Span(section, nameof(SystemSettings.TotalTimeout), Max(defaults.TotalTimeout, attempt), attempt),
            ReadRetries = Number(section, nameof(SystemSettings.ReadRetries), defaults.ReadRetries),
            Concurrency = Number(section, nameof(SystemSettings.Concurrency), defaults.Concurrency),
            Quota = section["Quota"] is null ? null : Number(section, nameof(SystemSettings.Quota), 1),
            QuotaWindow = Span(section, nameof(SystemSettings.QuotaWindow), defaults.QuotaWindow),
        };
        if (_mistakes.Count == before)
        {
            Systems.Add(settings);
        }
    }

    private TlsSettings Tls(IConfigurationSection section)
    {
        var settings = new TlsSettings();
        _mistakes.AddRange(SectionReader.Mistakes(section, Bound()));
        if (_mistakes.Exists(mistake => mistake.StartsWith(section.Path, StringComparison.OrdinalIgnoreCase)))
        {
            return settings;
        }

        settings = Bound();
        _mistakes.AddRange(TlsFiles.Mistakes(section.Path, settings));
        return settings;

        TlsSettings Bound()
        {
            var bound = new TlsSettings();
            SectionReader.Bind(section, bound);
            return bound;
        }
    }

    private Uri? Address(string key, string? text, TlsSettings tls)
    {
        var shown = text is null ? "" : Userinfo().Replace(text, $"$1{SecretMask.Masked}@");
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            _mistakes.Add($"{key}: must be an absolute http or https address; it is '{shown}'.");
        }
        else if (address.UserInfo.Length > 0)
        {
            _mistakes.Add($"{key}: must carry no credentials; it is '{shown}'.");
        }
        else if (address is { Scheme: "http", IsLoopback: false } && !tls.AllowHttp)
        {
            _mistakes.Add($"{key}: must be https beyond this machine, or everybody on the way reads it; it is '{shown}'. If that is meant, set Tls:AllowHttp of the system.");
        }

        return address;
    }

    /// <summary>Up to the last @, whatever a password has in it, and without a scheme too.</summary>
    [GeneratedRegex("^([A-Za-z][A-Za-z0-9+.-]*://)?.*@", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Userinfo();

    private static Dictionary<string, string> Texts(IConfigurationSection section) => section.GetChildren().Where(child => child.Value is not null)
        .ToDictionary(child => child.Key, child => child.Value!, StringComparer.OrdinalIgnoreCase);

    private void ReadEntity(IConfigurationSection section)
    {
        if (!Enum.TryParse<Entity>(section.Key, ignoreCase: true, out var entity) || !Enum.IsDefined(entity))
        {
            _mistakes.Add($"{section.Path}: there is no such entity; there are {string.Join(", ", Enum.GetNames<Entity>())}.");
            return;
        }

        var owners = section.GetSection("Owner").GetChildren().Select(child => child.Value).ToList();
        if (owners.Count > 1)
        {
            _mistakes.Add($"{section.Path}:Owner: has {owners.Count} owners ({string.Join(", ", owners)}); name exactly one.");
            return;
        }

        var owner = owners.Count == 1 ? owners[0] : section["Owner"];
        if (string.IsNullOrWhiteSpace(owner))
        {
            _mistakes.Add($"{section.Path}:Owner: nobody owns it; name the system that does.");
            return;
        }

        if (owner.Equals("none", StringComparison.OrdinalIgnoreCase))
        {
            if (Guards.Nobody.Allowed.Contains(entity))
            {
                Nobodys.Add(entity);
            }
            else
            {
                _mistakes.Add($"{section.Path}:Owner: the portal cannot do without it; only {string.Join(", ", Guards.Nobody.Allowed)} may be 'none'.");
            }

            return;
        }

        Entities.Add(new OwnedEntity(entity, owner, Freshness(section), ShowLastKnown(section)));
    }

    private TimeSpan? Freshness(IConfigurationSection section)
    {
        var text = section["Freshness"];
        if (text is null || text.Equals("live", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 1 and <= 86_400)
        {
            return TimeSpan.FromSeconds(seconds);
        }

        _mistakes.Add($"{section.Path}:Freshness: must be 'live' or a number of seconds from 1 to 86400; it is '{text}'.");
        return null;
    }

    private bool ShowLastKnown(IConfigurationSection section)
    {
        switch (section["OnFailure"]?.ToUpperInvariant())
        {
            case null or "NOTHING":
                return false;
            case "LASTKNOWN":
                return true;
            default:
                _mistakes.Add($"{section.Path}:OnFailure: must be 'nothing' or 'lastKnown'; it is '{section["OnFailure"]}'.");
                return false;
        }
    }

    private void ReadField(IConfigurationSection section)
    {
        var before = _mistakes.Count;
        var from = FieldEnd(section.GetSection("From"));
        var to = FieldEnd(section.GetSection("To"));
        var mode = section["Mode"] ?? "realTime";
        if (!Enum.TryParse<FieldMode>(mode, ignoreCase: true, out var parsed))
        {
            _mistakes.Add($"{section.Path}:Mode: must be 'realTime' or 'batch'; it is '{mode}'.");
        }

        if (_mistakes.Count == before)
        {
            Fields.Add(new OwnedField(section.Path, from, to, section["Transformation"], parsed));
        }
    }

    private FieldEnd FieldEnd(IConfigurationSection section)
    {
        foreach (var key in new[] { "System", "Field" }.Where(key => string.IsNullOrWhiteSpace(section[key])))
        {
            _mistakes.Add($"{section.Path}:{key}: missing.");
        }

        var type = section["Type"] ?? "text";
        if (!Enum.TryParse<FieldType>(type, ignoreCase: true, out var parsed))
        {
            _mistakes.Add($"{section.Path}:Type: must be one of {string.Join(", ", Enum.GetNames<FieldType>())}; it is '{type}'.");
        }

        int? length = section["Length"] is null ? null : Number(section, "Length", 1, new WithinAttribute(1, 1_000_000));
        return new FieldEnd(section["System"] ?? "", section["Field"] ?? "", parsed, length);
    }

    private TimeSpan Span(IConfigurationSection section, string key, TimeSpan fallback, TimeSpan? least = null)
    {
        var within = RangeOf(key);
        var text = section[key];
        if (text is null)
        {
            return fallback;
        }

        if (TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value) && within.Allows(value) && value >= (least ?? value))
        {
            return value;
        }

        _mistakes.Add($"{section.Path}:{key}: must be a time span from {least ?? within.Least} to {within.Most}; it is '{text}'.");
        return fallback;
    }

    private int Number(IConfigurationSection section, string key, int fallback, WithinAttribute? range = null)
    {
        var within = range ?? RangeOf(key);
        var text = section[key];
        if (text is null)
        {
            return fallback;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && within.Allows(value))
        {
            return value;
        }

        _mistakes.Add(string.Create(CultureInfo.InvariantCulture, $"{section.Path}:{key}: must be a whole number from {within.Least} to {within.Most}; it is '{text}'."));
        return fallback;
    }

    private static WithinAttribute RangeOf(string key) => typeof(SystemSettings).GetProperty(key)!.GetCustomAttribute<WithinAttribute>()!;

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
