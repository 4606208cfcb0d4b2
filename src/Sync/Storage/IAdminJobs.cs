namespace PortalIntegration.Sync.Storage;

/// <summary>
/// What admins do to items of the queue, one or many, as the store keeps it. Whether an admin may, and what an action means for an item, is
/// <see cref="Work.IWorkAdmin"/>'s.
/// </summary>
/// <exception cref="StoreUnavailableException">Thrown by every method when the store cannot be read or written now.</exception>
public interface IAdminJobs
{
    /// <summary>Decides on one item and writes that with its audit entry, in one commit. Nothing is written, audit included, unless it applies.</summary>
    /// <param name="decide">May be called again when commits collide: it only looks.</param>
    Task<AdminResult> Apply(WorkKey key, Func<WorkItem, AdminDecision> decide, AuditEntry audit, CancellationToken cancel = default);

    /// <summary>Takes a job down with its audit entry and the item of the queue that runs it, in one commit.</summary>
    Task<AdminJob> Start(NewAdminJob job, WorkTrigger runner, CancellationToken cancel = default);

    /// <summary>
    /// The next items of a job, decided and written in one commit, with a result each; a job that is given by a filter first has its items listed, so
    /// many at a time. Called until the job is finished; cut off anywhere, it goes on where it stood. Null when there is no such job.
    /// </summary>
    /// <param name="limit">Items in this commit, 1 to 1,000.</param>
    /// <param name="decide">May be called again when commits collide: it only looks.</param>
    Task<AdminJob?> Advance(Guid id, int limit, Func<AdminJob, WorkItem, AdminDecision> decide, CancellationToken cancel = default);

    Task<AdminJob?> Find(Guid id, CancellationToken cancel = default);

    /// <summary>Newest first.</summary>
    /// <param name="limit">1 to 1,000.</param>
    Task<IReadOnlyList<AdminJob>> Recent(int limit, CancellationToken cancel = default);

    /// <summary>A job's items with their results, in its order, a page at a time.</summary>
    /// <param name="result">Only those; null for all.</param>
    /// <param name="after"><see cref="AdminJobPage.Next"/> of the page before; null for the first.</param>
    /// <param name="limit">1 to 1,000.</param>
    Task<AdminJobPage> Results(Guid id, AdminResult? result, long? after, int limit, CancellationToken cancel = default);

    /// <summary>Forgets jobs that were finished before.</summary>
    Task<int> Purge(DateTimeOffset before, CancellationToken cancel = default);
}

/// <summary>What an admin can do to an item.</summary>
public enum AdminAction
{
    /// <summary>Queue it once more, from where it stands, as if it had not failed yet. For what was given up, for what backs off, and for what
    /// waits for something to be mended; what waits for a person's decision has a payload, and is not for this.</summary>
    Retry = 0,

    /// <summary>Keep it from running until it is released. For what is ready, failing or given up.</summary>
    Hold = 1,

    /// <summary>Let what was put on hold run again.</summary>
    Release = 2,

    /// <summary>End it without having done it. For what was given up or is on hold.</summary>
    Discard = 3,
}

/// <summary>What came of an action on one item.</summary>
public enum AdminResult
{
    /// <summary>Not its turn yet.</summary>
    Waiting = 0,

    /// <summary>Done: queued, on hold, released or discarded.</summary>
    Applied = 1,

    /// <summary>The item moved on before, by itself or by another admin: it is not in a state that the action is for. Nothing was changed.</summary>
    NoLongerApplies = 2,

    /// <summary>There is no such item (any more).</summary>
    Gone = 3,

    /// <summary>The item's flow does not allow it now; an order that may stand in the ERP cannot be discarded. Nothing was changed.</summary>
    Refused = 4,

    /// <summary>Who asked is no admin. Nothing was changed.</summary>
    NotAllowed = 5,
}

/// <param name="Change">Written only with <see cref="AdminResult.Applied"/>.</param>
/// <param name="Entry">What the journal keeps of it.</param>
public sealed record AdminDecision(AdminResult Result, WorkChange? Change = null, JournalEntry? Entry = null);

/// <summary>A job for many items: of a list, or of all that a filter finds when the job starts.</summary>
public sealed record NewAdminJob
{
    public required Guid Id { get; init; }

    public required AdminAction Action { get; init; }

    /// <summary>The admin's id.</summary>
    public required string Who { get; init; }

    /// <summary>The note of a hold, the reason of a discard.</summary>
    public string? Reason { get; init; }

    /// <summary>Null where <see cref="Filter"/> says which.</summary>
    public IReadOnlyCollection<WorkKey>? Keys { get; init; }

    public WorkFilter? Filter { get; init; }

    /// <summary>What it is about, in words, for the audit.</summary>
    public required string Subject { get; init; }
}

/// <summary>How far a job is.</summary>
public sealed record AdminJob
{
    public required Guid Id { get; init; }

    public required AdminAction Action { get; init; }

    public required string Who { get; init; }

    public string? Reason { get; init; }

    public required string Subject { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Null while it runs.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Items in all. While a filter's items are still being listed, how many it found at the start.</summary>
    public required int Total { get; init; }

    public required int Applied { get; init; }

    public required int NoLongerApplies { get; init; }

    public required int Gone { get; init; }

    public required int Refused { get; init; }

    /// <summary>Items with a result, 0 to <see cref="Total"/>.</summary>
    public int Finished => Applied + NoLongerApplies + Gone + Refused;
}

/// <param name="Items">In the job's order.</param>
/// <param name="Next">Where the next page goes on; null at the end.</param>
public sealed record AdminJobPage(IReadOnlyList<AdminJobItem> Items, long? Next);

public sealed record AdminJobItem(WorkKey Key, AdminResult Result);
