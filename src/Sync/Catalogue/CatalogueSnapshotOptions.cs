using Microsoft.Extensions.Options;
using PortalIntegration.Core.Settings;

namespace PortalIntegration.Sync.Catalogue;

/// <summary>The catalogue's search in memory; section <c>Sync:CatalogueSnapshot</c>.</summary>
public sealed class CatalogueSnapshotOptions
{
    public const string Section = "Sync:CatalogueSnapshot";

    /// <summary>Without it the owner of the catalogue answers every search.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Hour of the day at which all of it is read again, deletions found with it; 0 to 23.</summary>
    [Within(0, 23, Unit = "hour of the day")]
    public int SweepHour { get; set; } = 3;

    /// <summary>In which that hour is meant, such as <c>Europe/Vienna</c>.</summary>
    public string TimeZone { get; set; } = "UTC";

    /// <summary>How often the owner is asked what has changed, 1 to 3600 seconds. Shorter than the catalogue's freshness, or the owner answers in between.</summary>
    [Within("00:00:01", "01:00:00")]
    public TimeSpan ChangeInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>A larger catalogue is not held, and its owner answers every search; 1 to 1,000,000. A product takes about a kilobyte.</summary>
    [Within(1, 1_000_000)]
    public int MaxProducts { get; set; } = 250_000;
}

internal sealed class CatalogueSnapshotOptionsCheck : IValidateOptions<CatalogueSnapshotOptions>
{
    public ValidateOptionsResult Validate(string? name, CatalogueSnapshotOptions options)
    {
        var mistakes = new Mistakes(CatalogueSnapshotOptions.Section);
        mistakes.When(!TimeZoneInfo.TryFindSystemTimeZoneById(options.TimeZone, out _), nameof(options.TimeZone), $"there is no time zone '{options.TimeZone}'");
        return mistakes.Result;
    }
}
