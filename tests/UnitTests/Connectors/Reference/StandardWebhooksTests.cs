using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Reference;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Tests;

namespace PortalIntegration.UnitTests.Connectors.Reference;

public sealed class StandardWebhooksTests
{
    private const string Old = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string New = "whsec_c2FuZGJveC1zZWNyZXQtMzItYnl0ZXMtbG9uZyEhISE=";
    private const string Body = """{"type":"order.changed","timestamp":"2026-03-02T08:00:00Z","data":{"entity":"order","key":"SO-1"}}""";

    private static readonly DateTimeOffset _now = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    private static IWebhooks Receiver(params string[] secrets) => Receiver(new ManualTimeProvider(_now), crm: false, secrets);

    private static IWebhooks Receiver(TimeProvider time, bool crm, params string[] secrets)
    {
        var environment = new PipelineEnvironment(time, NullLoggerFactory.Instance);
        IConnector connector = crm ? new ReferenceCrm(environment) : new ReferenceErp(environment);
        return connector.Open(new SystemSettings
        {
            Name = "erp",
            Connector = connector.Name,
            Address = new Uri("http://erp.test"),
            Credentials = new Dictionary<string, string> { ["Token"] = "t" },
            WebhookSecrets = secrets,
        }).Find<IWebhooks>()!;
    }

    private static string Sign(string secret, string id, long timestamp, string body) =>
        "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}")));

    private static WebhookDelivery Delivery(string body = Body, TimeSpan skew = default, string? signature = null, string secret = New, string id = "msg_1")
    {
        var timestamp = (_now + skew).ToUnixTimeSeconds();
        return new WebhookDelivery(
            new Dictionary<string, string>
            {
                ["Webhook-Id"] = id,
                ["Webhook-Timestamp"] = timestamp.ToString(System.Globalization.CultureInfo.InvariantCulture),
                ["Webhook-Signature"] = signature ?? Sign(secret, id, timestamp, body),
            },
            Encoding.UTF8.GetBytes(body));
    }

    [Fact]
    public void Vector_OfTheSpecification_IsGenuine() => StandardWebhooks.Complaint(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "1614265330",
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        "{\"test\": 2432232314}"u8,
        [StandardWebhooks.Key(Old)!],
        DateTimeOffset.FromUnixTimeSeconds(1614265330)).ShouldBeNull();

    [Fact]
    public void Delivery_Genuine_SaysWhatToLookAt()
    {
        var reading = Receiver(New).Read(Delivery());

        reading.Verdict.ShouldBe(WebhookVerdict.Accepted);
        reading.DeliveryId.ShouldBe("msg_1");
        reading.Notices.ShouldBe([new ChangeNotice(Entity.Orders, "SO-1")]);
        reading.Reason.ShouldBeNull();
    }

    [Theory]
    [InlineData("v1,AAAA")]
    [InlineData("v1,")]
    [InlineData("")]
    [InlineData("not a signature")]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    public void Fault14_BadSignature_IsRejectedAndNothingKept(string signature)
    {
        var reading = Receiver(New).Read(Delivery(signature: signature));

        reading.Verdict.ShouldBe(WebhookVerdict.Rejected);
        reading.DeliveryId.ShouldBeNull();
        reading.Notices.ShouldBeEmpty();
    }

    [Fact]
    public void Fault14_BodyOrIdChangedAfterSigning_IsRejected()
    {
        var signature = Sign(New, "msg_1", _now.ToUnixTimeSeconds(), Body);

        Receiver(New).Read(Delivery(signature: signature)).Verdict.ShouldBe(WebhookVerdict.Accepted);
        Receiver(New).Read(Delivery(Body.Replace("SO-1", "SO-2"), signature: signature)).Verdict.ShouldBe(WebhookVerdict.Rejected);
        Receiver(New).Read(Delivery(signature: signature, id: "msg_2")).Verdict.ShouldBe(WebhookVerdict.Rejected);
        Receiver(New).Read(Delivery(skew: TimeSpan.FromSeconds(1), signature: signature)).Verdict.ShouldBe(WebhookVerdict.Rejected);
        Receiver(Old).Read(Delivery(signature: signature)).Verdict.ShouldBe(WebhookVerdict.Rejected);
        Receiver().Read(Delivery(signature: signature)).Verdict.ShouldBe(WebhookVerdict.Rejected, "no secret, no trust");
    }

    [Theory]
    [InlineData(-299, WebhookVerdict.Accepted)]
    [InlineData(299, WebhookVerdict.Accepted)]
    [InlineData(-301, WebhookVerdict.Rejected)]
    [InlineData(301, WebhookVerdict.Rejected)]
    public void Fault15_ClockSkew_IsBoundedBothWays(int seconds, WebhookVerdict verdict) =>
        Receiver(New).Read(Delivery(skew: TimeSpan.FromSeconds(seconds))).Verdict.ShouldBe(verdict);

    [Theory]
    [InlineData("soon")]
    [InlineData("-5")]
    [InlineData("99999999999999999999")]
    [InlineData("9223372036854775807")]
    [InlineData("")]
    public void Fault15_TimeThatIsNone_IsRejected(string timestamp)
    {
        var delivery = Delivery();
        var headers = delivery.Headers.ToDictionary();
        headers["Webhook-Timestamp"] = timestamp;

        Receiver(New).Read(delivery with { Headers = headers }).Verdict.ShouldBe(WebhookVerdict.Rejected);
    }

    [Fact]
    public void Fault16_SecretBeingRotated_OldAndNewAreTaken()
    {
        var both = Receiver(New, Old);

        both.Read(Delivery(secret: New)).Verdict.ShouldBe(WebhookVerdict.Accepted);
        both.Read(Delivery(secret: Old)).Verdict.ShouldBe(WebhookVerdict.Accepted);
        Receiver(New).Read(Delivery(secret: Old)).Verdict.ShouldBe(WebhookVerdict.Rejected);

        // And the sender may sign with both meanwhile.
        var timestamp = _now.ToUnixTimeSeconds();
        Receiver(New).Read(Delivery(signature: $"{Sign(Old, "msg_1", timestamp, Body)} v1a,ed25519 {Sign(New, "msg_1", timestamp, Body)}")).Verdict.ShouldBe(WebhookVerdict.Accepted);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{\"type\":\"order.changed\"}")]
    [InlineData("{\"data\":{\"entity\":\"order\",\"key\":\"\"}}")]
    [InlineData("{\"data\":{\"entity\":\"order\",\"key\":null}}")]
    [InlineData("{\"data\":{\"entity\":\"spaceship\",\"key\":\"1\"}}")]
    public void Fault17_MalformedBodyWellSigned_IsForQuarantine(string body)
    {
        var reading = Receiver(New).Read(Delivery(body));

        reading.Verdict.ShouldBe(WebhookVerdict.Malformed);
        reading.DeliveryId.ShouldBe("msg_1");
        reading.Notices.ShouldBeEmpty();
    }

    [Fact]
    public void Events_OfEachContract_AreKnown()
    {
        foreach (var (entity, crm) in ReferenceEvents.Erp.Entities.Keys.Select(entity => (entity, false)).Concat(ReferenceEvents.Crm.Entities.Keys.Select(entity => (entity, true))))
        {
            var reading = Receiver(new ManualTimeProvider(_now), crm, New).Read(Delivery($$$"""{"data":{"entity":"{{{entity}}}","key":"k"}}"""));
            reading.Notices.ShouldHaveSingleItem().Key.ShouldBe("k");
        }
    }

    [Theory]
    [InlineData("whsec_c2FuZGJveC1zZWNyZXQtMzItYnl0ZXMtbG9uZyEhISE=", true)]
    [InlineData("whsec_c2hvcnQ=", false)]
    [InlineData("c2FuZGJveC1zZWNyZXQtMzItYnl0ZXMtbG9uZyEhISE=", false)]
    [InlineData("whsec_***", false)]
    [InlineData("", false)]
    public void Key_OfASecret_IsAtLeast24Bytes(string secret, bool good) => (StandardWebhooks.Key(secret) is not null).ShouldBe(good);
}
