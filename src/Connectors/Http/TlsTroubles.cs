using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace PortalIntegration.Connectors.Http;

/// <summary>Why a secured connection did not come about, in words that name what to mend.</summary>
internal static class TlsTroubles
{
    /// <summary>Alerts by which a server says that it wants another certificate of ours, in OpenSSL's and Windows' words.</summary>
    private static readonly string[] WantsAnother = ["certificate required", "bad certificate", "unknown ca", "certificate unknown", "certificate expired", "certificate revoked", "CertificateRequired", "BadCertificate", "UnknownCA"];

    private const string Unanswered = "PortalIntegration.AskedForACertificate";

    /// <summary>For every handshake; what does not hold is thrown with its reason.</summary>
    public static bool Check(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        errors == SslPolicyErrors.None ? true : throw new CertificateRefusedException(Reason(certificate as X509Certificate2, chain, errors));

    /// <summary>Null when it was not about certificates.</summary>
    public static string? Describe(Exception broken)
    {
        for (var inner = broken; inner is not null; inner = inner.InnerException)
        {
            if (inner is CertificateRefusedException refused)
            {
                return refused.Message;
            }

            if (Array.Exists(WantsAnother, alert => inner.Message.Contains(alert, StringComparison.OrdinalIgnoreCase)))
            {
                return "it asks for a client certificate that it trusts (Tls:ClientCertificate).";
            }
        }

        return null;
    }

    /// <summary>
    /// A server that looks at our certificate after its handshake, as TLS 1.3 lets it, may end the line without a word. What the platform knows of it: that it asked for one, and that it has
    /// answered nobody yet.
    /// </summary>
    public static void MarkUnanswered(HttpRequestException broken, bool ours) => broken.Data[Unanswered] = ours;

    /// <summary>A sentence to add to what is known, with a blank before it; empty where there is nothing to guess.</summary>
    public static string Guess(Exception broken)
    {
        for (var inner = broken; inner is not null; inner = inner.InnerException)
        {
            if (inner.Data[Unanswered] is bool ours)
            {
                return ours
                    ? " It asks for a client certificate and has not answered once with ours: it may not take it (Tls:ClientCertificate)."
                    : " It asks for a client certificate, none is set, and it has not answered once: it may want one (Tls:ClientCertificate).";
            }
        }

        return "";
    }

    private static string Reason(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return "it shows no certificate.";
        }

        var states = chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status) ?? X509ChainStatusFlags.NoError;
        List<string> wrong = [];
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            wrong.Add("is for another host");
        }

        if (states.HasFlag(X509ChainStatusFlags.NotTimeValid))
        {
            wrong.Add(FormattableString.Invariant($"is or leads to one that is not valid now (its own time is {certificate.NotBefore.ToUniversalTime():yyyy-MM-dd} to {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd})"));
        }

        if ((states & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.NotSignatureValid)) != X509ChainStatusFlags.NoError)
        {
            wrong.Add("comes from an authority that is not trusted here (Tls:Authorities)");
        }

        return $"its certificate {(wrong.Count > 0 ? string.Join(", and ", wrong) : $"does not hold ({states})")}.";
    }
}

/// <summary>A system's certificate does not hold; nothing was sent.</summary>
internal sealed class CertificateRefusedException(string reason) : Exception(reason);
