using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;
using PortalIntegration.Sync.Receipts;

namespace PortalIntegration.Portal.Limits;

/// <summary>
/// How large a body may be, by what it is for. What says that it is larger is refused before a byte of it is read; what does not say is cut off where it becomes so.
/// </summary>
internal static class RequestSizes
{
    /// <summary>A circuit without a socket posts several messages in one body.</summary>
    private const int MessagesInABody = 4;

    private static readonly PathString Circuits = "/_blazor";

    /// <summary>After routing, before anybody reads.</summary>
    public static void Use(IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.Features.Get<IStatusCodeReExecuteFeature>() is not null)
        {
            return next(context); // The page that says so stands behind the same request, and reads no body.
        }

        var most = MostBytes(context);
        var tooLarge = context.Request.ContentLength > most;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
        {
            // What is refused unread is still let run out for a few seconds, so that its sender hears the answer.
            feature.MaxRequestBodySize = tooLarge ? null : most;
        }

        if (tooLarge)
        {
            context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            return Task.CompletedTask;
        }

        return next(context);
    });

    private static long MostBytes(HttpContext context)
    {
        var limits = context.RequestServices.GetRequiredService<IOptions<LimitsOptions>>().Value;
        return context.GetEndpoint()?.Metadata.GetMetadata<IRequestSizeLimitMetadata>() is { MaxRequestBodySize: { } own } ? own
            : context.GetEndpoint()?.Metadata.GetMetadata<LimitedAttribute>() is { What: Asked.Webhook }
            ? context.RequestServices.GetRequiredService<IOptions<WebhookOptions>>().Value.MaxBodyBytes
            : context.Request.Path.StartsWithSegments(Circuits, StringComparison.OrdinalIgnoreCase) ? MessagesInABody * limits.Circuits.MessageBytes : limits.Requests.FormBytes;
    }
}
