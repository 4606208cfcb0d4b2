using Microsoft.Extensions.Options;

namespace PortalIntegration.Portal.Hosting;

/// <summary>Whose portal it is. Section <c>Company</c>.</summary>
public sealed class CompanyOptions
{
    public const string Section = "Company";

    /// <summary>As it stands in the top bar, 1 to 40 characters.</summary>
    public string Name { get; set; } = "Portal";

    /// <summary>The company's colour, <c>#rrggbb</c>. It is made lighter or darker until text in it can be read.</summary>
    public string Accent { get; set; } = "#0f5c6b";

    /// <summary>
    /// The logo on light grounds and on paper, instead of the initial and the name: a PNG, JPEG, WebP or SVG file of at most 256 KB, its path from the portal's own
    /// directory on. Null for none. A file, not an address elsewhere: the browser asks nobody but the portal.
    /// </summary>
    public string? Logo { get; set; }

    /// <summary>The logo on dark grounds; null where <see cref="Logo"/> serves on both.</summary>
    public string? LogoDark { get; set; }

    /// <summary>IANA time zone in which dates and times are shown.</summary>
    public string TimeZone { get; set; } = "UTC";
}

/// <summary>Collects every mistake and names its key.</summary>
internal sealed class CompanyOptionsValidator : IValidateOptions<CompanyOptions>
{
    public ValidateOptionsResult Validate(string? name, CompanyOptions options)
    {
        List<string> mistakes = [];
        if (string.IsNullOrWhiteSpace(options.Name) || options.Name.Length > 40)
        {
            mistakes.Add("Company:Name must have 1 to 40 characters.");
        }

        if (!AccentColour.TryParse(options.Accent, out _))
        {
            mistakes.Add($"Company:Accent must be a colour such as #0f5c6b, not '{options.Accent}'.");
        }

        if (!TimeZoneInfo.TryFindSystemTimeZoneById(options.TimeZone, out _))
        {
            mistakes.Add($"Company:TimeZone must be an IANA time zone such as Europe/Berlin, not '{options.TimeZone}'.");
        }

        return mistakes.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);
    }
}
