using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using PortalIntegration.Core;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.Components;
using PortalIntegration.Portal.Limits;
using PortalIntegration.Portal.SignIn.Providers;
using PortalIntegration.Sync.Storage;

namespace PortalIntegration.Portal.SignIn;

/// <summary>
/// The forms that change who somebody is: sign in, sign out, act for another account, all with an antiforgery token; the way to a provider; and where a provider
/// says that somebody signed out there.
/// </summary>
internal static partial class SignInEndpoints
{
    private const int LongestLogout = 64 * 1024;

    public static void MapSignIn(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(PortalUrls.SignIn, SignIn).AllowAnonymous().WithMetadata(new LimitedAttribute(Asked.SignIn));
        routes.MapGet(PortalUrls.SignInPattern, SignInWith).AllowAnonymous().WithMetadata(new LimitedAttribute(Asked.SignIn));
        routes.MapPost(PortalUrls.SignOut, (Delegate)SignOut).AllowAnonymous();
        routes.MapPost(PortalUrls.SignedOutThere, (Delegate)SignedOutThere).AllowAnonymous().DisableAntiforgery()
            .WithMetadata(new RequestSizeLimitAttribute(LongestLogout), new LimitedAttribute(Asked.Webhook));
        routes.MapPost(PortalUrls.SwitchAccount, Switch);
    }

    private static async Task<IResult> SignIn(
        HttpContext context, ScopeSessions sessions, ProviderSignIns signIns, RateLimits limits, IOptions<SignInOptions> options, ILoggerFactory loggers,
        [FromForm] string? person, [FromForm] string? returnTo)
    {
        if (options.Value.Kind is not SignInKind.PersonPicker)
        {
            return Results.NotFound();
        }

        if (limits.RefuseSignIn(context, new PersonId(person ?? string.Empty)) is { } later)
        {
            return later;
        }

        var answer = await sessions.Ask(new PersonId(person ?? string.Empty));
        if (!answer.Try(out var scope))
        {
            return Results.LocalRedirect(PortalUrls.SignInFailed(answer.Failure!.Cause, returnTo));
        }

        await signIns.Replace(context.User, by: null);

        // The first account by name is acted for, until another is chosen; a rep chooses his first.
        var acting = scope.Role is not Role.Rep && scope.Accounts.Count > 0 ? scope.Accounts[0].Account : (AccountId?)null;
        await context.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, SessionTicket.Issue(scope, acting));
        Log.SignedIn(loggers.CreateLogger(typeof(SignInEndpoints).FullName!), scope.Person.Value, scope.Role);
        return Results.LocalRedirect(PortalUrls.LocalOrHome(returnTo));
    }

    /// <summary>A link and no form: a form's way may lead to no other site (form-action). What comes back is bound to this browser.</summary>
    private static IResult SignInWith(OpenIdProviders providers, string provider, [FromQuery] string? returnTo, [FromQuery] string? another)
    {
        if (providers.Find(provider) is null)
        {
            return Results.NotFound();
        }

        var properties = new AuthenticationProperties { RedirectUri = PortalUrls.LocalOrHome(returnTo) };
        properties.SetParameter(OpenIdHandler.Another, another is not null);
        return Results.Challenge(properties, [provider]);
    }

    private static async Task<IResult> SignOut(HttpContext context, ProviderSignIns signIns, SignInProblems problems, [FromForm] IFormCollection form)
    {
        _ = form; // Asking for it makes the framework check the antiforgery token.
        var byProvider = SessionTicket.Admission(context.User) is not null;
        var there = await signIns.End(context.User, new Uri($"{context.Request.Scheme}://{context.Request.Host}{context.Request.PathBase}{PortalUrls.SignedOut}"));
        await context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        ActingCookie.Forget(context);
        return Results.LocalRedirect(byProvider ? problems.SignedOutUrl(there) : PortalUrls.SignIn);
    }

    /// <summary>OpenID Connect Back-Channel Logout 1.0: the provider's own server posts it, signed.</summary>
    private static async Task<IResult> SignedOutThere(HttpContext context, string provider, OpenIdProviders providers, ProviderSignIns signIns, ILoggerFactory loggers)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (context.Features.Get<IStatusCodePagesFeature>() is { } pages)
        {
            pages.Enabled = false; // A server asks, which wants the bare status.
        }

        if (providers.Find(provider) is not { } known || !context.Request.HasFormContentType)
        {
            return Results.NotFound();
        }

        var logger = loggers.CreateLogger(typeof(SignInEndpoints).FullName!);
        try
        {
            var token = (await context.Request.ReadFormAsync(context.RequestAborted))["logout_token"].ToString();
            var (subject, session) = await known.LoggedOut(token, context.RequestAborted);
            Log.SignedOutThere(logger, provider, await signIns.End(known, subject, session, context.RequestAborted));
            return Results.Ok();
        }
        catch (Exception untrusted) when (untrusted is UntrustedTokenException or InvalidDataException)
        {
            Log.NotSignedOutThere(logger, provider, untrusted.Message);
            return Results.BadRequest();
        }
        catch (Exception unavailable) when (unavailable is StoreUnavailableException or ProviderDownException)
        {
            Log.NotSignedOutThere(logger, provider, unavailable.Message);
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }
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
        await context.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, SessionTicket.Renew(user, confirmed, chosen));
        ActingCookie.Remember(context, chosen);
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

        [LoggerMessage(LogLevel.Information, "{Provider} signed somebody out: {Count} sign-ins ended.")]
        public static partial void SignedOutThere(ILogger logger, string provider, int count);

        [LoggerMessage(LogLevel.Warning, "What says to sign somebody out who came in by {Provider} is not obeyed: {Why}")]
        public static partial void NotSignedOutThere(ILogger logger, string provider, string why);
    }
}
