namespace PortalIntegration.Portal.Hosting;

/// <summary>
/// How the portal's cookies are called. Browsers take a <c>__Host-</c> cookie by HTTPS alone, for this very host and every path of it, and from nobody else. In development there
/// may be no HTTPS.
/// </summary>
internal static class HostCookies
{
    public static string Name(IHostEnvironment environment, string name) => environment.IsDevelopment() ? name : $"__Host-{name}";

    public static string Name(HttpContext context, string name) => Name(context.RequestServices.GetRequiredService<IHostEnvironment>(), name);
}
