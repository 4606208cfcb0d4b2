using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using NSubstitute;
using PortalIntegration.Portal.Hosting;
using PortalIntegration.Portal.SignIn;

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
        Check("Development", new SignInOptions { Grace = TimeSpan.FromDays(2), Confirm = TimeSpan.FromSeconds(-1), Patience = TimeSpan.Zero })
            .Failures!.Count().ShouldBe(4);

    [Fact]
    public async Task Portal_WithPersonPickerInProduction_DoesNotStart()
    {
        await using var app = PortalHost.Build(
            ["--environment=Production", "--SignIn:Kind=PersonPicker", "--urls=http://127.0.0.1:0", $"--State:Directory={Directory.CreateTempSubdirectory().FullName}"],
            new Ownership.Systems().Under);

        var refused = await Should.ThrowAsync<OptionsValidationException>(() => app.StartAsync(TestContext.Current.CancellationToken));

        refused.Message.ShouldStartWith("SignIn:Kind=PersonPicker lets anybody sign in as anybody");
    }

    private static ValidateOptionsResult Check(string name, SignInOptions options)
    {
        var environment = Substitute.For<IHostEnvironment>();
        environment.EnvironmentName.Returns(name);
        return new SignInOptionsValidator(environment).Validate(null, options);
    }
}
