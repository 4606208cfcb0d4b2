using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Portal.Hosting;
using PortalIntegration.Tests.Ports;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.UnitTests.Connectors;

/// <summary>
/// docs/connectors.md is what the connectors declare and the suites that hold them to it. That the suites pass is what a run of them says: here is only
/// checked that there is one for every port of every connector.
/// </summary>
public sealed partial class ConnectorsPageTests
{
    private const string Rewrite = "PORTALINTEGRATION_WRITE_DOCS";

    private static readonly string _file = Path.Combine(ServerProcess.Root, "docs", "connectors.md");

    [Fact]
    public void Page_IsWhatTheConnectorsDeclare()
    {
        var page = Page();
        if (Environment.GetEnvironmentVariable(Rewrite) is { Length: > 0 })
        {
            File.WriteAllText(_file, page);
        }

        File.ReadAllText(_file).ShouldBe(page, $"set {Rewrite}=1 and run this test once to write docs/connectors.md anew");
    }

    [Fact]
    public void Ports_OfEveryConnector_HaveTheirSuite()
    {
        var suites = Suites();
        foreach (var connector in Registered())
        {
            connector.Ports.Select(declared => declared.Port).Where(port => Contract(port) is not null && !suites.Contains((Family(connector), Subject(port))))
                .ShouldBeEmpty($"derive the suites of these ports for {connector.Name}");
        }
    }

    [Fact]
    public void Suites_OfEveryPortOfAnEntity_AreThere() =>
        Entities.Ports.Values.SelectMany(ports => ports).Where(port => Contract(port) is null).ShouldBeEmpty();

    private static string Page()
    {
        var connectors = Registered();
        var ports = Entities.Ports.Values.SelectMany(ports => ports).Concat([typeof(IWebhooks), typeof(IWebhookSubscriptions)]).ToList();
        var suites = Suites();
        var page = new StringBuilder();
        Line("# Connectors");
        Line();
        Line("What each system answers, how, how fresh it is, and what it cannot do. This page is written from the connectors' declarations (`IConnector.Ports`) and from");
        Line("the port suites (`tests/Shared/Ports`), and a test fails when it says anything else. The number is how many checks a port's suite makes of that system: the same");
        Line("for all, and each runs with `./test`. A suite holds a connector to its declaration in both directions: what it declares as lacking must be absent, everything else");
        Line("must be there. `–`: the connector has no such port.");
        Line();
        Line($"| Port | {string.Join(" | ", connectors.Select(connector => connector.Name))} |");
        Line($"|---|{string.Concat(connectors.Select(_ => "---|"))}");
        foreach (var port in ports)
        {
            Line($"| `{port.Name}` | {string.Join(" | ", connectors.Select(connector => Cell(connector, port)))} |");
        }

        foreach (var port in ports)
        {
            var serving = connectors.Where(connector => connector.Ports.Any(declared => declared.Port == port)).ToList();
            Line();
            Line($"## {port.Name}");
            foreach (var connector in serving)
            {
                var declared = connector.Ports.Single(declared => declared.Port == port);
                Line();
                Line($"**{connector.Name}**");
                Line();
                Line($"- How: {string.Join(", ", declared.Calls.Select(call => $"`{call}`"))}");
                Line($"- Freshness: {declared.Freshness}");
                foreach (var line in More(connector, port))
                {
                    Line(line);
                }

                if (declared.Lacks.Count > 0)
                {
                    Line("- Cannot:");
                    foreach (var lack in declared.Lacks)
                    {
                        Line($"  - {Words(lack.Feature.ToString())}: {lack.Reason}");
                    }
                }
            }
        }

        return page.ToString();

        void Line(string text = "") => page.Append(text).Append('\n');

        string Cell(IConnector connector, Type port) =>
            connector.Ports.All(declared => declared.Port != port) ? "–"
            : Contract(port) is not { } contract ? "yes"
            : suites.Contains((Family(connector), Subject(port))) ? Checks(contract).ToString(CultureInfo.InvariantCulture)
            : "no suite";
    }

    /// <summary>What ports of orders say of themselves.</summary>
    private static IEnumerable<string> More(IConnector connector, Type port)
    {
        if (port == typeof(IOrders))
        {
            var placing = Open(connector).Find<IOrders>()!.Placing;
            yield return $"- Idempotency key: {Yes(placing.IdempotencyKey)}. Unique reference: {Yes(placing.UniqueReference)}. Late commits: "
                + (placing.CommitHorizon == TimeSpan.Zero ? "harmless." : string.Create(CultureInfo.InvariantCulture, $"waited out, {placing.CommitHorizon.TotalSeconds} s."));
            if (placing.Claim is { } claim)
            {
                yield return $"- Exactly once: {claim}";
            }
        }

        if (port == typeof(IQuoting))
        {
            var quoting = Open(connector).Find<IQuoting>()!.Quoting;
            yield return quoting.Kind == QuotingKind.Pure ? "- A quote leaves nothing." : "- A quote leaves one draft for each submission, which becomes the order or is swept.";
            if (quoting.DecidedAtConfirmation is { } decided)
            {
                yield return $"- Decided at confirmation: {decided}";
            }
        }
    }

    private static string Yes(bool yes) => yes ? "yes" : "no";

    /// <summary>Opened with credentials that mean nothing; calls nobody.</summary>
    private static ISystemConnection Open(IConnector connector)
    {
        var settings = new SystemSettings { Name = "x", Connector = connector.Name, Address = new Uri("http://127.0.0.1:1") };
        for (var i = 0; i < 20 && connector.Check(settings) is { Count: > 0 } mistakes; i++)
        {
            settings = settings with
            {
                Credentials = mistakes.Select(mistake => Missing().Match(mistake)).Where(match => match.Success).Select(match => match.Groups[1].Value)
                    .Union(settings.Credentials.Keys).ToDictionary(name => name, _ => "x"),
            };
        }

        return connector.Open(settings);
    }

    /// <summary>The suite of a port: <c>IOrders</c> has <see cref="OrdersContract"/>.</summary>
    private static Type? Contract(Type port) => typeof(OrdersContract).Assembly.GetType($"{typeof(OrdersContract).Namespace}.{Subject(port)}Contract");

    private static string Subject(Type port) => port.Name[1..];

    private static int Checks(Type contract) => contract.GetMethods()
        .Sum(method => method.GetCustomAttribute<TheoryAttribute>() is not null ? method.GetCustomAttributes<InlineDataAttribute>().Count()
            : method.GetCustomAttribute<FactAttribute>() is not null ? 1 : 0);

    /// <summary>Who derives which suite, by the sources: <c>class TrytonOrdersTests(…) : OrdersContract</c>.</summary>
    private static HashSet<(string Family, string Subject)> Suites() =>
    [
        .. Directory.EnumerateFiles(Path.Combine(ServerProcess.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(file => Derived().Matches(File.ReadAllText(file)))
            .Select(match => (match.Groups[1].Value.ToLowerInvariant(), match.Groups[2].Value)),
    ];

    /// <summary><c>reference-erp</c> is of the family whose suites are called <c>Reference…Tests</c>.</summary>
    private static string Family(IConnector connector) => connector.Name.Split('-')[0];

    private static string Words(string name) => name[0] + Capital().Replace(name[1..], match => " " + match.Value.ToLowerInvariant());

    private static List<IConnector> Registered() =>
    [
        .. new ServiceCollection().AddLogging().AddSystems(new ConfigurationBuilder().Build()).BuildServiceProvider().GetServices<IConnector>(),
    ];

    [GeneratedRegex(@"sealed class ([A-Z][a-z]+)(\w+)Tests\([^)]*\) : \2Contract\b")]
    private static partial Regex Derived();

    [GeneratedRegex(@"Credentials:(\w+) is missing")]
    private static partial Regex Missing();

    [GeneratedRegex("[A-Z]")]
    private static partial Regex Capital();
}
