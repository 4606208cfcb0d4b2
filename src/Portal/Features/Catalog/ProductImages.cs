using System.Buffers.Text;
using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Net.Http.Headers;
using PortalIntegration.Core;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Portal.Components;
using PortalIntegration.Portal.Hosting;
using PortalIntegration.Portal.SignIn;

namespace PortalIntegration.Portal.Features.Catalog;

/// <summary>Pictures come through the portal: the browser asks nobody else, and the owner's address and sign-in stay here.</summary>
internal static class ProductImages
{
    private static readonly string[] Allowed = ["image/png", "image/jpeg", "image/webp", "image/gif", "image/avif", "image/svg+xml"];

    public static void MapProductImages(this IEndpointRouteBuilder routes) => routes.MapGet("/products/{sku}/image", Get);

    private static async Task<IResult> Get(HttpContext context, string sku, ClaimsPrincipal user, ScopeSessions sessions, IOwnershipMap map)
    {
        // A missing picture needs no page around it.
        if (context.Features.Get<IStatusCodePagesFeature>() is { } pages)
        {
            pages.Enabled = false;
        }

        var scope = await sessions.ScopeFor(user, context.RequestAborted);
        if (!scope.Succeeded)
        {
            return Results.NotFound();
        }

        var answer = await map.Owner<ICatalog>().Image(scope.Value, new Sku(PortalUrls.Unescape(sku)), context.RequestAborted);
        if (!answer.Try(out var image))
        {
            return answer.Failure!.Cause is Cause.NotFound ? Results.NotFound() : Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }

        var type = image.ContentType.Split(';')[0].Trim().ToLowerInvariant();
        if (!Allowed.Contains(type))
        {
            return Results.NotFound();
        }

        context.Response.Headers.CacheControl = "private, max-age=3600";
        context.Response.Headers.ContentSecurityPolicy = SecurityHeaders.OfPictures;
        var tag = new EntityTagHeaderValue($"\"{Base64Url.EncodeToString(SHA256.HashData(image.Content.Span))}\"");
        return Results.Bytes(image.Content, type, entityTag: tag);
    }
}
