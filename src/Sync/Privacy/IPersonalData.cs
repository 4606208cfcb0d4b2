using System.Text.Json.Nodes;
using PortalIntegration.Core;

namespace PortalIntegration.Sync.Privacy;

/// <summary>What the store keeps about one person, to be handed out or to be removed. What the ERP, the CRM and the person's own browser keep is theirs.</summary>
/// <exception cref="Storage.StoreUnavailableException">Thrown by every method when the store cannot be read or written now.</exception>
public interface IPersonalData
{
    /// <summary>Everything in the store that is about the person, decrypted where the keys are there.</summary>
    Task<IReadOnlyList<KeptRecord>> Export(PersonNames person, CancellationToken cancel = default);

    /// <summary>
    /// Removes or anonymises everything in the store that is about the person, in one commit, with an entry in the audit that does not name him. Refused as a whole, with nothing
    /// changed, while an order of his is in flight: it is finished, taken back or discarded first.
    /// </summary>
    /// <param name="by">Who erases: an admin's id.</param>
    /// <param name="reason">Why, for the audit; what names the person in it is left out.</param>
    Task<Erasure> Erase(PersonNames person, string by, string reason, CancellationToken cancel = default);
}

/// <summary>What a person is known by.</summary>
/// <param name="Id">The CRM's.</param>
/// <param name="Words">Name, e-mail and phone, as the CRM has them and as far as it still has them. What is shorter than five characters tells nobody apart and is not looked for.</param>
public sealed record PersonNames(PersonId Id, IReadOnlyList<string> Words)
{
    private const int Shortest = 5;

    internal IReadOnlyList<string> All => [.. Words.Select(word => word.Trim()).Where(word => word.Length >= Shortest).Prepend(Id.Value).Distinct(StringComparer.OrdinalIgnoreCase)];
}

/// <summary>One thing that is kept.</summary>
/// <param name="What">In words, such as "an order in flight".</param>
/// <param name="Table">Where it is.</param>
/// <param name="Key">Of its row.</param>
/// <param name="InFlight">Part of an order, or of another change, that is not delivered yet.</param>
/// <param name="Columns">What stands there readable, by column; what is empty is left out.</param>
/// <param name="Content">What was encrypted; null where nothing is.</param>
public sealed record KeptRecord(string What, string Table, string Key, bool InFlight, IReadOnlyDictionary<string, string> Columns, JsonNode? Content);

/// <summary>What came of erasing.</summary>
/// <param name="InFlight">Why nothing was erased: what is not delivered yet. Empty when it was done.</param>
/// <param name="Anonymised">Rows in which what names the person was replaced.</param>
/// <param name="Removed">Rows that were removed as a whole.</param>
public sealed record Erasure(IReadOnlyList<KeptRecord> InFlight, int Anonymised, int Removed)
{
    public bool Done => InFlight.Count == 0;

    /// <summary>Why the database could not be told to overwrite what was erased, so that its bytes may still be in its files; null when it was. Erasing once more does that alone.</summary>
    public string? NotCompacted { get; init; }
}
