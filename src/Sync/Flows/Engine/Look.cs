using PortalIntegration.Core;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Sync.Flows.Map;

namespace PortalIntegration.Sync.Flows;

/// <summary>What a flow found out about one key: nothing to do, differences, something for a person, or a failure.</summary>
internal sealed record Look
{
    /// <summary>What people call it, such as the account's name; null where that is not known.</summary>
    public string? Name { get; init; }

    public IReadOnlyList<Difference> Differences { get; init; } = [];

    /// <summary>
    /// Writes what may be written of <see cref="Differences"/>. Answers, in a few words, what the target said. With an <see cref="Obstacle"/>: what an admin's
    /// word does in spite of it, because he may have mended what stands in the way.
    /// </summary>
    public Func<Steps, CancellationToken, Task<Outcome<string>>>? Write { get; init; }

    /// <summary>A system did not answer.</summary>
    public Failure? Failure { get; init; }

    /// <summary>Somebody has to do something first.</summary>
    public Obstacle? Obstacle { get; init; }

    /// <summary>Why there is nothing to do, in a few words.</summary>
    public string? Idle { get; init; }

    /// <summary>When to look again by itself; null for when something changes.</summary>
    public DateTimeOffset? Again { get; init; }

    /// <summary>The order placed here that the key is about; null for what came another way. What is written of it goes on in its trace.</summary>
    public SubmissionId? Placed { get; init; }

    public static Look Nothing(string why, string? name = null) => new() { Idle = why, Name = name };

    public static Look Failed(Failure failure) => new() { Failure = failure };

    public static Look Needs(Obstacle obstacle, string? name = null) => new() { Obstacle = obstacle, Name = name };
}

/// <summary>
/// What a write of several steps has done so far, for the journal: where a later step fails, or its answer is lost, the earlier ones stand all the same.
/// </summary>
internal sealed class Steps
{
    private readonly List<string> _done = [];

    /// <summary>In a few words; null where the write is a single one.</summary>
    public string? Done => _done.Count == 0 ? null : string.Join(", ", _done);

    /// <summary>Its system has accepted it.</summary>
    /// <param name="what">Such as the field's name. No personal data.</param>
    public void Add(string what) => _done.Add(what);
}

/// <summary>What keeps a key from being carried until a person acts: the flow shows "action required".</summary>
/// <param name="Code">For grouping, such as <c>unlinked</c>.</param>
/// <param name="Sentence">What it is and what to do. No personal data.</param>
public sealed record Obstacle(string Code, string Sentence)
{
    public static Obstacle Unlinked(string what, string other) =>
        new("unlinked", $"This {what} is not linked to any {other}. Link the two: nothing is carried by name alone.");

    public static Obstacle LinksDisagree { get; } =
        new("linksDisagree", "The two systems link this record to different counterparts. Mend one of the links.");

    public static Obstacle FieldMissing(string system, string field) =>
        new("fieldMissing", $"{system} has no field '{field}' any more. Put it back, or name the new one in the configuration of the flow.");
}
