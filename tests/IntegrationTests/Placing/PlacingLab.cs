using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Sync.Placing;
using PortalIntegration.Tests.Servers;
using PortalIntegration.Tests;

namespace PortalIntegration.IntegrationTests.Placing;

/// <summary>
/// A sandbox ERP and, one after the other or side by side, portals on one state directory: every one a process of its own, so that it can be killed and
/// put to sleep. Orders are handed in through the door of <c>tests/PlacingHost</c>, as a browser would keep on doing.
/// </summary>
public sealed class PlacingLab : IAsyncLifetime
{
    private const string Token = "lab-token";

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private ServerProcess? _erp;
    private int _scenes;
    private IReadOnlyList<string> _customers = [];
    private IReadOnlyList<(string Sku, decimal Quantity, string Unit)> _products = [];

    public async ValueTask InitializeAsync()
    {
        var address = ServerProcess.FreeAddress();
        _erp = await ServerProcess.StartAsync("Sandbox", address, "/control/about",
        [
            "--erp-url", address.ToString(), "--crm-url", "none", "--erp-token", Token,
            "--skus", "60", "--accounts", "30", "--contacts", "40", "--orders", "50", "--seed", "7", "--dispatch-hour", DispatchHour.Argument,
        ]);
        _customers = await ReadCustomers();
        _products = await ReadProducts();
    }

    /// <summary>Begins a test: no faults, a state directory of its own, and submissions that no other test has.</summary>
    public async Task<PlacingScene> Begin()
    {
        await ClearFaults();
        await Protect(true);
        return new PlacingScene(this, seed: ++_scenes);
    }

    internal HttpClient Http => _http;

    internal Uri ErpAddress => _erp!.Address;

    internal string ErpToken => Token;

    internal IReadOnlyList<string> Customers => _customers;

    internal async Task Fault(object rule)
    {
        using var answer = await _http.PostAsJsonAsync(Control("faults"), rule);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Whether the ERP itself knows idempotency keys and refuses a second order under one reference.</summary>
    internal async Task Protect(bool on)
    {
        using var answer = await _http.PutAsJsonAsync(Control("erp/behaviour"), new { honourIdempotencyKeys = on, uniqueExternalReferences = on });
        answer.EnsureSuccessStatusCode();
    }

    internal async Task ClearFaults()
    {
        using var answer = await _http.DeleteAsync(Control("faults"));
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>How many orders stand in the ERP under the submission's reference, and their numbers.</summary>
    internal async Task<IReadOnlyList<string>> Standing(SubmissionId id)
    {
        using var found = await Json(Control($"erp/orders?externalReference={id.ExternalReference}"));
        return [.. found.RootElement.GetProperty("items").EnumerateArray().Select(order => order.GetProperty("number").GetString()!)];
    }

    /// <summary>Numbers of the quotations that are kept under the submission's reference.</summary>
    internal async Task<IReadOnlyList<string>> Kept(Submission submission)
    {
        using var found = await Json(new Uri(_erp!.Address, $"/erp/v1/quotations?customerNumber={submission.Request.Customer}&externalReference={submission.Id.ExternalReference}"));
        return [.. found.RootElement.GetProperty("items").EnumerateArray().Select(quotation => quotation.GetProperty("number").GetString()!)];
    }

    /// <summary>Waits until the one fault that is set has hit so many calls: they are with the ERP now.</summary>
    /// <param name="operation">Where several are set: that of the one.</param>
    internal async Task WaitUntilHit(int times, int seconds = 30, string? operation = null)
    {
        var hits = 0;
        for (var i = 0; i < seconds * 50; i++)
        {
            using var faults = await Json(Control("faults"));
            hits = faults.RootElement.GetProperty("items").EnumerateArray().Single(fault => operation is null || fault.GetProperty("operation").GetString() == operation).GetProperty("hits").GetInt32();
            if (hits >= times)
            {
                return;
            }

            await Task.Delay(20);
        }

        throw new TimeoutException($"The fault has hit {hits} times and not {times}.");
    }

    /// <summary>Calls of an operation that were answered since, with when they came and how they ended. Those that are still with the ERP are not among them.</summary>
    /// <param name="lane">Only of this lane; null for all.</param>
    internal async Task<IReadOnlyList<(DateTimeOffset At, int Status)>> Calls(string operation, long after, string? lane = null)
    {
        using var calls = await Json(Control($"calls?operation={operation}&after={after}&limit=5000"));
        return
        [
            .. calls.RootElement.GetProperty("items").EnumerateArray()
                .Where(call => lane is null || call.GetProperty("lane").GetString() == lane)
                .Select(call => (call.GetProperty("at").GetDateTimeOffset(), call.GetProperty("status").GetInt32())),
        ];
    }

    /// <summary>Moves the order on in the ERP: <c>ship</c>, <c>hold</c>, <c>release</c>, <c>cancel</c>.</summary>
    internal async Task Move(string number, string step)
    {
        using var answer = await _http.PostAsync(Control($"erp/orders/{number}/{step}"), content: null);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Has the ERP send a delivery that somebody else wrote.</summary>
    internal async Task SendByHand(object delivery)
    {
        using var answer = await _http.PostAsJsonAsync(Control("webhooks/send"), delivery);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Waits until the ERP has a subscription of this portal's, or of one of these on one store.</summary>
    internal async Task WaitUntilSubscribed(params Uri[] portals)
    {
        for (var i = 0; i < 600; i++)
        {
            using var webhooks = await Json(Control("webhooks"));
            var subscriptions = webhooks.RootElement.GetProperty("subscriptions").ToString();
            if (portals.Any(portal => subscriptions.Contains(portal.Authority, StringComparison.Ordinal)))
            {
                return;
            }

            await Task.Delay(100);
        }

        throw new TimeoutException($"{string.Join(" nor ", portals.AsEnumerable())} has subscribed.");
    }

    /// <summary>How the receivers answered the ERP's deliveries.</summary>
    internal async Task<string> Deliveries()
    {
        using var webhooks = await Json(Control("webhooks"));
        return webhooks.RootElement.GetProperty("deliveries").ToString();
    }

    internal async Task<long> LastCall()
    {
        using var calls = await Json(Control("calls?limit=1"));
        return calls.RootElement.GetProperty("last").GetInt64();
    }

    internal Submission Order(Random random, PricePolicy policy = PricePolicy.PriceOfTheDay)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        var id = new SubmissionId(new Guid(bytes));
        return new Submission
        {
            Id = id,
            Request = new QuoteRequest
            {
                Submission = id,
                Customer = new CustomerNumber(_customers[random.Next(_customers.Count)]),
                PoNumber = $"PO-{random.Next(100_000)}",
                Lines =
                [
                    .. Enumerable.Range(0, random.Next(1, 4)).Select(line =>
                    {
                        var (sku, quantity, unit) = _products[random.Next(_products.Count)];
                        return new OrderLineRequest($"l{line}", new Sku(sku), quantity, unit);
                    }),
                ],
            },
            OrderedBy = new OrderedBy(new PersonId("con-test"), "Tess Tester"),
            Policy = policy,
        };
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_erp is not null)
        {
            await _erp.DisposeAsync();
        }
    }

    private Uri Control(string path) => new(_erp!.Address, $"/control/{path}");

    private async Task<JsonDocument> Json(Uri address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        using var answer = await _http.SendAsync(request);
        answer.IsSuccessStatusCode.ShouldBeTrue($"{address}: {await answer.Content.ReadAsStringAsync()}");
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Every customer, freed of holds and limits, so that only what a test arranges is refused.</summary>
    private async Task<IReadOnlyList<string>> ReadCustomers()
    {
        using var read = await Json(new Uri(_erp!.Address, "/erp/v1/customers?limit=20"));
        var customers = read.RootElement.GetProperty("items").EnumerateArray().Select(customer => customer.GetProperty("number").GetString()!).ToList();
        foreach (var customer in customers)
        {
            using var freed = await _http.PutAsJsonAsync(Control($"erp/customers/{customer}"), new { status = "active", unlimited = true });
            freed.EnsureSuccessStatusCode();
        }

        return customers;
    }

    private async Task<IReadOnlyList<(string Sku, decimal Quantity, string Unit)>> ReadProducts()
    {
        using var read = await Json(new Uri(_erp!.Address, "/erp/v1/products?limit=50"));
        return
        [
            .. read.RootElement.GetProperty("items").EnumerateArray()
                .Where(product => product.GetProperty("status").GetString() == "active")
                .Select(product => (Sku: product.GetProperty("sku").GetString()!, Unit: product.GetProperty("units")[0]))
                .Select(product => (product.Sku, product.Unit.GetProperty("minQuantity").GetDecimal(), product.Unit.GetProperty("unit").GetString()!)),
        ];
    }
}

/// <summary>One test's portals and their state.</summary>
public sealed class PlacingScene : IAsyncDisposable
{
    private readonly PlacingLab _lab;
    private readonly List<ServerProcess> _portals = [];

    internal PlacingScene(PlacingLab lab, int seed)
    {
        _lab = lab;
        Random = new Random(seed);
    }

    public Random Random { get; }

    /// <summary>What the portals of this scene are told beside the usual.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    public string StateDirectory { get; } = Directory.CreateTempSubdirectory("portal-lab-").FullName;

    public Task PutToSleep(ServerProcess portal) => portal.PutToSleep(StateDirectory);

    /// <summary>
    /// For a test that counts calls: the usual limits are short, so that what hangs on purpose is over soon, and on a busy machine an answer that takes longer is
    /// asked for again. Who is killed in the middle of a create is waited for as long.
    /// </summary>
    public void BePatient()
    {
        Settings["Systems:erp:AttemptTimeout"] = "00:00:04";
        Settings["Systems:erp:TotalTimeout"] = "00:00:05";
        Settings["Sync:Placing:CreateTimeout"] = "00:00:06";
    }

    public Submission Order(PricePolicy policy = PricePolicy.PriceOfTheDay) => _lab.Order(Random, policy);

    /// <param name="crashAt">The step at which the process kills itself.</param>
    public async Task<ServerProcess> StartPortal(string? crashAt = null)
    {
        var address = ServerProcess.FreeAddress();
        var portal = await ServerProcess.StartAsync("PlacingHost", address, "/test/placings/none/none", Arguments(address), new Dictionary<string, string?>
        {
            ["PORTALINTEGRATION_CRASH_AT"] = crashAt,
        });
        _portals.Add(portal);
        return portal;
    }

    /// <summary>What a browser does: offers the submission until it hears that it is durable.</summary>
    public async Task<SubmitVerdict> Submit(ServerProcess portal, Submission submission)
    {
        using var answer = await _lab.Http.PostAsJsonAsync(new Uri(portal.Address, "/test/submit"), submission);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<SubmitResult>())!.Verdict;
    }

    /// <summary>The browser leaves before it has an answer.</summary>
    public async Task SubmitAndLeave(ServerProcess portal, Submission submission, TimeSpan after)
    {
        using var leave = new CancellationTokenSource(after);
        try
        {
            using var answer = await _lab.Http.PostAsJsonAsync(new Uri(portal.Address, "/test/submit"), submission, leave.Token);
        }
        catch (OperationCanceledException)
        {
        }
    }

    public async Task Accept(ServerProcess portal, Submission submission, int offer)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"/test/placings/{submission.Request.Customer}/{submission.Id}/accept/{offer}");
        using var answer = await _lab.Http.PostAsync(new Uri(portal.Address, path), content: null);
        answer.EnsureSuccessStatusCode();
    }

    public async Task<PortalIntegration.Sync.Placing.Placing?> Find(ServerProcess portal, Submission submission)
    {
        using var answer = await _lab.Http.GetAsync(new Uri(portal.Address, $"/test/placings/{submission.Request.Customer}/{submission.Id}"));
        return answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<PortalIntegration.Sync.Placing.Placing>() : null;
    }

    public async Task<PortalIntegration.Sync.Placing.Placing> WaitFor(ServerProcess portal, Submission submission, PlacingState state, int seconds = 60)
    {
        PortalIntegration.Sync.Placing.Placing? last = null;
        for (var i = 0; i < seconds * 20; i++)
        {
            last = await Find(portal, submission);
            if (last?.State == state)
            {
                return last;
            }

            await Task.Delay(50);
        }

        throw new TimeoutException($"{submission.Id} is {last?.State.ToString() ?? "not there"} ({last?.Failure}) and not {state} after {seconds} s.\n{portal.Output}");
    }

    /// <summary>Waits until an open page of this portal would have been told of the order, after it was told <paramref name="before"/> times.</summary>
    public async Task WaitUntilTold(ServerProcess portal, string number, int before, int seconds)
    {
        for (var i = 0; i < seconds * 20; i++)
        {
            if (await Told(portal, number) > before)
            {
                return;
            }

            await Task.Delay(50);
        }

        throw new TimeoutException($"Nobody was told of {number} within {seconds} s. {await _lab.Deliveries()}\n{portal.Output}");
    }

    /// <summary>Waits until the process has printed this.</summary>
    public async Task WaitForOutput(ServerProcess portal, string text, int seconds)
    {
        for (var i = 0; i < seconds * 20 && !portal.Output.Contains(text, StringComparison.Ordinal); i++)
        {
            await Task.Delay(50);
        }

        portal.Output.ShouldContain(text);
    }

    /// <summary>How often it was told of the order when nothing more has come of it for a while: of its own placing, that is.</summary>
    public async Task<int> ToldInPeace(ServerProcess portal, string number)
    {
        var (told, since) = (await Told(portal, number), Stopwatch.StartNew());
        for (var looks = 0; since.Elapsed < TimeSpan.FromSeconds(3) && looks < 600; looks++)
        {
            await Task.Delay(100);
            if (await Told(portal, number) is var now && now != told)
            {
                told = now;
                since.Restart();
            }
        }

        return told;
    }

    public async Task<int> Told(ServerProcess portal, string number) =>
        (await _lab.Http.GetFromJsonAsync<List<string>>(new Uri(portal.Address, "/test/told")))!.Count(told => told == number);

    /// <summary>Confirmed, under the number of the one order that stands in the ERP.</summary>
    public async Task ShouldBeConfirmedOnce(ServerProcess portal, Submission submission)
    {
        var placing = await WaitFor(portal, submission, PlacingState.Confirmed);
        (await _lab.Standing(submission.Id)).ShouldHaveSingleItem().ShouldBe(placing.Number!.Value.Value);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var portal in _portals)
        {
            await portal.DisposeAsync();
        }

        TestDirectory.Delete(StateDirectory);
        await _lab.ClearFaults();
    }

    private List<string> Arguments(Uri address)
    {
        var settings = new Dictionary<string, string>
        {
            ["urls"] = address.ToString(),
            ["Sync:Webhooks:PublicAddress"] = address.ToString(),
            ["Systems:erp:WebhookSecrets:0"] = "whsec_bGFiLXBvcnRhbC1zaGFyZWQtc2VjcmV0LTAwMDE=",
            ["contentRoot"] = Path.Combine(ServerProcess.Root, "src", "Portal"),
            ["State:Directory"] = StateDirectory,
            ["Systems:erp:Connector"] = "reference-erp",
            ["Systems:erp:Address"] = new Uri(_lab.ErpAddress, "/erp/v1").ToString(),
            ["Systems:erp:Credentials:Token"] = _lab.ErpToken,
            ["Systems:erp:AttemptTimeout"] = "00:00:01",
            ["Systems:erp:TotalTimeout"] = "00:00:02",
            ["Systems:erp:ReadRetries"] = "0",
            ["Systems:crm:Connector"] = "reference-crm",
            ["Systems:crm:Address"] = "http://127.0.0.1:9", // nobody listens, and nobody has to
            ["Systems:crm:Credentials:Token"] = "none",
            ["Sync:Worker:Lease"] = "00:00:02",
            ["Sync:Worker:PollInterval"] = "00:00:00.2",
            ["Sync:Worker:MaxAttempts"] = "50", // more than any weather that is made here
            ["Sync:Placing:MaxCreates"] = "50", // likewise: giving up is another test's
            ["Sync:Worker:BackoffBase"] = "00:00:00.2",
            ["Sync:Worker:BackoffCap"] = "00:00:02",
            ["Sync:Placing:CreateTimeout"] = "00:00:02",
            ["Sync:Placing:LeaseMargin"] = "00:00:00.5",
            ["Sync:Placing:PacePerSecond"] = "100",
        };
        foreach (var (key, value) in Settings)
        {
            settings[key] = value;
        }

        return [.. settings.Select(setting => string.Create(CultureInfo.InvariantCulture, $"--{setting.Key}={setting.Value}"))];
    }
}
