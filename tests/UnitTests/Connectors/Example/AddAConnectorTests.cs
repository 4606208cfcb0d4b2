using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using PortalIntegration.Connectors.Acme;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Reference;
using PortalIntegration.Core;
using PortalIntegration.Core.Inventory;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Tests.Servers;
using PortalIntegration.UnitTests.Connectors.Http;
using RestEase;

[assembly: InternalsVisibleTo(RestClient.FactoryAssemblyName)]

namespace PortalIntegration.UnitTests.Connectors.Example;

/// <summary>docs/add-a-connector.md says what is so: its example is the one compiled here, its paths are there, its commands name tests that are.</summary>
public sealed partial class AddAConnectorTests
{
    private static readonly string _page = File.ReadAllText(Path.Combine(ServerProcess.Root, "docs", "add-a-connector.md"));

    [Theory]
    [InlineData("AcmeConnector.cs")]
    [InlineData("AcmeInventoryTests.cs")]
    public void Example_OfThePage_IsTheOneThatIsCompiled(string file)
    {
        var compiled = File.ReadAllText(Path.Combine(ServerProcess.Root, "tests", "UnitTests", "Connectors", "Example", file));

        Blocks("csharp").ShouldContain(block => block.Trim() == compiled.Trim());
    }

    [Fact]
    public void Configuration_OfThePage_StartsBesideTheReferenceSystems()
    {
        var environment = new PipelineEnvironment(TimeProvider.System, NullLoggerFactory.Instance);
        using var page = new MemoryStream(Encoding.UTF8.GetBytes(Blocks("json").ShouldHaveSingleItem()));
        var configuration = new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(ServerProcess.Root, "src", "Portal", "appsettings.json"))
            .AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Systems:erp:Connector"] = "reference-erp",
                ["Systems:erp:Address"] = "https://erp.test/",
                ["Systems:erp:Credentials:Token"] = "t",
                ["Systems:crm:Connector"] = "reference-crm",
                ["Systems:crm:Address"] = "https://crm.test/",
                ["Systems:crm:Credentials:Token"] = "t",
            })
            .AddJsonStream(page).Build();

        var map = OwnershipMap.Build(
            configuration, [new ReferenceErp(environment), new ReferenceCrm(environment), new AcmeConnector(environment)], TimeProvider.System, NullLoggerFactory.Instance);

        map.Owned.Where(owned => owned.System == "warehouse").ShouldHaveSingleItem().Entity.ShouldBe(Entity.Inventory);
        map.Lacking(Feature.InboundStock)!.System.ShouldBe("warehouse");
    }

    [Fact]
    public void Paths_OnThePage_AreThere()
    {
        var paths = Paths().Matches(_page).Select(match => match.Groups[1].Value).Where(path => !path.Contains("Acme", StringComparison.Ordinal)).ToList();

        paths.Count.ShouldBeGreaterThan(5);
        paths.Where(path => !Path.Exists(Path.Combine(ServerProcess.Root, path))).ShouldBeEmpty();
    }

    [Fact]
    public void Commands_OnThePage_NameTestsThatAre()
    {
        var commands = Blocks("sh").SelectMany(block => block.Split('\n', StringSplitOptions.RemoveEmptyEntries)).ToList();

        commands.ShouldNotBeEmpty();
        foreach (var command in commands)
        {
            var match = TestCommand().Match(command);
            match.Success.ShouldBeTrue(command);
            var (project, name) = (match.Groups[1].Value, match.Groups[2].Value.Split('.')[^1]);
            Directory.EnumerateFiles(Path.Combine(ServerProcess.Root, project), "*.cs", SearchOption.AllDirectories)
                .Any(file => File.ReadAllText(file).Contains(name, StringComparison.Ordinal)).ShouldBeTrue(command);
        }
    }

    [Theory]
    [InlineData("""[{"item":"A-1","unit":"PCE","free":3}]""", null)]
    [InlineData("""[{"item":"A-1","unit":"PCE","free":-3}]""", "[0].free is negative")]
    [InlineData("""[{"item":"A-1","unit":"","free":3}]""", "[0].unit is empty")]
    [InlineData("""[{"item":"A-1","unit":"PCE","free":"3"}]""", "Not the agreed JSON at $[0].free.")]
    [InlineData("""[{"item":"A-2","unit":"PCE","free":3}]""", "[0] was not asked for, or comes twice")]
    [InlineData("""[{"item":"A-1","unit":"PCE","free":3},{"item":"A-1","unit":"PCE","free":3}]""", "[1] was not asked for, or comes twice")]
    [InlineData("[null]", "The answer has a null in it.")]
    [InlineData("null", "The answer is null.")]
    [InlineData("<!doctype html>", "Not the agreed JSON at $.")]
    [InlineData("""[{"item":"A-1","unit":"PCE"}]""", "Not the agreed JSON at $[0]: without 'free'.")]
    public async Task Example_Asked_AnswersOrSaysWhatIsWrong(string body, string? detail)
    {
        using var transport = new StubTransport().Then(HttpStatusCode.OK, body);
        var connector = new AcmeConnector(new PipelineEnvironment(TimeProvider.System, NullLoggerFactory.Instance) { Transport = _ => transport });
        var settings = new SystemSettings { Name = "warehouse", Connector = "acme", Address = new Uri("http://acme.test/api"), Credentials = new Dictionary<string, string> { ["ApiKey"] = "k" } };
        connector.Check(settings).ShouldBeEmpty();

        var outcome = await connector.Open(settings).Find<IInventory>()!.Availability(Scope.ForPortal("test", Lane.Interactive), [new Sku("A-1")]);

        if (detail is null)
        {
            outcome.Value.ShouldHaveSingleItem().AvailableToPromise.ShouldBe(3);
        }
        else
        {
            outcome.Failure!.Cause.ShouldBe(Cause.Malformed);
            outcome.Failure.Detail.ShouldBe(detail);
        }
    }

    [Fact]
    public async Task Example_AskedForTheMostThatThePortTakes_AsksInAddressesThatServersTake()
    {
        var longest = 0;
        using var transport = new StubTransport().Then((request, _) =>
        {
            longest = Math.Max(longest, request.RequestUri!.PathAndQuery.Length);
            return Task.FromResult(StubTransport.Answer(HttpStatusCode.OK, "[]"));
        });
        var connector = new AcmeConnector(new PipelineEnvironment(TimeProvider.System, NullLoggerFactory.Instance) { Transport = _ => transport });
        var settings = new SystemSettings { Name = "warehouse", Connector = "acme", Address = new Uri("http://acme.test/api"), Credentials = new Dictionary<string, string> { ["ApiKey"] = "k" } };

        var outcome = await connector.Open(settings).Find<IInventory>()!.Availability(
            Scope.ForPortal("test", Lane.Interactive), [.. Enumerable.Range(0, 500).Select(i => new Sku($"{new string('A', 40)} & Co, {i}"))]);

        outcome.Value.ShouldBeEmpty();
        transport.Calls.ShouldBe(5);
        longest.ShouldBeLessThan(8_000);
    }

    private static IEnumerable<string> Blocks(string language) =>
        CodeBlock().Matches(_page).Where(match => match.Groups[1].Value == language).Select(match => match.Groups[2].Value);

    [GeneratedRegex(@"^```(\w+)\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"`((?:src|tests|docs)/[\w./-]+)`")]
    private static partial Regex Paths();

    [GeneratedRegex(@"^dotnet test (tests/\w+) --filter ""?FullyQualifiedName~([\w.]+)""?$")]
    private static partial Regex TestCommand();
}
