using System.Collections.Concurrent;
using PortalIntegration.Core;

namespace PortalIntegration.Portal.Features.OrderPad;

/// <summary>
/// What the order pad last showed to a person, so that checkout can set it beside the quote. In memory only, of no use to anybody
/// else, forgotten after half a day; where it is gone, the quote simply has nothing to be compared with.
/// </summary>
public sealed class ShownOnPad(TimeProvider time)
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(12);

    /// <summary>More than any pad has: old lines that nobody asks about any more.</summary>
    private const int MostLines = 4000;

    private readonly ConcurrentDictionary<(PersonId Person, CustomerNumber Customer), Pad> _pads = new();

    public void Remember(PersonId person, CustomerNumber customer, IEnumerable<LineAnswer> answers)
    {
        Forget();
        var pad = _pads.GetOrAdd((person, customer), _ => new Pad());
        pad.LastUsed = time.GetUtcNow();
        if (pad.Lines.Count > MostLines)
        {
            pad.Lines.Clear();
        }

        foreach (var answer in answers)
        {
            if (answer is { Sku: { } sku, Quantity.Value: { } quantity, Price: { Problem: null } price })
            {
                pad.Lines[answer.Line.Id] = new(sku, quantity, answer.Line.Unit ?? answer.Product?.SalesUnit, price.UnitPrice, price.PricePer, price.ExtendedAmount, time.GetUtcNow());
            }
            else
            {
                pad.Lines.TryRemove(answer.Line.Id, out _);
            }
        }
    }

    /// <summary>By the line's id; null where the pad showed no amount for it.</summary>
    public ShownLine? Find(PersonId person, CustomerNumber customer, string lineId) =>
        _pads.TryGetValue((person, customer), out var pad) && pad.Lines.TryGetValue(lineId, out var line) ? line : null;

    private void Forget()
    {
        var oldest = time.GetUtcNow() - KeptFor;
        foreach (var (key, _) in _pads.Where(pad => pad.Value.LastUsed < oldest))
        {
            _pads.TryRemove(key, out _);
        }
    }

    private sealed class Pad
    {
        public DateTimeOffset LastUsed { get; set; }

        public ConcurrentDictionary<string, ShownLine> Lines { get; } = new(StringComparer.Ordinal);
    }
}

/// <summary>The amounts that stood in one line.</summary>
public sealed record ShownLine(Sku Sku, decimal Quantity, string? Unit, Money? UnitPrice, decimal PricePer, Money? ExtendedAmount, DateTimeOffset At);
