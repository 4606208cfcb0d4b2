using System.Globalization;
using PortalIntegration.Sync.Storage;

namespace PortalIntegration.Portal.Features.SyncHealth;

/// <summary>Which items, as the address says it.</summary>
public sealed record SyncFilter
{
    /// <summary>What stands in the address for "without cause" or "without detail", which differs from "any".</summary>
    public const string None = "-";

    public string? Flow { get; init; }

    public WorkStatus? Status { get; init; }

    public string? Cause { get; init; }

    public string? Detail { get; init; }

    public string? Key { get; init; }

    /// <summary>Contained in cause, detail or note.</summary>
    public string? Error { get; init; }

    /// <summary>An exact word of what it carries.</summary>
    public string? Term { get; init; }

    /// <summary>In UTC, to the minute, as <c>2026-03-02T08:00</c>.</summary>
    public string? Since { get; init; }

    public string? Until { get; init; }

    public bool IsEmpty => this == new SyncFilter();

    public static SyncFilter Of(string? flow, string? status, string? cause, string? detail, string? key, string? error, string? term, string? since, string? until) => new()
    {
        Flow = Trimmed(flow),
        Status = Enum.TryParse<WorkStatus>(status, ignoreCase: true, out var named) && Enum.IsDefined(named) ? named : null,
        Cause = Trimmed(cause),
        Detail = Trimmed(detail),
        Key = Trimmed(key),
        Error = Trimmed(error),
        Term = Trimmed(term),
        Since = Moment(since) is null ? null : since!.Trim(),
        Until = Moment(until) is null ? null : until!.Trim(),
    };

    /// <summary>
    /// Without a word of what is meant, what needs a look: what only waits its turn is asked for by its flow or state, so that nobody stops the portal's own schedules along with the rest;
    /// what is done, by its key, a word or its state.
    /// </summary>
    public WorkFilter ToWork() => new()
    {
        Flows = Flow is null ? null : [Flow],
        Statuses = Status is { } status ? [status]
            : Key is not null || Term is not null ? null
            : Flow is not null ? [WorkStatus.Ready, WorkStatus.Running, WorkStatus.Failing, WorkStatus.Held, WorkStatus.OnHold, WorkStatus.Dead]
            : [WorkStatus.Failing, WorkStatus.Held, WorkStatus.OnHold, WorkStatus.Dead],
        Cause = Cause == None ? "" : Cause,
        Detail = Detail == None ? "" : Detail,
        Key = Key,
        Text = Error,
        Term = Term,
        Since = Moment(Since),
        Until = Moment(Until),
    };

    /// <summary>As the address has it.</summary>
    public IEnumerable<(string Name, string? Value)> Query() =>
    [
        ("flow", Flow), ("status", Status?.ToString().ToLowerInvariant()), ("cause", Cause), ("detail", Detail), ("key", Key), ("error", Error), ("term", Term),
        ("since", Since), ("until", Until),
    ];

    /// <summary>The items of one group.</summary>
    public static SyncFilter Of(FailureGroup group) => new() { Flow = group.Flow, Cause = group.Cause ?? None, Detail = group.Detail ?? None };

    private static string? Trimmed(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static DateTimeOffset? Moment(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment) ? moment : null;
}
