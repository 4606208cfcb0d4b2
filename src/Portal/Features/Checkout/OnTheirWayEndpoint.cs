using System.Security.Claims;
using PortalIntegration.Core;
using PortalIntegration.Portal.Components;
using PortalIntegration.Portal.SignIn;

namespace PortalIntegration.Portal.Features.Checkout;

/// <summary>
/// Tells a browser what became of the orders that it keeps. An id that is unknown, of somebody else's, or no id at all is left out of the
/// answer, whatever the reason.
/// </summary>
internal static class OnTheirWayEndpoint
{
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

        var found = new List<WhatBecame>();
        foreach (var text in (ids ?? string.Empty).Split(',', StringSplitOptions.RemoveEmptyEntries).Take(MostIds))
        {
            if (SubmissionId.TryParse(text, out var id) && await placing.Find(scope.Value, id, context.RequestAborted) is { } known)
            {
                found.Add(new(text, known.State.ToString(), known.Number?.Value, known.Number is { } number ? PortalUrls.Order(number) : null));
            }
        }

        return Results.Json(found);
    }

    /// <param name="Id">As it was asked.</param>
    private sealed record WhatBecame(string Id, string State, string? Number, string? Link);
}
