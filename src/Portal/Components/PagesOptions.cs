using Microsoft.Extensions.Options;
using PortalIntegration.Core.Settings;

namespace PortalIntegration.Portal.Components;

/// <summary>How pages are given out. Section <c>Pages</c>.</summary>
public sealed class PagesOptions
{
    public const string Section = "Pages";

    /// <summary>
    /// How long a page that hangs on one answer (a product, an order, a quote) is held back for it, 0 to 5 s. Longer, and a slow owner keeps the screen white; shorter, and
    /// what does not exist is told with status 200 where the owner takes longer to say so.
    /// </summary>
    [Within("00:00:00", "00:00:05")]
    public TimeSpan FirstAnswer { get; set; } = TimeSpan.FromMilliseconds(250);
}

/// <summary>Names the key.</summary>
internal sealed class PagesOptionsValidator : IValidateOptions<PagesOptions>
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    public ValidateOptionsResult Validate(string? name, PagesOptions options) =>
        options.FirstAnswer >= TimeSpan.Zero && options.FirstAnswer <= Longest
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"{PagesOptions.Section}:FirstAnswer must be between 0 and {Longest:c}, not {options.FirstAnswer:c}.");
}
