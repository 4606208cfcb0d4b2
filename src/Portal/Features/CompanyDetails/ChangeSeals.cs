using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Portal.Features.CompanyDetails;

/// <summary>How far the portal itself has brought a change that a browser hands in again.</summary>
public enum ChangeKnown
{
    /// <summary>It was never the portal's, is somebody else's, was altered, or the keys are others by now.</summary>
    Nothing,

    /// <summary>The portal composed it for this person, when it differed from what stood.</summary>
    Composed,

    /// <summary>It was done: only its note is still to be written.</summary>
    Done,
}

/// <summary>
/// A change of a company is kept in the browser until its end is known, and a browser keeps what its user likes. So it carries a seal, by the data-protection keys of the
/// portal, over the whole change, whose it is and how far it has come.
/// </summary>
public sealed class ChangeSeals(IDataProtectionProvider protection)
{
    private readonly IDataProtector _protector = protection.CreateProtector("PortalIntegration.Company.Change.v1");

    internal CompanyChange Composed(Scope scope, CompanyChange change) => Sealed(scope, change, ChangeKnown.Composed);

    internal CompanyChange Done(Scope scope, CompanyChange change) => Sealed(scope, change, ChangeKnown.Done);

    internal ChangeKnown Known(Scope scope, CompanyChange change)
    {
        if (change.Seal is not { Length: > 0 and < 4_000 } seal)
        {
            return ChangeKnown.Nothing;
        }

        try
        {
            var said = _protector.Unprotect(seal);
            return said == Said(scope, change, ChangeKnown.Done) ? ChangeKnown.Done
                : said == Said(scope, change, ChangeKnown.Composed) ? ChangeKnown.Composed
                : ChangeKnown.Nothing;
        }
        catch (CryptographicException)
        {
            return ChangeKnown.Nothing; // Not ours, or of keys that are gone.
        }
    }

    private CompanyChange Sealed(Scope scope, CompanyChange change, ChangeKnown known) => change with { Seal = _protector.Protect(Said(scope, change, known)) };

    private static string Said(Scope scope, CompanyChange change, ChangeKnown known) =>
        $"{known} {Convert.ToHexString(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(change with { Seal = null })))} {scope.Actor}";
}
