using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Core.Settings;
using PortalIntegration.Portal.Components;
using PortalIntegration.Portal.Hosting;
using PortalIntegration.Portal.SignIn.Providers;

namespace PortalIntegration.Portal.SignIn;

/// <summary>Who may see what. A page without a policy is for anybody who is signed in.</summary>
public static class Policies
{
    public const string Rep = "rep";
    public const string Admin = "admin";
}

internal static class SignInServices
{
    public static IServiceCollection AddSignIn(this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
    {
        services.AddSingleton<IValidateOptions<SignInOptions>, SignInOptionsValidator>();
        services.AddSection<SignInOptions>(SignInOptions.Section);
        services.AddSingleton<ScopeSessions>();
        services.AddSingleton<EndedSignIns>();
        services.AddHostedService(provider => provider.GetRequiredService<EndedSignIns>());
        services.AddSingleton<SignInCheck>();
        services.AddScoped<CurrentSession>();
        services.AddSingleton<OpenIdProviders>();
        services.AddSingleton<ProviderSignIns>();
        services.AddHostedService(provider => provider.GetRequiredService<ProviderSignIns>());
        services.AddSingleton<Admitting>();
        services.AddSingleton<SignInProblems>();
        services.AddSingleton<IAuthorizationHandler, RoleHandler>();
        services.AddCascadingAuthenticationState();

        var secure = environment.IsDevelopment() ? CookieSecurePolicy.SameAsRequest : CookieSecurePolicy.Always;
        var schemes = services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(cookie =>
        {
            cookie.Cookie.Name = HostCookies.Name(environment, "portal");
            cookie.Cookie.Path = "/";
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.SameSite = SameSiteMode.Lax;
            cookie.Cookie.SecurePolicy = secure;
            cookie.LoginPath = PortalUrls.SignIn;
            cookie.ReturnUrlParameter = "returnTo";
            cookie.SlidingExpiration = true;
            cookie.Events.OnValidatePrincipal = Validate;

            var toSignIn = cookie.Events.OnRedirectToLogin;
            cookie.Events.OnRedirectToLogin = context =>
            {
                if (context.HttpContext.Items.ContainsKey(nameof(SignInState.TakenBack)))
                {
                    context.RedirectUri = context.HttpContext.RequestServices.GetRequiredService<SignInProblems>().Url(
                        SignInProblem.Ended, null, context.Request.PathBase + context.Request.Path + context.Request.QueryString);
                }

                return toSignIn(context);
            };

            // What somebody may not see is "not found", whatever the reason.
            cookie.Events.OnRedirectToAccessDenied = context =>
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            };
        });

        services.AddOptions<CookieAuthenticationOptions>(CookieAuthenticationDefaults.AuthenticationScheme)
            .Configure<IOptions<SignInOptions>>((cookie, options) => cookie.ExpireTimeSpan = options.Value.Idle);
        foreach (var provider in configuration.GetSection($"{SignInOptions.Section}:{nameof(SignInOptions.Providers)}").GetChildren())
        {
            AddProvider(schemes, provider, secure, HostCookies.Name(environment, "portal-signing-in."));
        }

        services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build())
            .AddPolicy(Policies.Rep, policy => policy.RequireAuthenticatedUser().AddRequirements(new RoleRequirement(Role.Rep)))
            .AddPolicy(Policies.Admin, policy => policy.RequireAuthenticatedUser().AddRequirements(new RoleRequirement(Role.Admin)));
        return services;
    }

    private static void AddProvider(AuthenticationBuilder schemes, IConfigurationSection provider, CookieSecurePolicy secure, string correlation) =>
        schemes.AddOAuth<OpenIdOptions, OpenIdHandler>(provider.Key, scheme =>
        {
            // What it says of itself comes by discovery; the handler puts its endpoints in place of this.
            scheme.AuthorizationEndpoint = "https://provider.invalid/";
            scheme.ClientId = provider[nameof(ProviderOptions.ClientId)] ?? string.Empty;
            scheme.SignInScheme = CookieAuthenticationDefaults.AuthenticationScheme;
            scheme.CallbackPath = PortalUrls.SignInDone(provider.Key);
            scheme.UsePkce = true;
            scheme.CorrelationCookie.Name = correlation;
            scheme.CorrelationCookie.Path = "/";
            scheme.CorrelationCookie.SameSite = SameSiteMode.Lax;
            scheme.CorrelationCookie.SecurePolicy = secure;
            scheme.Events.OnRemoteFailure = OpenIdHandler.Failed;
        });

    private static async Task Validate(CookieValidatePrincipalContext context)
    {
        var services = context.HttpContext.RequestServices;
        if (context.Principal is not { } user)
        {
            return;
        }

        if (context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null)
        {
            if (services.GetRequiredService<EndedSignIns>().Has(user))
            {
                context.RejectPrincipal();
            }

            return;
        }

        if (await services.GetRequiredService<SignInCheck>().Known(user) is not SignInState.Holds and var no)
        {
            context.HttpContext.Items[no.ToString()] = true;
            context.RejectPrincipal();
            return;
        }

        // The scope that the CRM confirmed since goes into the cookie, so that it outlives a restart.
        if (services.GetRequiredService<ScopeSessions>().NewerThan(user) is { } newer)
        {
            context.ReplacePrincipal(SessionTicket.Renew(user, newer, SessionTicket.Acting(user)));
            context.ShouldRenew = true;
        }
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
