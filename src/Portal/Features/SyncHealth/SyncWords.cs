using System.Text.RegularExpressions;
using Microsoft.Extensions.Localization;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Portal.Components.Controls;
using PortalIntegration.Sync.Alerts;
using PortalIntegration.Sync.Flows;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Work;

namespace PortalIntegration.Portal.Features.SyncHealth;

/// <summary>Chooses the sentence for a cause in a flow: the flow's own where there is one, else the cause's.</summary>
public sealed partial class SyncWords(IStringLocalizer<SyncTexts> words, Wording say, IOwnershipMap map)
{
    /// <summary>A flow as people call it.</summary>
    public string Flow(string flow) => Own(words[$"Flow.{flow}"]) ?? flow;

    /// <summary>Why a flow cannot be between these systems; null where it can.</summary>
    public string? Impossible(FlowStatus flow) => flow is { Impossible: not null } and ({ Owner: null } or { Target: null }) ? words["Flows.Unowned"].Value : flow.Impossible;

    public bool IsFlow(string name) => !words[$"Flow.{name}"].ResourceNotFound;

    /// <summary>Who feels it when the flow does not go on.</summary>
    public string? Affects(string flow) => Own(words[$"Affects.{flow}"]);

    /// <summary>What a cause means, in a sentence.</summary>
    /// <param name="detail">Which system was asked for what, where the detail says it: then the sentence names both, and as whom the portal asked.</param>
    public string Means(string flow, string? cause, string? detail)
    {
        var at = Place(detail);
        return Own(words[$"Means.{flow}.{cause}", at]) ?? Own(words[$"Means.{cause}", at]) ?? (detail is { Length: > 0 } ? detail : words["Means.Other"]);
    }

    /// <summary>What to do about it.</summary>
    public string Todo(string flow, string? cause, string? detail)
    {
        var at = Place(detail);
        return Own(words[$"Todo.{flow}.{cause}", at]) ?? Own(words[$"Todo.{cause}", at]) ?? words["Todo.Other"];
    }

    /// <summary>What to do about what has no place; null where no text says it.</summary>
    public string? TodoOf(string flow, string cause) => Own(words[$"Todo.{flow}.{cause}", Place(null)]) ?? Own(words[$"Todo.{cause}", Place(null)]);

    /// <summary>A cause in two or three words.</summary>
    public string Short(string? cause) => cause is null ? words["Cause.None"] : Own(words[$"Cause.{cause}"]) ?? cause;

    /// <summary>What an admin did, as people say it.</summary>
    public string Action(string action) => Own(words[$"Did.{action}"]) ?? action;

    /// <summary>What an action was about, as the audit keeps it, in the reader's words.</summary>
    public string Subject(string subject)
    {
        if (SomeItems().Match(subject) is { Success: true } some)
        {
            return words["Subject.Items", some.Groups["count"].Value, One(some.Groups["first"].Value)];
        }

        return string.Join("; ", subject.Split("; ").Select(Part));
    }

    /// <summary>What a filter asks for, for people who are about to act on all that it finds.</summary>
    public string Filter(SyncFilter filter) => filter.IsEmpty ? words["Filter.None"] : string.Join("; ", new[]
    {
        filter.Flow is { } flow ? Flow(flow) : null,
        filter.Status is { } status ? words[$"Status.{status}"].Value : null,
        filter.Cause is { } cause ? Short(cause == SyncFilter.None ? null : cause) : null,
        filter.Detail is { } detail and not SyncFilter.None ? detail : null,
        filter.Key is { } key ? words["Subject.Key", key].Value : null,
        filter.Error is { } error ? words["Subject.Text", error].Value : null,
        filter.Term is { } term ? words["Filter.Term", term].Value : null,
        filter.Since is { } since ? words["Subject.From", $"{since}Z"].Value : null,
        filter.Until is { } until ? words["Subject.Until", $"{until}Z"].Value : null,
    }.OfType<string>());

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
        WorkStatus.Held => (StatusKind.Warning, "patch-question"),
        WorkStatus.Failing => (StatusKind.Warning, "arrow-clockwise"),
        WorkStatus.Running => (StatusKind.Notice, "arrow-left-right"),
        WorkStatus.Done => (StatusKind.Good, "check-circle-fill"),
        WorkStatus.OnHold => (StatusKind.Neutral, "pause-circle"),
        _ => (StatusKind.Notice, "hourglass-split"),
    };

    /// <summary>How one item stands: what an admin ended without its having been done is not "done".</summary>
    public Standing Of(WorkItem item, DateTimeOffset now)
    {
        var status = item.StatusAt(now);
        if (status is WorkStatus.Done && item.Cause == WorkAdmin.Discarded)
        {
            return new Standing(StatusKind.Neutral, "slash-circle", words["Status.Discarded"]);
        }

        var (kind, symbol) = Look(status);
        return new Standing(kind, symbol, words[$"Status.{status}"]);
    }

    /// <summary>How a group is called that holds items in several states: by the loudest.</summary>
    public static WorkStatus Loudest(FailureGroup group) => group switch
    {
        { Dead: > 0 } => WorkStatus.Dead,
        { Held: > 0 } => WorkStatus.Held,
        { Failing: > 0 } => WorkStatus.Failing,
        _ => WorkStatus.OnHold,
    };

    /// <summary>How many of a group are how, the same words everywhere.</summary>
    public string Counts(FailureGroup group) => string.Join(", ", new[]
    {
        group.Dead > 0 ? words["Count.Dead", group.Dead].Value : null,
        group.Held > 0 ? words["Count.Held", group.Held].Value : null,
        group.Failing > 0 ? words["Count.Failing", group.Failing].Value : null,
        group.OnHold > 0 ? words["Count.OnHold", group.OnHold].Value : null,
    }.OfType<string>());

    /// <summary>System, the portal's user there, what was asked, and the system's name in the configuration; in general words where the detail does not say.</summary>
    private object[] Place(string? detail)
    {
        var asked = Asked().Match(detail ?? "");
        var name = asked.Success ? asked.Groups["system"].Value : null;
        if (map.Systems.FirstOrDefault(system => system.System == name) is not { } known)
        {
            return [say.System("any"), words["Who.Any"].Value, words["Asked.Any"].Value, "{system}"];
        }

        var operation = asked.Groups["operation"].Value.Split('/')[0];
        var who = known.Monitor.Status.User is { } user ? words["Who.User", user] : words["Who.Token", known.System];
        return [say.System(known.System), who.Value, (Own(words[$"Asked.{operation}"]) ?? words["Asked.Other", operation].Value), known.System];
    }

    private string Part(string part)
    {
        var (name, rest) = part.IndexOf(' ', StringComparison.Ordinal) is > 0 and var at ? (part[..at], part[(at + 1)..]) : (part, "");
        return (name, rest) switch
        {
            ("flow", _) => string.Join(", ", rest.Split(", ").Select(Flow)),
            ("status", _) => string.Join(", ", rest.Split(", ").Select(status => Own(words[$"Status.{status}"]) ?? status)),
            ("cause", _) => Short(rest),
            ("detail", _) => rest.Trim('\''),
            ("key", _) when rest.StartsWith("has '", StringComparison.Ordinal) => words["Subject.Key", rest[5..].TrimEnd('\'')],
            ("text", _) when rest.StartsWith("has '", StringComparison.Ordinal) => words["Subject.Text", rest[5..].TrimEnd('\'')],
            ("a", "word of what it carries") => words["Subject.Term"],
            ("queued", _) when rest.StartsWith("by ", StringComparison.Ordinal) => words["Subject.Origin", Own(words[$"Origin.{rest[3..]}"]) ?? rest[3..]],
            ("from", _) => words["Subject.From", rest],
            ("until", _) => words["Subject.Until", rest],
            ("all", "items") => words["Subject.All"],
            ("alerts", "") => words["Alerts.Title"],
            _ => One(part),
        };
    }

    /// <summary>A flow with one of its keys, a flow, or a system.</summary>
    private string One(string text)
    {
        var (name, key) = text.IndexOf(' ', StringComparison.Ordinal) is > 0 and var at ? (text[..at], text[(at + 1)..]) : (text, null);
        return IsFlow(name) ? (key is null ? Flow(name) : $"{Flow(name)}: {key}") : key is null ? say.System(name) : text;
    }

    private static string? Own(LocalizedString text) => text.ResourceNotFound ? null : text.Value;

    /// <summary>As the queue writes what failed: system, operation, and the system's code where there was one.</summary>
    [GeneratedRegex(@"^(?<system>\S+) (?<operation>[\w./]+)(?:: .+)?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Asked();

    [GeneratedRegex("^(?<count>[0-9]+) items, (?<first>.+) the first$", RegexOptions.ExplicitCapture)]
    private static partial Regex SomeItems();
}

/// <summary>How an item stands, for a badge.</summary>
public sealed record Standing(StatusKind Kind, string Symbol, string Word);
