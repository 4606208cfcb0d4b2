using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Sync.Receipts;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Tests;

namespace PortalIntegration.UnitTests.Sync.Receipts;

public sealed class WebhookTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ManualTimeProvider _clock = ManualClock.Start();
    private readonly FakeErp _erp;
    private readonly Node _node;
    private readonly HttpClient _http = new();
    private readonly List<string> _told = [];
    private WebApplication? _portal;

    public WebhookTests()
    {
        _erp = new FakeErp(_clock) { Systems = [new FakeSystem("erp", new JsonWebhooks())] };
        _node = new Node(_directory.Path, _clock, _erp, ("State:BusyTimeout", "00:00:00.2"));
        _node.Board.WatchAll(Entity.Orders, _told.Add);
    }

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(_node.Get<WebhookReceiver>());
        _portal = builder.Build();
        _portal.MapWebhooks();
        await _portal.StartAsync();
        _http.BaseAddress = new Uri(_portal.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    [Fact]
    public async Task Delivery_OfAnOrder_TellsOpenPages()
    {
        (await Deliver("d1", "SO-1")).ShouldBe(HttpStatusCode.NoContent);
        await _node.RunDue();

        _told.ShouldBe(["SO-1"]);
        (await _node.Journal.Read(new WorkKey("order-changed", "SO-1"), 10)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Fault11_SameDeliveryThreeTimesAtOnce_OneEffect()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Deliver("d1", "SO-1")));
        await _node.RunDue();

        answers.ShouldAllBe(answer => answer == HttpStatusCode.NoContent);
        (await Deliver("d1", "SO-1")).ShouldBe(HttpStatusCode.NoContent);
        await _node.RunDue();
        _told.ShouldBe(["SO-1"]);
    }

    [Fact]
    public async Task Delivery_HundredEventsOfOneOrder_AreOneRun()
    {
        for (var i = 0; i < 100; i++)
        {
            await Deliver($"d{i}", "SO-1");
        }

        (await _node.RunDue()).ShouldBe(1);
    }

    [Fact]
    public async Task Fault13_SameIdOtherBody_QuarantinedAndAlerted()
    {
        await Deliver("d1", "SO-1");

        (await Deliver("d1", "SO-2")).ShouldBe(HttpStatusCode.Accepted);
        await _node.RunDue();

        _told.ShouldBe(["SO-1"]);
        var kept = (await _node.Get<IReceipts>().Quarantined(10)).ShouldHaveSingleItem();
        kept.DeliveryId.ShouldBe("d1");
        Encoding.UTF8.GetString(kept.Body!).ShouldContain("SO-2");
        _node.Logs.Entries.ShouldContain(entry => entry.Id.Id == 5304);
    }

    [Fact]
    public async Task Fault14_BadSignature_RejectedAndNothingKept()
    {
        (await Deliver("d1", "SO-secret", signature: "wrong")).ShouldBe(HttpStatusCode.Unauthorized);

        (await _node.RunDue()).ShouldBe(0);
        (await _node.Get<IReceipts>().Quarantined(10)).ShouldBeEmpty();
        (await Deliver("d1", "SO-1")).ShouldBe(HttpStatusCode.NoContent, "its id is not burnt");
        string.Join(' ', _node.Logs.Entries).ShouldNotContain("SO-secret");
    }

    [Fact]
    public async Task Fault17_MalformedButSigned_QuarantinedWithoutALoop()
    {
        (await Post("{ not json", "right")).ShouldBe(HttpStatusCode.Accepted);
        (await Post("{ not json", "right")).ShouldBe(HttpStatusCode.Accepted);

        (await _node.Get<IReceipts>().Quarantined(10)).ShouldHaveSingleItem();
        (await _node.RunDue()).ShouldBe(0);
    }

    [Theory]
    [InlineData(256 * 1024, HttpStatusCode.Accepted)]
    [InlineData((256 * 1024) + 1, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData(10 * 1024 * 1024, HttpStatusCode.RequestEntityTooLarge)]
    public async Task Fault18_Body_IsTakenUpToTheCap(int bytes, HttpStatusCode expected)
    {
        (await Post(new string(' ', bytes), "right")).ShouldBe(expected);
        (await Post(new string(' ', bytes), "right", chunked: true)).ShouldBe(expected);
    }

    [Fact]
    public async Task Fault08_StoreLocked_Answers503AndTakesItLater()
    {
        await Deliver("d0", "SO-0");
        await using (var other = new SqliteConnection($"Data Source={Path.Combine(_directory.Path, "portal.db")}"))
        {
            await other.OpenAsync();
            using (other.BeginTransaction(deferred: false))
            {
                (await Deliver("d1", "SO-1")).ShouldBe(HttpStatusCode.ServiceUnavailable);
            }
        }

        (await Deliver("d1", "SO-1")).ShouldBe(HttpStatusCode.NoContent);
        await _node.RunDue();
        _told.ShouldBe(["SO-0", "SO-1"], ignoreOrder: true);
    }

    [Fact]
    public async Task Fault07_KilledBetweenCommitAndAnswer_RedeliveryIsRecognised()
    {
        _node.Steps.CrashAt(WebhookReceiver.Committed);
        (await Deliver("d1", "SO-1")).ShouldBe(HttpStatusCode.ServiceUnavailable);
        await using var next = new Node(_directory.Path, _clock, _erp);
        next.Board.WatchAll(Entity.Orders, _told.Add);

        (await next.Get<IReceipts>().Take(new Receipt("erp", "d1", Hash("d1", "SO-1")), [])).ShouldBe(ReceiptVerdict.Known);
        await next.RunDue();

        _told.ShouldBe(["SO-1"]);
    }

    [Fact]
    public async Task Delivery_ForAnUnknownSystem_IsNotFound()
    {
        using var body = new StringContent("{}");
        using var answer = await _http.PostAsync("/webhooks/nobody", body);

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Delivery_ConnectorThrows_Answers503()
    {
        (await Post("throw", "right")).ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task Delivery_OfAnotherEntity_TellsItsWatchers()
    {
        var stock = new List<string>();
        _node.Board.WatchAll(Entity.Inventory, stock.Add);

        await Post(JsonSerializer.Serialize(new Delivered("d1", Entity.Inventory, "FAS-001")), "right");

        stock.ShouldBe(["FAS-001"]);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _portal!.DisposeAsync();
        await _node.DisposeAsync();
        _directory.Dispose();
    }

    private static string Hash(string id, string order) => Convert.ToHexStringLower(
        System.Security.Cryptography.SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(new Delivered(id, Entity.Orders, order))));

    private Task<HttpStatusCode> Deliver(string id, string order, string signature = "right") =>
        Post(JsonSerializer.Serialize(new Delivered(id, Entity.Orders, order)), signature);

    private async Task<HttpStatusCode> Post(string text, string signature, bool chunked = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhooks/erp")
        {
            Content = chunked ? new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes(text))) : new StringContent(text),
        };
        request.Headers.TransferEncodingChunked = chunked;
        request.Headers.Add("X-Signature", signature);
        using var answer = await _http.SendAsync(request);
        return answer.StatusCode;
    }

    private sealed record Delivered(string Id, Entity Entity, string Key);

    private sealed class JsonWebhooks : IWebhooks
    {
        public WebhookReading Read(WebhookDelivery delivery)
        {
            if (delivery.Headers["x-signature"] != "right")
            {
                return new WebhookReading(WebhookVerdict.Rejected, null, [], "signature");
            }

            var text = Encoding.UTF8.GetString(delivery.Body.Span);
            if (text == "throw")
            {
                throw new InvalidOperationException("A bug of the connector's.");
            }

            try
            {
                var read = JsonSerializer.Deserialize<Delivered>(text)!;
                return new WebhookReading(WebhookVerdict.Accepted, read.Id, [new ChangeNotice(read.Entity, read.Key)], null);
            }
            catch (JsonException)
            {
                return new WebhookReading(WebhookVerdict.Malformed, "bad", [], "no JSON");
            }
        }
    }
}
