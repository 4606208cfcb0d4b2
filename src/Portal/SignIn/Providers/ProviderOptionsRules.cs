using System.Text.RegularExpressions;

namespace PortalIntegration.Portal.SignIn.Providers;

/// <summary>What must hold of the providers' settings. Every mistake names its key and says what to do.</summary>
internal static partial class ProviderOptionsRules
{
    /// <summary>The portal's own, in an authorization request.</summary>
    private static readonly string[] Ours =
    [
        "client_id", "client_secret", "code_challenge", "code_challenge_method", "nonce", "redirect_uri", "request", "request_uri", "response_mode", "response_type",
        "scope", "state",
    ];

    public static void Check(List<string> mistakes, SignInOptions options, bool development)
    {
        if (options.Providers.Count == 0)
        {
            mistakes.Add("SignIn:Providers names nobody to sign in with: set SignIn:Providers:{name}:Authority, ClientId, ClientSecret and Roles of at least one.");
        }

        foreach (var (name, provider) in options.Providers.OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            new One(mistakes, $"SignIn:Providers:{name}", name, provider, development).Check();
        }
    }

    /// <summary>Plain HTTP never leaves this machine, and is for development.</summary>
    public static bool IsSafe(Uri address, bool development) =>
        address.Scheme == Uri.UriSchemeHttps || (development && address.Scheme == Uri.UriSchemeHttp && address.IsLoopback);

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,30}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex NamePattern { get; }

    [GeneratedRegex(@"^[a-z0-9-]+(\.[a-z0-9-]+)+$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 100)]
    private static partial Regex DomainPattern { get; }

    private sealed class One(List<string> mistakes, string key, string name, ProviderOptions provider, bool development)
    {
        public void Check()
        {
            Must(NamePattern.IsMatch(name), $"{key} must be named by 1 to 31 of a-z, 0-9 and '-': the name stands in addresses.");
            Must(provider.Title is null or { Length: > 0 and <= 40 }, $"{key}:Title must have 1 to 40 characters.");
            Address();
            Must(provider.ClientId.Length > 0, $"{key}:ClientId must be set: the provider gives it when the portal is registered there.");
            Secret();
            Must(provider.Scopes.Count == 0 || provider.Scopes.Contains("openid"), $"{key}:Scopes must contain openid, or be left away.");
            Must(provider.EmailClaim.Length > 0, $"{key}:EmailClaim must not be empty.");
            Must(provider.EmailVerifiedClaim.Length > 0, $"{key}:EmailVerifiedClaim must not be empty: an address that nobody checked opens nobody's account.");
            Must(provider.EmailDomains.All(DomainPattern.IsMatch), $"{key}:EmailDomains must be domains such as example.com.");
            foreach (var parameter in provider.Parameters.Keys.Where(parameter => Ours.Contains(parameter, StringComparer.OrdinalIgnoreCase)))
            {
                mistakes.Add($"{key}:Parameters:{parameter} is set by the portal itself: take it away.");
            }

            Roles();
        }

        private void Address()
        {
            if (!Uri.TryCreate(provider.Authority, UriKind.Absolute, out var authority) || authority is not { Query: "", Fragment: "", UserInfo: "" })
            {
                mistakes.Add($"{key}:Authority must be the provider's issuer, such as https://login.example.com/realms/customers.");
            }
            else
            {
                Must(
                    IsSafe(authority, development),
                    $"{key}:Authority must begin with https://{(development ? "; plain http is for a provider on this machine (127.0.0.1, localhost)" : string.Empty)}.");
            }
        }

        private void Secret()
        {
            if ((provider.ClientSecret is null or "") == (provider.ClientSecretFile is null or ""))
            {
                mistakes.Add($"{key}: set one of ClientSecret (from the environment: {key.Replace(":", "__", StringComparison.Ordinal)}__ClientSecret) and ClientSecretFile.");
                return;
            }

            try
            {
                Must(provider.Secret().Length > 0, $"{key}:ClientSecretFile is empty.");
            }
            catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
            {
                mistakes.Add($"{key}:ClientSecretFile cannot be read.");
            }
        }

        private void Roles()
        {
            Must(
                provider.Roles.Count > 0 && provider.Roles.All(role => Enum.GetNames<AdmittedAs>().Contains(role, StringComparer.OrdinalIgnoreCase)),
                $"{key}:Roles must say what its people may be: one or more of customer, rep, admin.");
            Values(AdmittedAs.Rep, provider.RepValues, "RepValues");
            Values(AdmittedAs.Admin, provider.AdminValues, "AdminValues");
            Must(!provider.RepValues.Intersect(provider.AdminValues, StringComparer.Ordinal).Any(), $"{key}: the same value stands in RepValues and in AdminValues.");
        }

        private void Values(AdmittedAs role, IList<string> values, string setting)
        {
            if (provider.Admits(role))
            {
                Must(
                    values.Count > 0 && values.All(value => value.Length > 0) && provider.RoleClaim is { Length: > 0 },
                    $"{key}:RoleClaim and {key}:{setting} must say which claim makes somebody {(role is AdmittedAs.Rep ? "a rep" : "an admin")}.");
            }
            else
            {
                Must(values.Count == 0, $"{key}:{setting} is set, but {key}:Roles admits no {role.ToString().ToLowerInvariant()}.");
            }
        }

        private void Must(bool holds, string mistake)
        {
            if (!holds)
            {
                mistakes.Add(mistake);
            }
        }
    }
}
