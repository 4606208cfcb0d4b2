using System.Text.RegularExpressions;
using PortalIntegration.Portal.Hosting;
using PortalIntegration.Portal.Hosting.Secrets;
using PortalIntegration.Core.Settings;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.UnitTests.Delivery;

/// <summary>
/// The systemd unit, the Dockerfile and the compose file: every key that they set is one of the portal, every name in them leads somewhere, and nothing runs with rights that it does not need.
/// No engine has run them here.
/// </summary>
public sealed partial class DeliveryFilesTests
{
    private static readonly string _folder = Path.Combine(ServerProcess.Root, "src", "Delivery");

    private static string[] Lines(string file) => File.ReadAllLines(Path.Combine(_folder, file));

    [Theory]
    [InlineData("portal.service")]
    [InlineData("Dockerfile")]
    [InlineData("compose.yaml")]
    public void Settings_AreKeysOfThePortal(string file)
    {
        var named = Setting().Matches(string.Join('\n', Lines(file).Where(line => !line.TrimStart().StartsWith('#')))).Select(match => match.Value.Replace("__", ":", StringComparison.Ordinal)).Distinct().ToList();

        named.ShouldNotBeEmpty();
        named.Where(key => !IsKey(key)).ShouldBeEmpty();
    }

    [Fact]
    public void Control_AKeyThatIsNone_WouldBeSeen()
    {
        IsKey("State:Kinds").ShouldBeFalse();
        IsKey("Systems:erp:Adress").ShouldBeFalse();
        IsKey("Systems:erp:Credentials:Token").ShouldBeTrue();
    }

    [Fact]
    public void Unit_RunsAsAUserOfItsOwnWithoutRights_AndComesBack()
    {
        var unit = Lines("portal.service").Where(line => line.Contains('=') && !line.StartsWith('#')).Select(line => line.Split('=', 2)).ToLookup(pair => pair[0], pair => pair[1]);

        foreach (var (key, value) in new Dictionary<string, string>
        {
            ["DynamicUser"] = "yes", ["ProtectSystem"] = "strict", ["ProtectHome"] = "yes", ["StateDirectory"] = "portal", ["StateDirectoryMode"] = "0700", ["NoNewPrivileges"] = "yes", ["PrivateTmp"] = "yes",
            ["CapabilityBoundingSet"] = "", ["Restart"] = "always", ["UMask"] = "0077", ["Type"] = "exec", ["ExecStart"] = "/opt/portal/PortalIntegration.Portal",
        })
        {
            unit[key].ShouldBe([value], key);
        }

        unit["Environment"].ShouldContain("State__Directory=/var/lib/portal");
        unit["Environment"].ShouldAllBe(setting => !SecretKeys.IsSecret(setting.Split('=', 2)[0].Replace("__", ":", StringComparison.Ordinal)));
        foreach (var credential in unit["LoadCredential"].Select(credential => credential.Split(':')))
        {
            SecretKeys.IsSecret(credential[0].Replace("__", ":", StringComparison.Ordinal)).ShouldBeTrue();
            credential[1].ShouldBe($"/etc/portal/secrets/{credential[0]}");
        }

        int.Parse(unit["TimeoutStopSec"].Single(), System.Globalization.CultureInfo.InvariantCulture).ShouldBeGreaterThan((int)new PortalIntegration.Sync.Work.WorkerOptions().StopTimeout.TotalSeconds);
    }

    [Fact]
    public void Dockerfile_BuildsInOneImageAndRunsInAnotherWithoutRoot()
    {
        var file = Lines("Dockerfile").Where(line => line.Length > 0 && !line.StartsWith('#')).ToList();
        var last = file.FindLastIndex(line => line.StartsWith("FROM ", StringComparison.Ordinal));

        file.Count(line => line.StartsWith("FROM ", StringComparison.Ordinal)).ShouldBe(2);
        file.Where(line => line.StartsWith("FROM ", StringComparison.Ordinal)).ShouldAllBe(line => line.Contains(":10.0"));
        file[last].ShouldNotContain("sdk");
        file.FindIndex(last, line => line.StartsWith("USER ", StringComparison.Ordinal)).ShouldBeGreaterThan(file.FindLastIndex(line => line.StartsWith("COPY ", StringComparison.Ordinal) || line.StartsWith("RUN ", StringComparison.Ordinal)));
        file.Single(line => line.StartsWith("USER ", StringComparison.Ordinal)).ShouldBe("USER $APP_UID");
        var health = string.Join(' ', file.SkipWhile(line => !line.StartsWith("HEALTHCHECK", StringComparison.Ordinal)).Take(2));
        health.ShouldContain("\"--http1.0\", \"--header\", \"Host:\", \"http://127.0.0.1:8080/health/live\"", Case.Sensitive, "AllowedHosts would refuse 127.0.0.1");
        string.Join('\n', file).ShouldContain("ASPNETCORE_HTTP_PORTS=8080");
        file[^1].ShouldBe("""ENTRYPOINT ["dotnet", "PortalIntegration.Portal.dll"]""");
        Instruction().Matches(string.Join('\n', file)).Select(match => match.Value).Distinct().ShouldBeSubsetOf(["FROM", "RUN", "WORKDIR", "COPY", "ENV", "EXPOSE", "VOLUME", "USER", "HEALTHCHECK", "CMD", "STOPSIGNAL", "ENTRYPOINT"]);
    }

    [Fact]
    public void Compose_TwoNodesADatabaseAndAStickyProxy_AndEveryNameLeadsSomewhere()
    {
        var file = Yaml.Read(Lines("compose.yaml"));

        file.Keys("services").ShouldBe(["portal-one", "portal-two", "database", "proxy"]);
        file.Keys("services/portal-one").ShouldBe(["<<"]);
        foreach (var (kind, used) in new[] { ("secrets", file.Values("/secrets/").Concat(file.Sources("/secrets/")) ), ("configs", file.Sources("/configs/")) })
        {
            used.Except(file.Keys(kind)).ShouldBeEmpty(kind);
            file.Keys(kind).Except(used).ShouldBeEmpty(kind);
        }

        foreach (var target in file.Targets("x-portal/secrets/"))
        {
            SecretKeys.IsSecret(target.Replace("__", ":", StringComparison.Ordinal)).ShouldBeTrue(target);
        }

        file["x-portal/read_only"].ShouldBe("true");
        file["x-portal/cap_drop"].ShouldBe("[ALL]");
        file["x-portal/build/dockerfile"].ShouldBe("src/Delivery/Dockerfile");
        file["x-portal/environment/Secrets__Directory"].ShouldBe("/run/secrets");
        file["services/proxy/ports"].ShouldBe("""["80:8080", "443:8443"]""");
        file["networks/inside/internal"].ShouldBe("true");
        File.ReadAllText(Path.Combine(_folder, "compose.yaml")).ShouldNotContain("Password=");
    }

    [Fact]
    public void Proxy_KeepsABrowserOnItsNodeAndAsksWhetherItIsReady()
    {
        var proxy = string.Join('\n', Lines("haproxy.cfg"));

        proxy.ShouldContain("cookie node insert indirect nocache httponly secure");
        proxy.ShouldContain($"option httpchk GET {Health.Ready}");
        foreach (var node in new[] { "portal-one", "portal-two" })
        {
            proxy.ShouldContain($"{node}:8080 check");
        }

        proxy.ShouldContain("deny_status 404 if { path,url_dec -i -m sub /health/sync }"); // the nodes say so too, however it is written
        proxy.ShouldContain("option forwardfor");
        proxy.ShouldContain("timeout tunnel 1h");
        proxy.ShouldContain("X-Forwarded-Proto https");
    }

    /// <summary>Whether a section of the options has it.</summary>
    private static bool IsKey(string key)
    {
        var parts = key.Split(':');
        foreach (var (section, options) in ConfiguredSections.All)
        {
            var path = section.Split(':');
            if (parts.Length <= path.Length || !path.Zip(parts).All(pair => pair.First[0] is '{' || pair.First.Equals(pair.Second, StringComparison.OrdinalIgnoreCase)))
            {
                continue;
            }

            var type = options;
            foreach (var part in parts[path.Length..])
            {
                if (SectionReader.Settable(type).FirstOrDefault(property => property.Name.Equals(part, StringComparison.OrdinalIgnoreCase)) is not { } property)
                {
                    return false;
                }

                type = SectionReader.Element(property.PropertyType) ?? property.PropertyType;
                if (SectionReader.IsScalar(type))
                {
                    break;
                }
            }

            return true;
        }

        return false;
    }

    [GeneratedRegex(@"\b(?:Systems|State|Sync|SignIn|Secrets|Telemetry|Company|Sales|Ownership)__\w+")]
    private static partial Regex Setting();

    [GeneratedRegex("^[A-Z]+(?= )", RegexOptions.Multiline)]
    private static partial Regex Instruction();

    /// <summary>As much YAML as the compose file needs: maps, lists and plain values by indentation.</summary>
    private sealed class Yaml
    {
        private readonly List<(string Path, string Value)> _entries = [];

        public string this[string path] => _entries.Single(entry => entry.Path == path).Value;

        public static Yaml Read(string[] lines)
        {
            var yaml = new Yaml();
            var open = new Stack<(int Indent, string Path)>();
            var item = 0;
            foreach (var line in lines.Where(line => line.Trim().Length > 0 && !line.TrimStart().StartsWith('#')))
            {
                line.ShouldNotContain('\t');
                var indent = line.Length - line.TrimStart().Length;
                (indent % 2).ShouldBe(0, line);
                var text = line.Trim();
                while (open.Count > 0 && open.Peek().Indent >= indent)
                {
                    open.Pop();
                }

                var at = open.Count > 0 ? open.Peek().Path + "/" : "";
                if (text.StartsWith("- ", StringComparison.Ordinal))
                {
                    at += $"{item++}";
                    open.Push((indent, at));
                    text = text[2..];
                    if (!Pair().IsMatch(text))
                    {
                        yaml._entries.Add((at, text));
                        continue;
                    }

                    at += "/";
                    indent += 2;
                }

                var pair = Pair().Match(text);
                pair.Success.ShouldBeTrue(line);
                var path = at + pair.Groups[1].Value;
                yaml._entries.Select(entry => entry.Path).ShouldNotContain(path, "twice");
                yaml._entries.Add((path, pair.Groups[2].Value.Trim('"')));
                open.Push((indent, path));
            }

            return yaml;
        }

        public List<string> Keys(string path) => [.. _entries.Where(entry => entry.Path.StartsWith($"{path}/", StringComparison.Ordinal)).Select(entry => entry.Path[(path.Length + 1)..]).Where(rest => !rest.Contains('/'))];

        /// <summary>The entries of lists in brackets.</summary>
        public IEnumerable<string> Values(string path) => _entries.Where(entry => $"/{entry.Path}/".EndsWith(path, StringComparison.Ordinal) && entry.Value.StartsWith('['))
            .SelectMany(entry => entry.Value.Trim('[', ']').Split(", "));

        public IEnumerable<string> Sources(string path) => _entries.Where(entry => $"/{entry.Path}".Contains(path, StringComparison.Ordinal) && entry.Path.EndsWith("/source", StringComparison.Ordinal)).Select(entry => entry.Value);

        public IEnumerable<string> Targets(string path) => _entries.Where(entry => entry.Path.StartsWith(path, StringComparison.Ordinal) && entry.Path.EndsWith("/target", StringComparison.Ordinal)).Select(entry => entry.Value);

        private static Regex Pair() => new("^(\"?[\\w.<-]+\"?):(?: (.*))?$", RegexOptions.None, TimeSpan.FromSeconds(1));
    }
}
