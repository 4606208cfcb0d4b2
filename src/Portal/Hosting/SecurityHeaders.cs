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
        + "manifest-src 'self'; object-src 'none'; frame-src 'none'; worker-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'self'";

    /// <summary>Of a picture that a system gave: opened by itself it runs nothing, fetches nothing and is nobody's origin.</summary>
    public const string OfPictures = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox";

    public static void UseSecurityHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        // Set when the answer starts, so that an error page, which clears the headers first, carries them too.
        context.Response.OnStarting(static state =>
        {
            var headers = ((HttpContext)state).Response.Headers;
            headers.TryAdd(HeaderNames.ContentSecurityPolicy, ContentSecurityPolicy);
            headers[HeaderNames.XContentTypeOptions] = "nosniff";
            headers["Referrer-Policy"] = "same-origin";
            headers["Permissions-Policy"] = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=()";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            if (headers.CacheControl.Count == 0 || headers.ContentType.ToString().StartsWith("text/html", StringComparison.Ordinal))
            {
                // A customer's prices must not be left behind in a shared cache, nor come back after signing out. Files that may be kept say so themselves.
                headers[HeaderNames.CacheControl] = "no-store";
            }

            return Task.CompletedTask;
        }, context);
        return next(context);
    });
}
