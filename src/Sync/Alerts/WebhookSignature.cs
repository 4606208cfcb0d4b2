using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PortalIntegration.Sync.Alerts;

/// <summary>Signs by Standard Webhooks 1.0.0, the symmetric scheme: https://github.com/standard-webhooks/standard-webhooks.</summary>
internal static class WebhookSignature
{
    private const string SecretPrefix = "whsec_";
    private const int ShortestKey = 24;

    /// <summary>The bytes of a secret; null when it is none.</summary>
    public static byte[]? Key(string secret)
    {
        var encoded = secret.StartsWith(SecretPrefix, StringComparison.Ordinal) ? secret[SecretPrefix.Length..] : "";
        var key = new byte[encoded.Length];
        return Convert.TryFromBase64String(encoded, key, out var length) && length >= ShortestKey ? key[..length] : null;
    }

    /// <summary>Puts id, time and one signature a secret on a request.</summary>
    public static void Sign(HttpRequestMessage request, string id, DateTimeOffset at, byte[] body, IEnumerable<string> secrets)
    {
        var timestamp = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp);
        request.Headers.Add(
            "webhook-signature",
            string.Join(' ', secrets.Select(secret => $"v1,{Convert.ToBase64String(HMACSHA256.HashData(Key(secret)!, signed))}")));
    }
}
