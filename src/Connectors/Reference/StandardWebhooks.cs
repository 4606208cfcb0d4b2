using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PortalIntegration.Connectors.Reference;

/// <summary>Standard Webhooks 1.0.0, the symmetric scheme: https://github.com/standard-webhooks/standard-webhooks.</summary>
internal static class StandardWebhooks
{
    public const string SecretPrefix = "whsec_";

    /// <summary>How far a delivery's time may be from ours, either way.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(300);

    private const int ShortestKey = 24;

    /// <summary>The bytes of a secret; null when it is none.</summary>
    public static byte[]? Key(string secret)
    {
        var encoded = secret.StartsWith(SecretPrefix, StringComparison.Ordinal) ? secret[SecretPrefix.Length..] : "";
        var key = new byte[encoded.Length];
        return Convert.TryFromBase64String(encoded, key, out var length) && length >= ShortestKey ? key[..length] : null;
    }

    /// <summary>Null when the delivery is genuine and of now, else why not.</summary>
    /// <param name="keys">Any of them may have signed: secrets are rotated by giving both.</param>
    public static string? Complaint(string? id, string? timestamp, string? signatures, ReadOnlySpan<byte> body, IReadOnlyList<byte[]> keys, DateTimeOffset now)
    {
        if (string.IsNullOrEmpty(id) || string.IsNullOrEmpty(timestamp) || string.IsNullOrEmpty(signatures))
        {
            return "A webhook header is missing.";
        }

        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            return "The webhook's time is no number.";
        }

        if (Math.Abs(now.ToUnixTimeMilliseconds() - (seconds * 1000m)) > (decimal)Tolerance.TotalMilliseconds)
        {
            return "The webhook's time is too far from ours.";
        }

        var signed = new byte[Encoding.UTF8.GetByteCount(id) + Encoding.UTF8.GetByteCount(timestamp) + 2 + body.Length];
        var at = Encoding.UTF8.GetBytes(id, signed);
        signed[at++] = (byte)'.';
        at += Encoding.UTF8.GetBytes(timestamp, signed.AsSpan(at));
        signed[at++] = (byte)'.';
        body.CopyTo(signed.AsSpan(at));

        var genuine = false;
        foreach (var signature in signatures.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(entry => entry.StartsWith("v1,", StringComparison.Ordinal)).Take(20))
        {
            var given = new byte[HMACSHA256.HashSizeInBytes + 4];
            if (!Convert.TryFromBase64String(signature[3..], given, out var length))
            {
                continue;
            }

            foreach (var key in keys)
            {
                genuine |= CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(key, signed), given.AsSpan(0, length));
            }
        }

        return genuine ? null : "The webhook's signature does not fit.";
    }
}
