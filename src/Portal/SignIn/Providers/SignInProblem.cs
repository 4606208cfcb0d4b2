using Microsoft.AspNetCore.Authentication;

namespace PortalIntegration.Portal.SignIn.Providers;

/// <summary>Why somebody could not sign in, or is signed in no more. Each has words of its own on the sign-in page.</summary>
public enum SignInProblem
{
    /// <summary>It does not answer, or not as a provider does.</summary>
    ProviderDown,

    /// <summary>The person, or the provider, said no.</summary>
    Declined,

    /// <summary>It answered with an error of its own.</summary>
    Refused,

    /// <summary>What it said does not hold when it is checked.</summary>
    Untrusted,

    /// <summary>What the browser brought back is unknown or too old, or was used before.</summary>
    Lost,

    /// <summary>It names no e-mail address.</summary>
    NoEmail,

    /// <summary>It has not checked the e-mail address.</summary>
    NotVerified,

    /// <summary>An e-mail address of another domain than it may vouch for.</summary>
    WrongDomain,

    /// <summary>It does not say that he is one of the people who come in with it.</summary>
    NoRole,

    /// <summary>The CRM knows nobody of this address.</summary>
    Unknown,

    /// <summary>The CRM knows several of this address.</summary>
    Several,

    /// <summary>The CRM knows him and gives no access.</summary>
    NoAccess,

    /// <summary>The CRM does not answer.</summary>
    CrmDown,

    /// <summary>He was signed in, and the CRM or the provider takes it back.</summary>
    Ended,

    /// <summary>He signs in more often than one person may.</summary>
    TooOften,
}

/// <summary>Ends a sign-in on its way.</summary>
/// <param name="why">For the log: no name, no address, no token.</param>
internal sealed class SignInProblemException(SignInProblem problem, string why, string? email = null, Exception? inner = null) : Exception(why, inner)
{
    public SignInProblem Problem { get; } = problem;

    public string? Email { get; } = email;

    /// <summary>Before it is of no use to try again; null where nothing says so.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Where the person wanted to go.</summary>
    public AuthenticationProperties? Properties { get; init; }
}
