using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.Components;

namespace PortalIntegration.Portal.SignIn;

/// <summary>Who may see what. A page without a policy is for anybody who is signed in.</summary>
public static class Policies
{
    public const string Rep = "rep";
    public const string Admin = "admin";
}

internal static class SignInServices
{
    public static IServiceCollection AddSignIn(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<SignInOptions>, SignInOptionsValidator>();
        services.AddOptions<SignInOptions>().BindConfiguration(SignInOptions.Section).ValidateOnStart();
        services.AddSingleton<ScopeSessions>();
        services.AddSingleton<EndedSignIns>();
        services.AddHostedService(provider => provider.GetRequiredService<EndedSignIns>());
        services.AddScoped<CurrentSession>();
        services.AddSingleton<IAuthorizationHandler, RoleHandler>();
        services.AddCascadingAuthenticationState();

        services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(cookie =>
        {
            cookie.Cookie.Name = "portal";
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.SameSite = SameSiteMode.Lax;
            cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            cookie.LoginPath = PortalUrls.SignIn;
            cookie.ReturnUrlParameter = "returnTo";
            cookie.ExpireTimeSpan = SessionTicket.Lifetime;
            cookie.SlidingExpiration = true;
            cookie.Events.OnValidatePrincipal = Validate;

            // What somebody may not see is "not found", whatever the reason.
            cookie.Events.OnRedirectToAccessDenied = context =>
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            };
        });

        services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build())
            .AddPolicy(Policies.Rep, policy => policy.RequireAuthenticatedUser().AddRequirements(new RoleRequirement(Role.Rep)))
            .AddPolicy(Policies.Admin, policy => policy.RequireAuthenticatedUser().AddRequirements(new RoleRequirement(Role.Admin)));
        return services;
    }

    private static Task Validate(CookieValidatePrincipalContext context)
    {
        if (context.Principal is { } nobody && context.HttpContext.RequestServices.GetRequiredService<EndedSignIns>().Has(nobody))
        {
            context.RejectPrincipal();
            return Task.CompletedTask;
        }

        // The scope that the CRM confirmed since goes into the cookie, so that it outlives a restart.
        if (context.Principal is { } user && SessionTicket.Person(user) is { } person
            && context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is null
            && context.HttpContext.RequestServices.GetRequiredService<ScopeSessions>().NewerThan(SessionTicket.Scope(user), person) is { } newer)
        {
            context.ReplacePrincipal(SessionTicket.Issue(newer, SessionTicket.Acting(user), SessionTicket.SignIn(user)));
            context.ShouldRenew = true;
        }

        return Task.CompletedTask;
    }

    private sealed record RoleRequirement(Role Role) : IAuthorizationRequirement;

    private sealed class RoleHandler(ScopeSessions sessions) : AuthorizationHandler<RoleRequirement>
    {
        protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, RoleRequirement requirement)
        {
            var session = await sessions.SessionFor(context.User);
            if (session.Succeeded && session.Value.Role == requirement.Role)
            {
                context.Succeed(requirement);
            }
        }
    }
}
