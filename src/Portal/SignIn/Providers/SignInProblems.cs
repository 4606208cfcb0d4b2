using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using PortalIntegration.Portal.Components;

namespace PortalIntegration.Portal.SignIn.Providers;

/// <param name="Provider">By its name in the configuration.</param>
/// <param name="Email">Who the provider says it is; null where it came not so far.</param>
/// <param name="Until">Before it is of no use to try again; null where nothing says so.</param>
internal sealed record AboutProblem(string Provider, string? Email, DateTimeOffset? Until = null);

/// <summary>
/// Takes what went wrong to the sign-in page. Who it was about travels encrypted, for some minutes: no address stands in an address or a log, and nobody else
/// puts words on the page.
/// </summary>
internal sealed class SignInProblems(IDataProtectionProvider protection)
{
    private static readonly TimeSpan Shown = TimeSpan.FromMinutes(15);

    private readonly ITimeLimitedDataProtector _protector = protection.CreateProtector("PortalIntegration.SignIn.Problem.v1").ToTimeLimitedDataProtector();

    public string Url(SignInProblem problem, AboutProblem? about, string? returnTo) =>
        PortalUrls.SignInProblem(problem.ToString(), about is null ? null : _protector.Protect(JsonSerializer.Serialize(about), Shown), returnTo);

    /// <summary>Where a browser goes to sign out at the provider.</summary>
    public string SignedOutUrl(Uri? provider) => PortalUrls.SignedOutFrom(provider is null ? null : _protector.Protect(provider.ToString(), Shown));

    public AboutProblem? About(string? written)
    {
        try
        {
            return Text(written) is { } json ? JsonSerializer.Deserialize<AboutProblem>(json) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public Uri? SignedOutAt(string? written) => Uri.TryCreate(Text(written), UriKind.Absolute, out var address) && address.Scheme is ("https" or "http") ? address : null;

    private string? Text(string? written)
    {
        try
        {
            return written is { Length: > 0 and < 16_000 } ? _protector.Unprotect(written) : null;
        }
        catch (CryptographicException)
        {
            return null; // Too old, or not ours.
        }
    }
}
