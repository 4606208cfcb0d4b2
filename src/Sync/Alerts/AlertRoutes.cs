using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace PortalIntegration.Sync.Alerts;

public static class AlertRoutes
{
    /// <summary>
    /// <c>GET /health/sync</c>: what is wrong now, for a monitoring system. 200 while nothing is worse than a warning, else 503; not for load balancers, for a late flow
    /// is no reason to take a node out. Names flows and systems, no keys and no people.
    /// </summary>
    public static IEndpointConventionBuilder MapSyncHealth(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/health/sync", Answer).AllowAnonymous();

    private static async Task<IResult> Answer(IAlerts alerts, HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        var now = await alerts.Now(context.RequestAborted);
        var real = now.On.Where(condition => condition.Key.Kind is not ConditionKind.Test).ToList();
        var status = real.Any(condition => condition.Severity is Severity.Bad) ? "bad" : real.Count > 0 ? "warning" : "ok";
        return Results.Json(
            new Body(status, now.LookedAt, [.. now.On.Select(Line)]), AlertJson.Options, statusCode: status == "bad" ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);
    }

    private static Alert Raised(Condition condition) => new("", AlertChange.Raised, condition, condition.Since);

    private static BodyLine Line(Condition condition) => condition.Key.Kind is ConditionKind.Test
        ? new(condition.Key.Kind, "test", condition.Severity, condition.Since, 1, "Test of the alert path.", null)
        : new(condition.Key.Kind, condition.Key.Subject, condition.Severity, condition.Since, condition.Count, AlertWords.Headline(Raised(condition)), AlertWords.Todo(condition));

    private sealed record Body(string Status, DateTimeOffset? LookedAt, IReadOnlyList<BodyLine> Conditions);

    private sealed record BodyLine(ConditionKind Kind, string Subject, Severity Severity, DateTimeOffset Since, int Count, string Words, string? Todo);
}
