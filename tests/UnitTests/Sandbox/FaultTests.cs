using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using PortalIntegration.Sandbox;
using PortalIntegration.Sandbox.Faults;

namespace PortalIntegration.UnitTests.Sandbox;

/// <summary>Faults over a real connection: what the caller sees, and what the ERP did all the same.</summary>
public sealed class FaultTests : IAsyncLifetime
{
    private SandboxHost sandbox = null!;
    private SandboxControl control = null!;
    private HttpClient client = null!;
    private string sku = "";

    public async ValueTask InitializeAsync()
    {
        sandbox = await SandboxHost.StartAsync(new SandboxOptions
        {
            ErpUrl = new Uri("http://127.0.0.1:0"),
            CrmUrl = null,
            Skus = 60,
            Accounts = 10,
            Contacts = 20,
            Orders = 20,
            CreateOrderTakes = TimeSpan.Zero,
        });
        control = new SandboxControl(sandbox.ErpControlUrl);
        client = new HttpClient { BaseAddress = sandbox.ErpUrl, Timeout = TimeSpan.FromSeconds(20) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", sandbox.Options.ErpToken);
        var products = await client.GetFromJsonAsync<JsonObject>("products?q=bearing");
        sku = products!["items"]!.AsArray().First(p => p!["status"]!.GetValue<string>() == "active")!["sku"]!.GetValue<string>();
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        control.Dispose();
        await sandbox.DisposeAsync();
    }

    [Fact]
    public async Task DropAnswer_OnCreate_CallerLosesTheLineAndTheOrderStands()
    {
        await control.SetFaultAsync(new FaultRule { Kind = FaultKind.DropAnswer, Operation = "createOrder", Count = 1 });

        await Should.ThrowAsync<HttpRequestException>(() => PlaceAsync("d1"));

        (await control.OrdersAsync("d1")).Count.ShouldBe(1);
        (await PlaceAsync("d1")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await control.OrdersAsync("d1")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task LateCommit_OnCreate_OrderStandsOnlyLater()
    {
        await control.SetFaultAsync(new FaultRule { Kind = FaultKind.LateCommit, Operation = "createOrder", Count = 1, Seconds = 5 });

        await Should.ThrowAsync<HttpRequestException>(() => PlaceAsync("d2"));

        (await control.OrdersAsync("d2")).Count.ShouldBe(0);
        await UntilAsync(async () => (await control.OrdersAsync("d2")).Count == 1);
        await UntilAsync(async () => (await control.CallsAsync(operation: "createOrder")).Calls.Count == 1);
        (await control.CallsAsync(operation: "createOrder")).Calls[0].Milliseconds.ShouldBeGreaterThan(4_900);
    }

    [Fact]
    public async Task Hang_CallerLeaves_NothingWasDone()
    {
        await control.SetFaultAsync(new FaultRule { Kind = FaultKind.Hang, Operation = "createOrder", Count = 1 });
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));

        await Should.ThrowAsync<OperationCanceledException>(() => PlaceAsync("d3", patience.Token));

        (await control.OrdersAsync("d3")).Count.ShouldBe(0);
    }

    [Fact]
    public async Task Truncate_Answer_EndsInItsMiddle()
    {
        await control.SetFaultAsync(new FaultRule { Kind = FaultKind.Truncate, Operation = "listProducts" });

        var error = await Should.ThrowAsync<HttpRequestException>(() => client.GetStringAsync("products"));

        error.InnerException.ShouldBeAssignableTo<IOException>();
    }

    [Fact]
    public async Task Malformed_Answer_IsNotJson()
    {
        await control.SetFaultAsync(new FaultRule { Kind = FaultKind.Malformed, Operation = "listUnits" });

        await Should.ThrowAsync<JsonException>(() => client.GetFromJsonAsync<JsonObject>("units"));
    }

    [Fact]
    public async Task Html_Answer_IsTwoHundredWithAPage()
    {
        await control.SetFaultAsync(new FaultRule { Kind = FaultKind.Html });

        var response = await client.GetAsync("units");

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
    }

    [Theory]
    [InlineData("negative", "onHand", "-5")]
    [InlineData("null", "availableToPromise", "")]
    public async Task Nonsense_Field_HasThatValue(string mode, string field, string value)
    {
        await control.SetFaultAsync(new FaultRule { Kind = FaultKind.Nonsense, Operation = "availabilityQuery", Mode = mode, Field = field });

        var response = await client.PostAsJsonAsync("availability/query", new { skus = new[] { sku } });

        var warehouse = (await response.Content.ReadFromJsonAsync<JsonObject>())!["items"]![0]!["warehouses"]![0]!;
        (warehouse[field]?.ToString() ?? "").ShouldBe(value);
    }

    [Fact]
    public async Task RateLimit_WithAndWithoutRetryAfter_AsAsked()
    {
        await control.SetFaultAsync(new FaultRule { Kind = FaultKind.RateLimit, Count = 1, RetryAfterSeconds = 60 });
        await control.SetFaultAsync(new FaultRule { Kind = FaultKind.RateLimit, Count = 1, Status = 403 });

        var first = await client.GetAsync("units");
        var second = await client.GetAsync("units");
        var third = await client.GetAsync("units");

        first.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        first.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(60));
        second.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        second.Headers.RetryAfter.ShouldBeNull();
        third.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Quota_UsedUp_RefusesUntilTheWindowEnds()
    {
        await control.SetQuotaAsync(2, TimeSpan.FromSeconds(10));

        var statuses = new List<int>();
        for (var i = 0; i < 3; i++)
        {
            statuses.Add((int)(await client.GetAsync("units")).StatusCode);
        }

        statuses.ShouldBe([200, 200, 429]);
        await UntilAsync(async () => (await client.GetAsync("units")).IsSuccessStatusCode);
    }

    [Fact]
    public async Task Outage_Refused_ConnectionsFailAndComeBack()
    {
        await control.SetFaultAsync(new FaultRule { Kind = FaultKind.Outage, Mode = "refuse", Seconds = 5 });

        await UntilAsync(async () =>
        {
            try
            {
                using var fresh = new HttpClient();
                using var ping = await fresh.GetAsync(new Uri(sandbox.ErpUrl, "health"));
                return false;
            }
            catch (HttpRequestException e)
            {
                return e.HttpRequestError == HttpRequestError.ConnectionError;
            }
        });
        await UntilAsync(async () =>
        {
            try
            {
                return (await client.GetAsync("health")).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
    }

    [Fact]
    public async Task Outage_Unavailable_Is503AndHitsAreCounted()
    {
        await control.SetFaultAsync(new FaultRule { Kind = FaultKind.Outage, Mode = "unavailable", Operation = "listUnits", Skip = 1, Count = 2 });

        var statuses = new List<int>();
        for (var i = 0; i < 4; i++)
        {
            statuses.Add((int)(await client.GetAsync("units")).StatusCode);
        }

        statuses.ShouldBe([200, 503, 503, 200]);
        (await control.FaultsAsync()).Single().Hits.ShouldBe(2);
    }

    [Fact]
    public async Task Lane_Given_OnlyThatLaneIsHit()
    {
        await control.SetFaultAsync(new FaultRule { Kind = FaultKind.Error, Lane = "batch" });
        using var batch = new HttpRequestMessage(HttpMethod.Get, "units");
        batch.Headers.Add("X-Lane", "batch");

        (await client.SendAsync(batch)).StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        (await client.GetAsync("units")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await control.CallsAsync(operation: "listUnits")).Calls.Select(c => c.Lane).ShouldBe(["batch", null]);
    }

    [Fact]
    public async Task Latency_Set_AnswerTakesAtLeastThatLong()
    {
        await control.SetFaultAsync(new FaultRule { Kind = FaultKind.Latency, Milliseconds = 200 });

        await client.GetAsync("units");

        (await control.CallsAsync(operation: "listUnits")).Calls.Single().Milliseconds.ShouldBeGreaterThan(190);
    }

    [Fact]
    public void Rate_SameSeed_SameCallsAreHit()
    {
        static string Draws(int seed)
        {
            var book = new FaultBook(seed);
            book.Add(new FaultRule { Kind = FaultKind.Error, Rate = 0.3 });
            return string.Concat(Enumerable.Range(0, 200).Select(_ => book.Draw("x", null).Count));
        }

        Draws(1).ShouldBe(Draws(1));
        Draws(1).ShouldNotBe(Draws(2));
        Draws(1).Count(c => c == '1').ShouldBeInRange(35, 85);
    }

    [Fact]
    public async Task Token_Missing_Unauthorized()
    {
        using var stranger = new HttpClient { BaseAddress = sandbox.ErpUrl };

        (await stranger.GetAsync("units")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Token_Revoked_UnauthorizedUntilANewOne()
    {
        using var other = new HttpClient { BaseAddress = sandbox.ErpUrl };
        async Task Authorize()
        {
            using var form = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("client_id", "portal"), new("client_secret", "sandbox-secret")]);
            var token = await (await other.PostAsync("oauth/token", form)).Content.ReadFromJsonAsync<JsonObject>();
            other.DefaultRequestHeaders.Authorization = new("Bearer", token!["access_token"]!.GetValue<string>());
        }

        await Authorize();
        (await other.GetAsync("units")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await control.RevokeTokensAsync();
        (await other.GetAsync("units")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        await Authorize();
        (await other.GetAsync("units")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("Host", "evil.example")]
    [InlineData("Origin", "http://evil.example")]
    public async Task Control_FromElsewhere_Forbidden(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(sandbox.ErpControlUrl, "reset"));
        request.Headers.TryAddWithoutValidation(header, value);

        (await client.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Control_Page_IsServedWithItsParts()
    {
        foreach (var part in (string[])["", "control.js", "control.css"])
        {
            (await client.GetAsync(new Uri(sandbox.ErpControlUrl, part))).StatusCode.ShouldBe(HttpStatusCode.OK, part);
        }
    }

    [Fact]
    public async Task Orders_TwoHundredOverTheNetAtOnce_EachOnce()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => PlaceAsync($"net-{i}")));

        answers.ShouldAllBe(a => a.StatusCode == HttpStatusCode.Created);
        (await control.OrdersAsync()).Count.ShouldBe(220);
    }

    private async Task<HttpResponseMessage> PlaceAsync(string reference, CancellationToken cancel = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "orders")
        {
            Content = JsonContent.Create(new { externalReference = reference, customerNumber = "C-10006", orderedBy = new { name = "Cody" }, lines = new[] { new { lineId = "1", sku, quantity = 1 } } }),
        };
        request.Headers.Add("Idempotency-Key", "key-" + reference);
        return await client.SendAsync(request, cancel);
    }

    private static async Task UntilAsync(Func<Task<bool>> done)
    {
        for (var i = 0; i < 600; i++)
        {
            if (await done())
            {
                return;
            }

            await Task.Delay(100);
        }

        Assert.Fail("It did not come about within a minute.");
    }
}
