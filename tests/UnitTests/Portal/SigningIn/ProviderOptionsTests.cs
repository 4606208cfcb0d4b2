using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using NSubstitute;
using PortalIntegration.Portal.SignIn;

namespace PortalIntegration.UnitTests.Portal.SigningIn;

/// <summary>A portal whose sign-in is set wrongly does not start, and says what to do.</summary>
public sealed class ProviderOptionsTests
{
    [Fact]
    public void AWholeConfiguration_HasNoMistakes() => Mistakes().ShouldBeEmpty();

    [Fact]
    public void NoProvider_IsNamed() =>
        Mistakes(given => given.Clear()).ShouldHaveSingleItem().ShouldStartWith("SignIn:Providers names nobody to sign in with: set SignIn:Providers:{name}:Authority");

    [Theory]
    [InlineData("Authority", "", "Authority must be the provider's issuer")]
    [InlineData("Authority", "login", "Authority must be the provider's issuer")]
    [InlineData("Authority", "https://u:p@login.example.com", "Authority must be the provider's issuer")]
    [InlineData("Authority", "http://login.example.com", "Authority must begin with https://")]
    [InlineData("Authority", "http://127.0.0.1:5000", "Authority must begin with https://")]
    [InlineData("ClientId", "", "ClientId must be set")]
    [InlineData("ClientSecret", "", ": set one of ClientSecret (from the environment: SignIn__Providers__staff__ClientSecret) and ClientSecretFile")]
    [InlineData("ClientSecretFile", "/no/such/file", ": set one of ClientSecret")]
    [InlineData("Scopes:0", "email", "Scopes must contain openid")]
    [InlineData("Roles:0", "owner", "Roles must say what its people may be")]
    [InlineData("RoleClaim", "", "RoleClaim and SignIn:Providers:staff:RepValues must say which claim makes somebody a rep")]
    [InlineData("AdminValues:0", "admins", "AdminValues is set, but SignIn:Providers:staff:Roles admits no admin")]
    [InlineData("EmailDomains:0", "ana@example.com", "EmailDomains must be domains such as example.com")]
    [InlineData("EmailDomain:0", "example.com", "EmailDomain: there is no such key; there are ")]
    [InlineData("EmailDomains", "example.com", "EmailDomains: holds several and is given as one value, which would be ignored; number them from 0: SignIn:Providers:staff:EmailDomains:0, in the environment SignIn__Providers__staff__EmailDomains__0.")]
    [InlineData("Parameters", "prompt=login", "Parameters: holds several and is given as one value, which would be ignored; name each: SignIn:Providers:staff:Parameters:{name}")]
    [InlineData("EmailVerifiedClaim", "", "EmailVerifiedClaim must not be empty")]
    [InlineData("Parameters:redirect_uri", "https://evil.example.com", "Parameters:redirect_uri is set by the portal itself")]
    public void OneMistake_IsNamedWithItsKey(string key, string value, string expected) =>
        Mistakes(given => given[$"SignIn:Providers:staff:{key}"] = value).ShouldContain(mistake => mistake.StartsWith("SignIn:Providers:staff", StringComparison.Ordinal) && mistake.Contains(expected));

    [Theory]
    [InlineData("Staff")]
    [InlineData("our staff")]
    [InlineData("staff/x")]
    public void AName_ThatCannotStandInAnAddress_IsRefused(string name) => Mistakes(given =>
    {
        foreach (var (key, value) in given.ToList())
        {
            given.Remove(key);
            given[key.Replace(":staff:", $":{name}:", StringComparison.Ordinal)] = value;
        }
    }).ShouldContain(mistake => mistake.Contains("the name stands in addresses"));

    [Theory]
    [InlineData("http://127.0.0.1:5000", true)]
    [InlineData("http://localhost:5000", true)]
    [InlineData("http://login.example.com", false)]
    public void PlainHttp_InDevelopment_IsForThisMachineAlone(string authority, bool allowed) =>
        (Mistakes(given => given["SignIn:Providers:staff:Authority"] = authority, "Development").Count == 0).ShouldBe(allowed);

    [Fact]
    public void TheSecret_FromAFile_IsReadWithoutItsLineEnd()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "s3cret\n");
            var options = Bound(given =>
            {
                given["SignIn:Providers:staff:ClientSecret"] = null;
                given["SignIn:Providers:staff:ClientSecretFile"] = file;
            });

            options.Providers["staff"].Secret().ShouldBe("s3cret");
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void AMistake_NeverShowsTheSecret() => Mistakes(given =>
    {
        given["SignIn:Providers:staff:Authority"] = "nonsense";
        given["SignIn:Providers:staff:ClientSecretFile"] = "/no/such/file";
    }).ShouldAllBe(mistake => !mistake.Contains("top-secret"));

    [Theory]
    [InlineData("SignIn:Idel", "00:10:00", "SignIn:Idel: there is no such key; there are ")]
    [InlineData("SignIn:Idle", "soon", "SignIn:Idle: must be a time span")]
    [InlineData("SignIn:Idle", "00:01:00", "SignIn:Idle: must be ")]
    [InlineData("SignIn:Providers", "staff", "SignIn:Providers: holds several and is given as one value")]
    [InlineData("SignIn:Providers:staff", "https://login.example.com", "SignIn:Providers:staff: is given as one value; it has keys of its own")]
    public void AKeyOfSignIn_ThatIsWrong_StopsTheStart(string key, string value, string expected) =>
        Mistakes(given => given[key] = value).ShouldContain(mistake => mistake.StartsWith(expected, StringComparison.Ordinal));

    private static IReadOnlyList<string> Mistakes(Action<Dictionary<string, string?>>? change = null, string environment = "Production")
    {
        try
        {
            Bound(change, environment);
            return [];
        }
        catch (OptionsValidationException wrong)
        {
            return [.. wrong.Failures];
        }
    }

    /// <summary>As the portal binds it.</summary>
    private static SignInOptions Bound(Action<Dictionary<string, string?>>? change, string environment = "Production")
    {
        var given = new Dictionary<string, string?>
        {
            ["SignIn:Providers:staff:Authority"] = "https://login.example.com/realms/staff",
            ["SignIn:Providers:staff:ClientId"] = "portal",
            ["SignIn:Providers:staff:ClientSecret"] = "top-secret",
            ["SignIn:Providers:staff:Roles:0"] = "rep",
            ["SignIn:Providers:staff:RoleClaim"] = "groups",
            ["SignIn:Providers:staff:RepValues:0"] = "sales",
        };
        change?.Invoke(given);
        given["SignIn:Kind"] = "Providers";
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(given).Build();
        var host = Substitute.For<IHostEnvironment>();
        host.EnvironmentName.Returns(environment);
        using var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddSingleton(host).AddSignIn(configuration, host).BuildServiceProvider();
        return services.GetRequiredService<IOptions<SignInOptions>>().Value;
    }
}
