namespace PortalIntegration.Sync.Privacy;

/// <summary>Every place of the store in which something about a person may stand. A test holds it against the tables as they are.</summary>
internal static class KeptPlaces
{
    public static IReadOnlyList<KeptPlace> All { get; } =
    [
        new("work", "sequence", KeyIsText: false, ["line", "cause", "detail", "note"], "payload") { State = "state", Named = "flow || ' ' || key" },
        new("journal", "id", KeyIsText: false, ["read", "changed", "changes", "written", "answered", "by"], null) { Named = "flow || ' ' || key" },
        new("audit", "id", KeyIsText: false, ["who", "subject", "reason"], null),
        new("admin_jobs", "id", KeyIsText: true, ["who", "reason", "subject"], "filter"),
        new("marks", "name", KeyIsText: true, ["value"], null),
        new("quarantine", "id", KeyIsText: false, ["reason"], "body") { RemovedWhole = true },
    ];

    /// <summary>Columns of text or bytes that name nobody, and why.</summary>
    public static IReadOnlyDictionary<string, string> WithoutPeople { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["counters.name"] = "the portal's own",
        ["work.flow"] = "a flow",
        ["work.key"] = "what a flow is about: an order, an account, a product, a submission; no flow is about a person",
        ["work.leased_by"] = "a node",
        ["work.correlation"] = "a trace",
        ["work_terms.term"] = "a keyed hash; goes with its item",
        ["receipts.system"] = "a system",
        ["receipts.delivery"] = "the sender's id of a signed delivery",
        ["receipts.body_hash"] = "a hash",
        ["quarantine.system"] = "a system",
        ["quarantine.delivery"] = "the sender's id of a signed delivery",
        ["quarantine.body_hash"] = "a hash",
        ["journal.flow"] = "a flow",
        ["journal.key"] = "as work.key",
        ["journal.system"] = "a system",
        ["journal.asked"] = "an operation",
        ["journal.trace"] = "a trace",
        ["marks.name"] = "the portal's own",
        ["measures.flow"] = "a flow",
        ["flow_last.flow"] = "a flow",
        ["audit.action"] = "the name of an action",
        ["nodes.node"] = "a node",
        ["admin_jobs.id"] = "random",
        ["admin_job_items.job"] = "random",
        ["admin_job_items.flow"] = "a flow",
        ["admin_job_items.key"] = "as work.key",
        ["keys.name"] = "the portal's own",
        ["keys.xml"] = "a key",
        ["flow_changes.flow"] = "a flow",
        ["flow_changes.key"] = "as work.key",
        ["flow_changed.flow"] = "a flow",
    };
}

/// <param name="Key">The column that names a row.</param>
/// <param name="Texts">Columns that can be read.</param>
/// <param name="Sealed">The column that is encrypted; null for none.</param>
internal sealed record KeptPlace(string Table, string Key, bool KeyIsText, IReadOnlyList<string> Texts, string? Sealed)
{
    /// <summary>The column that tells what is not delivered yet; null where nothing is in flight.</summary>
    public string? State { get; init; }

    /// <summary>What the row is called; null for its key.</summary>
    public string? Named { get; init; }

    /// <summary>It is of no use without what names the person.</summary>
    public bool RemovedWhole { get; init; }
}
