using Microsoft.Extensions.Options;

namespace PortalIntegration.Sync.Schedules;

/// <summary>How often the owners are asked what has changed; section <c>Sync:Polling</c>.</summary>
public sealed class PollingOptions
{
    public const string Section = "Sync:Polling";

    /// <summary>For a system that sends no webhooks, 0.2 to 3600 seconds.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>For a system that sends them, to catch what never arrived, 1 to 86400 seconds.</summary>
    public TimeSpan RepairInterval { get; set; } = TimeSpan.FromSeconds(60);
}

internal sealed class PollingOptionsCheck : IValidateOptions<PollingOptions>
{
    public ValidateOptionsResult Validate(string? name, PollingOptions options)
    {
        var mistakes = new Mistakes(PollingOptions.Section);
        mistakes.Range(nameof(options.Interval), options.Interval, TimeSpan.FromSeconds(0.2), TimeSpan.FromHours(1));
        mistakes.Range(nameof(options.RepairInterval), options.RepairInterval, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        return mistakes.Result;
    }
}
