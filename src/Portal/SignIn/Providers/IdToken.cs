using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace PortalIntegration.Portal.SignIn.Providers;

/// <summary>Does not hold. The message names the rule, never a value of the token.</summary>
internal sealed class UntrustedTokenException(string message) : Exception(message);

/// <summary>
/// The rules of an id_token (OpenID Connect Core 1.0, 3.1.3.7) and of a logout token (OpenID Connect Back-Channel Logout 1.0, 2.6). Signatures are RS256, PS256 or
/// ES256; a token that is signed by none, or by a shared secret, is not taken.
/// </summary>
internal static class IdToken
{
    /// <summary>How far the provider's clock may be off.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    /// <summary>An id_token is made while the person waits for it.</summary>
    public static readonly TimeSpan Oldest = TimeSpan.FromMinutes(10);

    private const string LogoutEvent = "http://schemas.openid.net/event/backchannel-logout";

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    /// <param name="nonce">Of the request; null for a refreshed token, which belongs to none.</param>
    public static JsonElement Check(string token, string issuer, string clientId, string? nonce, DateTimeOffset now, IReadOnlyList<ProviderKey> keys)
    {
        var claims = Signed(token, keys);
        Common(claims, issuer, clientId, now);
        Must(claims.Time("exp") is { } expires && now < expires + Skew, "exp");
        Must(claims.Text("sub") is { Length: > 0 and <= 255 }, "sub");
        Must(nonce is null || (claims.Text("nonce") is { } named && Same(named, nonce)), "nonce");
        return claims;
    }

    /// <summary>Whom it ends: <c>sub</c>, <c>sid</c> or both.</summary>
    public static (string? Subject, string? Session) CheckLogout(string token, string issuer, string clientId, DateTimeOffset now, IReadOnlyList<ProviderKey> keys)
    {
        var claims = Signed(token, keys);
        Common(claims, issuer, clientId, now);
        Must(!claims.TryGetProperty("exp", out _) || (claims.Time("exp") is { } expires && now < expires + Skew), "exp");
        Must(
            claims.TryGetProperty("events", out var events) && events.ValueKind is JsonValueKind.Object
            && events.TryGetProperty(LogoutEvent, out var ended) && ended.ValueKind is JsonValueKind.Object,
            "events");
        Must(!claims.TryGetProperty("nonce", out _), "nonce");
        var (subject, session) = (claims.Text("sub"), claims.Text("sid"));
        Must(subject is { Length: > 0 } || session is { Length: > 0 }, "sub or sid");
        return (subject, session);
    }

    /// <summary>The claims of an id_token that was checked when it came.</summary>
    /// <param name="without">Names that somebody else has to say anew; <c>sub</c> stays.</param>
    public static JsonElement Checked(string token, IReadOnlyCollection<string> without) => JsonSerializer.SerializeToElement(
        Read(token.Split('.')[1]).EnumerateObject().Where(claim => claim.NameEquals("sub") || !without.Contains(claim.Name)).ToDictionary(claim => claim.Name, claim => claim.Value));

    /// <summary>A claim that is a text.</summary>
    public static string? Text(this JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private static void Common(JsonElement claims, string issuer, string clientId, DateTimeOffset now)
    {
        Must(claims.Text("iss") is { } iss && string.Equals(iss, issuer, StringComparison.Ordinal), "iss");
        var audiences = Audiences(claims);
        Must(audiences.Contains(clientId, StringComparer.Ordinal), "aud");
        var party = claims.Text("azp");
        Must(claims.TryGetProperty("azp", out _) ? party == clientId : audiences.Count == 1, "azp");
        Must(claims.Time("iat") is { } issued && issued <= now + Skew && issued >= now - Oldest - Skew, "iat");
    }

    private static List<string> Audiences(JsonElement claims) => !claims.TryGetProperty("aud", out var audience) ? []
        : audience.ValueKind is JsonValueKind.String ? [audience.GetString()!]
        : audience.ValueKind is JsonValueKind.Array ? [.. audience.EnumerateArray().Where(one => one.ValueKind is JsonValueKind.String).Select(one => one.GetString()!)]
        : [];

    private static DateTimeOffset? Time(this JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number && value.TryGetDouble(out var seconds) && seconds is > 0 and < 253_402_300_799
            ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
            : null;

    private static JsonElement Signed(string token, IReadOnlyList<ProviderKey> keys)
    {
        var parts = token.Split('.');
        Must(parts.Length == 3, "three parts");
        var header = Read(parts[0]);
        Must(!header.TryGetProperty("crit", out _), "crit");
        var (algorithm, id) = (header.Text("alg"), header.Text("kid"));
        var signature = Bytes(parts[2]);
        var signed = Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");
        var candidates = keys.Where(key => id is null || key.Id is null || key.Id == id).ToList();
        if (candidates.Count == 0)
        {
            throw new UnknownKeyException();
        }

        Must(candidates.Any(key => key.Verifies(algorithm, signed, signature)), "signature");
        return Read(parts[1]);
    }

    private static JsonElement Read(string part)
    {
        try
        {
            using var document = JsonDocument.Parse(Bytes(part), Strict);
            Must(document.RootElement.ValueKind is JsonValueKind.Object, "object");
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            throw new UntrustedTokenException("A token that does not hold: JSON.");
        }
    }

    private static byte[] Bytes(string part)
    {
        try
        {
            return Base64Url.DecodeFromChars(part);
        }
        catch (FormatException)
        {
            throw new UntrustedTokenException("A token that does not hold: base64url.");
        }
    }

    private static bool Same(string one, string other) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));

    private static void Must(bool holds, string rule)
    {
        if (!holds)
        {
            throw new UntrustedTokenException($"A token that does not hold: {rule}.");
        }
    }
}

/// <summary>Signed with a key that was not published when the keys were read: they may have been changed since.</summary>
internal sealed class UnknownKeyException() : Exception("Signed with a key that the provider does not publish.");

/// <summary>A public key of a provider's.</summary>
internal sealed class ProviderKey
{
    private const int LeastRsaBits = 2048;

    private readonly RSAParameters? _rsa;
    private readonly ECParameters? _ec;
    private readonly string? _algorithm;

    private ProviderKey(string? id, string? algorithm, RSAParameters? rsa, ECParameters? ec)
    {
        Id = id;
        _algorithm = algorithm;
        _rsa = rsa;
        _ec = ec;
    }

    public string? Id { get; }

    /// <summary>Null for a key that is of no use here: another kind, another use, or too short.</summary>
    public static ProviderKey? Read(JsonElement key)
    {
        if (key.ValueKind is not JsonValueKind.Object || key.Text("use") is not (null or "sig"))
        {
            return null;
        }

        try
        {
            return key.Text("kty") switch
            {
                "RSA" when Part(key, "n") is { } modulus && Part(key, "e") is { } exponent && modulus.Length * 8 >= LeastRsaBits =>
                    new(key.Text("kid"), key.Text("alg"), new RSAParameters { Modulus = modulus, Exponent = exponent }, null),
                "EC" when key.Text("crv") == "P-256" && Part(key, "x") is { Length: 32 } x && Part(key, "y") is { Length: 32 } y =>
                    new(key.Text("kid"), key.Text("alg"), null, new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = x, Y = y } }),
                _ => null,
            };
        }
        catch (FormatException)
        {
            return null;
        }
    }

    public bool Verifies(string? algorithm, byte[] signed, byte[] signature)
    {
        if (_algorithm is not null && _algorithm != algorithm)
        {
            return false;
        }

        try
        {
            switch (algorithm)
            {
                case "RS256" or "PS256" when _rsa is { } parameters:
                    using (var rsa = RSA.Create(parameters))
                    {
                        return rsa.VerifyData(
                            signed, signature, HashAlgorithmName.SHA256, algorithm == "RS256" ? RSASignaturePadding.Pkcs1 : RSASignaturePadding.Pss);
                    }

                case "ES256" when _ec is { } parameters:
                    using (var ec = ECDsa.Create(parameters))
                    {
                        return ec.VerifyData(signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
                    }

                default:
                    return false;
            }
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static byte[]? Part(JsonElement key, string name) => key.Text(name) is { } text ? Base64Url.DecodeFromChars(text) : null;
}
