using System.Net;
using PortalIntegration.Core.Ownership;

namespace PortalIntegration.Connectors.Http;

/// <summary>
/// The real transport: one pool of connections a system. A server of HTTP/1.0 closes the connection after each answer, and .NET keeps it in the pool all the
/// same, so that the next request may go into the void: for such a server nothing is pooled.
/// </summary>
internal sealed class Sockets(SystemSettings settings) : HttpMessageHandler
{
    private readonly HttpMessageInvoker _pooled = new(Handler(settings, TimeSpan.FromMinutes(5))); // names are looked up again when a system moves
    private readonly HttpMessageInvoker _single = new(Handler(settings, TimeSpan.Zero));

    /// <summary>Until the first answer nobody knows, and of several requests at once one may not go where another was answered.</summary>
    private volatile bool _closes = true;

    public static HttpMessageHandler Open(SystemSettings settings) => new Sockets(settings);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await (_closes ? _single : _pooled).SendAsync(request, cancellationToken);
        _closes = response.Version == HttpVersion.Version10 && !response.Headers.Connection.Contains("keep-alive", StringComparer.OrdinalIgnoreCase);
        return response;
    }

    protected override void Dispose(bool disposing)
    {
        _pooled.Dispose();
        _single.Dispose();
        base.Dispose(disposing);
    }

    private static SocketsHttpHandler Handler(SystemSettings settings, TimeSpan lifetime) => new()
    {
        PooledConnectionLifetime = lifetime,
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
        MaxConnectionsPerServer = settings.Concurrency + 1, // one more for a probe

        // Below the attempt's timeout, so that "no connection" is told from "no answer": after the first, a write may safely go again.
        ConnectTimeout = settings.AttemptTimeout * 0.8,
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.All,
    };
}
