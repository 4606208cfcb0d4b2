using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using PortalIntegration.Sandbox.Faults;
using PortalIntegration.Sandbox.Webhooks;
using PortalIntegration.Tests;

namespace PortalIntegration.UnitTests.Sandbox;

public sealed class WebhookTests : IAsyncDisposable
{
    private const string Secret = "whsec_c2FuZGJveC1zZWNyZXQtMzItYnl0ZXMtbG9uZyEhISE=";
    private readonly ManualTimeProvider clock = new(ErpBench.Start);
    private readonly Receiver receiver = new();
    private readonly FaultBook faults = new(1);
    private readonly WebhookDispatcher webhooks;

    public WebhookTests()
    {
        webhooks = new WebhookDispatcher(clock, new WebhookOptions(), faults, receiver);
    }

    public async ValueTask DisposeAsync()
    {
        await webhooks.DisposeAsync();
        receiver.Dispose();
    }

    [Fact]
    public async Task Event_Sent_IsSignedAndNamesNoValues()
    {
        Subscribe();

        webhooks.Publish("order.changed", "order", "SO-1");

        var sent = (await receiver.WaitAsync(1))[0];
        sent.Body.ShouldBe("""{"type":"order.changed","timestamp":"2026-03-04T09:00:00+00:00","data":{"entity":"order","key":"SO-1"}}""");
        sent.Timestamp.ShouldBe(clock.GetUtcNow().ToUnixTimeSeconds());
        sent.Signature.ShouldBe("v1," + Convert.ToBase64String(HMACSHA256.HashData(
            Convert.FromBase64String(Secret["whsec_".Length..]),
            Encoding.UTF8.GetBytes($"{sent.Id}.{sent.Timestamp}.{sent.Body}"))));
    }

    [Fact]
    public async Task Event_NotSubscribed_IsNotSent()
    {
        Subscribe();

        webhooks.Publish("stock.changed", "stock", "X");
        webhooks.Publish("order.changed", "order", "SO-1");

        (await receiver.WaitAsync(1)).Single().Body.ShouldContain("SO-1");
        webhooks.Log.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Delivery_Refused_TriedAgainUnderTheSameIdWithGrowingPauses()
    {
        Subscribe();
        receiver.Answers.Enqueue(HttpStatusCode.ServiceUnavailable);
        receiver.Answers.Enqueue(HttpStatusCode.InternalServerError);

        webhooks.Publish("order.changed", "order", "SO-1");
        await receiver.WaitAsync(1);
        await WaitForPauseAsync();
        webhooks.Subscriptions[0].Status.ShouldBe(SubscriptionStatus.Failing);
        clock.Advance(TimeSpan.FromSeconds(2));
        await receiver.WaitAsync(2);
        await WaitForPauseAsync();
        clock.Advance(TimeSpan.FromSeconds(5));
        receiver.Sent.Count.ShouldBe(2);
        clock.Advance(TimeSpan.FromSeconds(1));

        var sent = await receiver.WaitAsync(3);
        sent.Select(s => s.Id).Distinct(StringComparer.Ordinal).ShouldHaveSingleItem();
        await UntilAsync(() => webhooks.Subscriptions[0].Status == SubscriptionStatus.Active);
        webhooks.Log[0].Done.ShouldBeTrue();
    }

    [Fact]
    public async Task Delivery_Gone_EndsTheSubscription()
    {
        Subscribe();
        receiver.Answers.Enqueue(HttpStatusCode.Gone);

        webhooks.Publish("order.changed", "order", "SO-1");

        await UntilAsync(() => webhooks.Subscriptions[0].Status == SubscriptionStatus.Expired);
        webhooks.Publish("order.changed", "order", "SO-2");
        webhooks.Log.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Secret_Rotated_BothSignUntilTheOldOneIsDropped()
    {
        var subscription = Subscribe();
        webhooks.Rotate(subscription.Id, "whsec_bmV3LXNlY3JldA==", keepOld: true);
        webhooks.Publish("order.changed", "order", "SO-1");
        await receiver.WaitAsync(1);
        webhooks.Rotate(subscription.Id, "whsec_bmV3LXNlY3JldA==", keepOld: false);
        webhooks.Publish("order.changed", "order", "SO-2");

        (await receiver.WaitAsync(2)).Select(s => s.Signature.Split(' ').Length).ShouldBe([2, 1]);
    }

    [Fact]
    public async Task Fault_Twice_SameIdTwice()
    {
        Subscribe();
        faults.Add(new FaultRule { Kind = FaultKind.WebhookTwice, Count = 1 });

        webhooks.Publish("order.changed", "order", "SO-1");

        (await receiver.WaitAsync(2)).Select(s => s.Id).Distinct(StringComparer.Ordinal).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Fault_Reorder_SecondComesFirst()
    {
        Subscribe();
        faults.Add(new FaultRule { Kind = FaultKind.WebhookReorder, Count = 1 });

        webhooks.Publish("order.changed", "order", "SO-1");
        webhooks.Publish("order.changed", "order", "SO-2");

        var sent = await receiver.WaitAsync(2);
        sent[0].Body.ShouldContain("SO-2");
        sent[1].Body.ShouldContain("SO-1");
    }

    [Fact]
    public async Task Fault_Late_ComesAfterThatTime()
    {
        Subscribe();
        faults.Add(new FaultRule { Kind = FaultKind.WebhookLate, Seconds = 30, Count = 1 });

        webhooks.Publish("order.changed", "order", "SO-1");
        await WaitForPauseAsync();
        receiver.Sent.ShouldBeEmpty();
        clock.Advance(TimeSpan.FromSeconds(30));

        await receiver.WaitAsync(1);
    }

    [Fact]
    public async Task Fault_Suppress_NothingIsSent()
    {
        Subscribe();
        faults.Add(new FaultRule { Kind = FaultKind.WebhookSuppress, Operation = "order.changed", Count = 1 });

        webhooks.Publish("order.changed", "order", "SO-1");
        webhooks.Publish("order.changed", "order", "SO-2");

        (await receiver.WaitAsync(1)).Single().Body.ShouldContain("SO-2");
    }

    private Subscription Subscribe() => webhooks.Subscribe(new Uri("http://receiver.example/hook"), ["order.changed"], Secret);

    private Task WaitForPauseAsync() => UntilAsync(() => clock.Waiting > 0);

    private static async Task UntilAsync(Func<bool> done)
    {
        for (var i = 0; i < 12_000 && !done(); i++)
        {
            await Task.Delay(5);
        }

        done().ShouldBeTrue();
    }

    private sealed record Sent(string Id, long Timestamp, string Signature, string Body);

    private sealed class Receiver : HttpMessageHandler
    {
        private readonly ConcurrentQueue<Sent> sent = new();

        public ConcurrentQueue<HttpStatusCode> Answers { get; } = new();

        public List<Sent> Sent => [.. sent];

        public async Task<List<Sent>> WaitAsync(int count)
        {
            await UntilAsync(() => sent.Count >= count);
            return Sent;
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            string Header(string name) => request.Headers.GetValues(name).Single();
            var body = await request.Content!.ReadAsStringAsync(cancellationToken);
            sent.Enqueue(new Sent(Header("webhook-id"), long.Parse(Header("webhook-timestamp"), System.Globalization.CultureInfo.InvariantCulture), Header("webhook-signature"), body));
            return new HttpResponseMessage(Answers.TryDequeue(out var status) ? status : HttpStatusCode.NoContent);
        }
    }
}
