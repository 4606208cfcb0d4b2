using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace PortalIntegration.Sync.Storage;

/// <summary>Encrypts what rests in the store with the data-protection keys of the state directory.</summary>
public sealed class Payloads(IDataProtectionProvider protection)
{
    private readonly IDataProtector _protector = protection.CreateProtector("PortalIntegration.Sync.Payloads.v1");

    /// <exception cref="StoreUnavailableException">The keys cannot be read or written now.</exception>
    public byte[] Protect(ReadOnlySpan<byte> plain)
    {
        try
        {
            return _protector.Protect(plain.ToArray());
        }
        catch (CryptographicException failure) when (IsTheDisk(failure))
        {
            throw new StoreUnavailableException("The keys cannot be read or written.", failure);
        }
    }

    /// <summary>Null when the keys are gone or the text was changed.</summary>
    /// <exception cref="StoreUnavailableException">The keys cannot be read now, which does not mean that they are gone.</exception>
    public byte[]? TryUnprotect(byte[] protectedText)
    {
        try
        {
            return _protector.Unprotect(protectedText);
        }
        catch (CryptographicException failure) when (IsTheDisk(failure))
        {
            throw new StoreUnavailableException("The keys cannot be read.", failure);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static bool IsTheDisk(CryptographicException failure) => failure.InnerException is IOException or UnauthorizedAccessException;
}
