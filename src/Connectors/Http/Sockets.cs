using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using PortalIntegration.Core.Ownership;

namespace PortalIntegration.Connectors.Http;

/// <summary>
/// The real transport: one pool of connections a system. A server of HTTP/1.0 closes the connection after each answer, and .NET keeps it in the pool all the
/// same, so that the next request may go into the void: for such a server nothing is pooled. When a certificate's file changes, new connections are made with the new one.
/// </summary>
internal sealed class Sockets(SystemSettings settings) : HttpMessageHandler
{
    private readonly SystemCertificates _certificates = new(settings.Tls, TimeProvider.System);
    private readonly Lock _renewing = new();
    private Lines? _lines;

    /// <summary>Until the first answer nobody knows, and of several requests at once one may not go where another was answered.</summary>
    private volatile bool _closes = true;

    public static HttpMessageHandler Open(SystemSettings settings) => new Sockets(settings);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var lines = Now();
        try
        {
            var response = await (_closes ? lines.Single : lines.Pooled).SendAsync(request, cancellationToken);
            lines.HasAnswered = true;
            _closes = response.Version == HttpVersion.Version10 && !response.Headers.Connection.Contains("keep-alive", StringComparer.OrdinalIgnoreCase);
            return response;
        }
        catch (HttpRequestException broken) when (lines is { AskedForOurs: true, HasAnswered: false })
        {
            TlsTroubles.MarkUnanswered(broken, lines.Certificates.Client is { Count: > 0 });
            throw;
        }
    }

    protected override void Dispose(bool disposing)
    {
        _lines?.Pooled.Dispose();
        _lines?.Single.Dispose();
        base.Dispose(disposing);
    }

    private Lines Now()
    {
        var certificates = _certificates.Current;
        if (Volatile.Read(ref _lines) is { } lines && lines.Certificates == certificates)
        {
            return lines;
        }

        lock (_renewing)
        {
            if (_lines is null || _lines.Certificates != certificates)
            {
                // What the old lines still carry may end; idle ones close by themselves.
                Volatile.Write(ref _lines, new Lines(certificates, Handler));
            }

            return _lines!;
        }
    }

    private SocketsHttpHandler Handler(Lines lines, TimeSpan lifetime) => new()
    {
        PooledConnectionLifetime = lifetime,
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
        MaxConnectionsPerServer = settings.Concurrency + 1, // one more for a probe

        // Below the attempt's timeout, so that "no connection" is told from "no answer": after the first, a write may safely go again.
        ConnectTimeout = settings.AttemptTimeout * 0.8,
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.All,
        SslOptions = Tls(lines),
    };

    private static SslClientAuthenticationOptions Tls(Lines lines)
    {
        var certificates = lines.Certificates;
        var tls = new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) => TlsTroubles.Check(certificate, chain, errors),
        };
        if (certificates.Authorities is { } authorities)
        {
            tls.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            tls.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        if (certificates.Client is { Count: > 0 } client)
        {
            tls.ClientCertificateContext = SslStreamCertificateContext.Create(client[0], [.. client.Skip(1)], offline: true);
            lines.AskedForOurs = true; // or it would not have been set
        }
        else
        {
            // Asked before the handshake too, when nothing is known of the other side yet.
            tls.LocalCertificateSelectionCallback = (_, _, _, theirs, _) =>
            {
                lines.AskedForOurs |= theirs is not null;
                return null!;
            };
        }

        return tls;
    }

    private sealed class Lines
    {
        private volatile bool _askedForOurs;
        private volatile bool _hasAnswered;

        public Lines(Certificates certificates, Func<Lines, TimeSpan, SocketsHttpHandler> handler)
        {
            Certificates = certificates;
            Pooled = new HttpMessageInvoker(handler(this, TimeSpan.FromMinutes(5))); // names are looked up again when a system moves
            Single = new HttpMessageInvoker(handler(this, TimeSpan.Zero));
        }

        public Certificates Certificates { get; }

        public HttpMessageInvoker Pooled { get; }

        public HttpMessageInvoker Single { get; }

        /// <summary>The system wants a certificate of ours, as far as it is known.</summary>
        public bool AskedForOurs
        {
            get => _askedForOurs;
            set => _askedForOurs = value;
        }

        public bool HasAnswered
        {
            get => _hasAnswered;
            set => _hasAnswered = value;
        }
    }
}
