using System.Globalization;
using PortalIntegration.Sandbox.Seed;

namespace PortalIntegration.Sandbox.Faults;

/// <summary>The faults that are set on one system, and which of them hit a call.</summary>
internal sealed class FaultBook(int seed)
{
    private readonly Lock gate = new();
    private readonly List<Entry> entries = [];
    private int lastId;

    public FaultRule Add(FaultRule rule)
    {
        lock (gate)
        {
            var id = (++lastId).ToString(CultureInfo.InvariantCulture);
            var entry = new Entry(rule with { Id = id, Hits = 0 }, Dice.For(seed, "fault", lastId));
            entries.Add(entry);
            return entry.Rule;
        }
    }

    public bool Remove(string id)
    {
        lock (gate)
        {
            return entries.RemoveAll(e => e.Rule.Id == id) > 0;
        }
    }

    public void Clear()
    {
        lock (gate)
        {
            entries.Clear();
        }
    }

    public IReadOnlyList<FaultRule> List()
    {
        lock (gate)
        {
            return entries.Select(e => e.Rule with { Hits = e.Hits }).ToList();
        }
    }

    /// <summary>
    /// The faults that hit this call: every latency, and of the others the one that was set first. So two faults for the
    /// next call hit the next two.
    /// </summary>
    public IReadOnlyList<FaultRule> Draw(string operation, string? lane, bool webhook = false)
    {
        lock (gate)
        {
            if (entries.Count == 0)
            {
                return [];
            }

            var hit = new List<FaultRule>();
            var struck = false;
            foreach (var entry in entries)
            {
                var adds = entry.Rule.Kind == FaultKind.Latency || webhook;
                if ((adds || !struck) && entry.Hit(operation, lane, webhook))
                {
                    hit.Add(entry.Rule);
                    struck |= !adds;
                }
            }

            return hit;
        }
    }

    /// <summary>A number from 0 up to but without <paramref name="below"/>, from the fault's own dice.</summary>
    public int Roll(FaultRule rule, int below)
    {
        lock (gate)
        {
            return below <= 0 ? 0 : entries.Find(e => e.Rule.Id == rule.Id)?.Roll(below) ?? 0;
        }
    }

    private sealed class Entry(FaultRule rule, Dice dice)
    {
        private Dice dice = dice;
        private int seen;

        public FaultRule Rule { get; } = rule;

        public int Hits { get; private set; }

        public int Roll(int below) => dice.Below(below);

        public bool Hit(string operation, string? lane, bool webhook)
        {
            if (Rule.IsWebhook != webhook
                || (Rule.Operation != "*" && Rule.Operation != operation)
                || (Rule.Lane is not null && Rule.Lane != lane)
                || (Rule.Count is { } count && Hits >= count)
                || seen++ < Rule.Skip
                || (Rule.Rate < 1 && !dice.Chance(Rule.Rate)))
            {
                return false;
            }

            Hits++;
            return true;
        }
    }
}
