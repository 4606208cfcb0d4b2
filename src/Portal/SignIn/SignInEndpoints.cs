using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using PortalIntegration.Core;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.Components;

namespace PortalIntegration.Portal.SignIn;

/// <summary>The three forms that change who somebody is: sign in, sign out, act for another account. All carry an antiforgery token.</summary>
internal static partial class SignInEndpoints
{
    public static void MapSignIn(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(PortalUrls.SignIn, SignIn).AllowAnonymous();
        routes.MapPost(PortalUrls.SignOut, (Delegate)SignOut).AllowAnonymous();
        routes.MapPost(PortalUrls.SwitchAccount, Switch);
    }

    private static async Task<IResult> SignIn(
        HttpContext context, ScopeSessions sessions, IOptions<SignInOptions> options, ILoggerFactory loggers, [FromForm] string? person, [FromForm] string? returnTo)
    {
        if (options.Value.Kind is not SignInKind.PersonPicker)
        {
            return Results.NotFound();
        }

        var answer = await sessions.Ask(new PersonId(person ?? string.Empty));
        if (!answer.Try(out var scope))
        {
            return Results.LocalRedirect(PortalUrls.SignInFailed(answer.Failure!.Cause, returnTo));
        }

        // The first account by name is acted for, until another is chosen; a rep chooses his first.
        var acting = scope.Role is not Role.Rep && scope.Accounts.Count > 0 ? scope.Accounts[0].Account : (AccountId?)null;
        await context.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, SessionTicket.Issue(scope, acting));
        Log.SignedIn(loggers.CreateLogger(typeof(SignInEndpoints).FullName!), scope.Person.Value, scope.Role);
        return Results.LocalRedirect(PortalUrls.LocalOrHome(returnTo));
    }

    private static async Task<IResult> SignOut(HttpContext context, EndedSignIns ended, [FromForm] IFormCollection form)
    {
        _ = form; // Asking for it makes the framework check the antiforgery token.
        await ended.End(context.User);
        await context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        return Results.LocalRedirect(PortalUrls.SignIn);
    }

    private static async Task<IResult> Switch(
        HttpContext context, ClaimsPrincipal user, ScopeSessions sessions, ILoggerFactory loggers, [FromForm] string? account, [FromForm] string? returnTo)
    {
        var logger = loggers.CreateLogger(typeof(SignInEndpoints).FullName!);
        var answer = await sessions.SessionFor(user, context.RequestAborted);
        var chosen = new AccountId(account ?? string.Empty);
        if (!answer.Try(out var session) || !session.Scope.Covers(chosen))
        {
            Log.ForeignAccount(logger, SessionTicket.Person(user)?.Value, chosen.Value);
            return Results.NotFound();
        }

        var confirmed = new ConfirmedScope(
            session.Person, session.Name, session.Role, session.Scope.Accounts, answer.Provenance!.System, answer.Provenance.AsOf, session.Scope.OrderLimit)
        {
            LeftOut = session.LeftOut,
        };
        await context.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, SessionTicket.Issue(confirmed, chosen, SessionTicket.SignIn(user)));
        Log.Switched(logger, session.Person.Value, chosen.Value);
        return Results.LocalRedirect(PortalUrls.LocalOrHome(returnTo));
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{Person} signed in as {Role}.")]
        public static partial void SignedIn(ILogger logger, string person, Role role);

        [LoggerMessage(LogLevel.Information, "{Person} acts for {Account}.")]
        public static partial void Switched(ILogger logger, string person, string account);

        [LoggerMessage(LogLevel.Warning, "{Actor} asked for account {Account}, which is not in the scope: not found.")]
        public static partial void ForeignAccount(ILogger logger, string? actor, string account);
    }
}
