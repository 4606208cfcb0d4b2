namespace PortalIntegration.Portal.SignIn.Providers;

/// <summary>What a provider's word makes of somebody. What he may do then is the CRM's to say.</summary>
public enum AdmittedAs
{
    /// <summary>The CRM's one contact of his e-mail address, with the role that it says.</summary>
    Customer,

    /// <summary>The CRM's one member of staff of his e-mail address, with the accounts that he owns.</summary>
    Rep,

    /// <summary>Runs the portal; the CRM is not asked, so that he can come in while it is down.</summary>
    Admin,
}

/// <summary>How somebody came in. He stays only while it holds.</summary>
/// <param name="Provider">By its name in the configuration.</param>
/// <param name="Email">Verified by the provider.</param>
/// <param name="Tokens">Where what the provider gave is kept; see <see cref="ProviderSignIns"/>.</param>
public sealed record Admission(string Provider, AdmittedAs As, string Email, string Tokens);
