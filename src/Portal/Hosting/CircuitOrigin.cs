using Microsoft.Net.Http.Headers;

namespace PortalIntegration.Portal.Hosting;

/// <summary>
/// A socket is not held back by the browser's same-origin rule, so another site's page could open a circuit with the visitor's cookie.
/// The portal's own pages alone may.
/// </summary>
internal static partial class CircuitOrigin
{
    private static readonly PathString Circuits = "/_blazor";

    public static void UseCircuitOrigin(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.Request.Path.StartsWithSegments(Circuits, StringComparison.OrdinalIgnoreCase) && !IsOurs(context.Request))
        {
            Log.ForeignOrigin(
                context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(CircuitOrigin).FullName!),
                context.Request.Headers[HeaderNames.Origin].ToString(),
                Ours(context.Request));
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        }

        return next(context);
    });

    private static bool IsOurs(HttpRequest request)
    {
        var origin = request.Headers[HeaderNames.Origin].ToString();
        if (origin.Length == 0)
        {
            // A browser names the origin on every socket and on every POST; scripts that are no browser carry no visitor's cookie.
            return !request.HttpContext.WebSockets.IsWebSocketRequest && !IsUpgrade(request);
        }

        return string.Equals(origin, Ours(request), StringComparison.OrdinalIgnoreCase);
    }

    private static string Ours(HttpRequest request) => $"{request.Scheme}://{request.Host.Value}";

    private static bool IsUpgrade(HttpRequest request) =>
        request.Headers[HeaderNames.Upgrade].ToString().Contains("websocket", StringComparison.OrdinalIgnoreCase)
        || (HttpMethods.IsConnect(request.Method) && request.Headers.ContainsKey(":protocol"));

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "A circuit was refused: it came from {Origin}, the portal is {Ours}. Behind a proxy that ends TLS, name it in Proxy:Addresses and let it pass Host and X-Forwarded-Proto on.")]
        public static partial void ForeignOrigin(ILogger logger, string origin, string ours);
    }
}
