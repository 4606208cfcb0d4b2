using Microsoft.Extensions.Options;

namespace PortalIntegration.Sync.Schedules;

/// <summary>How often the owner of orders is asked which have changed; section <c>Sync:OrderPolling</c>.</summary>
public sealed class OrderPollingOptions
{
    public const string Section = "Sync:OrderPolling";

    /// <summary>For a system that sends no webhooks, 0.2 to 3600 seconds.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>For a system that sends them, to catch what never arrived, 1 to 86400 seconds.</summary>
    public TimeSpan RepairInterval { get; set; } = TimeSpan.FromSeconds(60);
}

internal sealed class OrderPollingOptionsCheck : IValidateOptions<OrderPollingOptions>
{
    public ValidateOptionsResult Validate(string? name, OrderPollingOptions options)
    {
        var mistakes = new Mistakes(OrderPollingOptions.Section);
        mistakes.Range(nameof(options.Interval), options.Interval, TimeSpan.FromSeconds(0.2), TimeSpan.FromHours(1));
        mistakes.Range(nameof(options.RepairInterval), options.RepairInterval, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        return mistakes.Result;
    }
}
