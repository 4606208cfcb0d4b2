using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Reference;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Tests;
using PortalIntegration.Tests.Fuzz;
using PortalIntegration.UnitTests.Connectors.Reference;

namespace PortalIntegration.UnitTests.Fuzz;

/// <summary>
/// Bounded, seeded nonsense in every answer of the reference systems: whatever comes, the port answers an outcome. The same for Tryton and Odoo is in
/// <c>tests/LiveTests</c>, beside their recorded answers.
/// </summary>
[Collection(Alone)]
public sealed class ConnectorFuzzTests(RecordedAnswers answers) : IClassFixture<RecordedAnswers>
{
    /// <summary>Memory is only told apart where nothing else runs.</summary>
    public const string Alone = "fuzz, alone";

    private static readonly DateTimeOffset _now = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    private static readonly byte[] _key = Encoding.ASCII.GetBytes("webhook-fuzz-key-of-32-bytes-!!!");

    [Fact]
    public async Task ReferenceAnswers_Mutated_AreOutcomesOfEveryPort()
    {
        var failed = 0;

        await FuzzLength.Run("answers of the reference ERP and CRM", FuzzLength.Of(2_000, 400_000), async mutator =>
        {
            var method = answers.Methods[mutator.Dice.Next(answers.Methods.Count)];
            failed += await answers.Replay(method, mutator) is null ? 0 : 1;
        });

        failed.ShouldBeGreaterThan(FuzzLength.Of(500, 100_000), "most of it makes no sense");
    }

    [Fact]
    public async Task ReferenceWebhooks_Mutated_AreVerdicts()
    {
        var connection = new ReferenceErp(new PipelineEnvironment(new ManualTimeProvider(_now), NullLoggerFactory.Instance)).Open(new SystemSettings
        {
            Name = "erp",
            Connector = "reference-erp",
            Address = new Uri("http://erp.test/erp/v1"),
            Credentials = new Dictionary<string, string> { ["Token"] = "t" },
            WebhookSecrets = [$"whsec_{Convert.ToBase64String(_key)}"],
        });
        var webhooks = connection.Find<IWebhooks>()!;
        var genuine = """{"type":"order.changed","timestamp":"2026-03-02T08:00:00Z","data":{"entity":"order","key":"SO-1"}}"""u8.ToArray();
        webhooks.Read(Signed("d1", genuine)).Verdict.ShouldBe(WebhookVerdict.Accepted);
        var verdicts = new Dictionary<WebhookVerdict, int>();

        await FuzzLength.Run("webhook readings", FuzzLength.Of(2_000, 1_000_000), mutator =>
        {
            var body = mutator.Json(genuine);
            var delivery = Signed(mutator.Dice.Next(4) == 0 ? mutator.Text(80) : "d1", body);
            if (mutator.Dice.Next(3) == 0)
            {
                var name = mutator.Of<string>(["webhook-id", "webhook-timestamp", "webhook-signature"]);
                delivery = delivery with { Headers = new Dictionary<string, string>(delivery.Headers) { [name] = Spoiled(mutator, delivery.Headers[name]) } };
            }

            var verdict = webhooks.Read(delivery).Verdict;
            verdicts[verdict] = verdicts.GetValueOrDefault(verdict) + 1;
            return Task.CompletedTask;
        });

        verdicts.Keys.Order().ShouldBe([WebhookVerdict.Accepted, WebhookVerdict.Rejected, WebhookVerdict.Malformed], ignoreOrder: true);
    }

    private static string Spoiled(Mutator mutator, string genuine) => mutator.Dice.Next(3) switch
    {
        0 => Encoding.Latin1.GetString(mutator.Bytes(Encoding.ASCII.GetBytes(genuine))),
        1 => string.Concat(Enumerable.Repeat("v1,A ", 5_000)),
        _ => mutator.Of<string>(["", "0", "-1", "9223372036854775807", "1e3", "v1,", "v1", "v1,*", "v2,AAAA", "v1,=", "\ud800"]),
    };

    private static WebhookDelivery Signed(string id, byte[] body)
    {
        var timestamp = _now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = Convert.ToBase64String(HMACSHA256.HashData(_key, (byte[])[.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body]));
        return new WebhookDelivery(
            new Dictionary<string, string> { ["webhook-id"] = id, ["webhook-timestamp"] = timestamp, ["webhook-signature"] = $"v1,{signature}" }, body);
    }
}

[CollectionDefinition(ConnectorFuzzTests.Alone, DisableParallelization = true)]
public sealed class AloneCollection;
