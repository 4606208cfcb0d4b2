using PortalIntegration.Core.Settings;

namespace PortalIntegration.Portal.SignIn.Providers;

/// <summary>Section <c>SignIn:Providers:{name}</c>: an OpenID Connect provider that people sign in with.</summary>
public sealed class ProviderOptions
{
    /// <summary>As it stands on the button; the name of the section where empty. At most 40 characters.</summary>
    public string? Title { get; set; }

    /// <summary>The issuer, word for word as the provider's discovery document names it. HTTPS; plain HTTP on this machine in Development alone.</summary>
    public string Authority { get; set; } = string.Empty;

    /// <summary>As which client the portal is known to it.</summary>
    public string ClientId { get; set; } = string.Empty;

    /// <summary>From the environment or user secrets, never from a file of configuration. One of this and <see cref="ClientSecretFile"/>.</summary>
    [Secret]
    public string? ClientSecret { get; set; }

    /// <summary>A file that holds nothing but the client's secret, as container platforms mount them.</summary>
    public string? ClientSecretFile { get; set; }

    /// <summary>What is asked for. Where empty: <c>openid profile email</c>, and <c>offline_access</c> where the provider says that it knows it.</summary>
    public IList<string> Scopes { get; } = [];

    /// <summary>What this provider's people may be: <c>customer</c>, <c>rep</c>, <c>admin</c>; nothing else, whatever they claim.</summary>
    public IList<string> Roles { get; } = [];

    /// <summary>Only people with an e-mail address of these domains; empty for any.</summary>
    public IList<string> EmailDomains { get; } = [];

    /// <summary>The claim with the e-mail address.</summary>
    public string EmailClaim { get; set; } = "email";

    /// <summary>The claim that says that the provider has checked the address; it must be there, and true.</summary>
    public string EmailVerifiedClaim { get; set; } = "email_verified";

    /// <summary>Where reps and admins are told by: a text or a list of texts; a dot leads inside, as in <c>realm_access.roles</c>.</summary>
    public string? RoleClaim { get; set; }

    /// <summary>Values of <see cref="RoleClaim"/> that make a rep.</summary>
    public IList<string> RepValues { get; } = [];

    /// <summary>Values of <see cref="RoleClaim"/> that make an admin.</summary>
    public IList<string> AdminValues { get; } = [];

    /// <summary>The <c>prompt</c> that "sign in as somebody else" sends.</summary>
    public string PromptForAnother { get; set; } = "login";

    /// <summary>More parameters of the authorization request.</summary>
    public IDictionary<string, string> Parameters { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    internal bool Admits(AdmittedAs role) => Roles.Contains(role.ToString(), StringComparer.OrdinalIgnoreCase);

    /// <exception cref="IOException">The file cannot be read; so do others that say so.</exception>
    internal string Secret() => ClientSecret ?? File.ReadAllText(ClientSecretFile!).Trim();
}
