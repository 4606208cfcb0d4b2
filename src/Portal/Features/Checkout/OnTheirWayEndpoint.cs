using System.Security.Claims;
using PortalIntegration.Core;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.Components;
using PortalIntegration.Portal.SignIn;
using PortalIntegration.Sync.Storage;

namespace PortalIntegration.Portal.Features.Checkout;

/// <summary>
/// Tells a browser what became of the orders that it keeps. An id that is unknown, of somebody else's, or no id at all is left out of the
/// answer, whatever the reason.
/// </summary>
internal static class OnTheirWayEndpoint
{
    /// <summary>A browser with more asks several times (on-their-way.js).</summary>
    private const int MostIds = 20;

    public static void MapOnTheirWay(this IEndpointRouteBuilder routes) => routes.MapGet(PortalUrls.OrdersInFlight, Get);

    private static async Task<IResult> Get(HttpContext context, string? ids, ClaimsPrincipal user, ScopeSessions sessions, PlaceOrder placing)
    {
        context.Response.Headers.CacheControl = "private, no-store";
        var scope = await sessions.ScopeFor(user, context.RequestAborted);
        if (!scope.Succeeded)
        {
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }

        try
        {
            return Results.Json(await Known(scope.Value, ids ?? string.Empty, placing, context.RequestAborted));
        }
        catch (StoreUnavailableException)
        {
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static async Task<List<WhatBecame>> Known(Scope scope, string ids, PlaceOrder placing, CancellationToken cancel)
    {
        var found = new List<WhatBecame>();
        foreach (var text in ids.Split(',', StringSplitOptions.RemoveEmptyEntries).Take(MostIds))
        {
            if (SubmissionId.TryParse(text, out var id) && await placing.Find(scope, id, cancel) is { } known)
            {
                found.Add(new(
                    text,
                    known.State.ToString(),
                    known.Number?.Value ?? known.Quotation?.Value,
                    known.Number is { } number ? PortalUrls.Order(number) : known.Quotation is { } quotation ? PortalUrls.Quote(quotation) : null));
            }
        }

        return found;
    }

    /// <param name="Id">As it was asked.</param>
    private sealed record WhatBecame(string Id, string State, string? Number, string? Link);
}
