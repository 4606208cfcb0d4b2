using Microsoft.Net.Http.Headers;

namespace PortalIntegration.Portal.Hosting;

/// <summary>
/// What a browser may do with our pages. Nothing inline, nothing from elsewhere: every script, style, font and picture is a file
/// of ours, so no nonce and no hash is needed (the pages carry no import map). <c>'self'</c> covers the socket of the same origin.
/// </summary>
internal static class SecurityHeaders
{
    public const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'; "
        + "manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'self'";

    public static void UseSecurityHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        // Set when the answer starts, so that an error page, which clears the headers first, carries them too.
        context.Response.OnStarting(static state =>
        {
            var headers = ((HttpContext)state).Response.Headers;
            headers[HeaderNames.ContentSecurityPolicy] = ContentSecurityPolicy;
            headers[HeaderNames.XContentTypeOptions] = "nosniff";
            headers["Referrer-Policy"] = "same-origin";
            headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            if (headers.ContentType.ToString().StartsWith("text/html", StringComparison.Ordinal))
            {
                // A customer's prices must not be left behind in a shared cache, nor come back after signing out.
                headers[HeaderNames.CacheControl] = "no-store";
            }

            return Task.CompletedTask;
        }, context);
        return next(context);
    });
}
