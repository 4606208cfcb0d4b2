using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Sync.Flows;

/// <summary>
/// Where two systems disagree: the dry run of a flow over all its keys. The values of both systems are in the memory of the node that compared them only; what every node sees, through the
/// store and for <see cref="Storage.StateOptions.JournalDays"/> days, are keys and names of fields. There the values are read anew.
/// </summary>
public interface IDrift
{
    /// <summary>Begins a report, or goes on with the one that runs. Null when the scope is no admin's, or there is no such flow.</summary>
    DriftReport? Begin(Scope scope, string flow);

    /// <summary>The last report that this node made; null when it made none.</summary>
    DriftReport? Last(Scope scope, string flow);

    /// <summary>The last report that any node made, with values where this one did; null when there is none.</summary>
    /// <exception cref="Storage.StoreUnavailableException">The store cannot be read now.</exception>
    Task<DriftReport?> Find(Scope scope, string flow, CancellationToken cancel = default);

    /// <summary>What both systems say of these keys now. A key that could not be read is not in the answer; one that does not differ any more is, without rows.</summary>
    /// <param name="keys">At most 200.</param>
    Task<IReadOnlyDictionary<string, IReadOnlyList<DriftRow>>> Read(Scope scope, string flow, IReadOnlyCollection<string> keys, CancellationToken cancel = default);

    /// <summary>Stops a report that runs in this node; what it found stays.</summary>
    void Stop(Scope scope, string flow);

    /// <summary>
    /// Queues keys to be brought in step for real, even where the flow only reports; each is read anew first. Answers how many were queued: none when the scope
    /// is no admin's or the flow is off.
    /// </summary>
    /// <param name="keys">Null for every key of the last report that differs.</param>
    Task<int> Repair(Scope scope, string flow, IReadOnlyCollection<string>? keys, CancellationToken cancel = default);

    /// <summary>A report has moved on: the flow's name. On any thread; at most four times a second.</summary>
    event Action<string>? Moved;
}

/// <summary>What a dry run has found so far.</summary>
public sealed record DriftReport
{
    public required string Flow { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Null while it runs.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Keys compared so far.</summary>
    public int Looked { get; init; }

    /// <summary>How many there are, where the system tells.</summary>
    public int? Of { get; init; }

    /// <summary>Keys that differ.</summary>
    public int Differing { get; init; }

    /// <summary>At most <see cref="MostRows"/>.</summary>
    public IReadOnlyList<DriftRow> Rows { get; init; } = [];

    /// <summary>Keys that could not be compared, each with why.</summary>
    public IReadOnlyList<DriftObstacle> Obstacles { get; init; } = [];

    /// <summary>Why it stopped before its end, in a sentence; null where it did not.</summary>
    public string? Broken { get; init; }

    /// <summary>Another node made it, or makes it: only keys and fields are known here.</summary>
    public bool IsElsewhere { get; init; }

    /// <summary>Rows and obstacles that a report keeps.</summary>
    public const int MostRows = 5_000;
}

/// <summary>One field that is not as its owner says.</summary>
/// <param name="Name">What people call the record; null where that is not known.</param>
/// <param name="Owner">The system that is right.</param>
/// <param name="OwnerValue">As it should stand at the target; null for nothing.</param>
/// <param name="Target">The system that is to follow.</param>
/// <param name="TargetValue">Null for nothing.</param>
/// <param name="IsRepaired">Whether repairing changes it: a value that its owner has not is never emptied, unless the rule says so.</param>
public sealed record DriftRow(string Key, string? Name, string Field, string Owner, string? OwnerValue, string Target, string? TargetValue, bool IsRepaired)
{
    /// <summary>False where another node read the values, and they are not known here.</summary>
    public bool IsRead { get; init; } = true;
}

/// <param name="Code">For grouping, such as <c>unlinked</c>, or the name of a cause.</param>
public sealed record DriftObstacle(string Key, string? Name, string Code, string Sentence);
