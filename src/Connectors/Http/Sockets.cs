using System.Net;
using PortalIntegration.Core.Ownership;

namespace PortalIntegration.Connectors.Http;

/// <summary>The real transport: one pool of connections a system.</summary>
internal static class Sockets
{
    public static HttpMessageHandler Open(SystemSettings settings) => new SocketsHttpHandler
    {
        // Names are looked up again when a system moves.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
        MaxConnectionsPerServer = settings.Concurrency + 1, // one more for a probe

        // Below the attempt's timeout, so that "no connection" is told from "no answer": after the first, a write may safely go again.
        ConnectTimeout = settings.AttemptTimeout * 0.8,
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.All,
    };
}
