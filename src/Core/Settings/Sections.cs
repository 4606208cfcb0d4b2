using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace PortalIntegration.Core.Settings;

/// <summary>How every section of the configuration becomes options.</summary>
public static class Sections
{
    /// <summary>
    /// Binds a section; unknown keys, values of another kind and values out of their <see cref="WithinAttribute"/> stop the start, all of them listed. Add an
    /// <see cref="IValidateOptions{TOptions}"/> for what more must hold.
    /// </summary>
    /// <param name="section">Such as <c>Sync:Mail</c>.</param>
    /// <param name="configuration">Null for the one that is registered.</param>
    public static OptionsBuilder<TOptions> AddSection<TOptions>(this IServiceCollection services, string section, IConfiguration? configuration = null)
        where TOptions : class
    {
        services.AddSingleton<IValidateOptions<TOptions>>(provider => new Check<TOptions>(Of(provider)));
        services.AddSingleton<IConfigureOptions<TOptions>>(provider => new ConfigureOptions<TOptions>(options => SectionReader.Bind(Of(provider), options)));
        return services.AddOptions<TOptions>().ValidateOnStart();

        IConfigurationSection Of(IServiceProvider provider) => (configuration ?? provider.GetRequiredService<IConfiguration>()).GetSection(section);
    }

    /// <summary>Options that were made by hand, in a test: what of them lies out of its range.</summary>
    public static IReadOnlyList<string> Mistakes(string section, object options) =>
        SectionReader.Mistakes(new ConfigurationBuilder().Build().GetSection(section), options);

    private sealed class Check<TOptions>(IConfigurationSection section) : IValidateOptions<TOptions>
        where TOptions : class
    {
        public ValidateOptionsResult Validate(string? name, TOptions options) =>
            SectionReader.Mistakes(section, options) is { Count: > 0 } mistakes ? ValidateOptionsResult.Fail(mistakes) : ValidateOptionsResult.Success;
    }
}
