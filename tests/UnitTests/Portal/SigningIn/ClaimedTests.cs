using System.Text.Json;
using PortalIntegration.Portal.SignIn.Providers;

namespace PortalIntegration.UnitTests.Portal.SigningIn;

/// <summary>What a provider's word makes of somebody, by that provider's settings.</summary>
public sealed class ClaimedTests
{
    [Fact]
    public void Customer_WithAVerifiedAddress_ComesIn() =>
        Read(Customers(), """{"sub":"1","email":"ana@example.com","email_verified":true,"name":"Ana"}""").ShouldBe(new Claimed(AdmittedAs.Customer, "1", "ana@example.com", "Ana", "sid-1"));

    [Theory]
    [InlineData("""{"sub":"2","email":"ana@example.com","email_verified":true}""", SignInProblem.Untrusted)]
    [InlineData("""{"email":"ana@example.com","email_verified":true}""", SignInProblem.Untrusted)]
    [InlineData("""{"sub":"1","email_verified":true}""", SignInProblem.NoEmail)]
    [InlineData("""{"sub":"1","email":"a@b@example.com","email_verified":true}""", SignInProblem.NoEmail)]
    [InlineData("""{"sub":"1","email":"ana@example.com"}""", SignInProblem.NotVerified)]
    [InlineData("""{"sub":"1","email":"ana@example.com","email_verified":false}""", SignInProblem.NotVerified)]
    [InlineData("""{"sub":"1","email":"ana@example.com","email_verified":"no"}""", SignInProblem.NotVerified)]
    [InlineData("""{"sub":"1","email":"ana@sub.example.com","email_verified":true}""", SignInProblem.WrongDomain)]
    [InlineData("""{"sub":"1","email":"ana@example.com.evil.org","email_verified":true}""", SignInProblem.WrongDomain)]
    public void Customer_OneRuleBroken_DoesNot(string userInfo, SignInProblem problem)
    {
        var provider = Customers();
        provider.EmailDomains.Add("Example.com");

        Should.Throw<SignInProblemException>(() => Read(provider, userInfo)).Problem.ShouldBe(problem);
    }

    [Fact]
    public void Customer_ClaimsToBeStaff_IsACustomerWithTheCustomersProvider() =>
        Read(Customers(), """{"sub":"1","email":"ana@example.com","email_verified":true,"groups":["admins","sales"]}""").As.ShouldBe(AdmittedAs.Customer);

    [Theory]
    [InlineData("""["sales"]""", AdmittedAs.Rep)]
    [InlineData("\"sales\"", AdmittedAs.Rep)]
    [InlineData("""["sales","admins"]""", AdmittedAs.Admin)]
    public void Staff_ByClaim_IsWhatItSays(string groups, AdmittedAs role) =>
        Read(Staff("groups"), $$"""{"sub":"1","email":"ana@example.com","email_verified":true,"groups":{{groups}}}""").As.ShouldBe(role);

    [Theory]
    [InlineData("""["Sales"]""")]
    [InlineData("""["nobody"]""")]
    [InlineData("[]")]
    [InlineData("null")]
    public void Staff_WithoutTheClaim_DoesNotComeIn(string groups) => Should.Throw<SignInProblemException>(
        () => Read(Staff("groups"), $$"""{"sub":"1","email":"ana@example.com","email_verified":true,"groups":{{groups}}}""")).Problem.ShouldBe(SignInProblem.NoRole);

    [Fact]
    public void Staff_TheClaimIsInsideAnother_IsFound() => Read(
        Staff("realm_access.roles"), """{"sub":"1","email":"ana@example.com","email_verified":true,"realm_access":{"roles":["admins"]}}""").As.ShouldBe(AdmittedAs.Admin);

    [Fact]
    public void Verified_ByAnotherClaimAndAsAText_Holds()
    {
        var provider = Customers();
        provider.EmailVerifiedClaim = "xms_edov";

        Read(provider, """{"sub":"1","email":"ana@example.com","email_verified":false,"xms_edov":"1"}""").As.ShouldBe(AdmittedAs.Customer);
    }

    [Fact]
    public void NoUserInfo_TheIdTokenIsEnough()
    {
        using var claims = JsonDocument.Parse("""{"sub":"1","email":"ana@example.com","email_verified":true}""");

        Claimed.Read(Customers(), claims.RootElement, null).Email.ShouldBe("ana@example.com");
    }

    private static Claimed Read(ProviderOptions provider, string userInfo)
    {
        using var idToken = JsonDocument.Parse("""{"sub":"1","sid":"sid-1"}""");
        using var info = JsonDocument.Parse(userInfo);
        return Claimed.Read(provider, idToken.RootElement, info.RootElement);
    }

    private static ProviderOptions Customers()
    {
        var provider = new ProviderOptions();
        provider.Roles.Add("customer");
        return provider;
    }

    private static ProviderOptions Staff(string claim)
    {
        var provider = new ProviderOptions { RoleClaim = claim };
        provider.Roles.Add("rep");
        provider.Roles.Add("Admin");
        provider.RepValues.Add("sales");
        provider.AdminValues.Add("admins");
        return provider;
    }
}
