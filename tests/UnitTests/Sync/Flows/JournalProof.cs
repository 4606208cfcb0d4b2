using PortalIntegration.Core.Outcomes;
using PortalIntegration.Sync.Flows;
using PortalIntegration.Sync.Storage;

namespace PortalIntegration.UnitTests.Sync.Flows;

/// <summary>
/// Holds the portal's journal against the two systems' own log of what they accepted.
/// <list type="number">
/// <item>A write whose answer came, in a run that lived: one entry of its flow and key and time, with the difference, naming it among what was written.</item>
/// <item>A write whose answer was lost: an entry of its time with the difference and the failure, not naming it as written; and a later run of the key that read
/// both sides and found that it need not be done.</item>
/// <item>A write in a run whose process was killed: the first, where the commit was made before; else a later run of the key that found it done.</item>
/// <item>What an entry names as written, a system accepted then: nothing else, and nothing twice.</item>
/// </list>
/// </summary>
internal sealed class JournalProof(FakeCompany company)
{
    private static readonly string[] Personal = ["Customers.BillTos", "Customers.ShipTos"];

    /// <param name="journal">Oldest first.</param>
    public void Check(IReadOnlyList<JournalEntry> journal)
    {
        var mistakes = new List<string>();
        var writes = company.Writes.Select(write => (Write: write, Key: KeyOf(write))).ToList();
        var placed = writes.Where(write => write.Key.Flow == "place-order").Select(write => write.Write).ToList();
        Orders(placed, journal, mistakes);

        var entries = journal.Where(entry => entry.Key.Flow != "place-order").ToLookup(entry => (entry.Key, entry.At));
        var accepted = writes.Where(write => write.Key.Flow != "place-order").ToLookup(write => (write.Key, write.Write.At), write => write.Write);
        foreach (var group in accepted)
        {
            var named = entries[group.Key].SelectMany(Written).ToList();
            foreach (var write in group)
            {
                foreach (var change in write.Changed)
                {
                    var shown = entries[group.Key].Where(entry => Shows(entry, write, change)).ToList();
                    if (write is { Lost: null, Cut: false })
                    {
                        Take(named, write, change, mistakes);
                        Expect(shown.Count > 0, $"No entry shows the difference: {write}");
                    }
                    else if (write.Cut && named.Remove(Token(change)))
                    {
                        // It was killed after its commit: the entry is there.
                    }
                    else
                    {
                        Expect(write.Cut || shown.Any(entry => entry.Answered == write.Lost.ToString()), $"No entry tells that its answer was lost: {write}");
                        Expect(FoundDone(write, group.Key.Key, change, journal), $"Nobody looked at it afterwards and found it done: {write}");
                    }
                }
            }

            Expect(named.Count == 0, $"{group.Key.Key} at {group.Key.At:HH:mm:ss} is said to have written what nobody accepted: {string.Join(", ", named)}");
        }

        foreach (var entry in journal.Where(entry => entry.Key.Flow != "place-order" && Written(entry).Any() && !accepted.Contains((entry.Key, entry.At))))
        {
            mistakes.Add($"{entry.Key} at {entry.At:HH:mm:ss} is said to have written {entry.Written}: nobody accepted anything.");
        }

        mistakes.ShouldBeEmpty();

        void Expect(bool holds, string otherwise)
        {
            if (!holds)
            {
                mistakes.Add(otherwise);
            }
        }
    }

    /// <summary>The placed order's own entries: what was answered is its number.</summary>
    private static void Orders(List<AcceptedWrite> placed, IReadOnlyList<JournalEntry> journal, List<string> mistakes)
    {
        foreach (var write in placed)
        {
            var number = write.Changed.Single().To;
            var entries = journal.Where(entry => entry.Key == KeyOfOrder(write)).ToList();
            var answered = entries.Where(entry => entry.Asked == "createOrder" && entry.At == write.At).ToList();
            var found = entries.Any(entry => entry.Asked == "findByReference" && entry.Answered == number && entry.At > write.At);
            var told = write switch
            {
                { Lost: null, Cut: false } => answered.Count(entry => entry.Answered == number) == 1,
                { Lost: { } lost, Cut: false } => answered.Any(entry => entry.Answered == lost.ToString()) && found,
                _ => found || answered.Any(entry => entry.Answered == number) || FoundByOpportunity(write, number, journal),
            };
            if (!told)
            {
                mistakes.Add($"The journal of the placed order does not tell of it: {write}");
            }
        }

        foreach (var entry in journal.Where(entry => entry is { Key.Flow: "place-order", Asked: "createOrder", Answered: not null } && entry.Answered.StartsWith("SO-", StringComparison.Ordinal)))
        {
            if (!placed.Any(write => write.At == entry.At && write.Changed.Single().To == entry.Answered))
            {
                mistakes.Add($"{entry.Key} at {entry.At:HH:mm:ss} is said to have created {entry.Answered}: nobody did.");
            }
        }
    }

    /// <summary>Killed, and its store deleted: the flow that wanted it looks it up itself, and writes its number.</summary>
    private static bool FoundByOpportunity(AcceptedWrite write, string? number, IReadOnlyList<JournalEntry> journal) =>
        journal.Any(entry => entry.Key.Flow == "opportunity-to-order" && entry.At > write.At && entry.Answered == number);

    private static bool FoundDone(AcceptedWrite write, WorkKey key, FieldChange change, IReadOnlyList<JournalEntry> journal)
    {
        var next = journal.FirstOrDefault(entry => entry.At > write.At && entry.Read is not null
            && (entry.Key == key || (entry.Key == new WorkKey("resync", key.Flow) && entry.Asked == "allKeys" && key.Flow == "product-to-crm")));
        return next is not null && !next.Changes.Any(left => left.Field == change.Field && left.From == change.From && left.To == change.To && !Personal.Contains(left.Field));
    }

    private static void Take(List<string> named, AcceptedWrite write, FieldChange change, List<string> mistakes)
    {
        if (!named.Remove(Token(change)))
        {
            mistakes.Add($"No entry names it as written: {write}");
        }
    }

    private static bool Shows(JournalEntry entry, AcceptedWrite write, FieldChange change) => entry.Key.Flow == "opportunity-to-order"
        ? entry.Changes.Any(shown => shown.Field == "Opportunities.Order")
        : entry.Changes.Any(shown => shown.Field == change.Field && (Personal.Contains(shown.Field) || (shown.To == change.To && (shown.From == change.From || write.Call.StartsWith("sold.put", StringComparison.Ordinal)))));

    /// <summary>As an entry names it among what was written.</summary>
    private static string Token(FieldChange change) => change.Field switch
    {
        "Customer" => $"Customer {change.To}",
        "Accounts.Customer" => change.Field,
        _ => change.Field[(change.Field.IndexOf('.', StringComparison.Ordinal) + 1)..],
    };

    /// <summary>A submission is written into the portal's own store.</summary>
    private static IEnumerable<string> Written(JournalEntry entry) =>
        (entry.Written?.Split(", ") ?? []).Where(part => !part.StartsWith("Submission ", StringComparison.Ordinal));

    private static WorkKey KeyOfOrder(AcceptedWrite write) => new("place-order", write.Call.Split(' ')[1]);

    private WorkKey KeyOf(AcceptedWrite write)
    {
        var (call, about) = (write.Call.Split(' ')[0], write.Call.Split(' ', 2)[1]);
        return call switch
        {
            "orders.create" => KeyOfOrder(write),
            "customers.create" => Opportunity(about),
            "customers.update" => new WorkKey("account-to-erp", company.Customers[about].Account!.Value.Value),
            "accounts.update" when write.Changed.Any(change => change.Field == "Accounts.Customer") => Opportunity(about),
            "accounts.update" when write.Changed.Any(change => change.Field == "Accounts.paymentTerms") => new WorkKey("terms-to-crm", company.Accounts[about].Customer!.Value.Value),
            "accounts.update" => new WorkKey("credit-to-crm", company.Accounts[about].Customer!.Value.Value),
            "timeline.put" => new WorkKey("order-to-crm", about.Split(':')[1]),
            "opportunities.setOrder" => new WorkKey("opportunity-to-order", about),
            "sold.put" => new WorkKey("product-to-crm", about),
            _ => throw new InvalidOperationException($"Nobody knows whose '{write.Call}' is."),
        };
    }

    private WorkKey Opportunity(string account) => new("opportunity-to-order", company.Opportunities.Values.Single(opportunity => opportunity.Account.Value == account).Id);
}
