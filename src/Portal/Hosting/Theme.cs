using Microsoft.Extensions.Options;
using Microsoft.AspNetCore.Mvc;
using PortalIntegration.Portal.Components;

namespace PortalIntegration.Portal.Hosting;

/// <summary>The company's colour as a style sheet of its own (no style stands in the markup), and the choice of dark or light.</summary>
internal static class Theme
{
    private const string Cookie = "portal-theme";
    private const string Light = "light";
    private const string Dark = "dark";

    public static string Sheet(CompanyOptions company)
    {
        _ = AccentColour.TryParse(company.Accent, out var accent);
        var onLight = accent.ReadableOn(AccentColour.LightGround);
        var onDark = accent.ReadableOn(AccentColour.DarkGround);
        return $$"""
            :root { --accent: {{onLight.Css}}; --on-accent: {{onLight.TextOn().Css}}; --brand: {{accent.Css}}; --on-brand: {{accent.TextOn().Css}}; }
            [data-theme="dark"] { --accent: {{onDark.Css}}; --on-accent: {{onDark.TextOn().Css}}; }
            @media (prefers-color-scheme: dark) { :root:not([data-theme="light"]) { --accent: {{onDark.Css}}; --on-accent: {{onDark.TextOn().Css}}; } }
            """;
    }

    /// <summary>What the person chose; null to follow the machine.</summary>
    public static string? Chosen(HttpContext? context) =>
        context?.Request.Cookies[HostCookies.Name(context, Cookie)] is { } value && value is Light or Dark ? value : null;

    public static void MapTheme(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(PortalUrls.ThemeSheet, (HttpContext context, IOptions<CompanyOptions> company) =>
        {
            context.Response.Headers.CacheControl = "public, max-age=300";
            return Results.Text(Sheet(company.Value), "text/css");
        }).AllowAnonymous();

        routes.MapPost(PortalUrls.ThemeChoice, (HttpContext context, [FromForm] string? theme, [FromForm] string? returnTo) =>
        {
            Choose(context, theme);
            return Results.LocalRedirect(PortalUrls.LocalOrHome(returnTo));
        });
    }

    internal static void Choose(HttpContext context, string? theme)
    {
        if (theme is Light or Dark)
        {
            context.Response.Cookies.Append(HostCookies.Name(context, Cookie), theme, Options(context));
        }
        else
        {
            context.Response.Cookies.Delete(HostCookies.Name(context, Cookie), Options(context));
        }
    }

    private static CookieOptions Options(HttpContext context) => new()
    {
        MaxAge = TimeSpan.FromDays(365), SameSite = SameSiteMode.Lax, Secure = context.Request.IsHttps, Path = "/", HttpOnly = true, IsEssential = true,
    };
}
