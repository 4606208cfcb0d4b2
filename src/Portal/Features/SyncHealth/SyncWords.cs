using Microsoft.Extensions.Localization;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Portal.Components.Controls;
using PortalIntegration.Sync.Alerts;
using PortalIntegration.Sync.Storage;

namespace PortalIntegration.Portal.Features.SyncHealth;

/// <summary>Chooses the sentence for a cause in a flow: the flow's own where there is one, else the cause's.</summary>
public sealed class SyncWords(IStringLocalizer<SyncTexts> words)
{
    /// <summary>A flow as people call it.</summary>
    public string Flow(string flow) => Own(words[$"Flow.{flow}"]) ?? flow;

    /// <summary>Who feels it when the flow does not go on.</summary>
    public string? Affects(string flow) => Own(words[$"Affects.{flow}"]);

    /// <summary>What a cause means, in a sentence.</summary>
    public string Means(string flow, string? cause, string? detail) =>
        Own(words[$"Means.{flow}.{cause}"]) ?? Own(words[$"Means.{cause}"]) ?? (detail is { Length: > 0 } ? detail : words["Means.Other"]);

    /// <summary>What to do about it.</summary>
    public string Todo(string flow, string? cause) => Own(words[$"Todo.{flow}.{cause}"]) ?? Own(words[$"Todo.{cause}"]) ?? words["Todo.Other"];

    /// <summary>A cause in two or three words.</summary>
    public string Short(string? cause) => cause is null ? words["Cause.None"] : Own(words[$"Cause.{cause}"]) ?? cause;

    /// <summary>What an admin did, as people say it.</summary>
    public string Action(string action) => Own(words[$"Did.{action}"]) ?? action;

    public static StatusKind Loudness(FlowHealth health) => health switch
    {
        FlowHealth.OnTime => StatusKind.Good,
        FlowHealth.Stopped => StatusKind.Neutral,
        FlowHealth.Late => StatusKind.Warning,
        _ => StatusKind.Bad,
    };

    public static (StatusKind Kind, string Symbol) Look(WorkStatus status) => status switch
    {
        WorkStatus.Dead => (StatusKind.Bad, "exclamation-octagon-fill"),
        WorkStatus.Held => (StatusKind.Warning, "pause-circle"),
        WorkStatus.Failing => (StatusKind.Warning, "arrow-clockwise"),
        WorkStatus.Running => (StatusKind.Notice, "arrow-left-right"),
        WorkStatus.Done => (StatusKind.Good, "check-circle-fill"),
        _ => (StatusKind.Notice, "hourglass-split"),
    };

    private static string? Own(LocalizedString text) => text.ResourceNotFound ? null : text.Value;
}
