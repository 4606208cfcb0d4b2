using System.Diagnostics;

namespace PortalIntegration.Sync.Storage;

/// <summary>What was done, for people to read, for a set number of days. No personal data: names, words and notes stay out.</summary>
public interface IJournal
{
    Task Write(IReadOnlyList<JournalEntry> entries, CancellationToken cancel = default);

    /// <summary>Newest first.</summary>
    /// <param name="limit">1 to 1,000.</param>
    Task<IReadOnlyList<JournalEntry>> Read(WorkKey key, int limit, CancellationToken cancel = default);

    /// <summary>Newest first, a page at a time.</summary>
    /// <param name="after"><see cref="JournalPage.Next"/> of the page before; null for the first.</param>
    /// <param name="limit">1 to 1,000.</param>
    Task<JournalPage> Search(JournalFilter filter, long? after, int limit, CancellationToken cancel = default);

    /// <summary>Removes what is older.</summary>
    Task<int> Purge(DateTimeOffset before, CancellationToken cancel = default);
}

/// <summary>One thing asked or changed.</summary>
public sealed record JournalEntry
{
    public required DateTimeOffset At { get; init; }

    public required WorkKey Key { get; init; }

    /// <summary>Which system was asked; null where only our own state changed.</summary>
    public string? System { get; init; }

    /// <summary>What was asked, such as <c>createOrder</c>.</summary>
    public required string Asked { get; init; }

    /// <summary>What was read, in a few words.</summary>
    public string? Read { get; init; }

    /// <summary>What changed, in a few words.</summary>
    public string? Changed { get; init; }

    /// <summary>What differed, field by field. Values of personal fields are kept as keyed hashes.</summary>
    public IReadOnlyList<FieldChange> Changes { get; init; } = [];

    /// <summary>What was written, in a few words, such as the names of the fields; null when nothing was, as in a dry run.</summary>
    public string? Written { get; init; }

    /// <summary>What was answered: an order's number, or the name of a cause with the system's code.</summary>
    public string? Answered { get; init; }

    public TimeSpan? Took { get; init; }

    /// <summary>A flow's name or a person's id.</summary>
    public required string By { get; init; }

    /// <summary>Why it ran. What <see cref="Work.Lease.Note"/> is given without one gets its item's.</summary>
    public TriggerKind? Origin { get; init; }

    /// <summary>Trace id (W3C, 32 hexadecimal digits), by default of the activity that is current here.</summary>
    public string? Trace { get; init; } = Activity.Current?.TraceId.ToHexString();
}

/// <summary>One field that differed.</summary>
/// <param name="Field">As the field map names it.</param>
/// <param name="From">What was there; null for empty.</param>
/// <param name="To">What its owner says; null for empty.</param>
/// <param name="Personal">A person's datum: kept and read back as a keyed hash, which still tells equal from different.</param>
public sealed record FieldChange(string Field, string? From, string? To, bool Personal = false);

/// <summary>What to find in the journal; what is null does not matter.</summary>
public sealed record JournalFilter
{
    public string? Flow { get; init; }

    /// <summary>Contained in the key; letters' case is ignored.</summary>
    public string? Key { get; init; }

    public string? System { get; init; }

    /// <summary>Contained in what was asked, read, changed, written, answered or by whom; letters' case is ignored.</summary>
    public string? Text { get; init; }

    /// <summary>Exact.</summary>
    public string? Trace { get; init; }

    /// <summary>At this time or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Before this time.</summary>
    public DateTimeOffset? Until { get; init; }
}

/// <param name="Next">Where the next page goes on; null at the end.</param>
public sealed record JournalPage(IReadOnlyList<JournalEntry> Entries, long? Next);
