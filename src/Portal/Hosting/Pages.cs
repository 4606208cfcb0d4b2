using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Extensions.Options;
using PortalIntegration.Core.Settings;
using PortalIntegration.Portal.Components;
using PortalIntegration.Portal.Components.Controls;
using PortalIntegration.Portal.Features.Catalog;
using PortalIntegration.Portal.Features.Checkout;
using PortalIntegration.Portal.Features.Invoices;
using PortalIntegration.Portal.Features.Notices;
using PortalIntegration.Portal.Features.Ownership;
using PortalIntegration.Portal.Features.Search;
using PortalIntegration.Portal.Limits;
using PortalIntegration.Portal.SignIn;
using PortalIntegration.Sync.Alerts;
using PortalIntegration.Sync.Receipts;

namespace PortalIntegration.Portal.Hosting;

/// <summary>Blazor, its static files, and what stands around every page.</summary>
internal static class Pages
{
    public static IServiceCollection AddPages(this IServiceCollection services, IHostEnvironment environment)
    {
        services.AddSingleton<IValidateOptions<CompanyOptions>, CompanyOptionsValidator>();
        services.AddSingleton<IValidateOptions<CompanyOptions>, CompanyLogoValidator>();
        services.AddSingleton<CompanyLogo>();
        services.AddSection<CompanyOptions>(CompanyOptions.Section);
        services.AddSingleton<IValidateOptions<PagesOptions>, PagesOptionsValidator>();
        services.AddSection<PagesOptions>(PagesOptions.Section);
        services.AddSingleton<FirstAnswer>();
        services.AddLocalization();
        services.AddSingleton<Wording>();
        services.AddScoped<ShownProducts>();
        services.AddSingleton<WhoAnswers>();
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddScoped<AuthenticationStateProvider, CircuitSignIn>();
        services.AddAntiforgery(antiforgery =>
        {
            antiforgery.Cookie.Name = HostCookies.Name(environment, "portal-form");
            antiforgery.Cookie.Path = "/";
            antiforgery.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest; // by plain HTTP a browser does not take the name; whoever asks, such as a probe, is answered all the same
            antiforgery.Cookie.SameSite = SameSiteMode.Lax;
            antiforgery.SuppressXFrameOptionsHeader = true; // frame-ancestors says it
        });
        services.AddHsts(hsts => hsts.MaxAge = TimeSpan.FromDays(365));
        return services;
    }

    public static void UsePages(this WebApplication app)
    {
        app.UseProxy();
        app.UseSecurityHeaders();
        app.Use(RefuseTrace);
        if (!app.Environment.IsDevelopment())
        {
            app.UseHsts();
        }

        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandlingPath = PortalUrls.Failed,
            CreateScopeForErrors = true,
            StatusCodeSelector = exception => exception is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError,
            // A body that is cut off or a form that is none is the visitor's doing: he is told, and no bug stands in the log.
            SuppressDiagnosticsCallback = failed => failed.Exception is BadHttpRequestException,
        });
        app.UseWhen(ForPeople, pages => pages.UseStatusCodePagesWithReExecute("/status/{0}", createScopeForStatusCodePages: true));
        app.Use(ShowAsAnAnswer);
        app.UseCulture();
        app.UseCircuitOrigin();
        app.UseRouting();
        RequestSizes.Use(app);
        app.UseAuthentication();
        app.UseRateLimiter(); // once it is known who asks
        app.UseAuthorization();
        OpenCircuits.Use(app);
        app.UseAntiforgery();
    }

    /// <summary>Some endpoints take whatever method comes; none has a use for this one.</summary>
    private static Task RefuseTrace(HttpContext context, RequestDelegate next)
    {
        if (!HttpMethods.IsTrace(context.Request.Method))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        return Task.CompletedTask;
    }

    public static void MapPages(this WebApplication app)
    {
        app.MapStaticAssets(Assets.Endpoints(app.Environment)).AllowAnonymous();
        app.MapTheme();
        CompanyLogo.Map(app);
        app.MapSignIn();
        app.MapSearch();
        app.MapProductImages();
        app.MapInvoiceDocuments();
        app.MapOnTheirWay();
        app.MapMovedOrders();
        app.MapWebhooks().WithMetadata(new LimitedAttribute(Asked.Webhook));
        app.MapSyncHealth().NotThroughAProxy();
        app.MapHealth();
        var pages = app.MapRazorComponents<App>();
        if (Assets.Endpoints(app.Environment) is { } list)
        {
            pages.WithStaticAssets(list);
        }

        pages.AddInteractiveServerRenderMode(circuit =>
        {
            // 391 KB of native memory a connected user with compression, 154 KB without (measured on the template): what a circuit sends
            // here is small, and compressing secrets beside input of the user's is a risk of its own.
            circuit.DisableWebSocketCompression = true;
            circuit.ContentSecurityFrameAncestorsPolicy = null; // SecurityHeaders sets the whole policy.
        });
    }

    /// <summary>The page behind a refused form is one to look at: as a POST it would be taken for a form of its own, and refused anew.</summary>
    private static Task ShowAsAnAnswer(HttpContext context, RequestDelegate next)
    {
        var again = context.Features.Get<IStatusCodeReExecuteFeature>() is not null || context.Features.Get<IExceptionHandlerPathFeature>() is not null;
        if (again && !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Request.Method = HttpMethods.Get;
            context.Features.Set<IAntiforgeryValidationFeature>(null);
        }

        return next(context);
    }

    /// <summary>A system that sends webhooks, a monitor and a circuit want the bare status.</summary>
    private static bool ForPeople(HttpContext context) =>
        !context.Request.Path.StartsWithSegments("/webhooks", StringComparison.Ordinal)
        && !context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal)
        && !context.Request.Path.StartsWithSegments("/_blazor", StringComparison.Ordinal);
}
