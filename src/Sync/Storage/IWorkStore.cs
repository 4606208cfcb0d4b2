using System.Diagnostics;

namespace PortalIntegration.Sync.Storage;

/// <summary>
/// The durable queue. One method is one commit. Times are the store's own, from its <see cref="TimeProvider"/>; they are kept to the
/// millisecond.
/// </summary>
/// <exception cref="StoreUnavailableException">Thrown by every method when the store cannot be read or written now.</exception>
public interface IWorkStore
{
    /// <summary>
    /// "Look at this key again": adds the item, or raises the version of the one that is there, so that it runs once more even when
    /// it is running now. A dead one is revived; one that backs off stays backed off; one that waits for a decision goes on waiting, unless it
    /// has no payload and no admin put it on hold: then it looks again.
    /// </summary>
    Task Trigger(WorkTrigger trigger, CancellationToken cancel = default);

    /// <summary>As <see cref="Trigger(WorkTrigger, CancellationToken)"/> for many, and how far they bring us, in one commit.</summary>
    Task Trigger(IReadOnlyList<WorkTrigger> triggers, Mark mark, CancellationToken cancel = default);

    /// <summary>Adds an item with a payload of its own, unless the key is taken: then the one that is there is answered, unchanged.</summary>
    Task<(WorkItem Item, bool Added)> Add(NewWork work, CancellationToken cancel = default);

    Task<WorkItem?> Find(WorkKey key, CancellationToken cancel = default);

    /// <summary>
    /// Items of a flow that are not done, newest first, and then those that were done since, newest first: what is not done is not crowded out.
    /// </summary>
    /// <param name="lines">Only those of these lines; null for all.</param>
    /// <param name="limit">1 to 1,000.</param>
    Task<IReadOnlyList<WorkItem>> List(string flow, IReadOnlyCollection<string>? lines, DateTimeOffset doneSince, int limit, CancellationToken cancel = default);

    /// <summary>
    /// What is not delivered: given up first, then what waits for a decision, then what is tried again after something went wrong; each
    /// the oldest first. Payloads are not read.
    /// </summary>
    /// <param name="flows">Only items of these.</param>
    /// <param name="limit">Most items answered, 1 to 1,000; all are counted.</param>
    Task<WaitingItems> Waiting(IReadOnlyCollection<string> flows, int limit, CancellationToken cancel = default);

    /// <summary>
    /// Leases the next item that is due: lowest lane first, then the longest due. An item waits for every earlier one of its line
    /// that holds up. Each claim carries a fence token that is higher than all before it.
    /// </summary>
    /// <param name="flows">Only items of these.</param>
    Task<WorkItem?> Claim(IReadOnlyCollection<string> flows, string node, TimeSpan lease, CancellationToken cancel = default);

    /// <summary>As <see cref="Claim(IReadOnlyCollection{string}, string, TimeSpan, CancellationToken)"/> for several in one commit, in that order; fewer when fewer are due.</summary>
    /// <param name="most">1 to 100.</param>
    Task<IReadOnlyList<WorkItem>> Claim(IReadOnlyCollection<string> flows, string node, TimeSpan lease, int most, CancellationToken cancel = default);

    /// <summary>Lengthens a lease, never shortens it. False when the fence is old: somebody else has the item.</summary>
    Task<bool> Extend(WorkKey key, long fence, DateTimeOffset until, CancellationToken cancel = default);

    /// <summary>Writes what a run came to, with its journal. False when the fence is old: nothing was written.</summary>
    Task<bool> Save(WorkKey key, long fence, WorkChange change, IReadOnlyList<JournalEntry> journal, CancellationToken cancel = default);

    /// <summary>
    /// Changes an item from outside a run, provided that it still is at the revision read. Whoever runs it loses its lease, and its
    /// next write is refused. False when it has moved on.
    /// </summary>
    Task<bool> Amend(WorkKey key, long revision, WorkChange change, IReadOnlyList<JournalEntry> journal, CancellationToken cancel = default);

    /// <summary>When the next item becomes due that is not due yet; null for none.</summary>
    Task<DateTimeOffset?> NextDue(IReadOnlyCollection<string> flows, CancellationToken cancel = default);

    /// <summary>When this store was made: of what was begun before, it knows nothing.</summary>
    Task<DateTimeOffset> Made(CancellationToken cancel = default);

    /// <summary>Removes done items whose time to be kept is over. Never a dead one.</summary>
    Task<int> Purge(CancellationToken cancel = default);
}

/// <param name="Flow">Name of the flow that runs it.</param>
/// <param name="Key">What it is about; unique within the flow.</param>
public readonly record struct WorkKey(string Flow, string Key)
{
    public override string ToString() => $"{Flow} {Key}";
}

/// <summary>Why somebody wants a key to be looked at. The numbers are kept in the store.</summary>
public enum TriggerKind
{
    /// <summary>The portal itself: what a person submitted, or what another flow asked for.</summary>
    Own = 0,

    /// <summary>A system told us.</summary>
    Webhook = 1,

    /// <summary>We asked a system what has changed.</summary>
    Poll = 2,

    /// <summary>It was time.</summary>
    Schedule = 3,

    /// <summary>An admin pressed something.</summary>
    Admin = 4,

    /// <summary>Everything is compared, whatever changed.</summary>
    Resync = 5,
}

/// <param name="Lane">Lower runs first; 0 to 9.</param>
/// <param name="Due">Null for now.</param>
public sealed record WorkTrigger(WorkKey Key, int Lane, DateTimeOffset? Due = null)
{
    /// <summary>Of several triggers of one item, the last one's is kept.</summary>
    public TriggerKind Kind { get; init; } = TriggerKind.Own;

    /// <summary>What the run is tied to: the W3C trace parent of whatever triggers, by default of the activity that is current here.</summary>
    public string? Correlation { get; init; } = Activity.Current?.Id;
}

/// <param name="Line">Items of one line start in the order in which they were added; null where order does not matter.</param>
/// <param name="Payload">Encrypted where it rests.</param>
public sealed record NewWork(WorkKey Key, string? Line, int Lane, byte[] Payload, bool HoldsUp)
{
    /// <summary>
    /// Exact words that the item can be found by, such as a PO number, an SKU or a customer number; only keyed hashes of them rest in the store.
    /// Case and surrounding blanks do not matter.
    /// </summary>
    public IReadOnlyCollection<string> Terms { get; init; } = [];

    /// <inheritdoc cref="WorkTrigger.Kind"/>
    public TriggerKind Kind { get; init; } = TriggerKind.Own;

    /// <inheritdoc cref="WorkTrigger.Correlation"/>
    public string? Correlation { get; init; } = Activity.Current?.Id;
}

public enum WorkState
{
    /// <summary>Runs when due.</summary>
    Ready,

    /// <summary>Waits for somebody's decision.</summary>
    Held,

    /// <summary>Given up; stays until it is looked at.</summary>
    Dead,

    /// <summary>Kept for a while, so that the same thing asked again is recognised.</summary>
    Done,
}

public sealed record WorkItem
{
    public required WorkKey Key { get; init; }

    /// <summary>Order of arrival.</summary>
    public required long Sequence { get; init; }

    public string? Line { get; init; }

    public required WorkState State { get; init; }

    public required int Lane { get; init; }

    /// <summary>Raised by every trigger.</summary>
    public required long Version { get; init; }

    /// <summary>Raised by every write.</summary>
    public required long Revision { get; init; }

    public required DateTimeOffset Due { get; init; }

    /// <summary>Attempts that were made and failed, since the last success.</summary>
    public required int Attempts { get; init; }

    /// <summary>Times that it was put off in a row, attempts or not: what backing off counts.</summary>
    public required int Waits { get; init; }

    public DateTimeOffset? LeasedUntil { get; init; }

    public required long Fence { get; init; }

    /// <summary>Whether later items of its line wait for it.</summary>
    public bool HoldsUp { get; init; }

    /// <summary>Why it waits or is dead: the name of a cause.</summary>
    public string? Cause { get; init; }

    public byte[]? Payload { get; init; }

    public required DateTimeOffset AddedAt { get; init; }

    /// <summary>When its state was last written.</summary>
    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>What failed: system, operation and code, without personal data and without words of the system that may name people.</summary>
    public string? Detail { get; init; }

    /// <summary>When it failed first since its last success; null while nothing is wrong.</summary>
    public DateTimeOffset? FirstFailedAt { get; init; }

    /// <summary>When it failed last, or began to wait for a decision; null while nothing is wrong.</summary>
    public DateTimeOffset? FailedAt { get; init; }

    /// <summary>What an admin wrote when he put it on hold or discarded it.</summary>
    public string? Note { get; init; }

    /// <summary>Why it was queued the last time.</summary>
    public TriggerKind Origin { get; init; }

    /// <summary>Trace parent (W3C) of the trigger, where there was one.</summary>
    public string? Correlation { get; init; }

    /// <summary>Since when its run is wanted: the first trigger that was not answered by a run yet, or its due time where it is set for later.</summary>
    public DateTimeOffset WantedAt { get; init; }

    /// <summary>
    /// Set when the payload cannot be read any more, because the keys that it was encrypted with are gone.
    /// </summary>
    public bool PayloadLost { get; init; }

    /// <summary>An admin put it on hold, until he releases it.</summary>
    public bool OnHold => State == WorkState.Held && Note is not null;

    /// <summary>How it stands, for a person who looks at it at a time.</summary>
    public WorkStatus StatusAt(DateTimeOffset now) => State switch
    {
        WorkState.Held => OnHold ? WorkStatus.OnHold : WorkStatus.Held,
        WorkState.Dead => WorkStatus.Dead,
        WorkState.Done => WorkStatus.Done,
        _ when LeasedUntil > now => WorkStatus.Running,
        _ => Cause is null ? WorkStatus.Ready : WorkStatus.Failing,
    };
}

/// <summary>How an item stands.</summary>
public enum WorkStatus
{
    /// <summary>Runs when due; nothing is wrong.</summary>
    Ready,

    /// <summary>Some node runs it now.</summary>
    Running,

    /// <summary>Something went wrong; it is tried again by itself.</summary>
    Failing,

    /// <summary>Waits for somebody's decision.</summary>
    Held,

    /// <summary>Given up.</summary>
    Dead,

    /// <summary>Over, and kept for a while; discarded ones too.</summary>
    Done,

    /// <summary>An admin put it on hold.</summary>
    OnHold,
}

/// <param name="Items">The first of them, without their payloads.</param>
/// <param name="Dead">How many were given up, in all.</param>
/// <param name="Total">How many there are, in all.</param>
public sealed record WaitingItems(IReadOnlyList<WorkItem> Items, int Dead, int Total)
{
    public static WaitingItems None { get; } = new([], 0, 0);
}

/// <summary>What a run, or somebody outside, writes.</summary>
public sealed record WorkChange
{
    public required WorkState State { get; init; }

    /// <summary>When it runs next; null for now. Only for <see cref="WorkState.Ready"/>.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>The lease ends with this write. False: the run goes on, its lease lengthened to <see cref="LeaseUntil"/>.</summary>
    public bool Release { get; init; } = true;

    /// <summary>Only without <see cref="Release"/>: the least that the lease lasts.</summary>
    public DateTimeOffset? LeaseUntil { get; init; }

    public int Attempts { get; init; }

    public int Waits { get; init; }

    /// <summary>Null to leave it.</summary>
    public int? Lane { get; init; }

    /// <summary>Null when nothing is wrong (any more).</summary>
    public string? Cause { get; init; }

    /// <inheritdoc cref="WorkItem.Detail"/>
    public string? Detail { get; init; }

    /// <summary>Leaves cause, detail and the times of failures as they are.</summary>
    public bool SameFailure { get; init; }

    /// <summary>An admin's words; null removes what was there, unless <see cref="Release"/> is false.</summary>
    public string? Note { get; init; }

    /// <summary>From when on its next run is wanted; null to leave it.</summary>
    public DateTimeOffset? WantedAt { get; init; }

    /// <summary>Why it runs from now on; null to leave it.</summary>
    public TriggerKind? Origin { get; init; }

    /// <summary>What the run counts as in <see cref="IMeasures"/>; null for nothing.</summary>
    public RunResult? Result { get; init; }

    /// <summary>Null to leave it.</summary>
    public byte[]? Payload { get; init; }

    /// <summary>Further words that it can be found by from now on; see <see cref="NewWork.Terms"/>. Those it had stay.</summary>
    public IReadOnlyCollection<string> Terms { get; init; } = [];

    /// <summary>Whether later items of its line wait for it.</summary>
    public bool HoldsUp { get; init; }

    /// <summary>Only for <see cref="WorkState.Done"/>: null removes the item at once.</summary>
    public DateTimeOffset? KeepUntil { get; init; }

    /// <summary>
    /// The version that the run saw. When the item was triggered since, a final state, or a run that was done, becomes <see cref="WorkState.Ready"/>, due now.
    /// Null to not look.
    /// </summary>
    public long? SeenVersion { get; init; }
}

/// <summary>What a run counts as.</summary>
public enum RunResult
{
    Done,
    Failed,
}
