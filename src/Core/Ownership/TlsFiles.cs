using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PortalIntegration.Core.Ownership;

/// <summary>Reads the files of <see cref="TlsSettings"/>.</summary>
public static class TlsFiles
{
    /// <summary>Each names its key; never a password. Empty when the files can be used.</summary>
    /// <param name="section">Such as <c>Systems:erp:Tls</c>.</param>
    public static IReadOnlyList<string> Mistakes(string section, TlsSettings settings)
    {
        var mistakes = new List<string>();
        if (settings.ClientCertificate is { } file)
        {
            Try(nameof(settings.ClientCertificate), file, () =>
            {
                using var certificate = ClientCertificate(settings)![0];
                return certificate.HasPrivateKey ? null : "holds no private key; name its file in ClientKey";
            });
        }
        else if (settings.ClientKey is not null || settings.ClientKeyPassword is not null)
        {
            mistakes.Add($"{section}:{nameof(settings.ClientCertificate)}: is missing, and a key is given.");
        }

        if (settings.Authorities is { } authorities)
        {
            Try(nameof(settings.Authorities), authorities, () => Authorities(settings) is { Count: > 0 } ? null : "holds no certificate in PEM");
        }

        return mistakes;

        void Try(string key, string path, Func<string?> read)
        {
            try
            {
                if (read() is { } wrong)
                {
                    mistakes.Add($"{section}:{key}: the file '{path}' {wrong}.");
                }
            }
            catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
            {
                mistakes.Add($"{section}:{key}: there is no file '{path}' that can be read.");
            }
            catch (Exception unusable) when (unusable is CryptographicException or ArgumentException)
            {
                mistakes.Add($"{section}:{key}: the file '{path}' cannot be used: it is no PEM and no PKCS#12, the key does not belong to it, or its password (ClientKeyPassword) is another.");
            }
        }
    }

    /// <summary>The certificate with its key, and after it those that lead to its authority; null for none.</summary>
    /// <exception cref="CryptographicException">It cannot be used.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static X509Certificate2Collection? ClientCertificate(TlsSettings settings)
    {
        if (settings.ClientCertificate is not { } file)
        {
            return null;
        }

        if (Path.GetExtension(file).ToUpperInvariant() is ".PFX" or ".P12")
        {
            var all = X509CertificateLoader.LoadPkcs12CollectionFromFile(file, settings.ClientKeyPassword);
            var own = all.FirstOrDefault(certificate => certificate.HasPrivateKey) ?? throw new CryptographicException("It holds no private key.");
            return [own, .. all.Where(certificate => certificate != own)];
        }

        var key = settings.ClientKey ?? file;
        if (!File.ReadAllText(key).Contains("PRIVATE KEY", StringComparison.Ordinal))
        {
            return [X509CertificateLoader.LoadCertificateFromFile(file)];
        }

        var certificate = settings.ClientKeyPassword is { } password ? X509Certificate2.CreateFromEncryptedPemFile(file, password, key) : X509Certificate2.CreateFromPemFile(file, key);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(file);
        return [certificate, .. chain.Skip(1)];
    }

    /// <summary>The authorities that are trusted instead of the machine's; null for the machine's.</summary>
    /// <inheritdoc cref="ClientCertificate" path="/exception"/>
    public static X509Certificate2Collection? Authorities(TlsSettings settings)
    {
        if (settings.Authorities is not { } file)
        {
            return null;
        }

        var all = new X509Certificate2Collection();
        all.ImportFromPemFile(file);
        return all;
    }
}
