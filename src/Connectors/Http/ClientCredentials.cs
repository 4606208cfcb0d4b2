using System.Buffers.Text;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;

namespace PortalIntegration.Connectors.Http;

/// <summary>
/// OAuth 2.0 client credentials (RFC 6749, 4.4), from <c>Systems:{name}:Credentials</c>: the client shows its secret, or a statement signed with its private key (<c>private_key_jwt</c>, RFC 7523).
/// One token serves all calls; it is renewed once, before it ends or after a 401. What the token endpoint does wrong is told as its own.
/// </summary>
public static partial class ClientCredentials
{
    public const string ClientId = nameof(ClientId);
    public const string ClientSecret = nameof(ClientSecret);
    public const string PrivateKey = nameof(PrivateKey);
    public const string KeyId = nameof(KeyId);
    public const string TokenEndpoint = nameof(TokenEndpoint);
    public const string Scope = nameof(Scope);
    public const string Audience = nameof(Audience);

    private const string Code = "sign_in";

    /// <summary>So long before a token ends it is renewed, or for a tenth of its life where that is shorter.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan StatementLasts = TimeSpan.FromMinutes(5);

    /// <summary>Whether the settings name a client with what it shows.</summary>
    public static bool Given(SystemSettings settings) => Value(settings, ClientId) is not null && (Value(settings, ClientSecret) is not null || Value(settings, PrivateKey) is not null);

    /// <summary>Each names its key; empty when nothing is wrong, or no client is named.</summary>
    public static IEnumerable<string> Mistakes(SystemSettings settings)
    {
        if (Value(settings, PrivateKey) is { } pem)
        {
            if (Value(settings, ClientSecret) is not null)
            {
                yield return $"Systems:{settings.Name}:Credentials:{PrivateKey}: {ClientSecret} is set too; keep one of them.";
            }

            if (!CanSign(pem))
            {
                yield return $"Systems:{settings.Name}:Credentials:{PrivateKey}: must be an RSA or EC (P-256) private key in PEM (its value is not shown here).";
            }
        }
    }

    /// <param name="endpoint">Where <c>Credentials:TokenEndpoint</c> says nothing.</param>
    public static ObtainedAuthentication For(SystemSettings settings, Uri endpoint, TimeProvider time)
    {
        var address = Value(settings, TokenEndpoint) is { } named ? new Uri(named) : endpoint;
        return new ObtainedAuthentication((send, cancel) => Obtain(settings, address, time, send, cancel), time);
    }

    private static async Task<ObtainedCredential> Obtain(SystemSettings settings, Uri address, TimeProvider time, SendBare send, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new FormUrlEncodedContent(Form(settings, address, time.GetUtcNow())) };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        try
        {
            using var response = await send(request, cancel);
            var body = await response.Content.ReadAsByteArrayAsync(cancel);
            return response.IsSuccessStatusCode
                ? Token(body, time.GetUtcNow()) ?? throw Refuse(Cause.Unauthorized, $"The token endpoint {address.Authority} answered something that is no token.")
                : throw Refuse(CauseOf((int)response.StatusCode), $"The token endpoint {address.Authority} answered {(int)response.StatusCode}{Error(body)}; {settings.Name} itself was not asked.");
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException || (broken is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            throw Refuse(Cause.Unreachable, $"The token endpoint {address.Authority} cannot be reached{(TlsTroubles.Describe(broken) is { } words ? $": {words}" : "")}; {settings.Name} itself was not asked.");
        }
    }

    private static SignInException Refuse(Cause cause, string words) => new(new Refusal(cause, words, Code));

    /// <summary>400 is OAuth's way to say that the client is not known. Whatever it is, no call was made.</summary>
    private static Cause CauseOf(int status) => status is 429 or >= 500 ? Cause.Unavailable : Cause.Unauthorized;

    private static ObtainedCredential? Token(byte[] body, DateTimeOffset now)
    {
        try
        {
            using var answer = JsonDocument.Parse(body);
            var root = answer.RootElement;
            if (root.GetProperty("access_token").GetString() is not { Length: > 0 } token || token.Any(char.IsControl))
            {
                return null;
            }

            var header = new AuthenticationHeaderValue("Bearer", token);
            if (!root.TryGetProperty("expires_in", out var lasts) || Seconds(lasts) is not { } seconds)
            {
                return new ObtainedCredential(header);
            }

            var ends = now + seconds;
            return new ObtainedCredential(header, ends - (seconds / 10 < Margin ? seconds / 10 : Margin), ends);
        }
        catch (Exception nonsense) when (nonsense is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Some write the number as text.</summary>
    private static TimeSpan? Seconds(JsonElement value) =>
        (value.ValueKind is JsonValueKind.Number && value.TryGetDouble(out var seconds))
        || (value.ValueKind is JsonValueKind.String && double.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out seconds))
            ? TimeSpan.FromSeconds(Math.Clamp(seconds, 1, 31_536_000))
            : null;

    /// <summary>The error's code (RFC 6749, 5.2); its description might quote what was sent.</summary>
    private static string Error(byte[] body)
    {
        try
        {
            using var answer = JsonDocument.Parse(body);
            return answer.RootElement.ValueKind is JsonValueKind.Object && answer.RootElement.TryGetProperty("error", out var error) && error.ValueKind is JsonValueKind.String
                && ErrorCode().IsMatch(error.GetString()!) ? $" ({error.GetString()})" : "";
        }
        catch (JsonException)
        {
            return "";
        }
    }

    private static Dictionary<string, string> Form(SystemSettings settings, Uri address, DateTimeOffset now)
    {
        var form = new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["client_id"] = Value(settings, ClientId)! };
        if (Value(settings, PrivateKey) is { } pem)
        {
            form["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
            form["client_assertion"] = Statement(form["client_id"], Value(settings, KeyId), pem, address, now);
        }
        else
        {
            form["client_secret"] = Value(settings, ClientSecret)!;
        }

        foreach (var (key, name) in new[] { (Scope, "scope"), (Audience, "audience") })
        {
            if (Value(settings, key) is { } value)
            {
                form[name] = value;
            }
        }

        return form;
    }

    private static string Statement(string client, string? keyId, string pem, Uri address, DateTimeOffset now)
    {
        using var rsa = Import<RSA>(RSA.Create(), pem);
        using var ec = rsa is null ? Import<ECDsa>(ECDsa.Create(), pem) : null;
        var head = new Dictionary<string, string> { ["alg"] = rsa is null ? "ES256" : "RS256", ["typ"] = "JWT" };
        if (keyId is not null)
        {
            head["kid"] = keyId;
        }

        var body = new
        {
            iss = client,
            sub = client,
            aud = address.AbsoluteUri,
            jti = Guid.NewGuid().ToString("N"),
            iat = now.ToUnixTimeSeconds(),
            exp = (now + StatementLasts).ToUnixTimeSeconds(),
        };
        var signed = $"{Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(head))}.{Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(body))}";
        var bytes = Encoding.ASCII.GetBytes(signed);
        var signature = rsa?.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1) ?? ec!.SignData(bytes, HashAlgorithmName.SHA256);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    private static bool CanSign(string pem)
    {
        using var rsa = Import<RSA>(RSA.Create(), pem);
        using var ec = Import<ECDsa>(ECDsa.Create(), pem);
        return rsa is not null || ec is { KeySize: 256 };
    }

    /// <summary>Null, and the empty key disposed of, when it is no key of this kind.</summary>
    private static T? Import<T>(T key, string pem)
        where T : AsymmetricAlgorithm
    {
        try
        {
            key.ImportFromPem(pem);
            return key;
        }
        catch (Exception other) when (other is ArgumentException or CryptographicException)
        {
            key.Dispose();
            return null;
        }
    }

    private static string? Value(SystemSettings settings, string key) => settings.Credentials.TryGetValue(key, out var value) && !string.IsNullOrWhiteSpace(value) ? value : null;

    [GeneratedRegex("^[a-z_]{1,40}$")]
    private static partial Regex ErrorCode();
}
