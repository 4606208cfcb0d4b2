namespace PortalIntegration.Sync.Storage;

/// <summary>What was done, for people to read, for a set number of days. No personal data: names, words and notes stay out.</summary>
public interface IJournal
{
    Task Write(IReadOnlyList<JournalEntry> entries, CancellationToken cancel = default);

    /// <summary>Newest first.</summary>
    /// <param name="limit">1 to 1,000.</param>
    Task<IReadOnlyList<JournalEntry>> Read(WorkKey key, int limit, CancellationToken cancel = default);

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

    /// <summary>What was answered: an order's number, or the name of a cause with the system's code.</summary>
    public string? Answered { get; init; }

    public TimeSpan? Took { get; init; }

    /// <summary>A flow's name or a person's id.</summary>
    public required string By { get; init; }
}
