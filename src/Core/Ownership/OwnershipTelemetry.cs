using System.Diagnostics;

namespace PortalIntegration.Core.Ownership;

/// <summary>
/// What the map does with a question, as spans and events: whether the guard let it pass, and whether memory, another question in flight or the
/// owner answered. Names and times only, never a key or a value. Costs nothing while nobody listens.
/// </summary>
public static class OwnershipTelemetry
{
    public const string Name = "PortalIntegration.Ownership";

    /// <summary>The guard compared the call with its scope; tag <see cref="Covered"/> tells with which result.</summary>
    public const string GuardEvent = "guard";

    public const string Covered = "portal.covered";

    /// <summary>How the question was answered; tag <see cref="Way"/> is one of the constants that begin with <c>By</c>.</summary>
    public const string AnsweredEvent = "answered";

    public const string Way = "portal.way";

    /// <summary>Milliseconds: how old the answer in memory was.</summary>
    public const string Age = "portal.age_ms";

    public const string ByOwner = "owner";

    public const string ByMemory = "memory";

    public const string ByQuestionInFlight = "in-flight";

    public const string ByLastKnown = "last-known";

    public const string Entity = "portal.entity";

    private static readonly ActivitySource _source = new(Name);

    internal static Activity? Start(OwnedEntity owned, string operation)
    {
        var activity = _source.StartActivity($"{owned.Entity} {operation}");
        activity?.SetTag(Entity, owned.Entity.ToString());
        activity?.SetTag("portal.system", owned.System);
        return activity;
    }

    internal static void Guarded(bool covered)
    {
        if (Activity.Current is { IsAllDataRequested: true } span)
        {
            span.AddEvent(new ActivityEvent(GuardEvent, tags: new ActivityTagsCollection { [Covered] = covered }));
        }
    }

    internal static void Answered(Activity? span, string way, TimeSpan? age = null)
    {
        if (span is { IsAllDataRequested: true })
        {
            var tags = new ActivityTagsCollection { [Way] = way };
            if (age is { } known)
            {
                tags[Age] = known.TotalMilliseconds;
            }

            span.AddEvent(new ActivityEvent(AnsweredEvent, tags: tags));
        }
    }
}
