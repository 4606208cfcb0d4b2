using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Quartz;
using PortalIntegration.Core.Settings;

namespace PortalIntegration.Sync.Flows;

/// <summary>What a flow may do.</summary>
public enum FlowMode
{
    /// <summary>Nothing: it neither reads nor writes, and what waits goes on waiting.</summary>
    Off,

    /// <summary>Compares, and writes into the journal what it would change.</summary>
    Report,

    /// <summary>Compares and changes.</summary>
    Apply,
}

/// <summary>How a flow is set; section <c>Sync:Flows:{name}</c>.</summary>
public sealed record FlowSettings
{
    public const string Root = "Sync:Flows";

    /// <summary>Of every flow between two systems, in the order in which they are explained.</summary>
    public static IReadOnlyList<string> Names => [.. FlowRegistration.Definitions.Select(definition => definition.Settings.Name)];

    public required string Name { get; init; }

    /// <summary>Until an admin sets another one on the health page.</summary>
    public FlowMode Mode { get; init; } = FlowMode.Report;

    /// <summary>
    /// Share of all its keys that it may change within <see cref="BrakeWindow"/>, above 0 to 1; 1 never brakes for changes. Counts from the first
    /// comparison of all keys on, which tells how many there are.
    /// </summary>
    [Within(0, 1)]
    public double BrakeShare { get; init; } = 0.3;

    /// <summary>As many keys it may change within <see cref="BrakeWindow"/> in any case, 1 to 1,000,000.</summary>
    [Within(1, 1_000_000)]
    public int BrakeKeys { get; init; } = 200;

    /// <summary>As many fields may turn empty at their owner within <see cref="BrakeWindow"/>, 0 to 1,000,000.</summary>
    [Within(0, 1_000_000)]
    public int BrakeEmptied { get; init; } = 20;

    /// <summary>1 minute to 24 hours.</summary>
    [Within("00:01:00", "1.00:00:00")]
    public TimeSpan BrakeWindow { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>When all keys are compared: a cron expression of Quartz's, of six or seven parts; null for never.</summary>
    public string? Schedule { get; init; }

    /// <summary>In which <see cref="Schedule"/> is meant: an IANA name.</summary>
    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>Other names for the company's own fields that it writes, by the owner's field; empty for "do not carry".</summary>
    public IReadOnlyDictionary<string, string> Fields { get; init; } = new Dictionary<string, string>();

    /// <summary>What happened longer ago is none of its business, 1 to 3650 days; null for no limit. Of <c>opportunity-to-order</c> alone.</summary>
    [Within(1, 3650, Unit = "days, as MaxAgeDays")]
    public TimeSpan? MaxAge { get; init; }

    private static readonly string[] Keys = ["Mode", "BrakeShare", "BrakeKeys", "BrakeEmptied", "BrakeWindow", "Schedule", "TimeZone", "Fields", "MaxAgeDays"];

    /// <exception cref="OptionsValidationException">Something is wrong; all of it is listed.</exception>
    internal static IReadOnlyDictionary<string, FlowSettings> Read(IConfiguration configuration, IReadOnlyList<FlowSettings> defaults)
    {
        var mistakes = new List<string>();
        var root = configuration.GetSection(Root);
        foreach (var unknown in root.GetChildren().Select(child => child.Key).Except(defaults.Select(flow => flow.Name), StringComparer.OrdinalIgnoreCase))
        {
            mistakes.Add($"{Root}:{unknown}: there is no such flow; there are {string.Join(", ", defaults.Select(flow => flow.Name))}.");
        }

        var read = defaults.ToDictionary(flow => flow.Name, flow => Read(root.GetSection(flow.Name), flow, mistakes), StringComparer.Ordinal);
        return mistakes.Count == 0 ? read : throw new OptionsValidationException(Root, typeof(FlowSettings), mistakes);
    }

    private static FlowSettings Read(IConfigurationSection section, FlowSettings defaults, List<string> mistakes)
    {
        foreach (var unknown in section.GetChildren().Select(child => child.Key).Except(Keys, StringComparer.OrdinalIgnoreCase))
        {
            mistakes.Add($"{section.Path}:{unknown}: there is no such key; there are {string.Join(", ", Keys)}.");
        }

        var schedule = section["Schedule"] is { } cron ? cron.Length == 0 ? null : cron : defaults.Schedule;
        if (schedule is not null && !CronExpression.TryParse(schedule, out _))
        {
            mistakes.Add($"{section.Path}:Schedule: '{schedule}' is no cron expression of six or seven parts, such as '0 30 2 * * ?' for every night at half past two.");
        }

        var zone = TimeZoneInfo.Utc;
        if (section["TimeZone"] is { } name && !TimeZoneInfo.TryFindSystemTimeZoneById(name, out zone))
        {
            mistakes.Add($"{section.Path}:TimeZone: there is no time zone '{name}'; name one of IANA's, such as Europe/Lisbon.");
        }

        return defaults with
        {
            Mode = Value(section, "Mode", defaults.Mode, text => Enum.TryParse<FlowMode>(text, ignoreCase: true, out var mode) && Enum.IsDefined(mode) ? mode : null, "must be off, report or apply", mistakes),
            BrakeShare = Value(section, "BrakeShare", defaults.BrakeShare, text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var share) && share is > 0 and <= 1 ? share : null, "must be above 0 and at most 1", mistakes),
            BrakeKeys = Value(section, "BrakeKeys", defaults.BrakeKeys, text => Number(text, nameof(BrakeKeys)), $"must be {RangeOf(nameof(BrakeKeys))}", mistakes),
            BrakeEmptied = Value(section, "BrakeEmptied", defaults.BrakeEmptied, text => Number(text, nameof(BrakeEmptied)), $"must be {RangeOf(nameof(BrakeEmptied))}", mistakes),
            BrakeWindow = Value(section, "BrakeWindow", defaults.BrakeWindow, text => TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span) && RangeOf(nameof(BrakeWindow)).Allows(span) ? span : null, $"must be {RangeOf(nameof(BrakeWindow))}", mistakes),
            Schedule = schedule,
            TimeZone = zone ?? TimeZoneInfo.Utc,
            Fields = section.GetSection("Fields").GetChildren().ToDictionary(child => child.Key, child => child.Value ?? "", StringComparer.OrdinalIgnoreCase),
            MaxAge = section["MaxAgeDays"] is null ? defaults.MaxAge : TimeSpan.FromDays(Value(section, "MaxAgeDays", 30, text => Number(text, nameof(MaxAge)), $"must be {RangeOf(nameof(MaxAge))}", mistakes)),
        };
    }

    private static int? Number(string text, string key) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && RangeOf(key).Allows(number) ? number : null;

    private static WithinAttribute RangeOf(string key) => typeof(FlowSettings).GetProperty(key)!.GetCustomAttribute<WithinAttribute>()!;

    private static T Value<T>(IConfigurationSection section, string key, T fallback, Func<string, T?> parse, string rule, List<string> mistakes)
        where T : struct
    {
        if (section[key] is not { } text)
        {
            return fallback;
        }

        if (parse(text) is { } value)
        {
            return value;
        }

        mistakes.Add($"{section.Path}:{key}: {rule}; it is '{text}'.");
        return fallback;
    }
}
