using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Core;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Scopes;
using PortalIntegration.IntegrationTests.Portal;
using PortalIntegration.Portal.Hosting;
using PortalIntegration.Portal.Rehearsal;
using PortalIntegration.Sandbox;
using PortalIntegration.Tests;

namespace PortalIntegration.IntegrationTests.Rehearsal;

/// <summary>Past orders placed again into a sandbox, and never anywhere else.</summary>
[Collection(PortalCollection.Name)]
public sealed class RehearseTests(PortalFixture portal) : IDisposable
{
    /// <summary>Systems in which nobody else orders.</summary>
    internal static SandboxOptions Alone => new()
    {
        ErpUrl = new Uri("http://127.0.0.1:0"),
        CrmUrl = new Uri("http://127.0.0.1:0"),
        Skus = 120,
        Accounts = 40,
        Contacts = 120,
        Orders = 100,
    };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("portal-rehearse-");

    private Uri Erp => portal.Sandbox.ErpUrl;

    private Uri Crm => portal.Sandbox.CrmUrl;

    [Fact]
    public async Task FromErp_PlacesItsHistoryAgainAndTellsWhatItCost()
    {
        // Of its own: into the portal's other tests place orders that may still be on their way.
        await using var alone = await SandboxHost.StartAsync(Alone);
        using var control = new SandboxControl(alone.ErpControlUrl);
        var before = (await control.CallsAsync()).Last;

        var (code, output, errors) = await Rehearse(
            "--from-erp", "25", "--pace", "50/s", "--quota", "20/min", "--json", "--against", $"{alone.ErpUrl}", "--against", $"{alone.CrmUrl}",
            $"--Systems:erp:Address={alone.ErpUrl}", $"--Systems:crm:Address={alone.CrmUrl}");

        var report = Report(output, errors);
        report.GetProperty("orders").GetInt32().ShouldBe(25);
        var placed = report.GetProperty("placed").GetInt32();
        (placed + report.GetProperty("rejected").GetArrayLength()).ShouldBe(25, output);
        placed.ShouldBeGreaterThan(0, output);
        code.ShouldBe(placed == 25 && report.GetProperty("differing").GetArrayLength() == 0 ? 0 : 1);
        var created = (await control.CallsAsync(before, "createOrder")).Calls;
        created.Count(call => call.Status == 201).ShouldBe(placed);
        report.GetProperty("calls").EnumerateArray().Single(row => row.GetProperty("operation").GetString() == "createOrder").GetProperty("calls").GetInt32().ShouldBe(created.Count);
        report.GetProperty("quota").GetProperty("ranOutAfter").ValueKind.ShouldBe(JsonValueKind.String, "25 creates are more than 20 calls");
    }

    [Fact]
    public async Task File_RejectionsWithTheirReason_AndDifferencesLineByLine()
    {
        using var control = new SandboxControl(portal.Sandbox.ErpControlUrl);
        // Of the customer without a limit, and of something that is sold: other tests add orders of whatever they like.
        var orders = (await control.OrdersAsync(customerNumber: "C-10006")).Items;
        var catalog = portal.Map.Owner<ICatalog>();
        var scope = Scope.ForPortal("test", Lane.Interactive);
        var sold = (await catalog.Get(scope, customer: null, [.. orders.SelectMany(order => order.Lines).Select(one => new Sku(one.Sku)).Distinct().Take(50)], TestContext.Current.CancellationToken)).Value
            .Where(product => !product.Discontinued).Select(product => product.Sku.Value).ToHashSet();
        var (past, line) = orders.SelectMany(order => order.Lines.Select(one => (Order: order, Line: one))).First(one => sold.Contains(one.Line.Sku));
        var (code, output, errors) = await Rehearse("--orders", Csv(
            "order,customer,sku,quantity,unit,lineTotal,total,currency",
            $"A-1,{past.CustomerNumber},{line.Sku},{line.Ordered},{line.Unit},0.01,0.02,EUR",
            $"\"A-2, urgent\",{past.CustomerNumber},NO-SUCH-SKU,1,,,,",
            $"A-3,{past.CustomerNumber},{line.Sku},{line.Ordered},{line.Unit},,,"), "--against", $"{Erp}", "--against", $"{Crm}");

        code.ShouldBe(1, errors);
        output.ShouldContain("3 past orders", customMessage: errors);
        output.ShouldContain("2 placed, 1 rejected, 0 open, 1 with other amounts, 1 without an amount to compare");
        output.ShouldMatch(@"A-2, urgent  \S+  .*NO-SUCH-SKU");
        output.ShouldMatch(@"1 \S+ +amount +0\.01 EUR -> [\d.]+ \w+");
        output.ShouldMatch(@"whole +total +0\.02 EUR -> [\d.]+ \w+");
    }

    [Theory]
    [InlineData("one system is not named")]
    [InlineData("another address is named")]
    public async Task NotNamed_NothingIsPlaced(string how)
    {
        using var control = new SandboxControl(portal.Sandbox.ErpControlUrl);
        var before = (await control.CallsAsync()).Last;
        string[] named = how == "one system is not named" ? ["--against", $"{Erp}"] : ["--against", "http://127.0.0.1:9/erp/v1/", "--against", $"{Crm}"];

        var (code, _, errors) = await Rehearse(["--from-erp", "5", .. named]);

        code.ShouldBe(2);
        errors.ShouldContain("was not named");
        (await control.CallsAsync(before, "createOrder")).Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task NotSayingThatItIsASandbox_NothingIsPlaced_EvenWhenConfirmedWithoutAFile()
    {
        // The portal's own address stands for a server that answers and is no sandbox.
        var (code, _, errors) = await Rehearse(
            "--from-erp", "5", "--against", $"{portal.Address}", "--against", $"{Crm}", "--confirmed-sandbox", $"--Systems:erp:Address={portal.Address}");

        code.ShouldBe(2);
        errors.ShouldContain("does not say that it is a sandbox");
    }

    [Fact]
    public async Task ConfirmedInAFile_ButTheSystemOfThePortalItself_IsRefused()
    {
        var file = Path.Combine(_folder.FullName, "systems.json");
        await File.WriteAllTextAsync(file, $$"""
            { "Systems": { "erp": { "Connector": "reference-erp", "Address": "{{portal.Address}}", "Credentials": { "Token": "x" } },
                           "crm": { "Connector": "reference-crm", "Address": "{{Crm}}", "Credentials": { "Token": "x" } } } }
            """, TestContext.Current.CancellationToken);

        var (code, _, errors) = await Rehearse(
            "--from-erp", "5", "--against", $"{portal.Address}", "--against", $"{Crm}", "--systems", file, "--confirmed-sandbox", $"--Systems:erp:Address={portal.Address}");

        code.ShouldBe(2);
        errors.ShouldContain("the one that the portal itself works with");
    }

    [Theory]
    [InlineData("--orders is missing", "--against", "http://x/")]
    [InlineData("--pace must be", "--against", "http://x/", "--from-erp", "5", "--pace", "fast")]
    [InlineData("--against ADDRESS", "--from-erp", "5")]
    public async Task WrongArguments_AreNamedWithWhatThereIs(string what, params string[] args)
    {
        var errors = new StringWriter();
        (await RehearseCommand.RunAsync(args, TextWriter.Null, errors, TestContext.Current.CancellationToken)).ShouldBe(2);

        errors.ToString().ShouldContain(what == "--orders is missing" ? "Name past orders" : what);
        errors.ToString().ShouldContain("rehearse --against ADDRESS");
    }

    [Theory]
    [InlineData("order,customer,sku", "no column 'quantity'")]
    [InlineData("order,customer,sku,quantity\nA,C,S,many", "Line 2: 'many' is no quantity")]
    public void File_MistakesAreNamed(string file, string mistake) =>
        Should.Throw<FormatException>(() => PastOrders.OfFile(new StringReader(file))).Message.ShouldContain(mistake);

    [Fact]
    public void Quota_TellsWhenItWouldHaveRunOut()
    {
        var start = new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
        var calls = Enumerable.Range(0, 100).Select(at => start + TimeSpan.FromSeconds(at)).ToList();

        QuotaVerdict.Of(RehearsalArguments.Rate.Parse("--quota", "60/min"), calls).ShouldBe(new QuotaVerdict(60, TimeSpan.FromMinutes(1), null, 60, null));
        QuotaVerdict.Of(RehearsalArguments.Rate.Parse("--quota", "30/min"), calls).RanOutAfter.ShouldBe(TimeSpan.FromSeconds(30));
        QuotaVerdict.Of(RehearsalArguments.Rate.Parse("--quota", "1000/h"), calls).WouldRunOutAfter!.Value.TotalSeconds.ShouldBe(990);
        QuotaVerdict.Of(RehearsalArguments.Rate.Parse("--quota", "100000/h"), calls).WouldRunOutAfter.ShouldBeNull();
    }

    [Fact]
    public async Task Calls_OfAnotherHostInTheSameProcess_AreNotCounted()
    {
        using var its = new CallMeter(portal.Services.GetRequiredService<OwnSpans>());
        using var anothers = new CallMeter(new OwnSpans(new PipelineEnvironment(TimeProvider.System, NullLoggerFactory.Instance)));

        (await portal.Map.Owner<IOrders>().Search(Scope.ForPortal("test", Lane.Interactive), new OrderQuery { Limit = 1 }, TestContext.Current.CancellationToken)).Succeeded.ShouldBeTrue();

        its.Calls.ShouldContain(call => call.Operation == "listOrders");
        anothers.Calls.ShouldBeEmpty();
    }

    public void Dispose() => TestDirectory.Delete(_folder.FullName);

    private static JsonElement Report(string output, string errors)
    {
        output.ShouldStartWith("{", customMessage: errors);
        return JsonDocument.Parse(output).RootElement;
    }

    private string Csv(params string[] lines)
    {
        var path = Path.Combine(_folder.FullName, "orders.csv");
        File.WriteAllLines(path, lines);
        return path;
    }

    private async Task<(int Code, string Output, string Errors)> Rehearse(params string[] args)
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        string[] systems =
        [
            "--Systems:erp:Connector=reference-erp", $"--Systems:erp:Credentials:Token={portal.Sandbox.Options.ErpToken}",
            "--Systems:crm:Connector=reference-crm", $"--Systems:crm:Credentials:Token={portal.Sandbox.Options.CrmToken}",
        ];
        var code = await RehearseCommand.RunAsync([$"--Systems:erp:Address={Erp}", $"--Systems:crm:Address={Crm}", .. args, .. systems], output, errors, TestContext.Current.CancellationToken);
        return (code, output.ToString(), errors.ToString());
    }
}
