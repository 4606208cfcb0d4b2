using PortalIntegration.Core;
using PortalIntegration.Portal.Hosting;

namespace PortalIntegration.Portal.SignIn;

/// <summary>
/// Which account somebody chose last, for when his session ran out: he comes back to the basket that he left. It opens nothing: an account outside his scope is not
/// taken. Signing out forgets it.
/// </summary>
internal static class ActingCookie
{
    private const string Name = "portal-account";
    private const int Longest = 200;

    public static void Remember(HttpContext context, AccountId account) => context.Response.Cookies.Append(HostCookies.Name(context, Name), Uri.EscapeDataString(account.Value), Options(context));

    public static AccountId? Last(HttpContext context) =>
        context.Request.Cookies[HostCookies.Name(context, Name)] is { Length: > 0 and < Longest } kept ? new AccountId(Uri.UnescapeDataString(kept)) : null;

    public static void Forget(HttpContext context) => context.Response.Cookies.Delete(HostCookies.Name(context, Name), Options(context));

    private static CookieOptions Options(HttpContext context) => new()
    {
        HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = context.Request.IsHttps, Path = "/", IsEssential = true, MaxAge = TimeSpan.FromDays(30),
    };
}
