using PortalIntegration.Core.Settings;

namespace PortalIntegration.Core.Ownership;

/// <summary>How the connection to a system is secured; section <c>Systems:{name}:Tls</c>. TLS 1.2 is the least, and a certificate that does not hold is never taken.</summary>
public sealed class TlsSettings
{
    /// <summary>
    /// The file of the certificate that the portal shows: PEM (with its key in it or in <see cref="ClientKey"/>) or PKCS#12 (<c>.pfx</c>, <c>.p12</c>). A file that is replaced is read again
    /// within a minute. None by default.
    /// </summary>
    public string? ClientCertificate { get; set; }

    /// <summary>The PEM file of its private key, where it stands in a file of its own.</summary>
    public string? ClientKey { get; set; }

    /// <summary>Opens the key.</summary>
    [Secret]
    public string? ClientKeyPassword { get; set; }

    /// <summary>PEM file with the authorities whose certificates the system may show, instead of the machine's. None by default.</summary>
    public string? Authorities { get; set; }

    /// <summary>Whether <c>http://</c> is allowed beyond this machine. Whoever is on the way then reads and changes everything, credentials too.</summary>
    public bool AllowHttp { get; set; }

    /// <summary>How long before the client certificate ends it is an alert, 1 to 365 days.</summary>
    [Within(1, 365, Unit = "days")]
    public int ExpiryDays { get; set; } = 30;
}
