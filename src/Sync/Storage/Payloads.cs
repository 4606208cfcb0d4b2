using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace PortalIntegration.Sync.Storage;

/// <summary>Encrypts what rests in the store with the data-protection keys of the state directory.</summary>
public sealed class Payloads(IDataProtectionProvider protection)
{
    private readonly IDataProtector _protector = protection.CreateProtector("PortalIntegration.Sync.Payloads.v1");

    public byte[] Protect(ReadOnlySpan<byte> plain) => _protector.Protect(plain.ToArray());

    /// <summary>Null when the keys are gone or the text was changed.</summary>
    public byte[]? TryUnprotect(byte[] protectedText)
    {
        try
        {
            return _protector.Unprotect(protectedText);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
