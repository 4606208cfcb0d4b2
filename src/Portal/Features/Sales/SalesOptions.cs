using Microsoft.Extensions.Options;

namespace PortalIntegration.Portal.Features.Sales;

/// <summary>Section <c>Sales</c>.</summary>
public sealed class SalesOptions
{
    public const string Section = "Sales";

    /// <summary>An account that has not ordered for so many days is shown as quiet to its rep. 1 to 3,650 days.</summary>
    public int QuietAfterDays { get; set; } = 60;
}

/// <summary>Collects every mistake and names its key.</summary>
internal sealed class SalesOptionsValidator : IValidateOptions<SalesOptions>
{
    public ValidateOptionsResult Validate(string? name, SalesOptions options) => options.QuietAfterDays is >= 1 and <= 3_650
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail($"Sales:QuietAfterDays must lie between 1 and 3650 days, not {options.QuietAfterDays}.");
}
