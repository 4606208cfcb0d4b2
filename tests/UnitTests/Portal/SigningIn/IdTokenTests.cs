using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PortalIntegration.Portal.SignIn.Providers;

namespace PortalIntegration.UnitTests.Portal.SigningIn;

/// <summary>Each rule of a token is broken once, in a token that is right otherwise.</summary>
public sealed class IdTokenTests : IDisposable
{
    private const string Issuer = "https://login.example.com";
    private const string Client = "portal";
    private const string Nonce = "a-nonce";

    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    private readonly RSA _rsa = RSA.Create(2048);
    private readonly ECDsa _ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose()
    {
        _rsa.Dispose();
        _ec.Dispose();
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("PS256")]
    [InlineData("ES256")]
    public void Check_ARightToken_Holds(string algorithm) => Check(Token(Claims(), algorithm)).GetProperty("sub").GetString().ShouldBe("s-1");

    [Theory]
    [InlineData("iss", "\"https://other.example.com\"", "iss")]
    [InlineData("iss", null, "iss")]
    [InlineData("aud", "\"another\"", "aud")]
    [InlineData("aud", null, "aud")]
    [InlineData("aud", "[\"portal\",\"another\"]", "azp")]
    [InlineData("azp", "\"another\"", "azp")]
    [InlineData("exp", "-61", "exp")]
    [InlineData("exp", "\"soon\"", "exp")]
    [InlineData("exp", null, "exp")]
    [InlineData("iat", "62", "iat")]
    [InlineData("iat", "-662", "iat")]
    [InlineData("iat", null, "iat")]
    [InlineData("nonce", "\"another\"", "nonce")]
    [InlineData("nonce", null, "nonce")]
    [InlineData("sub", "\"\"", "sub")]
    [InlineData("sub", null, "sub")]
    public void Check_OneRuleBroken_IsRefusedForIt(string claim, string? value, string rule)
    {
        var claims = Claims();
        claims.Remove(claim);
        if (value is not null)
        {
            // Times are in seconds from now.
            claims[claim] = claim is "exp" or "iat" && int.TryParse(value, out var seconds) ? $"{Now.ToUnixTimeSeconds() + seconds}" : value;
        }

        Should.Throw<UntrustedTokenException>(() => Check(Token(claims))).Message.ShouldBe($"A token that does not hold: {rule}.");
    }

    [Fact]
    public void Check_SeveralAudiencesAndThePortalIsTheParty_Holds()
    {
        var claims = Claims();
        (claims["aud"], claims["azp"]) = ("[\"portal\",\"another\"]", "\"portal\"");

        Should.NotThrow(() => Check(Token(claims)));
    }

    [Theory]
    [InlineData("iat", 59)]
    [InlineData("iat", -659)]
    [InlineData("exp", -59)]
    public void Check_AClockThatIsALittleOff_Holds(string claim, int seconds)
    {
        var claims = Claims();
        claims[claim] = $"{Now.ToUnixTimeSeconds() + seconds}";

        Should.NotThrow(() => Check(Token(claims)));
    }

    [Fact]
    public void Check_AClaimTwice_IsRefused() =>
        Should.Throw<UntrustedTokenException>(() => Check(Signed(Encoding.UTF8.GetBytes("{\"sub\":\"s-1\",\"sub\":\"s-2\"}"), "RS256"))).Message.ShouldEndWith("JSON.");

    [Theory]
    [InlineData("none")]
    [InlineData("HS256")]
    [InlineData("RS512")]
    public void Check_ASignatureOfAnotherKind_IsRefused(string algorithm)
    {
        var parts = Token(Claims()).Split('.');
        parts[0] = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{{\"alg\":\"{algorithm}\"}}"));
        if (algorithm == "none")
        {
            parts[2] = "";
        }

        Should.Throw<UntrustedTokenException>(() => Check(string.Join('.', parts))).Message.ShouldEndWith("signature.");
    }

    [Fact]
    public void Check_ChangedAfterItWasSigned_IsRefused()
    {
        var parts = Token(Claims()).Split('.');
        var claims = Claims();
        claims["sub"] = "\"s-2\"";
        parts[1] = Token(claims).Split('.')[1];

        Should.Throw<UntrustedTokenException>(() => Check(string.Join('.', parts))).Message.ShouldEndWith("signature.");
    }

    [Fact]
    public void Check_SignedWithAnotherKeyOfTheSameName_IsRefused()
    {
        using var other = RSA.Create(2048);
        var token = Token(Claims());

        Should.Throw<UntrustedTokenException>(() => IdToken.Check(token, Issuer, Client, Nonce, Now, [Key(other)])).Message.ShouldEndWith("signature.");
    }

    [Fact]
    public void Check_SignedWithAKeyThatIsNotPublished_AsksForTheKeysAgain() =>
        Should.Throw<UnknownKeyException>(() => IdToken.Check(Token(Claims()), Issuer, Client, Nonce, Now, [Key(_ec)]));

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("a.b.c.d")]
    [InlineData("!.!.!")]
    public void Check_NoToken_IsRefused(string text) => Should.Throw<UntrustedTokenException>(() => Check(text));

    [Fact]
    public void Check_ACriticalHeaderThatNobodyKnows_IsRefused()
    {
        var parts = Token(Claims()).Split('.');
        parts[0] = Base64Url.EncodeToString("""{"alg":"RS256","crit":["b64"],"b64":false}"""u8);

        Should.Throw<UntrustedTokenException>(() => Check(string.Join('.', parts))).Message.ShouldEndWith("crit.");
    }

    [Fact]
    public void Key_TooShortOrForEncryption_IsOfNoUse()
    {
        using var weak = RSA.Create(1024);
        ProviderKey.Read(Jwk(weak)).ShouldBeNull();
        ProviderKey.Read(JsonDocument.Parse(Jwk(_rsa).GetRawText().Replace("\"sig\"", "\"enc\"", StringComparison.Ordinal)).RootElement).ShouldBeNull();
        ProviderKey.Read(Jwk(_rsa)).ShouldNotBeNull();
    }

    [Fact]
    public void CheckLogout_ARightToken_SaysWhom() =>
        IdToken.CheckLogout(Token(Logout()), Issuer, Client, Now, Keys()).ShouldBe(("s-1", "session-1"));

    [Theory]
    [InlineData("events", null, "events")]
    [InlineData("events", "{\"another\":{}}", "events")]
    [InlineData("nonce", "\"a-nonce\"", "nonce")]
    [InlineData("iss", "\"https://other.example.com\"", "iss")]
    [InlineData("aud", "\"another\"", "aud")]
    [InlineData("iat", "1", "iat")]
    public void CheckLogout_OneRuleBroken_IsRefusedForIt(string claim, string? value, string rule)
    {
        var claims = Logout();
        claims.Remove(claim);
        if (value is not null)
        {
            claims[claim] = value;
        }

        Should.Throw<UntrustedTokenException>(() => IdToken.CheckLogout(Token(claims), Issuer, Client, Now, Keys())).Message.ShouldEndWith($"{rule}.");
    }

    [Fact]
    public void CheckLogout_WithAnIdToken_IsRefused() =>
        Should.Throw<UntrustedTokenException>(() => IdToken.CheckLogout(Token(Claims()), Issuer, Client, Now, Keys())).Message.ShouldEndWith("events.");

    [Fact]
    public void CheckLogout_Nobody_IsRefused()
    {
        var claims = Logout();
        claims.Remove("sub");
        claims.Remove("sid");

        Should.Throw<UntrustedTokenException>(() => IdToken.CheckLogout(Token(claims), Issuer, Client, Now, Keys())).Message.ShouldEndWith("sub or sid.");
    }

    private static Dictionary<string, string> Claims() => new()
    {
        ["iss"] = $"\"{Issuer}\"",
        ["aud"] = $"\"{Client}\"",
        ["sub"] = "\"s-1\"",
        ["exp"] = $"{Now.ToUnixTimeSeconds() + 300}",
        ["iat"] = $"{Now.ToUnixTimeSeconds()}",
        ["nonce"] = $"\"{Nonce}\"",
    };

    private static Dictionary<string, string> Logout()
    {
        var claims = Claims();
        claims.Remove("nonce");
        claims["sid"] = "\"session-1\"";
        claims["events"] = "{\"http://schemas.openid.net/event/backchannel-logout\":{}}";
        return claims;
    }

    private static JsonElement Jwk(RSA rsa)
    {
        var parameters = rsa.ExportParameters(includePrivateParameters: false);
        return JsonSerializer.SerializeToElement(new
        {
            kty = "RSA", use = "sig", kid = "rsa", n = Base64Url.EncodeToString(parameters.Modulus), e = Base64Url.EncodeToString(parameters.Exponent),
        });
    }

    private static ProviderKey Key(RSA rsa) => ProviderKey.Read(Jwk(rsa))!;

    private static ProviderKey Key(ECDsa ec)
    {
        var point = ec.ExportParameters(includePrivateParameters: false).Q;
        return ProviderKey.Read(JsonSerializer.SerializeToElement(new
        {
            kty = "EC", crv = "P-256", kid = "ec", alg = "ES256", x = Base64Url.EncodeToString(point.X), y = Base64Url.EncodeToString(point.Y),
        }))!;
    }

    private IReadOnlyList<ProviderKey> Keys() => [Key(_rsa), Key(_ec)];

    private JsonElement Check(string token) => IdToken.Check(token, Issuer, Client, Nonce, Now, Keys());

    private string Token(Dictionary<string, string> claims, string algorithm = "RS256") =>
        Signed(Encoding.UTF8.GetBytes($"{{{string.Join(',', claims.Select(claim => $"\"{claim.Key}\":{claim.Value}"))}}}"), algorithm);

    private string Signed(byte[] claims, string algorithm)
    {
        var header = $$"""{"alg":"{{algorithm}}","kid":"{{(algorithm == "ES256" ? "ec" : "rsa")}}"}""";
        var signed = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(claims)}";
        var bytes = Encoding.ASCII.GetBytes(signed);
        var signature = algorithm switch
        {
            "ES256" => _ec.SignData(bytes, HashAlgorithmName.SHA256),
            "PS256" => _rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
            _ => _rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        };
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }
}
