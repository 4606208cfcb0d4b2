using Microsoft.Extensions.Options;
using PortalIntegration.Core.Settings;
using PortalIntegration.Portal.SignIn.Providers;

namespace PortalIntegration.Portal.SignIn;

public enum SignInKind
{
    /// <summary>Anybody signs in as anybody by picking a name. For development only.</summary>
    PersonPicker,

    /// <summary>With the OpenID Connect providers of <see cref="SignInOptions.Providers"/>.</summary>
    Providers,
}

/// <summary>Who people are, and for how long; section <c>SignIn</c>.</summary>
public sealed class SignInOptions
{
    public const string Section = "SignIn";

    /// <summary>Must be set.</summary>
    public SignInKind? Kind { get; set; }

    /// <summary>How long the last confirmed scope stays valid while the CRM does not answer. 0 to 24 hours.</summary>
    [Within("00:00:00", "1.00:00:00")]
    public TimeSpan Grace { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How long a confirmed scope is used before the CRM is asked again. 0 to 15 minutes.</summary>
    [Within("00:00:00", "00:15:00")]
    public TimeSpan Confirm { get; set; } = TimeSpan.FromSeconds(40);

    /// <summary>How long a page waits for the CRM while a scope within its grace is at hand, and for a provider that is asked whether a sign-in still holds. 0.1 to 10 seconds.</summary>
    [Within("00:00:00.1", "00:00:10")]
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often an open page looks whether its sign-in still holds. With <see cref="Confirm"/>: how soon somebody is out whom the CRM takes the access from. 1 to 60 seconds.</summary>
    [Within("00:00:01", "00:01:00")]
    public TimeSpan Recheck { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a sign-in lasts in which nothing is asked for. 5 minutes to 30 days.</summary>
    [Within("00:05:00", "30.00:00:00")]
    public TimeSpan Idle { get; set; } = TimeSpan.FromHours(4);

    /// <summary>How long a sign-in lasts in all. 5 minutes to 30 days.</summary>
    [Within("00:05:00", "30.00:00:00")]
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(12);

    /// <summary>By names of a-z, 0-9 and '-', which stand in addresses.</summary>
    public IDictionary<string, ProviderOptions> Providers { get; } = new Dictionary<string, ProviderOptions>(StringComparer.Ordinal);
}

/// <summary>What the ranges do not say. Collects every mistake and names its key.</summary>
internal sealed class SignInOptionsValidator(IHostEnvironment environment) : IValidateOptions<SignInOptions>
{
    public ValidateOptionsResult Validate(string? name, SignInOptions options)
    {
        List<string> mistakes = [];
        if (options.Kind is null)
        {
            mistakes.Add($"SignIn:Kind must be set to one of: {string.Join(", ", Enum.GetNames<SignInKind>())}.");
        }

        if (options.Kind is SignInKind.PersonPicker && !environment.IsDevelopment())
        {
            mistakes.Add($"SignIn:Kind=PersonPicker lets anybody sign in as anybody, so it runs in the environment Development only; this one is {environment.EnvironmentName}.");
        }

        if (options.Kind is SignInKind.Providers)
        {
            ProviderOptionsRules.Check(mistakes, options, environment.IsDevelopment());
        }

        return mistakes.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);
    }
}
