using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Settings;
using PortalIntegration.Portal.Hosting;
using PortalIntegration.Portal.Hosting.Secrets;
using PortalIntegration.Sync.Flows;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.UnitTests.Architecture;

/// <summary>docs/configuration.md is written from the options themselves: their types, defaults, ranges and comments.</summary>
public sealed partial class ConfigurationPageTests
{
    private const string Rewrite = "PORTALINTEGRATION_WRITE_DOCS";

    private static readonly string _file = Path.Combine(ServerProcess.Root, "docs", "configuration.md");

    private static readonly Lazy<Dictionary<string, string>> _summaries = new(Summaries);

    [Fact]
    public void Page_IsWhatTheOptionsSay()
    {
        var page = Page();
        if (Environment.GetEnvironmentVariable(Rewrite) is { Length: > 0 })
        {
            File.WriteAllText(_file, page);
        }

        File.ReadAllText(_file).ShouldBe(page, $"set {Rewrite}=1 and run this test once to write docs/configuration.md anew");
    }

    [Fact]
    public async Task Options_BoundByThePortal_AreAllOnThePage()
    {
        IServiceCollection? services = null;
        await using var app = PortalHost.Build(["--environment=Development"], builder => services = builder.Services);

        Bound(services!).ShouldBeSubsetOf(ConfiguredSections.All.Select(section => section.Options), "give it a constant Section, so that docs/configuration.md and the check for secrets know it");
    }

    [Fact]
    public void Control_OptionsWithoutASection_WouldBeSeen() =>
        Bound(new ServiceCollection().AddOptions<Careless>().BindConfiguration("Careless").Services).Except(ConfiguredSections.All.Select(section => section.Options)).ShouldBe([typeof(Careless)]);

    [Fact]
    public void Options_NumbersAndTimes_SayWhatTheyMayBe() =>
        WithoutRange(ConfiguredSections.All.Select(section => section.Options)).ShouldBeEmpty("give it [Within(…)]");

    [Fact]
    public void Control_ANumberWithoutARange_WouldBeSeen() => WithoutRange([typeof(Careless)]).ShouldBe(["Careless.Number"]);

    [Fact]
    public void Options_EveryKey_SaysWhatItMeans() =>
        Rows().Where(row => row.Meaning.Length == 0).Select(row => $"{row.Section}:{row.Key}").ShouldBeEmpty("write a summary above it");

    [Fact]
    public void Options_CalledLikeASecret_AreMarkedAsOne() => Unmarked(ConfiguredSections.All.Select(section => section.Options)).ShouldBeEmpty("give it [Secret]");

    [Fact]
    public void Control_APasswordWithoutItsMark_WouldBeSeen() => Unmarked([typeof(Careless)]).ShouldBe(["Careless.Password"]);

    /// <summary>What a mistake of the portal's authors looks like.</summary>
    private sealed class Careless
    {
        public int Number { get; set; }

        public string? Password { get; set; }
    }

    private static List<Type> Bound(IServiceCollection services) =>
    [
        .. services.Select(service => service.ServiceType)
            .Where(type => type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(IConfigureOptions<>) || type.GetGenericTypeDefinition() == typeof(IValidateOptions<>)))
            .Select(type => type.GetGenericArguments()[0]).Where(type => type.FullName!.StartsWith("PortalIntegration.", StringComparison.Ordinal)).Distinct(),
    ];

    private static List<string> WithoutRange(IEnumerable<Type> types) =>
    [
        .. from type in Types(types)
           from property in SectionReader.Settable(type)
           let kind = Underlying(SectionReader.Element(property.PropertyType) ?? property.PropertyType)
           where (kind == typeof(int) || kind == typeof(long) || kind == typeof(double) || kind == typeof(TimeSpan)) && Range(property) is null
           select $"{type.Name}.{property.Name}",
    ];

    /// <summary>Of our attribute or of the framework's.</summary>
    private static string? Range(PropertyInfo property) => property.GetCustomAttribute<WithinAttribute>() is { } within ? $"{within}{(within.Unit is { } unit ? $" {unit}" : "")}"
        : property.GetCustomAttribute<RangeAttribute>() is { } range ? string.Create(CultureInfo.InvariantCulture, $"{range.Minimum} to {range.Maximum}")
        : null;

    private static List<string> Unmarked(IEnumerable<Type> types) =>
    [
        .. from type in Types(types)
           from property in SectionReader.Settable(type)
           where LikeASecret().IsMatch(property.Name) && (SectionReader.Element(property.PropertyType) ?? property.PropertyType) == typeof(string) && !property.IsDefined(typeof(SecretAttribute))
           select $"{type.Name}.{property.Name}",
    ];

    private sealed record Row(string Section, string Key, string Type, string Default, string Range, bool Secret, string Meaning);

    private static List<Row> Rows() => [.. ConfiguredSections.All.OrderBy(section => Order(section.Section)).ThenBy(section => section.Section, StringComparer.Ordinal).SelectMany(section => Rows(section.Section, "", section.Options, Activator.CreateInstance(section.Options)!, false))];

    private static int Order(string section) => section.Split(':')[0] switch { "Systems" => 0, "Sync" => 2, _ => 1 };

    private static IEnumerable<Row> Rows(string section, string prefix, Type type, object defaults, bool nested)
    {
        foreach (var property in SectionReader.Settable(type).Where(property => nested || !((type == typeof(SystemSettings) || type == typeof(FlowSettings)) && property.Name == nameof(SystemSettings.Name))))
        {
            var element = SectionReader.Element(property.PropertyType);
            var of = element ?? property.PropertyType;
            var key = prefix + (type == typeof(FlowSettings) && property.Name == nameof(FlowSettings.MaxAge) ? "MaxAgeDays" : property.Name);
            if (!SectionReader.IsScalar(of))
            {
                foreach (var row in Rows(section, $"{key}:{(element is null ? "" : SectionReader.IsByName(property.PropertyType) ? "{name}:" : "{n}:")}", of, (element is null ? property.GetValue(defaults) : null) ?? Activator.CreateInstance(of)!, true))
                {
                    yield return row;
                }

                continue;
            }

            yield return new Row(
                section,
                key,
                element is null ? Kind(of) : SectionReader.IsByName(property.PropertyType) ? $"by name: {Kind(of)}" : $"list: {Kind(of)}",
                Value(property.GetValue(defaults)),
                Range(property) ?? "",
                property.IsDefined(typeof(SecretAttribute)),
                _summaries.Value.GetValueOrDefault($"{type.Name}.{property.Name}", ""));
        }
    }

    private static string Page()
    {
        var page = new StringBuilder();
        Line("# Configuration reference");
        Line();
        Line("Every key, written from the options in the sources (their types, defaults, ranges and comments); a test fails when this page says anything else. How they hang together, with");
        Line("examples, is in [operations](operations.md#configuration). A time span is written `hours:minutes:seconds` (`00:00:05`), with days before it (`7.00:00:00`). In the environment, `:` is `__`");
        Line("(`Systems__erp__Address`), and entries of a list are numbered (`Sync__Alerts__MailTo__0`). The start lists every unknown key and every value that is not what stands here, all at");
        Line("once. **Secret**: from the environment, from user secrets in Development, or from a file: name it with the same key and `File` (`Sync__Mail__PasswordFile`), or put a file named");
        Line("as the key, with `__`, into `Secrets:Directory`. A secret in `appsettings*.json` stops the start outside Development.");
        foreach (var section in Rows().GroupBy(row => row.Section))
        {
            Line();
            Line($"## {section.Key}");
            Line();
            var type = ConfiguredSections.All.First(one => one.Section == section.Key).Options;
            Line(_summaries.Value.GetValueOrDefault(type.Name, ""));
            Line();
            Line("| Key | Type | Default | Range | Meaning |");
            Line("|---|---|---|---|---|");
            foreach (var row in section)
            {
                Line($"| `{row.Key}` | {row.Type} | {row.Default} | {row.Range} | {(row.Secret ? "**Secret.** " : "")}{row.Meaning} |");
            }
        }

        Line();
        Line("## Systems:{name}:Options");
        Line();
        Line("What may be chosen for a kind of system; any other key stops the start.");
        Line();
        Line("| Connector | Keys |");
        Line("|---|---|");
        foreach (var connector in new ServiceCollection().AddLogging().AddSystems(new ConfigurationBuilder().Build()).BuildServiceProvider().GetServices<IConnector>())
        {
            Line($"| {connector.Name} | {(connector.Options.Count == 0 ? "none" : string.Join(", ", connector.Options.Select(option => $"`{option}`")))} |");
        }

        Line();
        Line("## Ownership");
        Line();
        Line("Who owns what; see [operations](operations.md#ownership).");
        Line();
        Line("| Key | Type | Default | Range | Meaning |");
        Line("|---|---|---|---|---|");
        Line($"| `Entities:{{entity}}:Owner` | text | | a name under `Systems`, or `none` | Who answers for {string.Join(", ", Enum.GetNames<Entity>())}. |");
        Line("| `Entities:{entity}:Freshness` | `live` or whole number | live | 1 to 86400 seconds | How old an answer may be. |");
        Line("| `Entities:{entity}:OnFailure` | `nothing`, `lastKnown` | nothing | | What is shown when the owner does not answer. |");
        Line("| `Fields:{n}:From`, `Fields:{n}:To` | `System`, `Field`, `Type`, `Length` | | `Length`: 1 to 1000000 | A field that crosses systems, on both sides. |");
        Line("| `Fields:{n}:Transformation` | text | none | | What is done to its value on the way. |");
        Line($"| `Fields:{{n}}:Mode` | {string.Join(", ", Enum.GetNames<FieldMode>().Select(Lower).Select(mode => $"`{mode}`"))} | realTime | | When it is carried. |");
        Line();
        Line("## Of the framework");
        Line();
        Line("| Key | Meaning |");
        Line("|---|---|");
        Line("| `ASPNETCORE_ENVIRONMENT` | `Production` unless it says otherwise. In `Development` anybody may sign in as anybody |");
        Line("| `Urls` or `ASPNETCORE_URLS` | where the portal listens, such as `http://127.0.0.1:5000` |");
        Line("| `AllowedHosts` | the host names that people reach the portal by, with `;` between; any other is refused. The log warns while it is not set |");
        Line("| `Serilog` | levels and sinks, as Serilog defines them |");
        Line("| `OTEL_EXPORTER_OTLP_ENDPOINT`, `OTEL_…` | where spans and metrics go, as OpenTelemetry defines them; none by default |");
        return page.ToString();

        void Line(string text = "") => page.Append(text).Append('\n');
    }

    private static Type Underlying(Type type) => Nullable.GetUnderlyingType(type) ?? type;

    private static string Kind(Type type) => Underlying(type) switch
    {
        { IsEnum: true } choice => string.Join(", ", Enum.GetNames(choice).Select(name => $"`{Lower(name)}`")),
        var kind when kind == typeof(bool) => "`true`, `false`",
        var kind when kind == typeof(TimeSpan) => "time span",
        var kind when kind == typeof(int) || kind == typeof(long) => "whole number",
        var kind when kind == typeof(double) || kind == typeof(decimal) => "number",
        var kind when kind == typeof(Uri) => "address",
        var kind when kind == typeof(TimeZoneInfo) => "time zone",
        _ => "text",
    };

    private static string Value(object? value) => value switch
    {
        null => "none",
        string text => text.Length == 0 ? "none" : $"`{text}`",
        bool yes => yes ? "`true`" : "`false`",
        TimeZoneInfo zone => zone.Id,
        Enum choice => $"`{Lower(choice.ToString())}`",
        TimeSpan span => $"`{span.ToString("c", CultureInfo.InvariantCulture)}`",
        System.Collections.IEnumerable list => list.Cast<object>().Any() ? string.Join(", ", list.Cast<object>().Select(one => $"`{one}`")) : "none",
        _ => string.Create(CultureInfo.InvariantCulture, $"`{value}`"),
    };

    private static string Lower(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    /// <summary>From the sources: by type, and by type and property.</summary>
    private static Dictionary<string, string> Summaries()
    {
        var wanted = Types(ConfiguredSections.All.Select(section => section.Options)).Select(type => type.Name).ToHashSet(StringComparer.Ordinal);
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(ServerProcess.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)))
        {
            var (type, comment) = ("", new StringBuilder());
            foreach (var line in File.ReadLines(file).Select(line => line.Trim()))
            {
                if (line.StartsWith("///", StringComparison.Ordinal))
                {
                    comment.Append(line[3..]).Append(' ');
                    continue;
                }

                if (TypeLine().Match(line) is { Success: true } declared)
                {
                    type = declared.Groups[1].Value;
                    Keep(type);
                }
                else if (PropertyLine().Match(line) is { Success: true } property)
                {
                    Keep($"{type}.{property.Groups[1].Value}");
                }

                if (!line.StartsWith('['))
                {
                    comment.Clear();
                }
            }

            void Keep(string name)
            {
                if (wanted.Contains(type) && Summary().Match(comment.ToString()) is { Success: true } summary)
                {
                    found[name] = Markdown(summary.Groups[1].Value);
                }
            }
        }

        return found;
    }

    private static HashSet<Type> Types(IEnumerable<Type> roots)
    {
        var all = new HashSet<Type>();
        foreach (var root in roots)
        {
            Add(root);
        }

        return all;

        void Add(Type type)
        {
            if (!SectionReader.IsScalar(type) && all.Add(type))
            {
                foreach (var property in SectionReader.Settable(type))
                {
                    Add(SectionReader.Element(property.PropertyType) ?? property.PropertyType);
                }
            }
        }
    }

    private static string Markdown(string xml)
    {
        var text = See().Replace(xml, match => $"`{match.Groups[1].Value.Split('.')[^1]}`");
        text = Code().Replace(text, "`$1`");
        text = Tag().Replace(text, "");
        return Spaces().Replace(System.Net.WebUtility.HtmlDecode(text), " ").Trim().Replace("|", "\\|", StringComparison.Ordinal);
    }

    [GeneratedRegex("(Password|Secret|Secrets|ApiKey|ConnectionString|PrivateKey)$")]
    private static partial Regex LikeASecret();

    [GeneratedRegex(@"^(?:public|internal) (?:sealed |abstract |partial |static )*(?:class|record) (\w+)")]
    private static partial Regex TypeLine();

    [GeneratedRegex(@"^public (?:required )?[\w<>?,. \[\]]+ (\w+) \{ get;")]
    private static partial Regex PropertyLine();

    [GeneratedRegex("<summary>(.*?)</summary>")]
    private static partial Regex Summary();

    [GeneratedRegex("""<see cref="([^"]+)"\s*/>""")]
    private static partial Regex See();

    [GeneratedRegex("<c>(.*?)</c>")]
    private static partial Regex Code();

    [GeneratedRegex("<[^>]+>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
