using System.Security.Claims;
using Microsoft.Extensions.Localization;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Portal.Components;
using PortalIntegration.Portal.Features.Orders;
using PortalIntegration.Portal.Resources;
using PortalIntegration.Portal.SignIn;

namespace PortalIntegration.Portal.Features.Notices;

/// <summary>Tells a page which orders of the account acted for moved since it asked last: asked from memory, and of the owner only what there is to say.</summary>
internal static class MovedOrdersEndpoint
{
    /// <summary>More are summed up.</summary>
    private const int MostOrders = 3;

    public static void MapMovedOrders(this IEndpointRouteBuilder routes) => routes.MapGet(PortalUrls.OrdersMoved, Get);

    private static async Task<IResult> Get(
        HttpContext context,
        long? since,
        ClaimsPrincipal user,
        ScopeSessions sessions,
        MovedOrders moved,
        FindOrders finding,
        DeliveryPromise promise,
        IStringLocalizer<Texts> text)
    {
        context.Response.Headers.CacheControl = "private, no-store";
        if (sessions.LastConfirmed(user) is not { Acting: not null } known || moved.Since(known.ActingScope, since, out var now) is not [_, ..] numbers)
        {
            return Results.Json(new Answer(since is null ? Now(moved, sessions, user) : since.Value, 0, []));
        }

        var confirmed = await sessions.SessionFor(user, context.RequestAborted);
        if (!confirmed.Try(out var session) || session.Acting is null)
        {
            return Results.Json(new Answer(since!.Value, 0, []));
        }

        var read = new List<Outcome<Order>>();
        foreach (var number in numbers.Take(MostOrders))
        {
            read.Add(await finding.Get(session.ActingScope, number, context.RequestAborted));
        }

        return Results.Json(IsSaidLater(read)
            ? new Answer(since!.Value, 0, [])
            : new Answer(now, numbers.Count, [.. numbers.Zip(read).Where(told => told.Second.Succeeded).Select(told =>
                new MovedOrder(told.First.Value, PortalUrls.Order(told.First), text[$"OrderStatus.{told.Second.Value.Status}"], promise.Sentence(told.Second.Value)))]));
    }

    /// <summary>Nothing can be said of any of them now, and that may change: the page is to ask for the same again.</summary>
    internal static bool IsSaidLater(IReadOnlyList<Outcome<Order>> read) =>
        read.All(answer => !answer.Succeeded) && read.Any(answer => answer.Failure is { RetryCanHelp: true });

    private static long Now(MovedOrders moved, ScopeSessions sessions, ClaimsPrincipal user)
    {
        if (sessions.LastConfirmed(user) is { Acting: not null } session)
        {
            moved.Since(session.ActingScope, null, out var now);
            return now;
        }

        return 0;
    }

    /// <param name="Now">To ask with the next time.</param>
    /// <param name="Count">All that moved; more than are told one by one.</param>
    private sealed record Answer(long Now, int Count, IReadOnlyList<MovedOrder> Orders);

    private sealed record MovedOrder(string Number, string Link, string Status, string Words);
}
