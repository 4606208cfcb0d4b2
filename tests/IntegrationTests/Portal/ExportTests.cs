using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PortalIntegration.Tests.Servers;
using PortalIntegration.Tests;

namespace PortalIntegration.IntegrationTests.Portal;

/// <summary>What leaves a portal that runs as it does for real, set up as docs/operations.md says: spans and metrics to a collector, alerts to a mail server.</summary>
[Collection(PortalCollection.Name)]
public sealed class ExportTests(PortalFixture portal) : IDisposable
{
    private const string Password = "correct horse battery staple";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("portal-export-");

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task CollectorConfigured_GetsSpansAndMetrics(string protocol)
    {
        await using var collector = await OtlpReceiver.StartAsync(grpc: protocol == "grpc");
        var environment = new Dictionary<string, string?>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address,
            ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
        };
        if (protocol != "grpc") // which is what OpenTelemetry speaks unless told otherwise
        {
            environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol;
        }

        await using var process = await Start(environment);

        string[] metrics = ["portal.upstream.duration", "portal.upstream.attempts", "portal.sync.run.duration", "http.server.request.duration"];
        await Until(() => collector.Spans.Any(span => span.Name == "erp listOrders") && collector.Spans.Any(span => span.Name == "poll run") && !metrics.Except(collector.Metrics.Keys).Any(), process);

        var call = collector.Spans.First(span => span.Name == "erp listOrders");
        (call.Service, call.Source).ShouldBe(("portal", "PortalIntegration.Connectors"));
        (call.Attributes["portal.system"], call.Attributes["portal.operation"], call.Attributes["portal.outcome"]).ShouldBe(("erp", "listOrders", "ok"));
        await Until(() => collector.Spans.Any(span => span.Name == "poll run" && span.Trace == call.Trace && span.Source == "PortalIntegration.Sync"), process);
        collector.Metrics["portal.upstream.duration"].ShouldBe("portal");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task MailServer_WithStartTlsAndLogin_IsUsedOnlyWhenTheMachineTrustsItsCertificate(bool trusted)
    {
        using var certificate = SelfSigned();
        await using var mail = new MailSink(certificate, ("portal", Password));
        var environment = new Dictionary<string, string?>();
        if (trusted)
        {
            // As an operator adds a company's own authority to what the machine trusts.
            var file = Path.Combine(_folder.FullName, "authority.pem");
            await File.WriteAllTextAsync(file, certificate.ExportCertificatePem(), TestContext.Current.CancellationToken);
            environment["SSL_CERT_FILE"] = file;
        }

        await using var process = await Start(
            environment,
            "--Systems:erp:WebhookSecrets:0=whsec_ZXhwb3J0LXRlc3RzLTMyLWJ5dGVzLWxvbmctMDAwMDE=",
            "--Sync:Alerts:Interval=00:00:01", "--Sync:Alerts:RejectedDeliveries=1", "--Sync:Alerts:MailTo:0=ops@example.com", "--Sync:Worker:BackoffBase=00:00:00.2",
            "--Sync:Mail:Host=localhost", $"--Sync:Mail:Port={mail.Port.ToString(CultureInfo.InvariantCulture)}", "--Sync:Mail:User=portal", $"--Sync:Mail:Password={Password}", "--Sync:Mail:From=portal@example.com");
        using (var http = new HttpClient())
        using (var forged = new StringContent("{}"))
        {
            (await http.PostAsync(new Uri(process.Address, "webhooks/erp"), forged, TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        }

        if (trusted)
        {
            await Until(() => !mail.Letters.IsEmpty, process);
            mail.Letters.First().ShouldContain("To: ops@example.com");
            mail.Letters.First().ShouldContain("claim to come from erp");
            mail.Heard.ShouldContain(said => said.Encrypted && said.Line.StartsWith("AUTH", StringComparison.OrdinalIgnoreCase));
        }
        else
        {
            await Until(() => mail.Heard.Count(said => said.Line == "STARTTLS") >= 2, process); // it is tried again
            mail.Letters.ShouldBeEmpty();
            mail.Heard.ShouldNotContain(said => said.Encrypted);
        }

        // Nothing but the request to encrypt was said in the open.
        mail.Heard.Where(said => !said.Encrypted).ShouldAllBe(said => said.Line.StartsWith("EHLO", StringComparison.Ordinal) || said.Line == "STARTTLS" || said.Line == "QUIT");
        process.Output.ShouldNotContain(Password);
    }

    public void Dispose() => TestDirectory.Delete(_folder.FullName);

    private static X509Certificate2 SelfSigned()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
    }

    private static async Task Until(Func<bool> holds, ServerProcess process)
    {
        for (var i = 0; !holds(); i++)
        {
            i.ShouldBeLessThan(600, process.Output);
            await Task.Delay(100);
        }
    }

    private async Task<ServerProcess> Start(Dictionary<string, string?> environment, params string[] more)
    {
        var address = ServerProcess.FreeAddress();
        return await ServerProcess.StartAsync(
            "Portal", address, "/health/ready",
            [
                $"--urls={address}", "--SignIn:Kind=PersonPicker", $"--State:Directory={Path.Combine(_folder.FullName, Path.GetRandomFileName())}", "--Sync:Polling:RepairInterval=00:00:01",
                "--Systems:erp:Connector=reference-erp", $"--Systems:erp:Address={portal.Sandbox.ErpUrl}", $"--Systems:erp:Credentials:Token={portal.Sandbox.Options.ErpToken}",
                "--Systems:crm:Connector=reference-crm", $"--Systems:crm:Address={portal.Sandbox.CrmUrl}", $"--Systems:crm:Credentials:Token={portal.Sandbox.Options.CrmToken}",
                .. more,
            ],
            environment);
    }
}
