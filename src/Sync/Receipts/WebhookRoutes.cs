using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace PortalIntegration.Sync.Receipts;

public static class WebhookRoutes
{
    /// <summary>
    /// <c>POST /webhooks/{system}</c>: 204 taken or known already, 202 quarantined, 401 bad signature, 404 no such system, 413 too large, 503 our own
    /// fault: come again. Its signature is its sign-in.
    /// </summary>
    public static IEndpointConventionBuilder MapWebhooks(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/webhooks/{system}", Receive).AllowAnonymous().DisableAntiforgery();

    private static async Task Receive(string system, HttpContext context)
    {
        var status = await context.RequestServices.GetRequiredService<WebhookReceiver>().Receive(system, context.Request);
        if (status == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = "5";
        }

        context.Response.StatusCode = status;
    }
}
