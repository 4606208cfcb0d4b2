using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Reference;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.Rehearsal;
using PortalIntegration.Sandbox;
using PortalIntegration.Tests;

namespace PortalIntegration.IntegrationTests.Rehearsal;

/// <summary>The history of the ERP that the portal works with, placed again in another company's systems: <c>--systems</c>, the whole way.</summary>
public sealed class RehearseElsewhereTests : IAsyncLifetime
{
    private static readonly Scope Ours = Scope.ForPortal("test", Lane.Batch);

    /// <summary>What may be asked without changing anything.</summary>
    private static readonly string[] Questions = ["quoteOrder", "pricesQuery", "productsQuery", "availabilityQuery"];

    /// <summary>Customers of the seed who may not order as they are: over the limit, on hold, closed.</summary>
    private static readonly string[] InTrouble = ["C-10003", "C-10004", "C-10009"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("portal-rehearse-");
    private SandboxHost? _source;
    private SandboxHost? _target;

    /// <summary>Nobody else orders here: the history stays what it is.</summary>
    private SandboxHost Source => _source!;

    private SandboxHost Target => _target!;

    public async ValueTask InitializeAsync()
    {
        _source = await SandboxHost.StartAsync(RehearseTests.Alone);
        _target = await SandboxHost.StartAsync(RehearseTests.Alone with { Orders = 20, ErpToken = "another-erp-token", CrmToken = "another-crm-token" });
    }

    public async ValueTask DisposeAsync()
    {
        if (_target is not null)
        {
            await _target.DisposeAsync();
        }

        if (_source is not null)
        {
            await _source.DisposeAsync();
        }

        TestDirectory.Delete(_folder.FullName);
    }

    [Fact]
    public async Task FromErp_IntoOtherSystems_EveryLineOfTheReport_AndNothingIsWrittenWhereTheHistoryCameFrom()
    {
        const int Count = 20;
        const decimal Cheap = 0.37m;
        using var source = new SandboxControl(Source.ErpControlUrl);
        using var target = new SandboxControl(Target.ErpControlUrl);
        var past = await History(Count);
        // There, one article is sold no more, and some customers pay another price for another one.
        var blocked = past[^1].Lines[0].Sku;
        var cheaper = past.Where(order => !InTrouble.Contains(order.Customer.Value) && order.Lines.All(line => line.Sku != blocked) && order.Lines[0].UnitPrice?.Amount > Cheap).Take(5).ToDictionary(order => order.Number!.Value.Value);
        await target.SendAsync<object>(HttpMethod.Put, $"erp/products/{Uri.EscapeDataString(blocked.Value)}", new { status = "blocked" });
        foreach (var order in cheaper.Values)
        {
            await target.SetPriceAsync(order.Lines[0].Sku.Value, Cheap, order.Customer.Value);
        }

        var (before, beforeCrm) = (await WritesAt(Source.ErpControlUrl), await WritesAt(Source.CrmControlUrl));
        var ordersBefore = (await source.OrdersAsync()).Count;

        var (code, output, errors) = await Rehearse("--from-erp", $"{Count}", "--pace", "40/s", "--quota", "30/h", "--json");

        output.ShouldStartWith("{", customMessage: errors);
        var report = JsonDocument.Parse(output).RootElement;
        code.ShouldBe(1, "not every order was placed at the amounts of then");
        // placed
        var placed = report.GetProperty("placed").GetInt32();
        report.GetProperty("orders").GetInt32().ShouldBe(Count);
        report.GetProperty("open").GetArrayLength().ShouldBe(0, output);
        placed.ShouldBeGreaterThan(0);
        (await target.CallsAsync(operation: "createOrder")).Calls.Count(call => call.Status == 201).ShouldBe(placed);
        // rejected, with the ERP's reason
        var rejected = report.GetProperty("rejected").EnumerateArray().ToDictionary(row => row.GetProperty("order").GetString()!);
        (placed + rejected.Count).ShouldBe(Count);
        foreach (var order in past.Where(order => order.Lines.Any(line => line.Sku == blocked)))
        {
            var row = rejected[order.Number!.Value.Value];
            row.GetProperty("customer").GetString().ShouldBe(order.Customer.Value);
            row.GetProperty("reason").GetString()!.ShouldContain(blocked.Value);
        }

        // differing totals, line by line
        var differing = report.GetProperty("differing").EnumerateArray().Where(row => cheaper.ContainsKey(row.GetProperty("order").GetString()!)).ToList();
        differing.Count.ShouldBe(cheaper.Keys.Count(order => !rejected.ContainsKey(order)));
        differing.ShouldNotBeEmpty();
        foreach (var row in differing)
        {
            var then = cheaper[row.GetProperty("order").GetString()!];
            var now = await OrderOfTarget(row.GetProperty("number").GetString()!);
            Difference(row, $"1 {then.Lines[0].Sku}", "price").ShouldBe((then.Lines[0].UnitPrice.ToString(), Amount(now, now.GetProperty("lines")[0], "unitPrice")));
            Difference(row, $"1 {then.Lines[0].Sku}", "amount").ShouldBe((then.Lines[0].ExtendedAmount.ToString(), Amount(now, now.GetProperty("lines")[0], "extendedAmount")));
            Difference(row, null, "total").ShouldBe((then.Total.ToString(), Amount(now, now, "total")));
        }

        // calls by lane
        var calls = report.GetProperty("calls").EnumerateArray().Select(row =>
            (System: row.GetProperty("system").GetString(), Lane: row.GetProperty("lane").GetString(), Operation: row.GetProperty("operation").GetString(), Calls: row.GetProperty("calls").GetInt32())).ToList();
        calls.Single(row => row is { System: "erp", Lane: "Order", Operation: "createOrder" }).Calls.ShouldBe(placed + rejected.Count);
        calls.ShouldAllBe(row => row.Lane == "Order" || row.Lane == "Sync" || row.Lane == "Batch");
        // when the quota would have run out
        var quota = report.GetProperty("quota");
        (quota.GetProperty("limit").GetInt32(), quota.GetProperty("per").GetString()).ShouldBe((30, "01:00:00"));
        TimeSpan.Parse(quota.GetProperty("ranOutAfter").GetString()!, System.Globalization.CultureInfo.InvariantCulture).ShouldBeInRange(TimeSpan.Zero, TimeSpan.FromMinutes(5));
        quota.GetProperty("peak").GetInt32().ShouldBeGreaterThan(30);

        // Where the history came from, nothing was written.
        (await source.OrdersAsync()).Count.ShouldBe(ordersBefore);
        (await WritesAt(Source.ErpControlUrl)).ShouldBe(before);
        (await WritesAt(Source.CrmControlUrl)).ShouldBe(beforeCrm);
    }

    [Fact]
    public async Task FlowsSetToApply_StayOff_AndNobodyIsTold()
    {
        // Everything that a real portal is told to do, in the rehearsed systems too.
        string[] real =
        [
            "--Sync:Flows:account-to-erp:Mode=apply", "--Sync:Flows:credit-to-crm:Mode=apply", "--Sync:Flows:order-to-crm:Mode=apply", "--Sync:Polling:RepairInterval=00:00:01",
            "--Sync:Webhooks:PublicAddress=http://127.0.0.1:9/", "--Sync:Alerts:MailTo:0=ops@example.com", "--Sync:Alerts:WebhookAddress=http://127.0.0.1:9/alerts",
            "--Sync:Alerts:WebhookSecrets:0=whsec_cmVoZWFyc2FsLXRlc3RzLTMyLWJ5dGVzLTAwMDAwMDE=", "--Sync:Mail:Host=127.0.0.1", "--Sync:Mail:From=portal@example.com", "--Sync:Notices:Enabled=true",
        ];
        using var crm = new SandboxControl(Target.CrmControlUrl);
        using var erp = new SandboxControl(Target.ErpControlUrl);

        var rehearsing = Rehearse(["--from-erp", "12", "--pace", "2/s", .. real]);
        for (var i = 0; !rehearsing.IsCompleted; i++)
        {
            // Changes that those flows would carry.
            await crm.SendAsync<object>(HttpMethod.Put, "crm/accounts/acc-00001", new { name = $"Renamed {i}" });
            await erp.SendAsync<object>(HttpMethod.Put, "erp/customers/C-10001", new { creditLimit = 10_000 + i });
            await Task.Delay(250, TestContext.Current.CancellationToken);
        }

        var (_, output, errors) = await rehearsing;
        output.ShouldContain("12 past orders", customMessage: errors);
        (await erp.CallsAsync()).Calls.Select(call => call.Operation).ShouldContain("listCustomers", "the portal's polling was there and saw the changes");
        (await WritesAt(Target.ErpControlUrl)).ShouldBe(["createOrder"]);
        (await WritesAt(Target.CrmControlUrl)).ShouldBeEmpty();
    }

    private static (string? Then, string? Now) Difference(JsonElement order, string? line, string what)
    {
        var found = order.GetProperty("differences").EnumerateArray().Single(row =>
            (row.TryGetProperty("line", out var named) ? named.GetString() : null) == line && row.GetProperty("what").GetString() == what);
        return (found.GetProperty("then").GetString(), found.GetProperty("now").GetString());
    }

    private static string Amount(JsonElement order, JsonElement of, string name) => new Money(of.GetProperty(name).GetDecimal(), order.GetProperty("currency").GetString()!).ToString();

    /// <summary>The operations that changed something, each once.</summary>
    private static async Task<IReadOnlyList<string>> WritesAt(Uri control)
    {
        using var sandbox = new SandboxControl(control);
        return [.. (await sandbox.CallsAsync()).Calls.Where(call => call.Method != "GET" && !Questions.Contains(call.Operation)).Select(call => call.Operation).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>The orders that a rehearsal takes: the newest that were not cancelled.</summary>
    private async Task<IReadOnlyList<Order>> History(int count)
    {
        var erp = new ReferenceErp(new PipelineEnvironment(TimeProvider.System, NullLoggerFactory.Instance));
        var connection = erp.Open(new SystemSettings
        {
            Name = "erp",
            Connector = erp.Name,
            Address = Source.ErpUrl,
            Credentials = new Dictionary<string, string> { ["Token"] = Source.Options.ErpToken },
        });
        var orders = connection.Find<IOrders>()!;
        var found = await orders.Search(Ours, new OrderQuery { Limit = 100 });
        var past = new List<Order>();
        foreach (var summary in found.Value.Items.Where(order => order.Status != OrderStatus.Cancelled).Take(count))
        {
            past.Add((await orders.Get(Ours, summary.Number)).Value);
        }

        return past;
    }

    private async Task<JsonElement> OrderOfTarget(string number)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", Target.Options.ErpToken);
        return await http.GetFromJsonAsync<JsonElement>(new Uri(Target.ErpUrl, $"orders/{Uri.EscapeDataString(number)}"));
    }

    private async Task<(int Code, string Output, string Errors)> Rehearse(params string[] args)
    {
        var file = Path.Combine(_folder.FullName, "systems.json");
        await File.WriteAllTextAsync(file, $$"""
            { "Systems": { "erp": { "Connector": "reference-erp", "Address": "{{Target.ErpUrl}}", "Credentials": { "Token": "{{Target.Options.ErpToken}}" } },
                           "crm": { "Connector": "reference-crm", "Address": "{{Target.CrmUrl}}", "Credentials": { "Token": "{{Target.Options.CrmToken}}" } } } }
            """);
        string[] portals =
        [
            "--Systems:erp:Connector=reference-erp", $"--Systems:erp:Address={Source.ErpUrl}", $"--Systems:erp:Credentials:Token={Source.Options.ErpToken}",
            "--Systems:crm:Connector=reference-crm", $"--Systems:crm:Address={Source.CrmUrl}", $"--Systems:crm:Credentials:Token={Source.Options.CrmToken}",
        ];
        var (output, errors) = (new StringWriter(), new StringWriter());
        var code = await RehearseCommand.RunAsync(
            [.. args, "--systems", file, "--against", $"{Target.ErpUrl}", "--against", $"{Target.CrmUrl}", .. portals], output, errors, TestContext.Current.CancellationToken);
        return (code, output.ToString(), errors.ToString());
    }
}
