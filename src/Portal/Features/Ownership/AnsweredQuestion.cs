using System.Diagnostics;
using System.Globalization;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;

namespace PortalIntegration.Portal.Features.Ownership;

/// <summary>The way of one question, stage by stage, and the shape of its answer.</summary>
/// <param name="Known">The owner's last known answer stands in, or it knows of no such thing: both are answers.</param>
public sealed record AnsweredQuestion(
    string System, TimeSpan Took, IReadOnlyList<WayStep> Steps, IReadOnlyList<AnsweredField> Fields, Failure? Failure, bool Known)
{
    internal static AnsweredQuestion From(OwnedEntity owned, IReadOnlyList<Activity> spans, Outcome<object?> outcome)
    {
        var root = spans.Single(span => span.Source.Name == "PortalIntegration.WhoAnswers");
        var began = new DateTimeOffset(root.StartTimeUtc);
        var steps = new List<WayStep> { new(Stage.Lookup, TimeSpan.Zero, null, "Step.Lookup", owned.Entity, new SystemName(owned.System)) };
        foreach (var span in spans)
        {
            if (CallOf(span) is { } call)
            {
                steps.Add(call with { At = new DateTimeOffset(span.StartTimeUtc) - began, Took = span.Duration });
            }

            // An event is written when its stage ends.
            steps.AddRange(
                from moment in span.Events
                let step = StepOf(moment)
                where step is not null
                select step with { At = moment.Timestamp - began - (step.Took ?? TimeSpan.Zero) });
        }

        var nothing = outcome.Succeeded && outcome.Value is null;
        var failure = nothing ? new Failure(Cause.NotFound, owned.System, "", outcome.Provenance!.AsOf) : outcome.Failure;
        IReadOnlyList<AnsweredField> fields = outcome.Succeeded && outcome.Value is { } value ? AnsweredField.Of(value) : [];
        var told = steps.OrderBy(step => step.At).ToList();
        told.Add(failure is { } failed && !outcome.Succeeded
            ? new(Stage.Answer, root.Duration, null, "Step.NoAnswer", failed.Cause)
            : nothing
                ? new(Stage.Answer, root.Duration, null, "Step.NothingThere")
                : new(Stage.Answer, root.Duration, null, "Step.Mapped", fields.Count, fields.Count(field => field.Shape is Shape.Empty)));
        return new AnsweredQuestion(owned.System, root.Duration, told, fields, failure, outcome.Succeeded || failure?.Cause is Cause.NotFound);
    }

    private static WayStep? CallOf(Activity span) => span.Source.Name == Connectors.Http.Telemetry.Name
        ? new(Stage.Call, default, null, "Step.Call", Tag(span.TagObjects, "portal.operation"), new SystemName(Tag(span.TagObjects, "portal.system")))
        : null;

    private static WayStep? StepOf(ActivityEvent moment) => moment.Name switch
    {
        OwnershipTelemetry.GuardEvent => new(Stage.Guard, default, null, Tag(moment.Tags, OwnershipTelemetry.Covered) == bool.TrueString ? "Step.Covered" : "Step.NotCovered"),
        OwnershipTelemetry.AnsweredEvent => Tag(moment.Tags, OwnershipTelemetry.Way) switch
        {
            OwnershipTelemetry.ByMemory => new(Stage.Freshness, default, null, "Step.FromMemory", Time(moment, OwnershipTelemetry.Age)),
            OwnershipTelemetry.ByQuestionInFlight => new(Stage.Freshness, default, null, "Step.Joined"),
            OwnershipTelemetry.ByLastKnown => new(Stage.Freshness, default, null, "Step.LastKnown", Time(moment, OwnershipTelemetry.Age)),
            _ => new(Stage.Freshness, default, null, "Step.AsksOwner"),
        },
        Connectors.Http.Telemetry.Events.Lane => Tag(moment.Tags, "portal.quota") is { Length: > 0 } quota
            ? new(Stage.Lane, default, Time(moment, "portal.waited_ms"), "Step.LaneWithQuota", new Named("Lane", Tag(moment.Tags, "portal.lane")), Tag(moment.Tags, "portal.quota_used"), quota)
            : new(Stage.Lane, default, Time(moment, "portal.waited_ms"), "Step.Lane", new Named("Lane", Tag(moment.Tags, "portal.lane"))),
        Connectors.Http.Telemetry.Events.Breaker => new(Stage.Breaker, default, null, "Step.Breaker", new Named("Breaker", Tag(moment.Tags, "portal.breaker"))),
        Connectors.Http.Telemetry.Events.Attempt => Tag(moment.Tags, "http.response.status_code") is { Length: > 0 } status
            ? new(Stage.Attempt, default, Time(moment, "portal.took_ms"), "Step.Attempt", Tag(moment.Tags, "portal.attempt"), status, Tag(moment.Tags, "portal.outcome"))
            : new(Stage.Attempt, default, Time(moment, "portal.took_ms"), "Step.AttemptUnanswered", Tag(moment.Tags, "portal.attempt"), Tag(moment.Tags, "portal.outcome")),
        Connectors.Http.Telemetry.Events.Wait => new(Stage.Attempt, default, null, "Step.Wait", Time(moment, "portal.delay_ms")),
        _ => null,
    };

    private static string Tag(IEnumerable<KeyValuePair<string, object?>> tags, string name) =>
        Convert.ToString(tags.FirstOrDefault(tag => tag.Key == name).Value, CultureInfo.InvariantCulture) ?? "";

    private static TimeSpan Time(ActivityEvent moment, string name) =>
        TimeSpan.FromMilliseconds(moment.Tags.FirstOrDefault(tag => tag.Key == name).Value as double? ?? 0);
}

public enum Stage
{
    Lookup,
    Guard,
    Freshness,
    Call,
    Lane,
    Breaker,
    Attempt,
    Answer,
}

/// <param name="At">Since the question.</param>
/// <param name="Took">Null for what takes no time of its own.</param>
/// <param name="Text">Names the sentence.</param>
public sealed record WayStep(Stage Stage, TimeSpan At, TimeSpan? Took, string Text, params IReadOnlyList<object> Arguments);

/// <summary>A state by its name in the code, to be told in words under its kind.</summary>
public sealed record Named(string Kind, string Name);

/// <summary>A system by its name in the map, to be told as people call it.</summary>
public sealed record SystemName(string Name);
