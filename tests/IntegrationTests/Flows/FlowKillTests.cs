using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using PortalIntegration.Sandbox;
using PortalIntegration.Sandbox.Faults;
using PortalIntegration.Sandbox.Http;
using PortalIntegration.Sync.Flows;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Tests.Servers;
using PortalIntegration.Tests;

namespace PortalIntegration.IntegrationTests.Flows;

/// <summary>
/// Real portal processes between the sandbox's ERP and CRM, killed by SIGKILL again and again while people change things on both sides and answers are lost. In the
/// end both systems agree, and the journal tells of every write that they accepted. The course of it call by call, by a clock, is
/// <c>RandomEventsTests</c>' matter: here it is the operating system that ends the process.
/// </summary>
public sealed class FlowKillTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly bool Full = Environment.GetEnvironmentVariable("PORTALINTEGRATION_FULL") is { Length: > 0 };
    private static readonly string[] Flows = ["account-to-erp", "terms-to-crm", "credit-to-crm", "order-to-crm", "opportunity-to-order", "product-to-crm"];
    private static readonly string[] Writes = ["updateAccount", "putTimelineEntry", "putProduct", "updateCustomer", "updateOpportunity"];

    /// <summary>What a process had done and not written down when it was killed is no older.</summary>
    private static readonly TimeSpan InHand = TimeSpan.FromSeconds(12);

    /// <summary>How long after the end of its sender a write may still arrive.</summary>
    private static readonly TimeSpan OnTheWay = TimeSpan.FromSeconds(2);

    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("portal-kills-");
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromMinutes(2) };
    private readonly List<ServerProcess> _portals = [];
    private readonly List<DateTimeOffset> _kills = [];
    private readonly Random _random = new(11);
    private SandboxHost? _sandbox;
    private PostgresServer? _postgres;

    public async ValueTask InitializeAsync() => _sandbox = await SandboxHost.StartAsync(new SandboxOptions
    {
        ErpUrl = new Uri("http://127.0.0.1:0"),
        CrmUrl = new Uri("http://127.0.0.1:0"),
        Skus = 60,
        Accounts = 24,
        Contacts = 30,
        Orders = 30,
    });

    public async ValueTask DisposeAsync()
    {
        foreach (var portal in _portals)
        {
            await portal.DisposeAsync();
        }

        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }

        _http.Dispose();
        await _sandbox!.DisposeAsync();
        TestDirectory.Delete(_state.FullName);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Fault09_ProcessesKilledInTheMiddleOfTheFlows_BothSystemsAgreeAndTheJournalTellsOfEveryWrite(bool twoNodesOnPostgres)
    {
        if (twoNodesOnPostgres)
        {
            await StartPostgres();
        }

        using var erp = new SandboxControl(_sandbox!.ErpControlUrl);
        using var crm = new SandboxControl(_sandbox.CrmControlUrl);
        foreach (var (control, operation) in new[] { (crm, "updateAccount"), (crm, "putTimelineEntry"), (crm, "putProduct"), (erp, "updateCustomer") })
        {
            await control.SetFaultAsync(new FaultRule { Kind = FaultKind.DropAnswer, Operation = operation, Rate = 0.05 });
            await control.SetFaultAsync(new FaultRule { Kind = FaultKind.Latency, Operation = operation, Milliseconds = 20, JitterMilliseconds = 60 });
        }

        var nodes = new ServerProcess[twoNodesOnPostgres ? 2 : 1];
        for (var i = 0; i < nodes.Length; i++)
        {
            nodes[i] = await StartPortal();
        }

        await Compare(nodes[0]);
        var linked = await Linked();
        linked.Count.ShouldBeGreaterThan(10);
        for (var round = 0; round < (Full ? 20 : 4); round++)
        {
            for (var i = 0; i < 12; i++)
            {
                await Happen(erp, crm, linked);
                await Task.Delay(_random.Next(40, 160));
            }

            var victim = round % nodes.Length;
            await nodes[victim].KillAsync();
            _kills.Add(TimeProvider.System.GetUtcNow());
            nodes[victim] = await StartPortal();
        }

        await erp.ClearFaultsAsync();
        await crm.ClearFaultsAsync();
        await Compare(nodes[0]); // the comparison of the beginning was cut with the rest
        foreach (var flow in Flows)
        {
            await Agrees(nodes[0], flow);
        }

        foreach (var (account, number) in linked)
        {
            var (mine, theirs) = (await Read(_sandbox.CrmUrl, _sandbox.Options.CrmToken, $"accounts/{account}"), await Read(_sandbox.ErpUrl, _sandbox.Options.ErpToken, $"customers/{number}"));
            theirs.GetProperty("name").GetString().ShouldBe(mine.GetProperty("name").GetString(), account);
            var credit = await Read(_sandbox.ErpUrl, _sandbox.Options.ErpToken, $"customers/{number}/credit");
            mine.GetProperty("customFields").GetProperty("creditOnHold").GetBoolean().ShouldBe(credit.GetProperty("onHold").GetBoolean(), account);
        }

        await Task.Delay(1_000); // and what was written last is in the journal
        foreach (var flow in Flows)
        {
            await Agrees(nodes[0], flow); // nor has one flow's last write set off another
        }

        await JournalTells(nodes[0], crm, erp, await Linked());
    }

    /// <summary>
    /// Every write that was answered is named by an entry of its key of that time; where its process was killed then, by that, or a later run of the key found it
    /// done. And what an entry names as written was accepted.
    /// </summary>
    private async Task JournalTells(ServerProcess node, SandboxControl crm, SandboxControl erp, IReadOnlyList<(string Account, string Number)> linked)
    {
        var journal = await Journal(node);
        var numbers = linked.ToDictionary(pair => pair.Account, pair => pair.Number);
        var accounts = linked.ToDictionary(pair => pair.Number, pair => pair.Account);
        var calls = new List<LoggedCall>();
        foreach (var operation in Writes)
        {
            calls.AddRange((await (operation == "updateCustomer" ? erp : crm).CallsAsync(operation: operation)).Calls);
        }

        var named = journal.Where(entry => entry.Written is not null && Flows.Contains(entry.Key.Flow)).ToList();
        var (told, found) = (0, 0);
        var mistakes = new List<string>();
        foreach (var call in calls.Where(call => call.Status is >= 200 and < 300).OrderBy(call => call.At))
        {
            var keys = KeysOf(call, numbers, accounts);
            var entry = named.FirstOrDefault(entry => IsOf(entry, call, keys) && Near(entry, call) && (Timeline(call) is not { } key || entry.Written!.Contains($"Timeline {key}", StringComparison.Ordinal)));
            if (entry is not null)
            {
                told++;
                if (keys.Contains(entry.Key) && Timeline(call) is null)
                {
                    named.Remove(entry); // one entry, one write
                }
            }
            else if (_kills.Exists(kill => call.At > kill - InHand && call.At < kill + OnTheWay)
                && journal.Exists(later => later.At > call.At && later.Read is not null && (keys.Contains(later.Key) || (call.Operation == "putProduct" && later.Key == new WorkKey("resync", "product-to-crm")))))
            {
                found++;
            }
            else
            {
                mistakes.Add($"Nothing tells of {call.At:HH:mm:ss.fff} {call.Operation} {call.Path}; killed at {string.Join(", ", _kills.Select(kill => $"{kill:HH:mm:ss.fff}"))}; its keys: "
                    + string.Join("; ", journal.Where(one => keys.Contains(one.Key)).Select(one => $"{one.At:HH:mm:ss.fff} {one.Asked} {one.Read} {one.Written} {one.Answered}")));
            }
        }

        foreach (var entry in named.Where(entry => entry.Key.Flow is not ("order-to-crm" or "opportunity-to-order")))
        {
            mistakes.Add($"{entry.At:HH:mm:ss.fff} {entry.Key} is said to have written {entry.Written}: nobody accepted it.");
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{told} writes told, {found} found done after one of {_kills.Count} kills, {journal.Count} entries."));
        mistakes.ShouldBeEmpty();
        told.ShouldBeGreaterThan(50);
    }

    /// <summary>The entry is made after both sides were read; the write follows at once.</summary>
    private static bool Near(JournalEntry entry, LoggedCall call) => call.At > entry.At - TimeSpan.FromSeconds(1) && call.At < entry.At + (entry.Took ?? TimeSpan.Zero) + InHand;

    /// <summary>An account is written by the flow of an opportunity, too, which links it.</summary>
    private static bool IsOf(JournalEntry entry, LoggedCall call, WorkKey[] keys) =>
        keys.Contains(entry.Key) || (call.Operation == "updateAccount" && entry.Key.Flow == "opportunity-to-order" && entry.Written!.Contains("Accounts.Customer", StringComparison.Ordinal));

    private static string? Timeline(LoggedCall call) => call.Operation == "putTimelineEntry" ? Uri.UnescapeDataString(call.Path.Split('/')[^1]) : null;

    private static WorkKey[] KeysOf(LoggedCall call, Dictionary<string, string> numbers, Dictionary<string, string> accounts)
    {
        var id = Uri.UnescapeDataString(call.Path.Split('/')[^1]);
        return call.Operation switch
        {
            "updateAccount" => [new("credit-to-crm", numbers.GetValueOrDefault(id, "")), new("terms-to-crm", numbers.GetValueOrDefault(id, ""))],
            "updateCustomer" => [new("account-to-erp", accounts.GetValueOrDefault(id, ""))],
            "putTimelineEntry" => [new("order-to-crm", id.Split(':')[1])],
            "putProduct" => [new("product-to-crm", id)],
            _ => [new("opportunity-to-order", id)],
        };
    }

    /// <summary>What people do on both sides.</summary>
    private async Task Happen(SandboxControl erp, SandboxControl crm, IReadOnlyList<(string Account, string Number)> linked)
    {
        var (account, number) = linked[_random.Next(linked.Count)];
        switch (_random.Next(4))
        {
            case 0:
                await crm.SendAsync<object>(HttpMethod.Put, $"crm/accounts/{account}", new { name = $"Renamed {_random.Next(1_000)} AB" });
                break;
            case 1:
                await erp.SendAsync<object>(HttpMethod.Put, $"erp/customers/{number}", new { status = _random.Next(2) == 0 ? "onHold" : "active" });
                break;
            case 2:
                var products = await Read(_sandbox!.ErpUrl, _sandbox.Options.ErpToken, "products?limit=50");
                var sku = products.GetProperty("items")[_random.Next(40)].GetProperty("sku").GetString()!;
                await erp.SetStockAsync(sku, _random.Next(500));
                break;
            case 3:
                var orders = await Read(_sandbox!.ErpUrl, _sandbox.Options.ErpToken, "orders?status=open&limit=20");
                if (orders.GetProperty("items").GetArrayLength() is > 0 and var open)
                {
                    await erp.MoveOrderAsync(orders.GetProperty("items")[_random.Next(open)].GetProperty("number").GetString()!, "ship");
                }

                break;
        }
    }

    /// <summary>Pairs that both systems agree on; the seed has others, which wait for a person.</summary>
    private async Task<IReadOnlyList<(string Account, string Number)>> Linked()
    {
        var accounts = (await Read(_sandbox!.CrmUrl, _sandbox.Options.CrmToken, "accounts?limit=100")).GetProperty("items").EnumerateArray().ToList();
        var customers = (await Read(_sandbox.ErpUrl, _sandbox.Options.ErpToken, "customers?limit=100")).GetProperty("items").EnumerateArray()
            .ToDictionary(customer => customer.GetProperty("number").GetString()!, customer => customer.GetProperty("crmAccountId").GetString());
        return
        [
            .. from account in accounts
               let id = account.GetProperty("id").GetString()!
               let number = account.GetProperty("erpCustomerNumber").GetString()
               where number is not null && customers.GetValueOrDefault(number) == id
               select (id, number),
        ];
    }

    /// <summary>Until a comparison finds nothing more to change.</summary>
    private async Task Agrees(ServerProcess node, string flow)
    {
        string? left = null;
        for (var i = 0; i < 240; i++)
        {
            using var answer = await _http.PostAsync(new Uri(node.Address, $"/test/drift/{flow}"), content: null);
            answer.EnsureSuccessStatusCode();
            left = await answer.Content.ReadAsStringAsync();
            if (left == "0")
            {
                return;
            }

            await Task.Delay(500);
        }

        throw new TimeoutException($"{flow} has {left} values left to change.\n{node.Output}");
    }

    private async Task Compare(ServerProcess node)
    {
        using var answer = await _http.PostAsync(new Uri(node.Address, "/test/compare"), content: null);
        answer.EnsureSuccessStatusCode();
    }

    private async Task<List<JournalEntry>> Journal(ServerProcess node)
    {
        var entries = new List<JournalEntry>();
        long? after = null;
        do
        {
            var page = await _http.GetFromJsonAsync<JournalPage>(new Uri(node.Address, after is null ? "/test/journal" : string.Create(CultureInfo.InvariantCulture, $"/test/journal?after={after}")));
            entries.AddRange(page!.Entries);
            after = page.Next;
        }
        while (after is not null);
        return entries;
    }

    private async Task<JsonElement> Read(Uri system, string token, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(system, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await _http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue($"{path}: {text}");
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    private async Task StartPostgres()
    {
        try
        {
            _postgres = await PostgresServer.Start();
        }
        catch (ServerMissingException missing) when (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI")))
        {
            Assert.Skip(missing.Message);
        }
    }

    private async Task<ServerProcess> StartPortal()
    {
        var address = ServerProcess.FreeAddress();
        var settings = new Dictionary<string, string>
        {
            ["urls"] = address.ToString(),
            ["contentRoot"] = Path.Combine(ServerProcess.Root, "src", "Portal"),
            ["State:Directory"] = _state.FullName,
            ["Systems:erp:Connector"] = "reference-erp",
            ["Systems:erp:Address"] = _sandbox!.ErpUrl.ToString(),
            ["Systems:erp:Credentials:Token"] = _sandbox.Options.ErpToken,
            ["Systems:crm:Connector"] = "reference-crm",
            ["Systems:crm:Address"] = _sandbox.CrmUrl.ToString(),
            ["Systems:crm:Credentials:Token"] = _sandbox.Options.CrmToken,
            ["Ownership:Entities:SalesProducts:Owner"] = "crm",
            ["Sync:Worker:Lease"] = "00:00:06", // a disk that stops for seconds takes no lease away: what was in hand would be written into no journal
            ["Sync:Worker:PollInterval"] = "00:00:00.2",
            ["Sync:Worker:BackoffBase"] = "00:00:00.2",
            ["Sync:Worker:BackoffCap"] = "00:00:02",
            ["Sync:Worker:MaxAttempts"] = "100",
            ["Sync:Polling:Interval"] = "00:00:01",
            ["Sync:Polling:RepairInterval"] = "00:00:01",
            ["Serilog:MinimumLevel:Default"] = "Error",
        };
        foreach (var flow in Flows)
        {
            settings[$"Sync:Flows:{flow}:Mode"] = "apply";
            settings[$"Sync:Flows:{flow}:BrakeKeys"] = "100000";
            settings[$"Sync:Flows:{flow}:BrakeEmptied"] = "100000";
        }

        if (_postgres is not null)
        {
            settings["State:Kind"] = "postgresql";
            settings["State:ConnectionString"] = _postgres.Connection("postgres");
        }

        var portal = await ServerProcess.StartAsync(
            "PlacingHost", address, "/test/placings/none/none", settings.Select(setting => string.Create(CultureInfo.InvariantCulture, $"--{setting.Key}={setting.Value}")));
        _portals.Add(portal);
        return portal;
    }
}
