namespace PortalIntegration.Sync.Storage;

/// <summary>What an admin sees of the queue. Reads alone; payloads are never read. What changes it is <see cref="Work.IWorkAdmin"/>.</summary>
/// <exception cref="StoreUnavailableException">Thrown by every method when the store cannot be read now.</exception>
public interface IWorkDesk
{
    /// <summary>One per flow that has items, or had a run within the last 48 hours, by name. A flow that has never run is not among them.</summary>
    Task<IReadOnlyList<FlowLoad>> Loads(CancellationToken cancel = default);

    /// <summary>What fails, waits for a decision or was given up, grouped by flow, cause and detail; the largest groups first.</summary>
    /// <param name="filter">Its <see cref="WorkFilter.Statuses"/> are used within Failing, Held and Dead.</param>
    /// <param name="limit">1 to 1,000.</param>
    Task<IReadOnlyList<FailureGroup>> Groups(WorkFilter filter, int limit, CancellationToken cancel = default);

    /// <summary>Newest first, a page at a time; an item that comes in meanwhile moves no page.</summary>
    /// <param name="after"><see cref="WorkPage.Next"/> of the page before; null for the first.</param>
    /// <param name="limit">1 to 1,000.</param>
    Task<WorkPage> Search(WorkFilter filter, long? after, int limit, CancellationToken cancel = default);

    Task<int> Count(WorkFilter filter, CancellationToken cancel = default);

    /// <summary>Of what a filter finds, for how many each action of an admin is, as they stand now.</summary>
    Task<FittingCounts> Fitting(WorkFilter filter, CancellationToken cancel = default);
}

/// <summary>How a flow stands.</summary>
public sealed record FlowLoad
{
    public required string Flow { get; init; }

    /// <summary>Items that run when due, with nothing wrong; due or not, running ones not counted.</summary>
    public int Ready { get; init; }

    /// <summary>Items that could run now and wait for a worker; failing ones whose next try is due are among them.</summary>
    public int Due { get; init; }

    /// <summary>When the longest waiting of <see cref="Due"/> became due.</summary>
    public DateTimeOffset? OldestDue { get; init; }

    /// <summary>
    /// Since when the oldest wanted run is wanted: of what is ready, running or failing, not of what is held or dead. Now minus this is the flow's lag; null
    /// when nothing is wanted.
    /// </summary>
    public DateTimeOffset? WantedSince { get; init; }

    /// <summary>Items that some node runs now.</summary>
    public int Running { get; init; }

    /// <summary>Items that went wrong and are tried again by themselves.</summary>
    public int Failing { get; init; }

    /// <summary>Items of <see cref="Failing"/> whose next try is due: they are among <see cref="Due"/>, too.</summary>
    public int FailingDue { get; init; }

    /// <summary>Items that wait for a decision.</summary>
    public int Held { get; init; }

    /// <summary>Items that an admin put on hold; not among <see cref="Held"/>.</summary>
    public int OnHold { get; init; }

    /// <summary>Items that were given up.</summary>
    public int Dead { get; init; }

    /// <summary>End of the last run that was done; null for none that the store knows of.</summary>
    public DateTimeOffset? LastDone { get; init; }

    /// <summary>End of the last run that failed; null for none within 48 hours.</summary>
    public DateTimeOffset? LastFailed { get; init; }
}

/// <summary>Items that went wrong in the same way.</summary>
/// <param name="Cause">The name of a <see cref="Core.Outcomes.Cause"/>, or of what is to be decided.</param>
/// <param name="Detail">See <see cref="WorkItem.Detail"/>.</param>
/// <param name="Failing">Tried again by themselves.</param>
/// <param name="Held">Wait for a decision.</param>
/// <param name="OnHold">Put on hold by an admin.</param>
/// <param name="Dead">Given up.</param>
/// <param name="FirstSeen">When the first of them failed first.</param>
/// <param name="LastSeen">When the last of them failed last.</param>
public sealed record FailureGroup(
    string Flow, string? Cause, string? Detail, int Failing, int Held, int OnHold, int Dead, DateTimeOffset? FirstSeen, DateTimeOffset? LastSeen)
{
    public int Count => Failing + Held + OnHold + Dead;
}

/// <summary>Which items are meant; what is null does not matter, everything else must hold.</summary>
public sealed record WorkFilter
{
    public IReadOnlyCollection<string>? Flows { get; init; }

    public IReadOnlyCollection<WorkStatus>? Statuses { get; init; }

    /// <summary>Exact. An empty text means "without cause".</summary>
    public string? Cause { get; init; }

    /// <summary>Exact; as a <see cref="FailureGroup"/> has it. An empty text means "without detail".</summary>
    public string? Detail { get; init; }

    /// <summary>Contained in the key; letters' case is ignored.</summary>
    public string? Key { get; init; }

    /// <summary>Contained in cause, detail or note; letters' case is ignored.</summary>
    public string? Text { get; init; }

    /// <summary>An exact word of what the item carries, such as a PO number or an SKU; see <see cref="NewWork.Terms"/>.</summary>
    public string? Term { get; init; }

    public TriggerKind? Origin { get; init; }

    /// <summary>Failed, or else was last written, at this time or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Failed, or else was last written, before this time.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>One of these, by <see cref="WorkItem.Sequence"/>.</summary>
    public IReadOnlyCollection<long>? Sequences { get; init; }

    /// <summary>What this action is for, as it stands now.</summary>
    public AdminAction? Fits { get; init; }

    /// <summary>What is in this group.</summary>
    public static WorkFilter Of(FailureGroup group) => new()
    {
        Flows = [group.Flow],
        Statuses = [WorkStatus.Failing, WorkStatus.Held, WorkStatus.OnHold, WorkStatus.Dead],
        Cause = group.Cause ?? "",
        Detail = group.Detail ?? "",
    };
}

/// <summary>For how many items each action is.</summary>
/// <param name="All">Items in all, those that no action is for included.</param>
public sealed record FittingCounts(int All, int Retry, int Hold, int Release, int Discard)
{
    public int Of(AdminAction action) => action switch
    {
        AdminAction.Retry => Retry,
        AdminAction.Hold => Hold,
        AdminAction.Release => Release,
        _ => Discard,
    };
}

/// <param name="Items">Without their payloads.</param>
/// <param name="Next">Where the next page goes on; null at the end.</param>
public sealed record WorkPage(IReadOnlyList<WorkItem> Items, long? Next);
