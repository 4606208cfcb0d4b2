namespace PortalIntegration.Sync.Storage;

/// <summary>What admins did. Kept for <see cref="StateOptions.AuditDays"/> days.</summary>
public interface IAudit
{
    Task Write(AuditEntry entry, CancellationToken cancel = default);

    /// <summary>Newest first, a page at a time.</summary>
    /// <param name="after"><see cref="AuditPage.Next"/> of the page before; null for the first.</param>
    /// <param name="limit">1 to 1,000.</param>
    Task<AuditPage> Read(AuditFilter filter, long? after, int limit, CancellationToken cancel = default);

    Task<int> Purge(DateTimeOffset before, CancellationToken cancel = default);
}

/// <param name="Who">The admin's id.</param>
/// <param name="Action">A name in camel case, such as <c>retry</c>, <c>hold</c>, <c>isolateBreaker</c>, <c>runNow</c>.</param>
/// <param name="Subject">What it was done to: <c>place-order 0198…</c>, a filter in words, a system's name.</param>
/// <param name="Reason">The admin's words; null where none were asked for.</param>
/// <param name="Count">How many things it was done to.</param>
public sealed record AuditEntry(DateTimeOffset At, string Who, string Action, string Subject, string? Reason = null, int Count = 1);

/// <summary>What to find; what is null does not matter.</summary>
public sealed record AuditFilter
{
    public string? Who { get; init; }

    public string? Action { get; init; }

    /// <summary>Contained in subject or reason; letters' case is ignored.</summary>
    public string? Text { get; init; }

    public DateTimeOffset? Since { get; init; }

    public DateTimeOffset? Until { get; init; }
}

/// <param name="Next">Where the next page goes on; null at the end.</param>
public sealed record AuditPage(IReadOnlyList<AuditEntry> Entries, long? Next);
