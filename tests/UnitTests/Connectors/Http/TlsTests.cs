using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.UnitTests.Sync;

namespace PortalIntegration.UnitTests.Connectors.Http;

/// <summary>Real servers with certificates that are right, and with every one that is not.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly TemporaryDirectory _files = new();

    [Fact]
    public async Task OwnAuthority_IsTrusted()
    {
        using var certificate = _authority.Server();
        await using var server = await LocalServer.Start(Ok, certificate);
        using var system = new LocalSystem(server.Address, Tls());

        (await system.Create()).Value.ShouldBe("ok");
    }

    [Theory]
    [InlineData("unknown authority", "comes from an authority that is not trusted here")]
    [InlineData("machine's authorities", "comes from an authority that is not trusted here")]
    [InlineData("expired", "not valid now")]
    [InlineData("other host", "is for another host")]
    public async Task Certificate_ThatDoesNotHold_NothingIsSentAndItSaysWhy(string what, string said)
    {
        using var other = new TestAuthority();
        using var certificate = what switch
        {
            "unknown authority" => other.Server(),
            "expired" => _authority.Server(ends: TestAuthority.Now.AddDays(-1)),
            "other host" => _authority.Server("erp.example"),
            _ => _authority.Server(),
        };
        var asked = 0;
        await using var server = await LocalServer.Start(
            context =>
            {
                asked++;
                return Ok(context);
            },
            certificate);
        using var system = new LocalSystem(server.Address, what == "machine's authorities" ? new TlsSettings() : Tls());

        var failure = (await system.Create()).Failure.ShouldNotBeNull();

        failure.Cause.ShouldBe(Cause.Unreachable);
        failure.Detail!.ShouldContain(said);
        failure.MayHaveTakenEffect.ShouldBeFalse();
        asked.ShouldBe(0);
    }

    [Theory]
    [InlineData("pem")]
    [InlineData("key apart")]
    [InlineData("key with password")]
    [InlineData("pfx")]
    public async Task ClientCertificate_OfEveryKindOfFile_IsShown(string kind)
    {
        using var certificate = _authority.Server();
        using var mine = _authority.Client();
        await using var server = await LocalServer.Start(Ok, certificate, _authority.Issued);
        var tls = Mine(kind, mine);
        TlsFiles.Mistakes("Systems:erp:Tls", tls).ShouldBeEmpty();
        using var system = new LocalSystem(server.Address, tls);

        (await system.Create()).Value.ShouldBe("ok");

        system.Status.ClientCertificateEnds.ShouldBe(new DateTimeOffset(mine.NotAfter.ToUniversalTime()));
    }

    /// <summary>
    /// This server looks at the certificate after its handshake: its refusal finds a request on its way, or a line that is cut. Which of them is seen is chance; a line that was cut is then never
    /// taken for nothing sent. <see cref="Handshake_RefusedByTheSystem_IsKnownToHaveSentNothing"/> has the refusal within the handshake.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ClientCertificate_MissingOrOfAnother_TheSystemIsNotReached(bool another)
    {
        using var certificate = _authority.Server();
        using var strangers = new TestAuthority();
        using var mine = strangers.Client();
        var asked = 0;
        await using var server = await LocalServer.Start(
            context =>
            {
                asked++;
                return Ok(context);
            },
            certificate,
            _authority.Issued);
        using var system = new LocalSystem(server.Address, another ? Mine("pem", mine) : Tls());

        var failure = (await system.Create()).Failure.ShouldNotBeNull();

        asked.ShouldBe(0);
        failure.Detail.ShouldNotBeNull();
        failure.Cause.ShouldBeOneOf(Cause.Unreachable, Cause.Interrupted);
        failure.MayHaveTakenEffect.ShouldBe(failure.Cause is Cause.Interrupted);
        failure.Detail.ShouldContain("client certificate");
        failure.Detail.ShouldContain("Tls:ClientCertificate");
    }

    [Fact]
    public async Task LineCut_BySystemsThatAskForNoCertificateOrHaveTakenOurs_IsNotLaidToIt()
    {
        using var certificate = _authority.Server();
        using var mine = _authority.Client();
        var asked = 0;
        RequestDelegate answer = context =>
        {
            if (++asked > 1)
            {
                context.Abort();
            }

            return asked > 1 ? Task.CompletedTask : Ok(context);
        };
        await using (var server = await LocalServer.Start(answer, certificate, _authority.Issued))
        {
            using var system = new LocalSystem(server.Address, Mine("pem", mine));
            (await system.Create()).Value.ShouldBe("ok");
            (await system.Create()).Failure!.Detail!.ShouldNotContain("certificate");
        }

        await using var open = await LocalServer.Start(answer, certificate);
        using var without = new LocalSystem(open.Address, Tls());
        (await without.Create()).Failure!.Detail!.ShouldNotContain("certificate");
    }

    [Fact]
    public async Task Handshake_RefusedByTheSystem_IsKnownToHaveSentNothing()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var refusing = Task.Run(
            async () =>
            {
                using var caller = await listener.AcceptTcpClientAsync(cancel);
                var stream = caller.GetStream();
                var hello = new byte[4_096];
                (await stream.ReadAsync(hello, cancel)).ShouldBeGreaterThan(0);
                await stream.WriteAsync(new byte[] { 21, 3, 3, 0, 2, 2, 40 }, cancel); // alert, TLS 1.2, fatal: handshake_failure
                while (await stream.ReadAsync(hello, cancel) > 0)
                {
                    // until he hangs up, so that the alert is not lost
                }
            },
            cancel);
        using var system = new LocalSystem(new Uri($"https://localhost:{((IPEndPoint)listener.LocalEndpoint).Port}"), Tls());

        var failure = (await system.Create()).Failure.ShouldNotBeNull();

        failure.Cause.ShouldBe(Cause.Unreachable);
        failure.MayHaveTakenEffect.ShouldBeFalse();
        failure.Detail.ShouldNotBeNullOrWhiteSpace();
        await refusing;
    }

    [Fact]
    public void ClientCertificate_FileReplaced_IsTakenWithinAMinuteAndAHalfWrittenOneIsNot()
    {
        var clock = ManualClock.Start();
        using var first = _authority.Client();
        using var second = _authority.Client(TestAuthority.Now.AddDays(10));
        var tls = Mine("pem", first);
        var certificates = new SystemCertificates(tls, clock);
        certificates.Current.Client![0].Thumbprint.ShouldBe(first.Thumbprint);

        File.WriteAllText(tls.ClientCertificate!, "-----BEGIN CERTIFICATE-----\nhalf");
        File.SetLastWriteTimeUtc(tls.ClientCertificate!, new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        clock.Advance(SystemCertificates.LookEvery);
        certificates.Current.Client![0].Thumbprint.ShouldBe(first.Thumbprint);

        File.WriteAllText(tls.ClientCertificate!, Pem(second));
        File.SetLastWriteTimeUtc(tls.ClientCertificate!, new DateTime(2030, 1, 2, 0, 0, 0, DateTimeKind.Utc));
        certificates.Current.Client![0].Thumbprint.ShouldBe(first.Thumbprint, "files are looked at once a minute");
        clock.Advance(SystemCertificates.LookEvery);
        certificates.Current.Client![0].Thumbprint.ShouldBe(second.Thumbprint);
    }

    /// <summary>As Kubernetes mounts a secret: the file is a link into a folder that is a link, and the latter is switched.</summary>
    [Fact]
    public void ClientCertificate_BehindALinkThatIsSwitched_IsTaken()
    {
        var clock = ManualClock.Start();
        using var first = _authority.Client();
        using var second = _authority.Client(TestAuthority.Now.AddDays(10));
        var at = new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        foreach (var (folder, certificate) in new[] { ("..one", first), ("..two", second) })
        {
            Directory.CreateDirectory(Path.Combine(_files.Path, folder));
            File.SetLastWriteTimeUtc(Write($"{folder}/tls.pem", Pem(certificate)), at);
        }

        var data = Path.Combine(_files.Path, "..data");
        Directory.CreateSymbolicLink(data, "..one");
        var link = Path.Combine(_files.Path, "tls.pem");
        File.CreateSymbolicLink(link, "..data/tls.pem");
        var certificates = new SystemCertificates(new TlsSettings { ClientCertificate = link }, clock);
        certificates.Current.Client![0].Thumbprint.ShouldBe(first.Thumbprint);

        Directory.Delete(data);
        Directory.CreateSymbolicLink(data, "..two");
        clock.Advance(SystemCertificates.LookEvery);

        certificates.Current.Client![0].Thumbprint.ShouldBe(second.Thumbprint);
    }

    [Fact]
    public void Files_ThatCannotBeUsed_AreEachNamedWithTheirKey()
    {
        using var mine = _authority.Client();
        var sealed_ = Mine("key with password", mine);
        Mistakes(new TlsSettings { ClientCertificate = "/no/such/file.pem" }).ShouldHaveSingleItem().ShouldStartWith("Systems:erp:Tls:ClientCertificate: there is no file");
        Mistakes(new TlsSettings { ClientCertificate = sealed_.ClientCertificate, ClientKey = sealed_.ClientKey, ClientKeyPassword = "planted-secret" }).ShouldHaveSingleItem()
            .ShouldSatisfyAllConditions(mistake => mistake.ShouldContain("cannot be used"), mistake => mistake.ShouldNotContain("planted-secret"));
        Mistakes(new TlsSettings { ClientCertificate = Write("only.pem", mine.ExportCertificatePem()) }).ShouldHaveSingleItem().ShouldContain("holds no private key");
        Mistakes(new TlsSettings { ClientKey = "/somewhere.pem" }).ShouldHaveSingleItem().ShouldContain("ClientCertificate");
        Mistakes(new TlsSettings { Authorities = Write("empty.pem", "nothing") }).ShouldHaveSingleItem().ShouldContain("holds no certificate");
        Mistakes(Mine("pem", mine)).ShouldBeEmpty();

        static IReadOnlyList<string> Mistakes(TlsSettings tls) => TlsFiles.Mistakes("Systems:erp:Tls", tls);
    }

    public void Dispose()
    {
        _authority.Dispose();
        _files.Dispose();
    }

    private static Task Ok(HttpContext context) => context.Response.WriteAsync("ok");

    private TlsSettings Tls() => new() { Authorities = Write("authorities.pem", _authority.Pem) };

    private TlsSettings Mine(string kind, X509Certificate2 certificate)
    {
        var tls = Tls();
        using var key = certificate.GetECDsaPrivateKey()!;
        switch (kind)
        {
            case "pem":
                tls.ClientCertificate = Write("client.pem", Pem(certificate));
                break;
            case "pfx":
                tls.ClientCertificate = Path.Combine(_files.Path, "client.pfx");
                tls.ClientKeyPassword = "opens it";
                File.WriteAllBytes(tls.ClientCertificate, certificate.Export(X509ContentType.Pkcs12, tls.ClientKeyPassword));
                break;
            case "key apart":
                tls.ClientCertificate = Write("client.crt", certificate.ExportCertificatePem());
                tls.ClientKey = Write("client.key", key.ExportPkcs8PrivateKeyPem());
                break;
            default:
                tls.ClientKeyPassword = "opens it";
                tls.ClientCertificate = Write("client.crt", certificate.ExportCertificatePem());
                tls.ClientKey = Write("client.key", key.ExportEncryptedPkcs8PrivateKeyPem(
                    tls.ClientKeyPassword, new System.Security.Cryptography.PbeParameters(System.Security.Cryptography.PbeEncryptionAlgorithm.Aes256Cbc, System.Security.Cryptography.HashAlgorithmName.SHA256, 1000)));
                break;
        }

        return tls;
    }

    private static string Pem(X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        return $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_files.Path, name);
        File.WriteAllText(path, text);
        return path;
    }
}
