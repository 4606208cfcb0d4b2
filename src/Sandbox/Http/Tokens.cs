using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace PortalIntegration.Sandbox.Http;

/// <summary>A static token, and short-lived ones for a client id and secret.</summary>
internal sealed class Tokens(string staticToken, string clientId, string clientSecret, TimeSpan lifetime, TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> issued = new(StringComparer.Ordinal);
    private int count;

    public int Issued => count;

    public bool Accepts(string? authorization)
    {
        if (authorization is null || !authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var token = authorization[7..].Trim();
        return Same(token, staticToken) || (issued.TryGetValue(token, out var until) && until > clock.GetUtcNow());
    }

    public void RevokeIssued() => issued.Clear();

    public Operation Endpoint() => Operation.Post("requestToken", "/oauth/token", Request, open: true);

    private Answer Request(Call call)
    {
        var form = Encoding.UTF8.GetString(call.Body.Span).Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(p => p.Split('=', 2))
            .Where(p => p.Length == 2)
            .GroupBy(p => p[0], StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => Uri.UnescapeDataString(g.First()[1].Replace('+', ' ')), StringComparer.Ordinal);
        if (form.GetValueOrDefault("grant_type") != "client_credentials")
        {
            return new Answer(400, new TokenError("unsupported_grant_type"));
        }

        if (!Same(form.GetValueOrDefault("client_id") ?? "", clientId) || !Same(form.GetValueOrDefault("client_secret") ?? "", clientSecret))
        {
            return new Answer(400, new TokenError("invalid_client"));
        }

        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        issued[token] = clock.GetUtcNow() + lifetime;
        Interlocked.Increment(ref count);
        return Answer.Ok(new TokenBody(token, "Bearer", (int)lifetime.TotalSeconds)).WithHeader("Cache-Control", "no-store");
    }

    private static bool Same(string a, string b) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(a), Encoding.UTF8.GetBytes(b));

    private sealed record TokenError(string Error);

    private sealed record TokenBody(
        [property: JsonPropertyName("access_token")] string AccessToken,
        [property: JsonPropertyName("token_type")] string TokenType,
        [property: JsonPropertyName("expires_in")] int ExpiresIn);
}
