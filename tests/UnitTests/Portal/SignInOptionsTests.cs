using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using NSubstitute;
using PortalIntegration.Core.Settings;
using PortalIntegration.Portal.Hosting;
using PortalIntegration.Portal.SignIn;
using PortalIntegration.Portal.SignIn.Providers;

namespace PortalIntegration.UnitTests.Portal;

public sealed class SignInOptionsTests
{
    [Fact]
    public void PersonPicker_InDevelopment_IsAllowed() =>
        Check("Development", new SignInOptions { Kind = SignInKind.PersonPicker }).Succeeded.ShouldBeTrue();

    [Theory]
    [InlineData("Production")]
    [InlineData("Staging")]
    [InlineData("Demo")]
    public void PersonPicker_AnywhereElse_IsRefusedInOneClearMessage(string environment)
    {
        var failures = Check(environment, new SignInOptions { Kind = SignInKind.PersonPicker }).Failures!.ToList();

        failures.ShouldHaveSingleItem().ShouldBe(
            $"SignIn:Kind=PersonPicker lets anybody sign in as anybody, so it runs in the environment Development only; this one is {environment}.");
    }

    [Fact]
    public void EveryMistake_IsListed() =>
        Sections.Mistakes(SignInOptions.Section, new SignInOptions { Grace = TimeSpan.FromDays(2), Confirm = TimeSpan.FromSeconds(-1), Patience = TimeSpan.Zero })
            .Concat(Check("Development", new SignInOptions()).Failures!).Count().ShouldBe(4);

    [Fact]
    public async Task Portal_WithPersonPickerInProduction_DoesNotStart()
    {
        await using var app = PortalHost.Build(
            ["--environment=Production", "--SignIn:Kind=PersonPicker", "--urls=http://127.0.0.1:0", $"--State:Directory={Directory.CreateTempSubdirectory().FullName}"],
            new Ownership.Systems().Under);

        var refused = await Should.ThrowAsync<OptionsValidationException>(() => app.StartAsync(TestContext.Current.CancellationToken));

        refused.Message.ShouldStartWith("SignIn:Kind=PersonPicker lets anybody sign in as anybody");
    }

    [Theory]
    [InlineData("Production", "__Host-portal", CookieSecurePolicy.Always)]
    [InlineData("Development", "portal", CookieSecurePolicy.SameAsRequest)]
    public async Task SessionCookie_IsClosed(string environment, string name, CookieSecurePolicy secure)
    {
        string[] provider = ["Authority=https://login.example.com", "ClientId=portal", "ClientSecret=secret", "Roles:0=customer"];
        await using var app = PortalHost.Build(
            [
                $"--environment={environment}", "--SignIn:Kind=Providers", "--SignIn:Idle=00:20:00", $"--State:Directory={Directory.CreateTempSubdirectory().FullName}",
                .. provider.Select(setting => $"--SignIn:Providers:customers:{setting}"),
            ],
            new Ownership.Systems().Under);

        var session = app.Services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(CookieAuthenticationDefaults.AuthenticationScheme);

        (session.Cookie.Name, session.Cookie.SecurePolicy, session.Cookie.HttpOnly, session.Cookie.SameSite, session.Cookie.Path).ShouldBe((name, secure, true, SameSiteMode.Lax, "/"));
        session.Cookie.Domain.ShouldBeNull();
        session.ExpireTimeSpan.ShouldBe(TimeSpan.FromMinutes(20));
        var way = app.Services.GetRequiredService<IOptionsMonitor<OpenIdOptions>>().Get("customers");
        (way.UsePkce, way.CorrelationCookie.SecurePolicy, way.CorrelationCookie.HttpOnly, way.CorrelationCookie.SameSite).ShouldBe((true, secure, true, SameSiteMode.Lax));
    }

    private static ValidateOptionsResult Check(string name, SignInOptions options)
    {
        var environment = Substitute.For<IHostEnvironment>();
        environment.EnvironmentName.Returns(name);
        return new SignInOptionsValidator(environment).Validate(null, options);
    }
}
